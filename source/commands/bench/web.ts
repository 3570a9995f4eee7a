/** One web server, and documents of several sizes. */

import { type Experiment, ends, figure, seriesOf } from "./experiment.js";
import { webFigures } from "./web-load.js";

const CONNECTIONS = 8;
const BITS_OF_MEGABYTE = 8;

export const experiment: Experiment = {
  name: "web",
  about: "one web server, by size of document",
  varies: "bytes",
  sizes: { points: [100, 1_000, 10_000, 100_000], seconds: 1, runs: 3 },
  paperPoints: [100, 1_000, 10_000, 50_000, 100_000],
  paper: "tracks a native server, which is up to 40 % faster at 50 to 100 KB; 569 Mb/s of TCP against 607 native",
  async measure(sizes) {
    const { engine, seconds, runs } = sizes;
    const columns = [
      ["requests", "1/s"],
      ["throughput", "MB/s"],
      ["latency, 99th percentile", "ms"],
    ] as const;
    const series = await seriesOf(sizes, columns, async (bytes) => {
      const load = { servers: 1, connections: CONNECTIONS, path: `/bytes/${bytes}`, seconds, runs };
      const { rates, throughputs, latencies } = await webFigures({ engine }, load);
      return [rates, throughputs, latencies];
    });
    const [, most] = ends(series[1]);
    return {
      series,
      found: `${figure(BITS_OF_MEGABYTE * most)} Mb/s with the largest documents; not set beside a native server`,
    };
  },
};
