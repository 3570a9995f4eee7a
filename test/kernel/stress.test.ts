/**
 * Commands in any order, from everybody at any time, over a fleet that computes, idles, talks, crashes and does not fit into
 * memory: whatever is asked, the kernel's books stay right, everyone gets on, and nothing is kept of who has ended.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Kernel, UserError, type VmSpec } from "../../source/kernel/index.js";
import { boot, figure, MIB, MILLISECOND, runFor } from "./boot.js";
import { expectInvariants, livingOf, vmsOf } from "./invariants.js";

const KIB = 1024;

const FLEET: readonly VmSpec[] = [
  { image: "primes", memory: MIB },
  { image: "primes", memory: 2 * MIB, tickets: 10 },
  { image: "ticker", arguments: ["3"], count: 3 },
  { image: "ticker", arguments: ["40"], count: 2 },
  { image: "memory", memory: MIB, arguments: ["512", "5"] },
  { image: "ping", arguments: ["2"] },
  { image: "pong" },
  { image: "echo", memory: MIB },
  { image: "burst", arguments: ["1", "2"] },
  { image: "interrupts" },
  { image: "hello" },
  { image: "exit", arguments: ["7"] },
  { image: "hostile-flood" },
  { image: "hostile-stack" },
  { image: "hostile-registers" },
  { image: "disk", disks: [{ name: "scratch", blocks: 64, readOnly: false }] },
];

type Command = (kernel: Kernel) => void;

const which = fc.nat(1000);
const pick = (kernel: Kernel, choice: number) => {
  const ids = vmsOf(kernel);
  return ids.length === 0 ? 1 : ids[choice % ids.length];
};
const onVm = (name: string, act: (kernel: Kernel, id: number) => void) =>
  which.map((choice) => named(`${name} ${choice}`, (kernel) => act(kernel, pick(kernel, choice))));

/** A command that says what it is when fast-check shows it. */
function named(name: string, command: Command): Command {
  return Object.assign(command, { [fc.toStringMethod]: () => name });
}

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .integer({ min: 1, max: 12_000 })
      .map((us) => named(`run ${us} us`, (kernel) => kernel.runUntil(kernel.now + us * 1000))),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...FLEET)
      .map((spec) => named(`spawn ${JSON.stringify(spec)}`, (kernel) => void kernel.spawn(spec))),
  },
  { weight: 2, arbitrary: onVm("pause", (kernel, id) => kernel.pause(id)) },
  { weight: 2, arbitrary: onVm("resume", (kernel, id) => kernel.resume(id)) },
  { weight: 2, arbitrary: onVm("kill", (kernel, id) => kernel.kill(id)) },
  {
    weight: 1,
    arbitrary: onVm("kill and reap", (kernel, id) => {
      kernel.kill(id);
      kernel.reap(id);
    }),
  },
  { weight: 1, arbitrary: onVm("reap", (kernel, id) => kernel.reap(id)) },
  { weight: 2, arbitrary: onVm("type", (kernel, id) => void kernel.type(id, Buffer.from("hello\r"))) },
  { weight: 1, arbitrary: onVm("tickets", (kernel, id) => kernel.setTickets(id, 1 + (id % 500))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        { nanoseconds: 10_000 },
        { nanoseconds: 1e9 },
        { instructions: 1 },
        { instructions: 1e5 },
        { nanoseconds: 5e6 },
      )
      .map((quantum) => named(`quantum ${JSON.stringify(quantum)}`, (kernel) => kernel.setQuantum(quantum))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("round-robin", "lottery")
      .map((policy) => named(policy, (kernel) => kernel.setPolicy(policy))),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 64 })
      .map((units) => named(`budget ${units}`, (kernel) => kernel.setMemoryBudget(units * 128 * KIB))),
  },
);

/** Carries a command out; one that makes no sense now is refused with a line, and nothing else may be thrown. */
function perform(kernel: Kernel, command: Command): void {
  try {
    command(kernel);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** Images that never stop wanting the CPU for long. */
const BUSY = ["primes", "ticker", "memory", "burst"];

/** Everybody who wants the CPU gets on, however little memory there is, and the memory budget is kept. */
function expectProgress(kernel: Kernel): void {
  kernel.setQuantum({ nanoseconds: MILLISECOND });
  for (const { id, state } of livingOf(kernel)) if (state === "paused") kernel.resume(id);
  const before = livingOf(kernel).map(({ id }) => ({ id, instructions: figure(kernel, id, "instructions") }));
  runFor(kernel, 0.25 * (before.length + 1));
  expectInvariants(kernel);
  const living = livingOf(kernel);
  for (const { id, instructions } of before) {
    const vm = living.find((each) => each.id === id);
    const wantsCpu = vm?.vectors.some((vector) => vector.pending > 0) || BUSY.includes(vm?.image ?? "");
    if (wantsCpu) expect({ vm, gotOn: figure(kernel, id, "instructions") > instructions }).toEqual({ vm, gotOn: true });
  }
  expect(kernel.panel.get("memoryResident")).toBeLessThanOrEqual(kernel.panel.get("memoryBudget"));
}

function expectNothingKept(kernel: Kernel): void {
  for (const { id } of livingOf(kernel)) kernel.kill(id);
  for (const id of vmsOf(kernel)) kernel.reap(id);
  runFor(kernel, 0.01);
  expectInvariants(kernel);
  for (const name of ["memoryResident", "swapReserved", "swapsUnderWay", "gatekeeperQueue", "runQueue"] as const) {
    expect({ name, value: kernel.panel.get(name) }).toEqual({ name, value: 0 });
  }
}

/** `STRESS_RUNS=500 npx vitest run test/kernel/stress.test.ts` soaks, each time with other commands. */
const soakRuns = Number(process.env.STRESS_RUNS ?? 0);
const settings = soakRuns > 0 ? { numRuns: soakRuns } : { numRuns: 6, seed: 1 };

describe("any sequence of commands", () => {
  it("leaves the books right, lets everyone get on and keeps nothing of who has ended", { timeout: 3_600_000 }, () => {
    const sequences = fc.array(commands, { minLength: 5, maxLength: 50, size: "max" });
    const property = fc.property(sequences, fc.boolean(), (sequence, supervisor) => {
      const kernel = boot({ supervisor, memoryBudget: 5 * MIB });
      kernel.spawn({ image: "primes", memory: MIB });
      kernel.spawn({ image: "ticker", arguments: ["2"], count: 4 });
      kernel.spawn({ image: "memory", memory: MIB, arguments: ["256", "3"] });
      for (const command of sequence) {
        perform(kernel, command);
        expectInvariants(kernel);
      }
      expectProgress(kernel);
      expectNothingKept(kernel);
    });
    fc.assert(property, { endOnFailure: true, ...settings });
  });
});
