/** Text that was written to take a translator hours, gigabytes, or what the host refuses: the rest of it is interpreted. */

import { describe, expect, it } from "vitest";
import { discoverFunctions } from "../../../source/kernel/translator/discovery.js";
import { ImagePlanner } from "../../../source/kernel/translator/image-planner.js";
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import { InstructionReader } from "../../../source/kernel/translator/instruction-reader.js";
import { ModuleEmitter } from "../../../source/kernel/translator/module-emitter.js";
import { Register } from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";
import { compareEngines, difference, hex, stateOf, TEXT } from "./both-engines.js";

const { EBX, ECX, ESP } = Register;
const STACK = 0x1_f000;
const TABLE = 0x1_1000;
const MEGABYTE = 1024 * 1024;

const word = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];
const repeated = (count: number, code: string): number[] => new Array<number[]>(count).fill(hex(code)).flat();

function translated(code: readonly number[], roots: readonly number[] = [TEXT], table: readonly number[] = []) {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(code) }]);
  return translateImage(program, roots, { read: (address) => table[(address - TABLE) / 4], words: [] });
}

/** What both engines make of code that ends with `int 0x80`. */
function compared(code: readonly number[], registers: Readonly<Record<number, number>>, functions?: readonly number[]) {
  const piece = { code, state: stateOf({ [ESP]: STACK, ...registers }), memory: new Map() };
  const [comparison] = compareEngines([piece], 200_000, 200_000, () => undefined, functions);
  expect(difference(comparison)).toBe("");
  return comparison;
}

describe("an image whose plans would grow without bound", () => {
  it("has so many of its nested loops entered at their heads as are worth it", () => {
    const LOOPS = 800;
    // Increments, and behind them a jump back to each, the last first.
    const back = Array.from({ length: LOOPS }, (_, index) => {
      const at = LOOPS + 6 * index;
      return [0x0f, 0x85, ...word(LOOPS - 1 - index - (at + 6))];
    });
    const { bytes, entries, isPartial } = translated([...repeated(LOOPS, "40"), ...back.flat(), 0xc3]);
    expect(entries.size).toBeGreaterThan(1);
    expect(isPartial).toBe(true);
    expect(bytes.length).toBeLessThan(32 * MEGABYTE);
  });

  it("has so many of the functions translated that go on in one body, and does as interpreted in the others", () => {
    const FUNCTIONS = 1_200;
    const BLOCKS = 1_000;
    // 0: cmp ecx, 5; 3: call the last; 8: int 0x80; 10: nop; 12: dec edx; jz to what comes next, ...; ret
    const body = [...repeated(BLOCKS, "4a 74 00"), 0xc3];
    const first = 12 + body.length;
    const functions = Array.from({ length: FUNCTIONS }, (_, index) => first + 8 * index);
    const last = functions[FUNCTIONS - 1];
    const code = [0x83, 0xf9, 5, 0xe8, ...word(last - 8), 0xcd, 0x80, 0x90, 0x90, ...body];
    // adc ebx, 0 in the last, which is left to the interpreter, and reads what its caller has left; the others set all flags.
    for (const at of functions) code.push(0x83, at === last ? 0xd3 : 0xf3, 0, 0xe9, ...word(12 - (at + 8)));
    const roots = functions.map((at) => TEXT + at);
    const { bytes, entries } = translated(code, [TEXT, ...roots.slice(0, -1)]);
    expect(entries.size).toBeGreaterThan(10);
    expect(entries.has(TEXT + last)).toBe(false);
    expect(bytes.length).toBeLessThan(32 * MEGABYTE);
    for (const ecx of [4, 5]) {
      const comparison = compared(code, { [ECX]: ecx }, roots.slice(0, -1));
      expect(comparison.translated.state[EBX]).toBe(ecx === 4 ? 1 : 0);
    }
  });

  it("is not read further than so many instructions", () => {
    const program = new Program([{ address: TEXT, bytes: Uint8Array.from(repeated(1_000, "90")) }]);
    const find = (most: number) =>
      discoverFunctions(program, new InstructionReader(program, () => undefined), [TEXT], [], most);
    expect(find(100)).toMatchObject({ isWhole: false, seen: { size: 100 } });
    expect(find(2_000)).toMatchObject({ isWhole: true, seen: { size: 1_000 } });
    const partial = new ImagePlanner(new InstructionReader(program, () => undefined), find(100), true).plans([]);
    expect(partial.isPartial).toBe(true);
  });
});

describe("an image whose functions are looked at again and again", () => {
  it("has each looked into once, where none of a chain of calls returns and flags are read behind them", () => {
    const CALLS = 8_000;
    // call the next; jc to what comes next; ret
    const { entries } = translated([...repeated(CALLS, "e8 03 00 00 00 72 00 c3"), 0xf4]);
    expect(entries.size).toBe(CALLS + 1);
  });

  it("has one that never returns looked into once for all that call it", () => {
    const CALLERS = 400;
    // dec eax; jz to what comes next, ...; int 0xd1, which ends the VM
    const never = [...repeated(3_900, "48 74 00"), 0xcd, 0xd1];
    const code = [...never];
    // call that; jc to what comes next; hlt
    for (let index = 0; index < CALLERS; index++) code.push(0xe8, ...word(-(code.length + 5)), 0x72, 0, 0xf4);
    const roots = Array.from({ length: CALLERS }, (_, index) => TEXT + never.length + 8 * index);
    expect(translated(code, [TEXT, ...roots]).entries.has(roots[0])).toBe(true);
  });
});

describe("a function that the host would refuse", () => {
  /** A program of a loop, and a call of a function that follows at 32. */
  const calling = hex(
    "b9 10 27 00 00", //  0: mov ecx, 10000
    "83 c0 03", //        5: add eax, 3
    "49", //              8: dec ecx
    "75 fa", //           9: jnz 5
    "f2 0f 2a c0", //    11: cvtsi2sd xmm0, eax
    "e8 0c 00 00 00", // 15: call 32
    "f2 0f 2c d0", //    20: cvttsd2si edx, xmm0
    "cd 80", //          24: int 0x80
    "90 90 90 90 90 90",
  );

  it.each([
    // Each has a local of its own.
    ["has too many locals", [...repeated(40_000, "f2 0f 58 c0"), 0xc3]],
    // Each place where IDIV may leave puts down what is pending of the numbers.
    ["is too large", [...repeated(3_000, "f2 0f 58 c1 f2 0f 58 d3 f2 0f 58 e5 f7 f6 f7 f6 f7 f6 f7 f6"), 0xc3]],
  ])("and that %s is interpreted, and the others are not", (_, large) => {
    const code = [...calling, ...large];
    const { entries, isPartial } = translated(code);
    expect(isPartial).toBe(true);
    expect(entries.has(TEXT)).toBe(true);
    expect(entries.has(TEXT + 32)).toBe(false);
    const { leftOver, translated: ended } = compared(code, { [Register.ESI]: 3 });
    expect(ended.fault).toBe("");
    expect(ended.retired - leftOver).toBeGreaterThan(30_000);
  });

  it("because jumps by tables are many is interpreted, and the others are not", () => {
    const PIECES = 600;
    // inc eax; jmp [eax*4 + table]
    const code = repeated(PIECES, "40 ff 24 85 00 10 01 00");
    const table = Array.from({ length: PIECES }, (_, index) => TEXT + 8 * index);
    const other = TEXT + code.length;
    const { bytes, entries } = translated([...code, 0xc3], [TEXT, other], table);
    expect(() => new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)).not.toThrow();
    expect(entries.has(other)).toBe(true);
  });
});

it("makes no more of an image than so many bytes, and leaves what comes behind to the interpreter", () => {
  // Functions of 16 bytes: mov eax, 1; ret
  const code = repeated(100, "b8 01 00 00 00 c3 90 90 90 90 90 90 90 90 90 90");
  const roots = Array.from({ length: 100 }, (_, index) => TEXT + 16 * index);
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(code) }]);
  const reader = new InstructionReader(program, () => undefined);
  const plan = () => new ImagePlanner(reader, discoverFunctions(program, reader, roots, []), false).plans([]);
  const all = new ModuleEmitter(plan()).emit();
  const some = new ModuleEmitter(plan(), 1_000).emit();
  expect(all.entries.size).toBe(100);
  expect([all.isPartial, some.isPartial]).toEqual([false, true]);
  expect([...some.entries]).toEqual(roots.slice(0, some.entries.size));
  expect(some.entries.size).toBeGreaterThan(1);
  expect(some.entries.size).toBeLessThan(50);
  expect(() => new WebAssembly.Module(some.bytes as Uint8Array<ArrayBuffer>)).not.toThrow();
});
