import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exit } from "../../../source/kernel/x86/machine.js";
import { DATA, type Guest, makeGuest } from "./guest.js";

/**
 * A loop over everything that keeps state between instructions: flags into adc and rcl, calls, strings, a virtual
 * instruction each time round, and a division that faults in the end.
 *
 *     1000: mov ecx, 5            1005: push ecx            1006: add eax, 0x70000001
 *     100b: adc ebx, eax          100d: rcl edx, 1          100f: mov edi, 0x2100
 *     1014: mov ecx, 3            1019: rep stosb           101b: call 0x102c
 *     1020: pop ecx               1021: int 0x10            1023: dec ecx
 *     1024: jne 0x1005            1026: xor ecx, ecx        1028: div ecx
 *     102a: nop; nop              102c: inc esi             102d: sbb esi, 0
 *     1030: ret
 */
const CODE =
  "b9 05 00 00 00 51 05 01 00 00 70 11 c3 d1 d2 bf 00 21 00 00 b9 03 00 00 00 f3 aa e8 0c 00 00 00 59 cd 10 49 " +
  "75 df 31 c9 f7 f1 90 90 46 83 de 00 c3";

/** Everything that can be seen of a machine. */
const snapshot = ({ state, memory }: Guest) => ({ state: [...state], data: [...memory.bytes.subarray(DATA)] });

const makeLoop = (): Guest => makeGuest(CODE, { registers: { ESP: DATA + 0x800 } });

/** Runs, of an instruction at least, within which all of it is over. */
const MANY = 1_000;

/** Runs to the fault at most, `fuels` in turn, again and again; gives all virtual instructions and the total. */
function runToFault(guest: Guest, fuels: readonly number[]) {
  const vectors: number[] = [];
  let total = 0;
  for (let i = 0; i < MANY; i++) {
    const fuel = fuels[i % fuels.length];
    const exit = guest.run(fuel);
    total += guest.engine.retired;
    if (exit === Exit.FAULT) return { vectors, total, fault: guest.engine.fault!, ...snapshot(guest) };
    if (exit === Exit.VIRTUAL_INSTRUCTION) vectors.push(guest.engine.vector);
    else expect(guest.engine.retired).toBe(fuel);
  }
  throw new Error("it met no fault");
}

describe("fuel", () => {
  const whole = runToFault(makeLoop(), [1_000_000]);

  it("is one an instruction, virtual ones and repeated string instructions included", () => {
    // 1 + 5 rounds of 13 and 3 in the function + xor; the division is not retired.
    expect(whole.total).toBe(1 + 5 * (12 + 3) + 1);
    expect(whole.vectors).toEqual([0x10, 0x10, 0x10, 0x10, 0x10]);
    expect(whole.fault).toMatchObject({ cause: "divide error", eip: 0x1028, instruction: "div ecx" });
  });

  it("may be split anywhere without changing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), (fuels) => {
        expect(runToFault(makeLoop(), fuels)).toEqual(whole);
      }),
    );
  });

  it("of n retires exactly n", () => {
    for (let fuel = 0; fuel < 11; fuel++) {
      const guest = makeLoop();
      expect(guest.run(fuel)).toBe(Exit.FUEL);
      expect(guest.engine.retired).toBe(fuel);
      const single = makeLoop();
      for (let i = 0; i < fuel; i++) single.run(1);
      expect(snapshot(guest)).toEqual(snapshot(single));
    }
  });

  it.each([
    ["rep stosb", "f3 aa 90", 2_000, 4],
    ["rep stosd", "f3 ab 90", 501, 4],
    ["rep movsb", "f3 a4 90", 1_500, 4],
    ["rep lodsb", "f3 ac 90", 600, 1],
    ["repe scasb", "f3 ae 90", 700, 1],
    ["repne cmpsb", "f2 a6 90", 0, 1],
  ])("bounds %s of %i elements, which can be left and gone on with, by what it does", (name, code, count, each) => {
    const registers = { ECX: count, EDI: DATA, ESI: DATA };
    const [whole, stepped] = [makeGuest(code, { registers }), makeGuest(code, { registers })];
    let steps = 0;
    for (let eip = stepped.state[8]; stepped.state[8] === eip && steps < MANY; steps++) stepped.run(1);
    expect(steps).toBe(Math.max(1, Math.ceil(count / each)));
    expect(whole.run(steps)).toBe(Exit.FUEL);
    expect(snapshot(stepped)).toEqual(snapshot(whole));
    expect(whole.register("ECX")).toBe(0);
    if (name !== "rep lodsb") expect(whole.register("EDI")).toBe(DATA + count * (name === "rep stosd" ? 4 : 1));
  });

  it.each([1, 3, 700, 10_000])("leaves a repetition that faults where it got, with fuel for %i at a time", (fuel) => {
    const guest = makeGuest("f3 aa", { registers: { ECX: 0x2000, EDI: DATA } });
    let exit: Exit = Exit.FUEL;
    for (let steps = 0; exit === Exit.FUEL && steps < 2 * MANY; steps++) exit = guest.run(fuel);
    expect(exit).toBe(Exit.FAULT);
    expect(guest.register("EDI")).toBe(DATA + 0x1000);
    expect(guest.register("ECX")).toBe(0x1000);
    // What was done before counts; that with the fault does not.
    if (fuel === 10_000) expect(guest.engine.retired).toBe(0x1000 / 4);
  });

  it("runs out before a virtual instruction, not within it", () => {
    const guest = makeGuest("90 cd 05");
    expect(guest.run(1)).toBe(Exit.FUEL);
    expect(guest.run(0)).toBe(Exit.FUEL);
    expect(guest.run(1)).toBe(Exit.VIRTUAL_INSTRUCTION);
  });
});

describe("one engine, several machines", () => {
  it("keeps nothing of one when it runs another", () => {
    const first = makeLoop();
    const second = makeGuest(CODE, { registers: { ESP: DATA + 0x700, EAX: 77 } });
    const alone = makeGuest(CODE, { registers: { ESP: DATA + 0x700, EAX: 77 } });
    for (let i = 0; i < 12; i++) {
      first.engine.run(first.state, first.memory, 3);
      first.engine.run(second.state, second.memory, 2);
      alone.run(2);
    }
    expect(snapshot(second)).toEqual(snapshot(alone));
  });
});
