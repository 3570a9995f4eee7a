/** Text in several segments: what it takes of the host's memory, and code that goes from one to another. */

import { expect, it } from "vitest";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import { createState, Exit, Register } from "../../../source/kernel/x86/machine.js";
import { Program, uncopied } from "../../../source/kernel/x86/program.js";

const LOW = 0x1_0000;
const HIGH = 0x3ffe_0000;
const MIB = 1024 * 1024;

const word = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];

/** Runs a program until it stops; answers EAX. */
function run(program: Program): number {
  const interpreter = new Interpreter(program);
  const bytes = new Uint8Array(65_536);
  const state = createState(LOW, 0xf000);
  const exit = interpreter.run(state, { bytes, view: new DataView(bytes.buffer) }, 1_000);
  expect([exit, interpreter.fault]).toEqual([Exit.VIRTUAL_INSTRUCTION, undefined]);
  return state[Register.EAX];
}

it("takes memory by its text, and not by how far apart that is", () => {
  const before = process.memoryUsage().heapUsed;
  const programs = Array.from({ length: 150 }, () => {
    const [low, high] = [LOW, HIGH].map((address) => ({ address, bytes: Uint8Array.of(0xeb, 0xfe) }));
    return new Program([low, high]);
  });
  expect(programs.map((program) => program.at(HIGH).address)).toEqual(programs.map(() => HIGH));
  // A table by address would have 8 MB for each of them.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * MIB);
});

it("runs from one segment to another and back, by direct and computed jumps, at operations of which there is one", () => {
  // Low: call HIGH; inc eax; int 0x80. High: mov eax, 41; ret.
  const low = { address: LOW, bytes: Uint8Array.from([0xe8, ...word(HIGH - (LOW + 5)), 0x40, 0xcd, 0x80]) };
  const high = { address: HIGH, bytes: Uint8Array.from([0xb8, ...word(41), 0xc3]) };
  const program = new Program([high, low]);
  expect(run(program)).toBe(42);
  const operations = [LOW, HIGH, LOW + 5, HIGH + 5].map((address) => program.at(address));
  expect(operations[0].target).toBe(operations[1]);
  expect([LOW, HIGH, LOW + 5, HIGH + 5].map((address) => program.at(address))).toEqual(operations);
  expect([LOW, LOW + 1, HIGH, HIGH + 1].map((address) => program.isDecoded(address))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

it("copies no text that is shared: segments may be the same bytes of a file many times over", () => {
  const file = Uint8Array.of(0xeb, 0xfe, 0x90, 0x90);
  const program = new Program(uncopied([LOW, HIGH].map((address) => ({ address, bytes: file.subarray(2) }))));
  const again = new Program(uncopied(program.segments));
  for (const { bytes } of [...program.segments, ...again.segments]) {
    expect(bytes.buffer).toBe(file.buffer);
    expect([...bytes]).toEqual([0x90, 0x90]);
  }
});

it("has an instruction that begins in one segment and ends in the one behind it", () => {
  const bytes = [0x90, 0xb8, ...word(0x1234_5678), 0xcd, 0x80];
  for (let cut = 1; cut < bytes.length; cut++) {
    const first = { address: LOW, bytes: Uint8Array.from(bytes.slice(0, cut)) };
    const second = { address: LOW + cut, bytes: Uint8Array.from(bytes.slice(cut)) };
    const program = new Program([second, first]);
    expect(program.describe(LOW + 1)).toMatchObject({ length: 5, text: "mov eax, 0x12345678" });
    expect(run(program)).toBe(0x1234_5678);
  }
  const single = bytes.map((byte, index) => ({ address: LOW + index, bytes: Uint8Array.of(byte) }));
  expect(run(new Program(single))).toBe(0x1234_5678);
});
