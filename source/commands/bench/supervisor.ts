/**
 * What the way through the supervisor VM costs: documents of a web server fetched from the host, through a published port and
 * the supervisor's network stack, and by another VM of the same Ethernet.
 */

import { Agent, get } from "node:http";
import { hostReason } from "../../host/reasons.js";
import { UserError } from "../../kernel/index.js";
import { type Experiment, ends, figure, type Sizes, seriesOf } from "./experiment.js";
import { freePort } from "./free-port.js";
import { type Machine, onMachine } from "./machine.js";
import { FailedRequests, SERVER_MEMORY, STILL_WARMING, webFigures } from "./web-load.js";

/** Requests under way: as many by either way. */
const CONNECTIONS = 4;

/** Measurements that are not counted: how many there are at most, and how many that are not better end them. */
const MOST_WARM = 20;
const STEADY = 3;

const HTTP_PORT = 80;
const HTTP_OK = 200;
const MEGA = 1e6;

export const experiment: Experiment = {
  name: "supervisor",
  about: "a byte's way through the supervisor VM, against the switch alone",
  varies: "bytes",
  sizes: { points: [100, 10_000, 100_000], seconds: 1, runs: 3 },
  paperPoints: [100, 1_000, 10_000, 50_000, 100_000],
  paper: "no figure of its own: the kernel has no network stack, and downloads pass through the supervisor VM",
  async measure(sizes) {
    const columns = [
      ["through the supervisor", "MB/s"],
      ["from VM to VM", "MB/s"],
    ] as const;
    const failed = new FailedRequests();
    const series = await seriesOf(sizes, columns, async (bytes) => {
      const { engine, seconds, runs } = sizes;
      const path = `/bytes/${bytes}`;
      const load = { servers: 1, connections: CONNECTIONS, path, seconds, runs };
      const inside = failed.of(await webFigures({ engine }, load));
      return [await outside(path, sizes), inside.rates.map((rate) => (rate * bytes) / MEGA)];
    });
    const [, through] = ends(series[0]);
    const [, direct] = ends(series[1]);
    const found = `the way through it has ${figure((100 * through) / direct)} % of the throughput between VMs`;
    return { series, found: found + failed.text };
  },
};

/** Megabytes a second that arrive at the host. */
function outside(path: string, { engine, seconds, runs }: Sizes): Promise<number[]> {
  return onMachine({ engine, supervisor: true }, async (machine) => {
    const hostPort = await freePort();
    await machine.client.openUplink({
      publish: [{ hostPort, vm: "web", vmPort: HTTP_PORT, transport: "tcp" }],
      outbound: [],
    });
    await machine.client.spawn({ image: "httpd", name: "web", memory: SERVER_MEMORY });
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const request = () => fetchBytes({ port: hostPort, path, agent });
    try {
      await machine.until("the web server", async () => (await request().catch(() => 0)) > 0);
      await warmUp(() => rateOf(machine, request, seconds));
      const rates: number[] = [];
      for (let run = 0; run < runs; run++) rates.push(await rateOf(machine, request, seconds));
      return rates;
    } finally {
      agent.destroy();
    }
  });
}

/** V8 compiles the supervisor's functions and the server's as they first run: measures, without counting, while it gets better. */
async function warmUp(measure: () => Promise<number>): Promise<void> {
  let best = 0;
  let since = 0;
  for (let round = 0; round < MOST_WARM && since < STEADY; round++) {
    const rate = await measure();
    since = rate > STILL_WARMING * best ? 0 : since + 1;
    best = Math.max(best, rate);
  }
}

async function rateOf(machine: Machine, request: () => Promise<number>, seconds: number): Promise<number> {
  const started = performance.now();
  const end = started + seconds * 1000;
  let bytes = 0;
  const askOn = async () => {
    while (performance.now() < end) {
      const size = await request();
      // Not `bytes += await request()`: that adds to what it was before the wait, and loses what others added meanwhile.
      bytes += size;
    }
  };
  await Promise.race([machine.client.stopped, Promise.all(Array.from({ length: CONNECTIONS }, askOn))]);
  machine.signal.throwIfAborted();
  return bytes / MEGA / ((performance.now() - started) / 1000);
}

/** Fetches a document; answers its size. @throws UserError where it does not come */
export function fetchBytes(where: { port: number; path: string; agent: Agent }): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new UserError(`a request to the web server failed: ${why}; measure again`));
    const broke = (error: Error) => fail(hostReason(error));
    get({ host: "127.0.0.1", ...where }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("error", broke);
      response.on("end", () => {
        if (response.statusCode === HTTP_OK) resolve(bytes);
        else fail(`it answered ${response.statusCode}`);
      });
    }).on("error", broke);
  });
}
