/** Jump tables as compilers make them: `jmp [index*4 + table]`, the table in data that the image comes with. */

import { NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";

/** The u32 that the image loads at an address; undefined outside its data. */
export type JumpTableReader = (address: number) => number | undefined;

export interface JumpTable {
  /** Guest-physical address of the first entry. */
  readonly address: number;
  /** Register that indexes it. */
  readonly index: number;
  /** Where entry 0, 1, ... goes, as the image loads it. */
  readonly targets: readonly number[];
}

const ENTRY_SCALE = 2;
const ENTRY_SIZE = 4;
const MOST_ENTRIES = 1_024;
/** Bytes of text between a jump and what it jumps to. */
const LONGEST_DISTANCE = 64 * 1024;

/**
 * The table of an indirect jump, undefined when the jump does not look like one. It ends where another table starts or an
 * entry does not point into text; entries read beyond its true end do no harm, since each is checked when it is used.
 */
export function readJumpTable(jump: Operation, program: Program, read: JumpTableReader): JumpTable | undefined {
  const looksRight = jump.base === NO_REGISTER && jump.index !== NO_REGISTER && jump.scale === ENTRY_SCALE;
  if (!looksRight) return undefined;
  const address = jump.displacement >>> 0;
  const end = nextTable(program, address);
  const targets: number[] = [];
  while (targets.length < MOST_ENTRIES && address + targets.length * ENTRY_SIZE < end) {
    const target = read(address + targets.length * ENTRY_SIZE);
    if (target === undefined || !isNear(target, jump.address) || program.segmentAt(target) === undefined) break;
    targets.push(target);
  }
  return targets.length === 0 ? undefined : { address, index: jump.index, targets };
}

/** Whether a target may be in the function of the jump: functions beyond this size are rare, tables side by side are not. */
function isNear(target: number, jump: number): boolean {
  return Math.abs(target - jump) < LONGEST_DISTANCE;
}

/** Where tables start, in ascending order, by program. */
const starts = new WeakMap<Program, readonly number[]>();

/**
 * The first address behind another at which a table starts. Compilers put the tables of all functions side by side, so that
 * without this each function would seem to go on in those behind it.
 */
function nextTable(program: Program, address: number): number {
  let known = starts.get(program);
  if (!known) {
    known = [...new Set(program.segments.flatMap(({ bytes }) => tableStarts(bytes)))].sort((a, b) => a - b);
    starts.set(program, known);
  }
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known[middle] <= address) low = middle + 1;
    else high = middle;
  }
  return known[low] ?? Number.POSITIVE_INFINITY;
}

/** `jmp [index*4 + displacement]`: opcode FF /4 with a SIB byte of scale 4 and no base (Intel SDM vol. 2, section 2.1.5). */
const JUMP = Uint8Array.of(0xff, 0x24);
const SIB_MASK = 0b11_000_111;
const SIB_SCALE_4_NO_BASE = 0b10_000_101;
const JUMP_LENGTH = 7;

/** Displacements of everything in a text that reads as such a jump, wherever it stands. */
function tableStarts(text: Uint8Array): number[] {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const found: number[] = [];
  for (let at = bytes.indexOf(JUMP); at >= 0 && at + JUMP_LENGTH <= bytes.length; at = bytes.indexOf(JUMP, at + 1)) {
    if ((bytes[at + 2] & SIB_MASK) === SIB_SCALE_4_NO_BASE) found.push(bytes.readUInt32LE(at + 3));
  }
  return found;
}
