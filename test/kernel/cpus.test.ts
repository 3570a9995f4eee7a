/** Guests on several CPUs, in real time, stepped by the test: what they compute, who is charged, and whoever is stopped. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import { SliceEnd, UserError } from "../../source/kernel/index.js";
import { consoleOf, MIB, MILLISECOND, SECOND, temporaryFolder } from "./boot.js";
import { bootWithCpus, figure, otherCpusReady, slicesOf, stepFor, stepUntil } from "./cpus.js";
import { expectInvariants } from "./invariants.js";
import { int, move, spin, store, tinyGuest } from "./tiny-guest.js";

/** `primes` prints every thousandth prime: those that have no divisor, whichever threads it ran on. */
function expectRightPrimes(console: string): void {
  const lines = [...console.matchAll(/^(\d+) primes up to (\d+)$/gm)].map(([, count, prime]) =>
    [count, prime].map(Number),
  );
  const last = lines.at(-1) as number[];
  const composite = new Uint8Array(last[1] + 1);
  let count = 0;
  for (let number = 2; number <= last[1]; number++) {
    if (composite[number]) continue;
    count++;
    for (let multiple = number * number; multiple <= last[1]; multiple += number) composite[multiple] = 1;
    if (count === last[0]) expect(number).toBe(last[1]);
  }
  expect(count).toBe(last[0]);
}

describe("how many CPUs there may be", () => {
  it.each([0, -1, 1.5, 65, Number.NaN])("refuses %s", (cpus) => {
    expect(() => bootWithCpus(cpus)).toThrow(UserError);
  });

  it("refuses more than one in virtual time, where runs repeat exactly", () => {
    expect(() => bootWithCpus(2, { clock: "virtual" })).toThrow(/virtual time/);
  });
});

describe.each(["translator", "interpreter"] as const)("on three CPUs with the %s", (engine) => {
  it("runs three at once, computes what one computes, and charges each what it used", async () => {
    const kernel = bootWithCpus(3, { engine });
    await otherCpusReady(kernel);
    const before = kernel.panel.get("busyTime");
    const ids = kernel.spawn({ image: "primes", count: 4, arguments: ["5000"] });
    await stepUntil(
      kernel,
      () => ids.every((id) => consoleOf(kernel, id).split("\n").length > 4),
      "every VM's fourth line",
    );
    for (const id of ids) expectRightPrimes(consoleOf(kernel, id));
    for (const cpu of [0, 1, 2]) expect(slicesOf(kernel, cpu).length).toBeGreaterThan(0);
    const charged = ids.reduce((sum, id) => sum + figure(kernel, id, "cpuTime"), 0);
    expect(kernel.panel.get("busyTime") - before).toBe(charged);
    expect(charged).toBeLessThanOrEqual(3 * kernel.now);
    expectInvariants(kernel);
  });
});

it("runs no two turns of one VM, or of one CPU, at the same time", async () => {
  const kernel = bootWithCpus(3, { engine: "translator" });
  await otherCpusReady(kernel);
  kernel.spawn({ image: "primes", count: 5 });
  await stepFor(kernel, 0.3 * SECOND);
  const slices = kernel.panel.trace.since(0, kernel.panel.get("slices"));
  for (const by of ["vm", "cpu"] as const) {
    const ends = new Map<number, number>();
    for (const slice of [...slices].sort((a, b) => a.start - b.start)) {
      expect(slice.start).toBeGreaterThanOrEqual(ends.get(slice[by]) ?? 0);
      ends.set(slice[by], slice.end);
    }
  }
});

it("leaves VMs that want something all the time, and the supervisor, on the kernel's own CPU", async () => {
  const kernel = bootWithCpus(2, { engine: "translator", supervisor: true });
  await otherCpusReady(kernel);
  const [chatty] = kernel.spawn({ image: "primes", arguments: ["1"] });
  const [busy] = kernel.spawn({ image: "primes", arguments: ["1000000"] });
  const elsewhere = () => new Set(slicesOf(kernel, 1).map(({ vm }) => vm));
  await stepUntil(kernel, () => elsewhere().has(busy), "a slice of the VM that computes on the other CPU");
  await stepFor(kernel, 0.2 * SECOND);
  expect(elsewhere().has(kernel.panel.vm.id[0])).toBe(false);
  expect(figure(kernel, chatty, "instructions")).toBeGreaterThan(0);
});

describe("a VM that runs on another CPU", () => {
  async function bootSpinning(image = "primes") {
    const kernel = bootWithCpus(2, { engine: "translator" });
    await otherCpusReady(kernel);
    const [id] = kernel.spawn({ image, arguments: ["1000000"] });
    const elsewhere = () => slicesOf(kernel, 1).some(({ vm }) => vm === id);
    await stepUntil(kernel, elsewhere, "a slice on the other CPU");
    kernel.setQuantum({ instructions: 1e15 });
    const slices = kernel.panel.get("slices");
    await stepUntil(kernel, () => kernel.panel.get("slices") > slices, "the end of a slice");
    await stepUntil(kernel, () => kernel.panel.get("vms:running") === 1, "the next slice");
    return { kernel, id };
  }

  it("is paused at once, stands still, and goes on where it was", async () => {
    const { kernel, id } = await bootSpinning();
    const before = kernel.now;
    kernel.pause(id);
    expect(kernel.now - before).toBeLessThan(20 * SECOND); // The quantum would take days.
    const { registers, eip } = kernel.inspect(id);
    const memory = kernel.readMemory(id, 0x1000, 4096);
    const instructions = figure(kernel, id, "instructions");
    await stepFor(kernel, 20 * MILLISECOND);
    expect(kernel.inspect(id)).toMatchObject({ registers, eip, state: "paused" });
    expect(kernel.readMemory(id, 0x1000, 4096)).toEqual(memory);
    expect(figure(kernel, id, "instructions")).toBe(instructions);
    kernel.setQuantum({ nanoseconds: 5 * MILLISECOND });
    kernel.resume(id);
    await stepUntil(kernel, () => figure(kernel, id, "instructions") > instructions);
    expectInvariants(kernel);
  });

  it("is killed at once and gives its memory back", async () => {
    const { kernel, id } = await bootSpinning();
    kernel.kill(id);
    kernel.reap(id);
    expect(kernel.panel.get("memoryResident")).toBe(0);
    expect(kernel.panel.get("vms:running")).toBe(0);
    await stepFor(kernel, 5 * MILLISECOND);
    expectInvariants(kernel);
  });

  it("is shown as it is now, and its turn goes on later", async () => {
    const { kernel, id } = await bootSpinning();
    const first = kernel.inspect(id);
    const before = figure(kernel, id, "instructions");
    let second = first;
    // Its thread may have had none of so little time.
    for (let tries = 0; tries < 100 && figure(kernel, id, "instructions") <= before; tries++) {
      await stepFor(kernel, 20 * MILLISECOND);
      second = kernel.inspect(id);
    }
    expect(figure(kernel, id, "instructions")).toBeGreaterThan(before);
    expect([second.eip, ...second.registers]).not.toEqual([first.eip, ...first.registers]);
  });
});

/** `mov ecx, turns; 1: dec ecx; jnz 1b`: computes for long enough to be sent away. */
const compute = (turns: number) => [...move("ecx", turns), 0x49, 0x75, 0xfd];

describe.each([
  ["a store outside memory", store(0xf000_0000, 1), "memory fault"],
  ["an instruction that there is not", [0x0f, 0x0b], "illegal instruction"],
  ["a virtual instruction that there is not", int(0x90), "bad virtual instruction"],
] as const)("%s on another CPU", (_, instruction, cause) => {
  it("ends that VM alone, and is told as on the kernel's own", async () => {
    const turns = 400_000_000;
    const image = tinyGuest(compute(turns), instruction);
    const kernel = bootWithCpus(2, { engine: "translator" });
    await otherCpusReady(kernel);
    const [other] = kernel.spawn({ image: "ticker" });
    const [id] = kernel.spawn({ image });
    await stepUntil(kernel, () => figure(kernel, id, "endedAt") > 0, "its end");
    const last = kernel.panel.trace.since(0, kernel.panel.get("slices")).findLast(({ vm }) => vm === id);
    expect(last).toMatchObject({ cpu: 1, why: SliceEnd.ENDED });
    expect(kernel.inspect(id)).toMatchObject({
      state: "crashed",
      fault: { cause, eip: 0x1000 + compute(turns).length },
    });
    expect(kernel.inspect(other).state).not.toBe("crashed");
    expect(figure(kernel, id, "instructions")).toBe(1 + 2 * turns + (cause === "bad virtual instruction" ? 1 : 0));
    expectInvariants(kernel);
  });
});

describe("what a VM prints on another CPU", () => {
  const line = 5000;
  const printing = (address: number) => [
    ...move("eax", address),
    ...move("ecx", line),
    ...int(VirtualInstruction.CONSOLE_PUT),
  ];

  it("is on its console whole and in order, however much it is", async () => {
    const count = [0xfe, 0x05, 0x00, 0x80, 0x00, 0x00]; // `inc byte [0x8000]`
    const loop = [...compute(5_000_000), ...count, ...printing(0x8000)];
    const back = [0xe9, ...new Uint8Array(Int32Array.of(-(loop.length + 5)).buffer)];
    const kernel = bootWithCpus(2, { engine: "translator", quantum: { nanoseconds: 100 * MILLISECOND } });
    await otherCpusReady(kernel);
    const [id] = kernel.spawn({ image: tinyGuest(loop, back) });
    const elsewhere = () => slicesOf(kernel, 1).filter(({ vm }) => vm === id).length > 2;
    await stepUntil(kernel, () => elsewhere() && figure(kernel, id, "consoleBytes") > 40 * line, "its fortieth line");
    kernel.pause(id);
    const { position, bytes } = kernel.readConsole(id, 0);
    expect(position + bytes.length).toBe(figure(kernel, id, "consoleBytes"));
    expect((position + bytes.length) % line).toBe(0);
    const expected = bytes.map((_, at) => ((position + at) % line === 0 ? (position + at) / line + 1 : 0));
    expect(bytes).toEqual(expected);
  });

  it("ends it where it is not in memory", async () => {
    const kernel = bootWithCpus(2, { engine: "translator" });
    await otherCpusReady(kernel);
    const [id] = kernel.spawn({ image: tinyGuest(compute(400_000_000), printing(0xffff_ff00)) });
    await stepUntil(kernel, () => figure(kernel, id, "endedAt") > 0, "its end");
    expect(slicesOf(kernel, 1).some(({ vm }) => vm === id)).toBe(true);
    const fault = { cause: "memory fault", instruction: "int 0xd4" };
    expect(kernel.inspect(id)).toMatchObject({ state: "crashed", fault });
    expect(figure(kernel, id, "consoleBytes")).toBe(0);
  });
});

it("has what was missed on another CPU translated for all", async () => {
  const turns = 400_000_000;
  const key = 0x5a5a5a5a;
  const computing = compute(turns);
  // Where it goes on is computed, so that nobody finds it ahead of running: `mov eax, a; xor eax, key; jmp eax; a: jmp a`.
  const target = 0x1000 + computing.length + 12;
  const xor = [0x35, ...new Uint8Array(Int32Array.of(key).buffer)];
  const kernel = bootWithCpus(2, { engine: "translator" });
  await otherCpusReady(kernel);
  const [id] = kernel.spawn({ image: tinyGuest(computing, move("eax", target ^ key), xor, [0xff, 0xe0], spin) });
  await stepUntil(kernel, () => figure(kernel, id, "instructions") > 2 * turns, "the end of what is found ahead");
  const translated = figure(kernel, id, "translatedInstructions");
  await stepUntil(
    kernel,
    () => figure(kernel, id, "translatedInstructions") > translated + 100_000_000,
    "translated instructions",
  );
  expect(slicesOf(kernel, 1).filter(({ vm }) => vm === id).length).toBeGreaterThan(5);
});

it("swaps computing VMs in and out that run on all CPUs, fairly, and loses no byte and no interrupt", async () => {
  const kernel = bootWithCpus(3, {
    engine: "translator",
    memoryBudget: 4 * MIB,
    quantum: { nanoseconds: MILLISECOND },
  });
  const checking = kernel.spawn({ image: "memory", memory: MIB, count: 4, arguments: ["900", "1"] });
  const computing = kernel.spawn({ image: "primes", memory: MIB, count: 5 });
  const got = (id: number) => figure(kernel, id, "admissions") > 2 && figure(kernel, id, "instructions") > 0;
  await stepUntil(kernel, () => [...checking, ...computing].every(got), "everybody's third admission");
  for (const id of checking) expect(consoleOf(kernel, id)).not.toContain("corrupted");
  await stepUntil(kernel, () => checking.every((id) => consoleOf(kernel, id).includes("verified 2")), "two rounds");
  for (const id of computing) if (consoleOf(kernel, id)) expectRightPrimes(consoleOf(kernel, id));
  expect(kernel.panel.get("memoryResident")).toBeLessThanOrEqual(4 * MIB);
  expectInvariants(kernel);
});

it("stops loudly when the thread of a CPU breaks", async () => {
  const file = join(temporaryFolder(), "broken.mjs");
  writeFileSync(file, 'throw new Error("this CPU is broken");\n');
  const kernel = bootWithCpus(2, { processorFile: file });
  kernel.spawn({ image: "hostile-spin" });
  await expect(stepFor(kernel, 20 * SECOND)).rejects.toThrow("this CPU is broken");
});
