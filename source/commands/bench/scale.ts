/** Many web servers, popular by Zipf's law, all of them in core and a quarter. */

import { type Experiment, ends, figure, seriesOf } from "./experiment.js";
import { SERVER_MEMORY, webFigures } from "./web-load.js";

const CONNECTIONS = 32;

/** Bytes beside the servers': of the load generator. */
const LOAD_MEMORY = 4 * 1024 * 1024;

const PART_IN_CORE = 4;

export const experiment: Experiment = {
  name: "scale",
  about: "web servers under Zipf load, all in core and a quarter of them",
  varies: "web servers",
  sizes: { points: [4, 16, 64, 256], seconds: 1.5, runs: 3 },
  paperPoints: [100, 200, 400, 800, 1_600, 3_200, 10_000],
  paper: "near-constant while in core, then a cliff near 1,000 VMs, and bound by the disk behind it",
  async measure(sizes) {
    const { engine, seconds, runs } = sizes;
    let failed = 0;
    const columns = [
      ["all in core", "requests/s"],
      ["a quarter in core", "requests/s"],
    ] as const;
    const series = await seriesOf(sizes, columns, async (servers) => {
      const load = { servers, connections: CONNECTIONS, zipf: 1, seconds, runs };
      const rates = async (inCore: number) => {
        const memoryBudget = LOAD_MEMORY + Math.ceil(inCore) * SERVER_MEMORY;
        const figures = await webFigures({ engine, memoryBudget }, load);
        failed += figures.failed;
        return figures.rates;
      };
      return [await rates(servers), await rates(servers / PART_IN_CORE)];
    });
    const kept = (values: readonly [number, number]) => `${figure((100 * values[1]) / values[0])} %`;
    const found =
      `from ${sizes.points[0]} to ${sizes.points[sizes.points.length - 1]} servers ${kept(ends(series[0]))} of the throughput ` +
      `is kept in core, ${kept(ends(series[1]))} with a quarter in core; ${failed} requests failed`;
    return { series, found };
  },
};
