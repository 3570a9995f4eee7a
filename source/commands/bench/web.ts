/** One web server, and documents of several sizes: in a VM, and as a program of the host itself. */

import { type Experiment, ends, figure, type Series, type Sizes, seriesOf } from "./experiment.js";
import { NativeWeb } from "./native-web.js";
import { FailedRequests, type WebFigures, webFigures } from "./web-load.js";

const CONNECTIONS = 8;
const BITS_OF_MEGABYTE = 8;

const NO_NATIVE =
  "no native server: its sources or gcc are missing, or nothing can be run in the folder for temporary files";

export const experiment: Experiment = {
  name: "web",
  about: "one web server by size of document, in a VM and native",
  varies: "bytes",
  sizes: { points: [100, 1_000, 10_000, 100_000], seconds: 1, runs: 3 },
  paperPoints: [100, 1_000, 10_000, 50_000, 100_000],
  paper: "tracks a native server, which is up to 40 % faster at 50 to 100 KB; 569 Mb/s of TCP against 607 native",
  async measure(sizes) {
    const native = await NativeWeb.build();
    const failed = new FailedRequests();
    try {
      const vm = await asked("VM", sizes, async (load) => failed.of(await webFigures({ engine: sizes.engine }, load)));
      if (!native) return { series: inOrder(vm), found: `${most(vm)}; ${NO_NATIVE}${failed.text}` };
      const own = await asked("native", sizes, async (load) => failed.of(await native.figures(load)));
      const found = `${most(vm)}, native ${most(own)}: ${times(vm, own)}${failed.text}`;
      return { series: inOrder(vm, own), found };
    } finally {
      native?.dispose();
    }
  },
};

type Load = Parameters<NativeWeb["figures"]>[0];

function asked(where: string, sizes: Sizes, ask: (load: Load) => Promise<WebFigures>): Promise<Series[]> {
  const { seconds, runs } = sizes;
  const columns = [
    [`requests, ${where}`, "1/s"],
    [`throughput, ${where}`, "MB/s"],
    [`latency, 99th percentile, ${where}`, "ms"],
  ] as const;
  return seriesOf(sizes, columns, async (bytes) => {
    const load = { servers: 1, connections: CONNECTIONS, path: `/bytes/${bytes}`, seconds, runs };
    const { rates, throughputs, latencies } = await ask(load);
    return [rates, throughputs, latencies];
  });
}

/** Those of one unit beside each other. */
function inOrder(...measured: readonly Series[][]): Series[] {
  return measured[0].flatMap((_, index) => measured.map((series) => series[index]));
}

function most(series: readonly Series[]): string {
  return `${figure(BITS_OF_MEGABYTE * ends(series[1])[1])} Mb/s`;
}

/** How much faster the native server is with the smallest and with the largest documents. */
function times(vm: readonly Series[], native: readonly Series[]): string {
  const [small, large] = [0, 1].map((end) => figure(ends(native[0])[end] / ends(vm[0])[end]));
  return `it serves ${small} times as many of the smallest documents, ${large} times of the largest`;
}
