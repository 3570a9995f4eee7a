/**
 * Many web servers, popular by Zipf's law, and more and more of them: in memory that holds all, and in memory that holds some,
 * swapped to the host's disk itself, past its page cache, and to one as slow as the paper's, with small and with large blocks.
 * Every request is a connection of its own, so that each goes to whom the law names.
 */

import type { KernelOptions } from "../../kernel/index.js";
import { type Experiment, ends, figure, type Series, type Sizes, seriesOf } from "./experiment.js";
import { FailedRequests, SERVER_MEMORY, webFigures } from "./web-load.js";

const CONNECTIONS = 32;

/** Bytes beside the servers': of the load generator. */
const LOAD_MEMORY = 4 * 1024 * 1024;

/** Bytes of the swap file's blocks: the smallest and the largest that it can have. */
const BLOCKS = [4 * 1024, 64 * 1024] as const;

/** Transfers a second of the paper's time: three disks, of which each takes some 10 ms to seek. */
const OLD_DISK = 300;

/** What is swapped to. */
const DISKS: readonly (readonly [name: string, options: Partial<KernelOptions>])[] = [
  ["disk", { swapCache: "none" }],
  [`${OLD_DISK} IO/s`, { swapCache: "none", swapIops: OLD_DISK }],
];

const VARIANTS = DISKS.flatMap(([disk, options]) =>
  BLOCKS.map((swapBlock) => ({ name: `${disk}, ${swapBlock / 1024} KiB`, options: { ...options, swapBlock } })),
);

export const experiment: Experiment = {
  name: "scale",
  about: "web servers under Zipf load: all in core; the middle point's in core, to a disk and a slow one",
  varies: "web servers",
  sizes: { points: [8, 16, 32, 64], seconds: 1, runs: 3 },
  paperPoints: [50, 100, 150, 200, 400, 1000],
  paper:
    "near-constant while in core, then a cliff near 1,000 VMs, and bound by the disk behind it; small blocks delay it",
  async measure(sizes) {
    const { engine, seconds, runs } = sizes;
    const inCore = inCoreOf(sizes);
    const failed = new FailedRequests();
    const columns = ["all in core", ...VARIANTS.map(({ name }) => name)];
    const series = await seriesOf(
      sizes,
      columns.map((name) => [name, "requests/s"]),
      async (servers) => {
        const load = { servers, connections: CONNECTIONS, zipf: 1, keep: false, seconds, runs };
        const rates = async (held: number, options: Partial<KernelOptions> = {}) => {
          const figures = await webFigures(
            { engine, memoryBudget: held * SERVER_MEMORY + LOAD_MEMORY, ...options },
            load,
          );
          return failed.of(figures).rates;
        };
        const all = await rates(servers);
        const measured = [all];
        // Where memory holds them, nothing is swapped: it is the same machine.
        for (const { options } of VARIANTS) measured.push(servers <= inCore ? all : await rates(inCore, options));
        return measured;
      },
    );
    return { series, found: found(sizes, inCore, series, failed.count) };
  },
};

/** Servers that the smaller memory holds: as many as there are at the middle point. */
function inCoreOf({ points }: Sizes): number {
  return points[(points.length - 1) >> 1];
}

function found({ points }: Sizes, inCore: number, [all, ...others]: readonly Series[], failed: number): string {
  const [first, last] = [points[0], points[points.length - 1]].map(figure);
  const kept = others.map((series, index) => `${keptOf(series)} (${VARIANTS[index].name})`);
  return (
    `from ${first} to ${last} servers ${keptOf(all)} of the throughput is kept in core; ` +
    `in memory for ${figure(inCore)} ${kept.join(", ")}; ${failed} requests failed`
  );
}

/** What is left of the first point's throughput at the last. */
function keptOf(series: Series): string {
  const [first, last] = ends(series);
  return `${figure((100 * last) / first)} %`;
}
