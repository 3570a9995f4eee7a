/** Commands at any time over guests on several CPUs that compute, idle, talk, crash and do not fit into memory. */

import { expect, it } from "vitest";
import { UserError } from "../../source/kernel/index.js";
import { consoleOf, MIB, MILLISECOND } from "./boot.js";
import { bootWithCpus, otherCpusReady, slicesOf, stepFor, stepUntil } from "./cpus.js";
import { expectInvariants, livingOf, vmsOf } from "./invariants.js";

const KIB = 1024;

/** A generator of its own, so that a failure can be repeated as far as real time lets it. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const FLEET = [
  { image: "primes", memory: 256 * KIB },
  { image: "primes", memory: 256 * KIB, arguments: ["50"] },
  { image: "hostile-spin", memory: 256 * KIB },
  { image: "ticker", arguments: ["1"] },
  { image: "memory", memory: MIB, arguments: ["512", "2"] },
  { image: "interrupts" },
  { image: "burst", arguments: ["1", "2"] },
  { image: "ping", arguments: ["1"] },
  { image: "pong" },
  { image: "recursion" },
  { image: "hostile-flood" },
];

/** `CPU_STRESS_ROUNDS=5000 npx vitest run test/kernel/cpus-stress.test.ts` soaks. */
const ROUNDS = Number(process.env.CPU_STRESS_ROUNDS ?? 150);

it.each([2, 4])(
  "keeps the books right on %i CPUs whatever is asked and whenever",
  { timeout: 3_600_000 },
  async (cpus) => {
    const kernel = bootWithCpus(cpus, { memoryBudget: 3 * MIB, quantum: { nanoseconds: MILLISECOND } });
    await otherCpusReady(kernel);
    const begun = kernel.now;
    const random = randomOf(cpus);
    const pick = <T>(from: readonly T[]): T => from[random(from.length)];
    kernel.spawn({ image: "primes", memory: 256 * KIB, count: 4 });
    kernel.spawn({ image: "memory", memory: MIB, arguments: ["512", "2"], count: 2 });
    const actions: ((id: number) => void)[] = [
      (id) => kernel.pause(id),
      (id) => kernel.resume(id),
      (id) => kernel.resume(id),
      (id) => kernel.kill(id),
      (id) => kernel.reap(id),
      (id) => void kernel.type(id, Buffer.from("x\r")),
      (id) => void kernel.readMemory(id, 0x1000, 64),
      () => void kernel.spawn(pick(FLEET)),
      (id) => void kernel.spawn({ ...pick(FLEET), tickets: 1 + (id % 500) }),
      () => kernel.setPolicy(pick(["round-robin", "lottery"])),
      () => kernel.setInterruptMode(pick(["batched", "batched", "immediate"])),
      () => kernel.setMemoryBudget(pick([2 * MIB, 3 * MIB, 6 * MIB])),
      () => kernel.setQuantum(pick([{ nanoseconds: 100_000 }, { nanoseconds: 5e6 }, { instructions: 200_000 }])),
    ];
    const used = new Set<number>();
    const noteUsed = () => {
      for (let cpu = 1; cpu < cpus; cpu++) if (slicesOf(kernel, cpu, begun).length > 0) used.add(cpu);
    };
    for (let round = 0; round < ROUNDS; round++) {
      await stepFor(kernel, random(8) * MILLISECOND);
      try {
        pick(actions)(pick(vmsOf(kernel)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
      if (round % 4 === 0) expectInvariants(kernel);
      noteUsed();
    }
    for (const { id, image } of livingOf(kernel))
      if (image === "memory") expect(consoleOf(kernel, id)).not.toContain("corrupted");
    for (const { id } of livingOf(kernel)) kernel.kill(id);
    kernel.setInterruptMode("batched");
    kernel.spawn({ image: "primes", memory: 256 * KIB, count: cpus });
    const all = () => {
      noteUsed();
      return used.size === cpus - 1;
    };
    await stepUntil(kernel, all, "a slice on every CPU");
    for (const { id } of livingOf(kernel)) kernel.kill(id);
    for (const id of vmsOf(kernel)) kernel.reap(id);
    await stepUntil(kernel, () => kernel.panel.get("swapsUnderWay") === 0, "the end of transfers");
    kernel.step();
    expectInvariants(kernel);
    for (const name of ["memoryResident", "swapReserved", "gatekeeperQueue", "runQueue", "vms:running"] as const) {
      expect({ name, value: kernel.panel.get(name) }).toEqual({ name, value: 0 });
    }
  },
);
