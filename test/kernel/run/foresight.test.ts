/** Judged by the host: a memory that nobody holds is one that a WeakRef no longer leads to once garbage was collected. */

import { expect, it } from "vitest";
import { collectGarbage } from "../../../source/kernel/index.js";
import { FORESEEN_TIMERS, FORESEEN_VMS, MEMORY_GRANULE } from "../../../source/kernel/params.js";
import { Foresight } from "../../../source/kernel/run/foresight.js";
import type { Policy } from "../../../source/kernel/sched/schedulable.js";
import type { TimerQueue } from "../../../source/kernel/timers.js";
import type { Image } from "../../../source/kernel/vm/image.js";
import { MemoryPool } from "../../../source/kernel/vm/memory.js";
import { Vm } from "../../../source/kernel/vm/vm.js";
import { VmRecords } from "../../../source/kernel/vm/vm-records.js";
import type { Engine } from "../../../source/kernel/x86/machine.js";

const pool = new MemoryPool();

const plan = {
  ...{ memorySize: MEMORY_GRANULE, arguments: [], diskSpecs: [], supervisor: false, wake: () => {} },
  image: { elf: { entry: 0x1000 } } as unknown as Image,
  engine: {} as Engine,
  engineName: "interpreter" as const,
  records: new VmRecords(),
};

function machine(_: unknown, row: number): Vm {
  const vm = new Vm({ id: row + 1, row, name: "vm" }, plan, 1);
  vm.memory = pool.take(MEMORY_GRANULE);
  return vm;
}

/** A queue of VMs that nobody else holds. @returns what leads to the memory of the last */
function fetchFor(foresight: Foresight, which: "policy" | "timers"): WeakRef<object> {
  const machines = Array.from({ length: FORESEEN_VMS + 1 }, machine);
  const foresee = (most: number, places: unknown[]) => {
    const count = Math.min(most, machines.length);
    for (let index = 0; index < count; index++) places[index] = machines[index];
    return count;
  };
  const queue = (size: number) => ({ size, fired: 0, foresee });
  const { length } = machines;
  const policy = queue(which === "policy" ? length : 0) as unknown as Policy<Vm>;
  const timers = queue(which === "timers" ? length : 0) as unknown as TimerQueue;
  foresight.turn(policy, timers);
  const last = which === "policy" ? FORESEEN_VMS : FORESEEN_TIMERS;
  return new WeakRef<object>(machines[last - 1].memory as object);
}

it.each(["policy", "timers"] as const)("holds no VM when it has fetched for those of the %s", async (which) => {
  const foresight = new Foresight();
  const memory = fetchFor(foresight, which);
  expect(memory.deref()).toBeDefined();
  // A WeakRef keeps what it leads to until the job that looked at it is over.
  await new Promise(setImmediate);
  collectGarbage();
  expect(memory.deref()).toBeUndefined();
  // It is still there, and with it what it would hold.
  expect(foresight).toBeInstanceOf(Foresight);
});
