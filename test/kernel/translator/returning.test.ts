/** Whether a call may come back, of functions in machine code. */

import { expect, it } from "vitest";
import { InstructionReader } from "../../../source/kernel/translator/instruction-reader.js";
import { isTranslated } from "../../../source/kernel/translator/operations.js";
import { RegionReader } from "../../../source/kernel/translator/regions.js";
import { Returning } from "../../../source/kernel/translator/returning.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;
const RET = 0xc3;
const HLT = 0xf4;
const TERMINATE = [0xcd, 0xd1];
const YIELD = [0xcd, 0xd0];
const JMP_EAX = [0xff, 0xe0];
/** jz over the two bytes behind it. */
const SKIP_TWO = [0x74, 0x02];

const call = (from: number, to: number) => [0xe8, ...new Uint8Array(Int32Array.of(to - from - 5).buffer)];
const jump = (from: number, to: number) => [0xe9, ...new Uint8Array(Int32Array.of(to - from - 5).buffer)];

/** Whether the first of some functions returns; they stand 16 bytes apart. */
function returns(...functions: number[][]): boolean {
  const text = new Uint8Array(functions.length * 16).fill(0x90);
  for (const [index, code] of functions.entries()) text.set(code, index * 16);
  const reader = new InstructionReader(new Program([{ address: TEXT, bytes: text }]), () => undefined);
  const starts = new Set(functions.map((_, index) => TEXT + index * 16));
  const regions = new RegionReader(reader, starts, isTranslated);
  return new Returning((address) => (starts.has(address) ? regions.region(address) : undefined)).mayReturn(TEXT);
}

it.each<[string, boolean, number[][]]>([
  ["returns", true, [[RET]]],
  ["ends the program", false, [TERMINATE]],
  ["halts, which ends the guest", false, [[HLT]]],
  ["gives the CPU up, and goes on", true, [YIELD]],
  ["returns on one way of two", true, [[...SKIP_TWO, ...TERMINATE, RET]]],
  ["calls one that ends the program", false, [[...call(TEXT, TEXT + 16), RET], TERMINATE]],
  ["calls one that returns", true, [[...call(TEXT, TEXT + 16), RET], [RET]]],
  ["jumps to one that ends the program", false, [jump(TEXT, TEXT + 16), TERMINATE]],
  ["jumps to one that returns", true, [jump(TEXT, TEXT + 16), [RET]]],
  ["jumps through a pointer", true, [JMP_EAX]],
  ["calls itself for ever", false, [[...call(TEXT, TEXT), RET]]],
  ["calls itself on one way of two", true, [[0x74, 0x05, ...call(TEXT + 2, TEXT), RET]]],
  ["turns for ever, and may be left by a return address that was written over", true, [jump(TEXT, TEXT)]],
  ["turns for ever on one way of two", true, [[...SKIP_TWO, ...TERMINATE, ...jump(TEXT + 4, TEXT + 4)]]],
  ["turns until it ends the program", false, [[0x75, 0xfe, ...TERMINATE]]],
  ["calls what is no function", true, [[...call(TEXT, TEXT + 64), RET]]],
])("knows of a function that %s", (_, expected, functions) => {
  expect(returns(...functions)).toBe(expected);
});
