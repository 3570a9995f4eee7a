/** Jump tables as gcc lays them out: those of all functions side by side in read-only data. */

import { describe, expect, it } from "vitest";
import { JumpTables } from "../../../source/kernel/translator/jump-tables.js";
import { Program } from "../../../source/kernel/x86/program.js";

const TEXT = 0x1000;
const DATA = 0x8000;
const HEX_DIGITS_OF_WORD = 8;

const bytesOf = (word: number): number[] => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff);

/** `jmp [register*4 + table]`: FF /4 with a SIB byte of scale 4 and no base. */
function jump(register: number, table: number): number[] {
  return [0xff, 0x24, 0x85 | (register << 3), ...bytesOf(table)];
}

/** `mov eax, [ecx*4 + table]; jmp eax`, the jump 7 bytes behind the load. */
const loadedJump = (table: number): number[] => [0x8b, 0x04, 0x8d, ...bytesOf(table), 0xff, 0xe0];
/** `add edx, table; mov edx, [edx]; jmp edx`, the jump 8 bytes behind the addition. */
const computedJump = (table: number): number[] => [0x81, 0xc2, ...bytesOf(table), 0x8b, 0x12, 0xff, 0xe2];

/** The targets that the jump at an address is found to have, in hexadecimal. */
function targets(text: readonly number[], words: readonly number[], at: number): string[] | undefined {
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(text) }]);
  const operation = program.at(at);
  program.decode(operation);
  const table = new JumpTables(program, (address) => words[(address - DATA) / 4]).of(operation);
  return table?.targets.map((target) => target.toString(16).padStart(HEX_DIGITS_OF_WORD, "0"));
}

describe("a jump table", () => {
  const NOPS = new Array<number>(64).fill(0x90);

  it("ends where the next function's table starts", () => {
    const text = [...jump(0, DATA), ...jump(3, DATA + 8), ...NOPS];
    const words = [0x1010, 0x1011, 0x1020, 0x1021, 0x1022];
    expect(targets(text, words, TEXT)).toEqual(["00001010", "00001011"]);
    expect(targets(text, words, TEXT + 7)).toEqual(["00001020", "00001021", "00001022"]);
  });

  it("is whole for each of two jumps that share it", () => {
    const text = [...jump(1, DATA), ...jump(2, DATA), ...NOPS];
    expect(targets(text, [0x1010, 0x1011], TEXT)).toHaveLength(2);
    expect(targets(text, [0x1010, 0x1011], TEXT + 7)).toHaveLength(2);
  });

  it("ends where an entry does not point into text, or data ends", () => {
    expect(targets([...jump(0, DATA), ...NOPS], [0x1010, 7, 0x1011], TEXT)).toEqual(["00001010"]);
    expect(targets([...jump(0, DATA), ...NOPS], [0x1010], TEXT)).toEqual(["00001010"]);
    expect(targets([...jump(0, DATA), ...NOPS], [], TEXT)).toBeUndefined();
  });

  it("is found where a register is loaded from it just before the jump", () => {
    const words = [0x1010, 0x1011];
    expect(targets([...loadedJump(DATA), ...NOPS], words, TEXT + 7)).toEqual(["00001010", "00001011"]);
    expect(targets([...computedJump(DATA), ...NOPS], words, TEXT + 8)).toEqual(["00001010", "00001011"]);
    // add eax, table: an opcode of its own.
    const accumulator = [0x05, ...bytesOf(DATA), 0x8b, 0x00, 0xff, 0xe0, ...NOPS];
    expect(targets(accumulator, words, TEXT + 7)).toEqual(["00001010", "00001011"]);
  });

  it("is found where instructions that leave the register alone stand between the load and the jump", () => {
    const load = [0x8b, 0x04, 0x8d, ...bytesOf(DATA)];
    const jump = [0xff, 0xe0];
    const words = [0x1010, 0x1011];
    const between = [0x83, 0xc1, 0x04, 0x89, 0x4c, 0x24, 0x28, 0x8d, 0x5f, 0x30]; // add ecx, 4; mov [esp+40], ecx; lea ebx, [edi+48]
    const at = TEXT + load.length + between.length;
    expect(targets([...load, ...between, ...jump, ...NOPS], words, at)).toEqual(["00001010", "00001011"]);
    for (const writing of [
      [0x83, 0xc0, 0x04], // add eax, 4
      [0xb0, 0x01], // mov al, 1
      [0xe8, 0, 0, 0, 0], // call
      [0x75, 0x00], // jne
    ]) {
      const text = [...load, ...writing, ...jump, ...NOPS];
      expect(targets(text, words, TEXT + load.length + writing.length)).toBeUndefined();
    }
  });

  it("ends where one that is loaded otherwise starts", () => {
    const text = [...jump(0, DATA), ...loadedJump(DATA + 4), ...computedJump(DATA + 8), ...NOPS];
    const words = [0x1010, 0x1011, 0x1012];
    for (const [at, target] of [
      [0, "00001010"],
      [14, "00001011"],
      [24, "00001012"],
    ] as const) {
      expect(targets(text, words, TEXT + at)).toEqual([target]);
    }
  });

  it("is none where another register is loaded, or no entry", () => {
    for (const bytes of [
      [0x8b, 0x0c, 0x8d, ...bytesOf(DATA), 0xff, 0xe0], // mov ecx, [ecx*4 + table]; jmp eax
      [0x8b, 0x04, 0xa5, ...bytesOf(DATA), 0xff, 0xe0], // mov eax, [table], by a SIB byte without index; jmp eax
      [0x90, 0x90, 0x81, 0xc1, ...bytesOf(DATA), 0x8b, 0x12, 0xff, 0xe2], // add ecx, table; mov edx, [edx]; jmp edx
    ]) {
      expect(targets([...bytes, ...NOPS], [0x1010], TEXT + bytes.length - 2)).toBeUndefined();
    }
  });

  it("is none where the jump has a base, another scale or no index", () => {
    for (const bytes of [
      [0xff, 0x24, 0x83], // [ebx + eax*4]
      [0xff, 0x24, 0x45, 0, 0x80, 0, 0], // [eax*2 + 0x8000]
      [0xff, 0x25, 0, 0x80, 0, 0], // [0x8000]
    ]) {
      expect(targets([...bytes, ...NOPS], [0x1010], TEXT)).toBeUndefined();
    }
  });
});
