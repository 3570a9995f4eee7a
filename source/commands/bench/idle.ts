/** What idle-with-timeout buys: one web server under load among VMs that wait, which give the CPU up or spin meanwhile. */

import { type Experiment, ends, figure, seriesOf } from "./experiment.js";
import { FailedRequests, webFigures } from "./web-load.js";

/** Waits for longer than the experiment lasts. */
const WAITING = { image: "ticker", arguments: ["100000000"] };

const CONNECTIONS = 8;

export const experiment: Experiment = {
  name: "idle",
  about: "web throughput among VMs that wait: idle-with-timeout against spinning",
  varies: "waiting VMs",
  sizes: { points: [1, 4, 16], seconds: 1, runs: 3 },
  paperPoints: [1, 2, 4, 8, 16, 32, 64, 128],
  paper: "without idle-with-timeout throughput falls by more than 2 times",
  async measure(sizes) {
    const columns = [
      ["idle-with-timeout", "requests/s"],
      ["spinning", "requests/s"],
    ] as const;
    const failed = new FailedRequests();
    const series = await seriesOf(sizes, columns, async (waiting) => [
      await rates(waiting, "yield"),
      await rates(waiting, "spin"),
    ]);
    const [, yielding] = ends(series[0]);
    const [, spinning] = ends(series[1]);
    const most = sizes.points[sizes.points.length - 1];
    const found = `falls ${figure(yielding / spinning)} times where ${most} spin${failed.text}`;
    return { series, found };

    async function rates(waiting: number, idle: string): Promise<readonly number[]> {
      const { engine, seconds, runs } = sizes;
      const load = { servers: 1, connections: CONNECTIONS, seconds, runs };
      const figures = await webFigures({ engine }, load, async (machine) => {
        await machine.client.spawn({ ...WAITING, count: waiting });
        await machine.untilAllRan();
        await machine.client.setIdleMode(idle);
      });
      return failed.of(figures).rates;
    }
  },
};
