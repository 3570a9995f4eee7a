/** From the command that creates VMs to their first instruction and their first byte on the console, several at once. */

import type { KernelOptions } from "../../kernel/index.js";
import { type Experiment, ends, figure, type Sizes, seriesOf } from "./experiment.js";
import { type Machine, onMachine } from "./machine.js";

const MILLISECOND = 1e6;

/** Prints a line as soon as it runs, and idles for ever: what the others take of the CPU is their own boot, and nothing else. */
const GUEST = { image: "pong", memory: 128 * 1024 };

export const experiment: Experiment = {
  name: "boot",
  about: "from create to the first instruction and to the first console byte",
  varies: "VMs at once",
  sizes: { points: [1, 10, 100, 1_000], seconds: 0, runs: 5 },
  paperPoints: [1, 10, 100, 1_000],
  paper: "no figure of its own; devices start initialised, so that nothing is probed",
  async measure(sizes) {
    const columns = [
      ["first instruction", "ms"],
      ["first console byte", "ms"],
    ] as const;
    const series = await seriesOf(sizes, columns, (vms) => bootAll(vms, sizes));
    const [one, many] = ends(series[0]);
    const found = `${figure(one)} ms to the first instruction of one VM, ${figure(many)} ms with all at once`;
    return { series, found };
  },
};

/** Milliseconds of every VM, over all runs. */
async function bootAll(vms: number, { runs, engine }: Sizes): Promise<readonly (readonly number[])[]> {
  const printed = new Map<number, number>();
  let machine: Machine | undefined;
  const onConsole: KernelOptions["onConsole"] = (id) => {
    if (machine && !printed.has(id)) printed.set(id, machine.client.time);
  };
  return onMachine({ engine, onConsole }, async (booted) => {
    machine = booted;
    const run: number[] = [];
    const byte: number[] = [];
    // The first VM of an image has it read and translated.
    await bootOnce(booted, 1, printed, [], []);
    for (let pass = 0; pass < runs; pass++) await bootOnce(booted, vms, printed, run, byte);
    return [run, byte];
  });
}

async function bootOnce(
  machine: Machine,
  vms: number,
  printed: Map<number, number>,
  run: number[],
  byte: number[],
): Promise<void> {
  const { client } = machine;
  const slices = new Map<number, number>();
  let seen = machine.get("slices");
  const created = client.time;
  const ids = new Set(await client.spawn({ ...GUEST, count: vms }));
  await machine.until("VMs to print", () => {
    seen = firstSlices(machine, seen, slices);
    return [...ids].every((id) => printed.has(id) && slices.has(id));
  });
  for (const id of ids) {
    run.push(((slices.get(id) as number) - created) / MILLISECOND);
    byte.push(((printed.get(id) as number) - created) / MILLISECOND);
    await client.kill(id);
    await client.reap(id);
  }
}

/** Notes when VMs first had the CPU, in the slices from the `seen`-th on. @returns how many there are */
function firstSlices({ client: { panel } }: Machine, seen: number, first: Map<number, number>): number {
  const written = panel.get("slices");
  for (let number = Math.max(seen, written - panel.trace.length); number < written; number++) {
    const { vm, start } = panel.trace.read(number);
    if (!first.has(vm)) first.set(vm, start);
  }
  return written;
}
