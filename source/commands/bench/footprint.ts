/** What a VM costs the host: its own pages and all else, in core; and what of it stays in core when it is swapped out. */

import { setTimeout as delay } from "node:timers/promises";
import { collectGarbage } from "../../kernel/index.js";
import { type Experiment, ends, figure, repeated, seriesOf } from "./experiment.js";
import { type Machine, onMachine } from "./machine.js";

const MEMORY = 128 * 1024;
const KIBIBYTE = 1024;

/** VMs that are there before anything is counted. */
const WARMING = 50;

/** Idles for longer than the experiment lasts. */
const SLEEPER = { image: "ticker", memory: MEMORY, arguments: ["100000000"] };

/** Milliseconds between two collections: the host takes what they have freed back in the background. */
const SETTLING = 200;

/** Collections after which the process's memory is taken as it is, and bytes by which it may change between two. */
const MOST_COLLECTIONS = 20;
const SETTLED = 256 * KIBIBYTE;

export const experiment: Experiment = {
  name: "footprint",
  about: "memory of a VM that waits, in core and swapped out",
  varies: "VMs",
  sizes: { points: [250, 1_000], seconds: 0, runs: 3 },
  paperPoints: [1_000, 10_000],
  paper: "8,472 bytes in core of a VM that is swapped out, 97 % of them its kernel stack",
  async measure(sizes) {
    const columns = [
      ["in core, its pages included", "KiB"],
      ["swapped out", "bytes"],
    ] as const;
    const series = await seriesOf(sizes, columns, async (vms) => [
      await repeated(sizes.runs, () =>
        onMachine({ memoryBudget: (WARMING + vms) * MEMORY, engine: sizes.engine }, (machine) => inCore(machine, vms)),
      ),
      await repeated(sizes.runs, () =>
        onMachine({ memoryBudget: MEMORY, engine: sizes.engine }, (machine) => swappedOut(machine, vms)),
      ),
    ]);
    const [, swapped] = ends(series[1]);
    return { series, found: `${figure(swapped)} bytes of objects and buffers of one that is swapped out` };
  },
};

/** Kibibytes of the resident set, a VM. */
async function inCore(machine: Machine, vms: number): Promise<number> {
  // What the image and the kernel's own tables take at first is not each VM's.
  await machine.client.spawn({ ...SLEEPER, count: WARMING });
  await machine.untilAllRan();
  const before = (await settled()).rss;
  await machine.client.spawn({ ...SLEEPER, count: vms });
  await machine.untilAllRan();
  return ((await settled()).rss - before) / KIBIBYTE / vms;
}

/** Bytes of the heap and buffers, a VM: what as many again add, since what the kernel keeps once is no VM's. */
async function swappedOut(machine: Machine, vms: number): Promise<number> {
  const heap = async () => {
    await machine.client.spawn({ ...SLEEPER, count: vms });
    await machine.untilAllRan();
    const all = () => machine.get("memoryResident") <= MEMORY && machine.get("swapsUnderWay") === 0;
    await machine.until("VMs to be swapped out", all);
    const { heapUsed, arrayBuffers } = await settled();
    return heapUsed + arrayBuffers;
  };
  const first = await heap();
  return ((await heap()) - first) / vms;
}

/** The process's memory once its garbage is collected. */
async function settled(): Promise<NodeJS.MemoryUsage> {
  let memory = process.memoryUsage();
  for (let pass = 0; pass < MOST_COLLECTIONS; pass++) {
    collectGarbage();
    await delay(SETTLING);
    const before = memory.rss;
    memory = process.memoryUsage();
    if (Math.abs(memory.rss - before) < SETTLED) break;
  }
  return memory;
}
