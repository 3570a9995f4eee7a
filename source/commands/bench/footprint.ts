/** What a VM costs the host: its own pages and all else, in core, where it runs and where it waits; and what stays of one swapped out. */

import { setTimeout as delay } from "node:timers/promises";
import { collectGarbage, type VmSpec } from "../../kernel/index.js";
import { type Experiment, ends, figure, repeated, seriesOf } from "./experiment.js";
import { type Machine, onMachine } from "./machine.js";

const KIBIBYTE = 1024;
const MEMORY = 128 * KIBIBYTE;

/** VMs that are there before anything is counted. */
const WARMING = 50;

/** Idles for longer than the experiment lasts. */
const SLEEPER = { image: "ticker", memory: MEMORY, arguments: ["100000000"] };

/** Has the CPU again and again. It may walk over more memory than the sleeper has, and does not. */
const RUNNER = { image: "yield", memory: 192 * KIBIBYTE };

/** Turns that each has had when it is measured: what is made for a VM at its first ones is there. */
const TURNS = 20;

/** Milliseconds between two collections: the host takes what they have freed back in the background. */
const SETTLING = 200;

/** Collections after which the process's memory is taken as it is, and bytes by which it may change between two. */
const MOST_COLLECTIONS = 20;
const SETTLED = 256 * KIBIBYTE;

export const experiment: Experiment = {
  name: "footprint",
  about: "memory of a VM: running, idle, and swapped out",
  varies: "VMs",
  sizes: { points: [250, 1_000], seconds: 0, runs: 3 },
  paperPoints: [1_000, 10_000],
  paper: "8,472 bytes in core of a VM that is swapped out, 97 % of them its kernel stack",
  async measure(sizes) {
    const columns = [
      ["running, its pages included", "KiB"],
      ["idle, its pages included", "KiB"],
      ["swapped out", "bytes"],
    ] as const;
    const inCore = (vms: number, spec: VmSpec & { memory: number }, turns: number) => {
      const options = { memoryBudget: (WARMING + vms) * spec.memory, engine: sizes.engine };
      return repeated(sizes.runs, () => onMachine(options, (machine) => resident(machine, vms, spec, turns)));
    };
    const series = await seriesOf(sizes, columns, async (vms) => [
      await inCore(vms, RUNNER, TURNS),
      await inCore(vms, SLEEPER, 1),
      await repeated(sizes.runs, () =>
        onMachine({ memoryBudget: MEMORY, engine: sizes.engine }, (machine) => swappedOut(machine, vms)),
      ),
    ]);
    const [[, running], [, idle], [, swapped]] = series.map(ends);
    const inCoreText = `${figure(running)} KiB in core of a VM that runs, ${figure(idle)} of one that idles`;
    return {
      series,
      found: `${inCoreText}, ${figure(swapped)} bytes of objects and buffers of one that is swapped out`,
    };
  },
};

/** Kibibytes of the resident set, a VM, once each has had so many turns; those that run go on meanwhile. */
async function resident(machine: Machine, vms: number, spec: VmSpec, turns: number): Promise<number> {
  // What the image and the kernel's own tables take at first is not each VM's.
  const before = await more(machine, WARMING, spec, turns);
  return ((await more(machine, vms, spec, turns)) - before) / KIBIBYTE / vms;
}

/** Creates so many VMs; bytes of the resident set then. */
async function more(machine: Machine, count: number, spec: VmSpec, turns: number): Promise<number> {
  await machine.client.spawn({ ...spec, count });
  const { panel } = machine.client;
  await machine.until("VMs to have had their turns", () =>
    panel.vm.slices.subarray(0, panel.get("rows")).every((slices) => slices >= turns),
  );
  return (await settled()).rss;
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
