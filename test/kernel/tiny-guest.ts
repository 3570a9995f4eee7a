/** Guests of a few machine instructions, for what no compiled guest does. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./boot.js";

const LOAD_ADDRESS = 0x1000;
const HEADERS = 52 + 32;

/** Registers by the number that instructions give them. */
const REGISTER_NUMBERS = { eax: 0, ecx: 1, edx: 2, ebx: 3, esp: 4 } as const;

/** `mov register, value` */
export function move(register: keyof typeof REGISTER_NUMBERS, value: number): number[] {
  return [0xb8 + REGISTER_NUMBERS[register], ...word(value)];
}

/** `mov dword [address], value` */
export function store(address: number, value: number): number[] {
  return [0xc7, 0x05, ...word(address), ...word(value)];
}

/** `int vector` */
export function int(vector: number): number[] {
  return [0xcd, vector];
}

/** `jmp` to itself */
export const spin: readonly number[] = [0xeb, 0xfe];

/** `jmp` back over so many bytes of instructions, to do them over and over */
export function jumpBack(bytes: number): number[] {
  return [0xeb, 0x100 - 2 - bytes];
}

/** Writes an ELF file whose text is the instructions, one behind the other; answers its path. */
export function tinyGuest(...instructions: readonly (readonly number[])[]): string {
  const code = instructions.flat();
  const file = Buffer.alloc(HEADERS + code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(3, 18);
  file.writeUInt32LE(LOAD_ADDRESS, 24);
  file.writeUInt32LE(52, 28);
  file.writeUInt16LE(32, 42);
  file.writeUInt16LE(1, 44);
  [1, HEADERS, LOAD_ADDRESS, LOAD_ADDRESS, code.length, code.length, 5, 0].forEach((value, index) => {
    file.writeUInt32LE(value, 52 + 4 * index);
  });
  file.set(code, HEADERS);
  const path = join(temporaryFolder(), "tiny.elf");
  writeFileSync(path, file);
  return path;
}

function word(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
