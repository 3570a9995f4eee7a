/** SSE and SSE2 by hand-assembled examples: Intel SDM vol. 2, and vol. 1, chapters 4.8 and 11.5 for NaNs. */
import { describe, expect, it } from "vitest";
import { Exit, StateWord } from "../../../source/kernel/x86/machine.js";
import { type Before, DATA, type Guest, makeGuest } from "./guest.js";

/** Sets an XMM register from doubles or 32-bit words, lowest first. */
function setDoubles(guest: Guest, register: number, ...values: number[]): void {
  const words = new Int32Array(new Float64Array(values).buffer);
  setWords(guest, register, ...words);
}

function setWords(guest: Guest, register: number, ...words: number[]): void {
  guest.state.set(words, StateWord.XMM + register * 4);
}

const words = (guest: Guest, register: number): string[] =>
  [...guest.state.subarray(StateWord.XMM + register * 4, StateWord.XMM + register * 4 + 4)].map((word) =>
    (word >>> 0).toString(16),
  );

const doubles = (guest: Guest, register: number): number[] => [
  ...new Float64Array(guest.state.slice(StateWord.XMM + register * 4, StateWord.XMM + register * 4 + 4).buffer),
];

const floatBits = (value: number): number => new Int32Array(new Float32Array([value]).buffer)[0];

/** Runs one instruction on XMM0 and XMM1, set from doubles. */
function onDoubles(code: string, first: readonly number[], second: readonly number[], before: Before = {}): Guest {
  const guest = makeGuest(code, before);
  setDoubles(guest, 0, ...first);
  setDoubles(guest, 1, ...second);
  expect(guest.run(1)).toBe(Exit.FUEL);
  return guest;
}

describe("scalar doubles", () => {
  it.each([
    ["addsd", "f2 0f 58 c1", 0.1, 0.2, 0.1 + 0.2],
    ["subsd", "f2 0f 5c c1", 1, 3, -2],
    ["mulsd", "f2 0f 59 c1", 1e300, 1e300, Number.POSITIVE_INFINITY],
    ["divsd", "f2 0f 5e c1", -1, 0, Number.NEGATIVE_INFINITY],
    ["sqrtsd", "f2 0f 51 c1", 9, 2, Math.SQRT2],
    ["minsd", "f2 0f 5d c1", 1, -1, -1],
    ["maxsd", "f2 0f 5f c1", 1, -1, 1],
  ])("%s leaves the upper half", (_name, code, a, b, result) => {
    expect(doubles(onDoubles(code, [a, 77], [b, 88]), 0)).toEqual([result, 77]);
  });

  it("of opposite infinities is the default NaN, which is negative", () => {
    const guest = onDoubles("f2 0f 5c c1", [Number.POSITIVE_INFINITY, 0], [Number.POSITIVE_INFINITY, 0]);
    expect(words(guest, 0).slice(0, 2)).toEqual(["0", "fff80000"]);
    expect(words(onDoubles("f2 0f 51 c1", [0, 0], [-1, 0]), 0).slice(0, 2)).toEqual(["0", "fff80000"]);
  });

  it("keep the first operand's NaN, made quiet, and otherwise the second's", () => {
    const both = makeGuest("f2 0f 58 c1");
    setWords(both, 0, 5, 0x7ff0_0000);
    setWords(both, 1, 6, 0x7ff8_1111);
    both.run(1);
    expect(words(both, 0).slice(0, 2)).toEqual(["5", "7ff80000"]);
    const second = makeGuest("f2 0f 58 c1");
    setWords(second, 1, 6, 0xfff0_1111 | 0);
    second.run(1);
    expect(words(second, 0).slice(0, 2)).toEqual(["6", "fff81111"]);
  });

  it("minsd of zeros or with a NaN gives the second operand", () => {
    expect(Object.is(doubles(onDoubles("f2 0f 5d c1", [0, 0], [-0, 0]), 0)[0], -0)).toBe(true);
    expect(doubles(onDoubles("f2 0f 5d c1", [Number.NaN, 0], [7, 0]), 0)[0]).toBe(7);
    expect(doubles(onDoubles("f2 0f 5d c1", [7, 0], [Number.NaN, 0]), 0)[0]).toBeNaN();
  });

  it.each([
    [1, 2, "CF"],
    [2, 1, ""],
    [0, -0, "ZF"],
    [1, Number.NaN, "ZF PF CF"],
  ])("ucomisd %d, %d sets %s and clears the others", (a, b, flags) => {
    expect(onDoubles("66 0f 2e c1", [a, 0], [b, 0], { flags: "OF SF AF" }).flags()).toBe(flags);
  });

  it.each([
    [0, 1, 1, true],
    [1, 1, 2, true],
    [2, 2, 2, true],
    [3, Number.NaN, 1, true],
    [4, 1, 1, false],
    [5, Number.NaN, 1, true],
    [6, 1, 2, false],
    [7, 1, Number.NaN, false],
  ])("cmpsd with predicate %d of %d and %d", (predicate, a, b, holds) => {
    const guest = onDoubles(`f2 0f c2 c1 0${predicate}`, [a, 3], [b, 4]);
    expect(words(guest, 0).slice(0, 2)).toEqual(holds ? ["ffffffff", "ffffffff"] : ["0", "0"]);
    expect(doubles(guest, 0)[1]).toBe(3);
  });
});

describe("floats are rounded once", () => {
  it("mulss", () => {
    const guest = makeGuest("f3 0f 59 c1");
    setWords(guest, 0, floatBits(1 + 2 ** -23), 9);
    setWords(guest, 1, floatBits(1 + 2 ** -23));
    guest.run(1);
    expect(words(guest, 0).slice(0, 2)).toEqual(["3f800002", "9"]);
  });
});

describe("conversions", () => {
  const indefinite = 0x8000_0000;
  it.each([
    ["cvttsd2si", "f2 0f 2c c1", 2.9, 2],
    ["cvttsd2si", "f2 0f 2c c1", -2.9, 0xffff_fffe],
    ["cvttsd2si", "f2 0f 2c c1", 2147483647.9, 0x7fff_ffff],
    ["cvttsd2si", "f2 0f 2c c1", 2147483648, indefinite],
    ["cvttsd2si", "f2 0f 2c c1", -2147483649, indefinite],
    ["cvttsd2si", "f2 0f 2c c1", Number.NaN, indefinite],
    ["cvtsd2si", "f2 0f 2d c1", 2.5, 2],
    ["cvtsd2si", "f2 0f 2d c1", 3.5, 4],
    ["cvtsd2si", "f2 0f 2d c1", -0.5, 0],
    ["cvtsd2si", "f2 0f 2d c1", 2147483647.5, indefinite],
  ])("%s (%s) of %d", (_name, code, value, result) => {
    expect(onDoubles(code, [0, 0], [value, 0]).register("EAX")).toBe(result);
  });

  it("cvtsi2sd is exact", () => {
    const guest = onDoubles("f2 0f 2a c0", [1, 2], [0, 0], { registers: { EAX: -0x8000_0000 } });
    expect(doubles(guest, 0)).toEqual([-2147483648, 2]);
  });

  it("cvtsd2ss narrows a NaN and keeps its sign; cvtss2sd widens it", () => {
    const narrow = makeGuest("f2 0f 5a c1");
    setWords(narrow, 1, 0, 0xfff4_0000 | 0);
    narrow.run(1);
    expect(words(narrow, 0)[0]).toBe("ffe00000");
    const wide = makeGuest("f3 0f 5a c1");
    setWords(wide, 1, 0x7f80_0001);
    wide.run(1);
    expect(words(wide, 0).slice(0, 2)).toEqual(["20000000", "7ff80000"]);
  });

  it("cvttpd2dq clears the upper half", () => {
    expect(words(onDoubles("66 0f e6 c1", [5, 5], [1.5, -1.5]), 0)).toEqual(["1", "ffffffff", "0", "0"]);
  });
});

describe("moves", () => {
  it("movsd from memory clears the upper half, between registers it leaves it", () => {
    const loaded = onDoubles("f2 0f 10 05 00 20 00 00", [1, 2], [3, 4], {
      memory: { [DATA]: [0, 0, 0, 0, 0, 0, 0x14, 0x40] },
    });
    expect(doubles(loaded, 0)).toEqual([5, 0]);
    expect(doubles(onDoubles("f2 0f 10 c1", [1, 2], [3, 4]), 0)).toEqual([3, 2]);
  });

  it("movd and movq clear what is above", () => {
    const guest = onDoubles("66 0f 6e c0", [1, 2], [3, 4], { registers: { EAX: 7 } });
    expect(words(guest, 0)).toEqual(["7", "0", "0", "0"]);
    expect(doubles(onDoubles("f3 0f 7e c1", [1, 2], [3, 4]), 0)).toEqual([3, 0]);
  });

  it("movups reaches the last bytes of memory; across them it faults and writes nothing", () => {
    const end = makeGuest("0f 11 03", { registers: { EBX: 0x3000 - 16 } });
    setDoubles(end, 0, 1, 2);
    expect(end.run(1)).toBe(Exit.FUEL);
    const across = makeGuest("0f 11 03", { registers: { EBX: 0x3000 - 8 } });
    setDoubles(across, 0, 1, 2);
    expect(across.run(1)).toBe(Exit.FAULT);
    expect(across.engine.fault!.detail).toBe("write of 16 bytes at 0x2ff8, outside memory");
    expect(across.bytes(0x2ff8, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ["movaps load", "0f 28 03", "read"],
    ["movdqa store", "66 0f 7f 03", "write"],
    ["xorps", "0f 57 03", "read"],
  ])("%s wants 16-byte alignment", (_name, code, kind) => {
    const guest = makeGuest(code, { registers: { EBX: DATA + 4 } });
    expect(guest.run(1)).toBe(Exit.FAULT);
    expect(guest.engine.fault).toMatchObject({
      cause: "memory fault",
      detail: `${kind} of 16 bytes at 0x2004, which is not a multiple of 16`,
    });
  });
});

describe("packed", () => {
  it("pxor of itself, andnpd, unpcklpd", () => {
    expect(doubles(onDoubles("66 0f ef c0", [1, 2], [3, 4]), 0)).toEqual([0, 0]);
    expect(doubles(onDoubles("66 0f 55 c1", [-0, 0], [-5, 6]), 0)).toEqual([5, 6]);
    expect(doubles(onDoubles("66 0f 14 c1", [1, 2], [3, 4]), 0)).toEqual([1, 3]);
  });

  it("subpd works on both halves", () => {
    expect(doubles(onDoubles("66 0f 5c c1", [1, 2], [3, 5]), 0)).toEqual([-2, -3]);
  });

  it("pslld by more than 31 leaves nothing", () => {
    const shift = (count: string) => {
      const guest = makeGuest(`66 0f 72 f0 ${count}`);
      setWords(guest, 0, 1, 2, 3, -1);
      guest.run(1);
      return words(guest, 0);
    };
    expect(shift("1f")).toEqual(["80000000", "0", "80000000", "80000000"]);
    expect(shift("20")).toEqual(["0", "0", "0", "0"]);
    expect(shift("ff")).toEqual(["0", "0", "0", "0"]);
  });
});

describe("XMM registers of machines that take turns", () => {
  /** inc eax; int 0x80; movd ebx, xmm0; movd xmm0, eax; int 0x80 */
  const CODE = "40 cd 80 66 0f 7e c3 66 0f 6e c0 cd 80";

  it("are each machine's own, used early, late or never", () => {
    const [early, late] = [makeGuest(CODE), makeGuest(CODE)];
    const engine = early.engine;
    setWords(early, 0, 5, 6, 7, 8);
    setWords(late, 0, 50, 60, 70, 80);
    setWords(late, 7, 1, 2, 3, 4);
    const run = (guest: Guest) => engine.run(guest.state, guest.memory, 10);
    run(late);
    run(early);
    run(early);
    expect(early.register("EBX")).toBe(5);
    expect(words(early, 0)).toEqual(["1", "0", "0", "0"]);
    expect(words(late, 0)).toEqual(["32", "3c", "46", "50"]);
    run(late);
    expect(late.register("EBX")).toBe(50);
    expect(words(late, 0)).toEqual(["1", "0", "0", "0"]);
    expect(words(late, 7)).toEqual(["1", "2", "3", "4"]);
  });
});
