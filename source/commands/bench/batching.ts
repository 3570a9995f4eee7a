/** What batching interrupts buys: web servers under load, their interrupts delivered together or each at once. */

import { type Experiment, figure, seriesOf } from "./experiment.js";
import { FailedRequests, webFigures } from "./web-load.js";

/** Requests under way to each server; all together at most as many as the load generator keeps. */
const CONNECTIONS_EACH = 4;
const MOST_CONNECTIONS = 512;

export const experiment: Experiment = {
  name: "batching",
  about: "web throughput with interrupts batched, and delivered immediately",
  varies: "web servers",
  sizes: { points: [1, 4, 16, 64], seconds: 1, runs: 3 },
  paperPoints: [1, 50, 100, 200, 400, 800],
  paper: "batching raises throughput by up to 30 %, up to 800 VMs",
  async measure(sizes) {
    const { engine, seconds, runs } = sizes;
    const columns = [
      ["batched", "requests/s"],
      ["immediate", "requests/s"],
    ] as const;
    const failed = new FailedRequests();
    const series = await seriesOf(sizes, columns, async (servers) => {
      const connections = Math.min(MOST_CONNECTIONS, servers * CONNECTIONS_EACH);
      const load = { servers, connections, seconds, runs };
      const rates = async (interrupts: string) => failed.of(await webFigures({ engine, interrupts }, load)).rates;
      return [await rates("batched"), await rates("immediate")];
    });
    const gains = series[0].spreads.map(({ median }, point) => median / series[1].spreads[point].median - 1);
    const percent = (gain: number) => `${figure(100 * gain)} %`;
    const change = `changes it by ${percent(Math.min(...gains))} to ${percent(Math.max(...gains))}`;
    return { series, found: change + failed.text };
  },
};
