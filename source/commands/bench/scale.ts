/**
 * Many web servers, popular by Zipf's law, and more and more of them: in memory that holds all, and in memory that holds some, with
 * small and with large blocks of the swap file. Every request is a connection of its own, so that each goes to whom the law names.
 */

import { type Experiment, ends, figure, type Series, type Sizes, seriesOf } from "./experiment.js";
import { SERVER_MEMORY, webFigures } from "./web-load.js";

const CONNECTIONS = 32;

/** Bytes beside the servers': of the load generator. */
const LOAD_MEMORY = 4 * 1024 * 1024;

/** Bytes of the swap file's blocks: the smallest and the largest that it can have. */
const BLOCKS = [4 * 1024, 64 * 1024] as const;

export const experiment: Experiment = {
  name: "scale",
  about: "web servers under Zipf load, in memory for all and in memory for the middle point's",
  varies: "web servers",
  sizes: { points: [8, 16, 32, 64, 128], seconds: 1, runs: 3 },
  paperPoints: [50, 100, 200, 400, 800],
  paper:
    "near-constant while in core, then a cliff near 1,000 VMs, and bound by the disk behind it; small blocks delay it",
  async measure(sizes) {
    const { engine, seconds, runs, points } = sizes;
    const inCore = inCoreOf(sizes);
    let failed = 0;
    const columns = [
      ["memory for all", "requests/s"],
      ...BLOCKS.map((bytes) => [`for ${figure(inCore)}, blocks of ${bytes / 1024} KiB`, "requests/s"] as const),
    ] as const;
    const series = await seriesOf(sizes, columns, async (servers) => {
      const load = { servers, connections: CONNECTIONS, zipf: 1, keep: false, seconds, runs };
      const rates = async (held: number, swapBlock?: number) => {
        const memoryBudget = LOAD_MEMORY + held * SERVER_MEMORY;
        const figures = await webFigures({ engine, memoryBudget, ...(swapBlock && { swapBlock }) }, load);
        failed += figures.failed;
        return figures.rates;
      };
      const measured = [await rates(servers)];
      for (const bytes of BLOCKS) measured.push(await rates(inCore, bytes));
      return measured;
    });
    const [small, large] = series.slice(1).map(kept);
    const found =
      `from ${figure(points[0])} to ${figure(points[points.length - 1])} servers ${kept(series[0])} of the throughput is kept ` +
      `in core; in memory for ${figure(inCore)} ${small} with small blocks, ${large} with large ones; ${failed} requests failed`;
    return { series, found };
  },
};

/** Servers that the smaller memory holds: as many as there are at the middle point. */
function inCoreOf({ points }: Sizes): number {
  return points[(points.length - 1) >> 1];
}

/** What is left of the first point's throughput at the last. */
function kept(series: Series): string {
  const [first, last] = ends(series);
  return `${figure((100 * last) / first)} %`;
}
