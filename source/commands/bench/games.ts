/** Game servers with four players each: is each as quick among many as alone? */

import { type Experiment, ends, figure, seriesOf } from "./experiment.js";
import { onMachine } from "./machine.js";
import { addressOf } from "./web-load.js";

const PLAYERS = "4";

/** Seconds between two reports of the bots; while the first comes, players join. */
const INTERVAL = 1;
const WARMING = 1;
const REPORT = /^(\d+) states, (\d+) missed, latency us p50 (\d+) p90 \d+ p99 (\d+)/;

export const experiment: Experiment = {
  name: "games",
  about: "game servers with four players each: latency and throughput",
  varies: "game servers",
  sizes: { points: [1, 8, 32], seconds: 0, runs: 3 },
  paperPoints: [1, 2, 4, 8, 16, 32],
  paper: "latency and throughput are constant up to 32 servers",
  async measure(sizes) {
    const columns = [
      ["latency", "ms"],
      ["latency, 99th percentile", "ms"],
      ["states, a server", "1/s"],
    ] as const;
    const series = await seriesOf(sizes, columns, (servers) =>
      onMachine({ engine: sizes.engine }, async (machine) => {
        const ids = await machine.client.spawn({ image: "arena", count: servers });
        await machine.untilAllRan();
        const bots: number[] = [];
        for (const id of ids) {
          const spec = { image: "arena", name: "bots", arguments: ["bots", addressOf(id), PLAYERS] };
          bots.push(...(await machine.client.spawn(spec)));
        }
        const wanted = () => WARMING + sizes.runs;
        const all = await Promise.all(bots.map((id) => machine.reports(id, REPORT, wanted, INTERVAL)));
        const reports = all.flatMap((each) => each.slice(WARMING));
        const column = (index: number, factor: number) => reports.map((report) => factor * report[index]);
        return [column(2, 1e-3), column(3, 1e-3), column(0, 1)];
      }),
    );
    const [one, many] = ends(series[0]);
    const servers = sizes.points[sizes.points.length - 1];
    return { series, found: `latency ${figure(one)} ms with ${sizes.points[0]}, ${figure(many)} ms with ${servers}` };
  },
};
