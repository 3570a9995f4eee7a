/**
 * Jump tables as compilers make them, the table in data that the image comes with: `jmp [index*4 + table]`, what gcc -O0
 * and clang make of a switch, `mov r, [index*4 + table]; jmp r` and `add r, table; mov r, [r]; jmp r`, and what interpreters
 * of bytecode have in the place of one, a `goto` to a label in a table: like the second, with other instructions between.
 */

import { MOST_TABLE_ENTRIES } from "../params.js";
import { Register, type TextSegment } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";
import { isCall, writesRegister } from "./facts.js";

/** The u32 that the image loads at an address; undefined outside its data. */
export type JumpTableReader = (address: number) => number | undefined;

export interface JumpTable {
  /** Guest-physical address of the first entry. */
  readonly address: number;
  /** Register that indexes it, where it is read; {@link NO_REGISTER} where a register holds an entry's address instead. */
  readonly index: number;
  /** What reads it into the register that is jumped through, just before the jump; undefined where the jump itself does. */
  readonly load: Operation | undefined;
  /** Where entry 0, 1, ... goes, as the image loads it. */
  readonly targets: readonly number[];
  /** The same, each once. */
  readonly ways: readonly number[];
}

/** What is the same for all jumps by a table, of which interpreters of bytecode have hundreds: it is kept once. */
type Entries = Pick<JumpTable, "targets" | "ways">;

const ENTRY_SCALE = 2;
const ENTRY_SIZE = 4;
const MOST_ENTRIES = 1_024;
/** Bytes of text between a jump and what it jumps to. */
const LONGEST_DISTANCE = 64 * 1024;

/** The tables of a program. */
export class JumpTables {
  readonly #program: Program;
  readonly #read: JumpTableReader;
  /** Entries by the table's address, however far from a jump they lead; and by how many of them are near a jump. */
  readonly #all = new Map<number, readonly number[]>();
  readonly #near = new Map<number, Map<number, Entries>>();
  /** Entries that may be kept yet. */
  #left = MOST_TABLE_ENTRIES;

  /** @param read reads the image's initial data */
  constructor(program: Program, read: JumpTableReader) {
    this.#program = program;
    this.#read = read;
  }

  /**
   * The table of an indirect jump, undefined when the jump does not look like one. It ends where another table starts or an
   * entry does not point into text; entries read beyond its true end do no harm, since each is checked when it is used.
   */
  of(jump: Operation): JumpTable | undefined {
    const place = tableOf(jump, this.#program);
    if (!place) return undefined;
    const { address, index, load } = place;
    const all = this.#entriesAt(address);
    let count = 0;
    while (count < all.length && isNear(all[count], jump.address)) count++;
    const entries = count === 0 ? undefined : this.#entriesNear(address, all, count);
    return entries && { address, index, load, ...entries };
  }

  #entriesAt(address: number): readonly number[] {
    const known = this.#all.get(address);
    if (known) return known;
    const end = nextTable(this.#program, address);
    const targets: number[] = [];
    while (targets.length < MOST_ENTRIES && address + targets.length * ENTRY_SIZE < end) {
      const target = this.#read(address + targets.length * ENTRY_SIZE);
      if (target === undefined || this.#program.segmentAt(target) === undefined) break;
      targets.push(target);
    }
    this.#left -= targets.length;
    const kept = this.#left < 0 ? NO_TARGETS : targets;
    this.#all.set(address, kept);
    return kept;
  }

  /** The first entries of a table; undefined where too many are kept already. */
  #entriesNear(address: number, all: readonly number[], count: number): Entries | undefined {
    let known = this.#near.get(address);
    if (!known) {
      known = new Map();
      this.#near.set(address, known);
    }
    let entries = known.get(count);
    if (!entries) {
      this.#left -= count;
      if (this.#left < 0) return undefined;
      const targets = count === all.length ? all : all.slice(0, count);
      entries = { targets, ways: [...new Set(targets)] };
      known.set(count, entries);
    }
    return entries;
  }
}

const NO_TARGETS: readonly number[] = [];

/** Where a jump's table is, and how it is read. */
function tableOf(jump: Operation, program: Program): Omit<JumpTable, keyof Entries> | undefined {
  if (jump.memory === MemoryOperand.FIRST) {
    const looksRight = jump.base === NO_REGISTER && jump.index !== NO_REGISTER && jump.scale === ENTRY_SCALE;
    return looksRight ? { address: jump.displacement >>> 0, index: jump.index, load: undefined } : undefined;
  }
  const segment = program.segmentAt(jump.address);
  if (!segment) return undefined;
  const found = tableBefore(program, segment, jump.address - segment.address);
  if (!found) return undefined;
  const load = program.at(segment.address + found.load);
  return { address: found.address, index: load.index, load };
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
    known = [...new Set(program.segments.flatMap((segment) => tableStarts(program, segment)))].sort((a, b) => a - b);
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
function tableStarts(program: Program, segment: TextSegment): number[] {
  const { bytes: text } = segment;
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const found: number[] = [];
  for (let at = bytes.indexOf(JUMP); at >= 0 && at + JUMP_LENGTH <= bytes.length; at = bytes.indexOf(JUMP, at + 1)) {
    if ((bytes[at + 2] & SIB_MASK) === SIB_SCALE_4_NO_BASE) found.push(bytes.readUInt32LE(at + 3));
  }
  for (let register = 0; register <= Register.EDI; register++) {
    const jump = Uint8Array.of(OPCODE_JUMP, JUMP_REGISTER | register);
    for (let at = bytes.indexOf(jump); at >= 0; at = bytes.indexOf(jump, at + 1)) {
      const table = tableBefore(program, segment, at);
      if (table) found.push(table.address);
    }
  }
  return found;
}

/** `jmp r` is FF /4, `mov r, [...]` 8B /r, `add r, imm32` 81 /0, `add eax, imm32` 05. */
const OPCODE_JUMP = 0xff;
const JUMP_REGISTER = 0xe0;
const OPCODE_LOAD = 0x8b;
const OPCODE_ADD = 0x81;
const ADD_REGISTER = 0xc0;
const OPCODE_ADD_EAX = 0x05;
const SIB_FOLLOWS = 4;
const NO_INDEX = 4 << 3;
/** Bytes of `mov r, [index*4 + displacement]`, of `mov r, [r]` and of a 32-bit immediate. */
const INDEXED_LOAD = 7;
const PLAIN_LOAD = 2;
const IMMEDIATE = 4;
/** Bytes of other instructions that may stand between a load and its jump. */
const MOST_BETWEEN = 48;

/**
 * The table that the register of `jmp r` is read from, and where in the text the load is; undefined when what is before the
 * jump does not read as such.
 * @param at of the jump
 */
function tableBefore(
  program: Program,
  segment: TextSegment,
  at: number,
): { address: number; load: number } | undefined {
  const { bytes: text } = segment;
  const register = text[at + 1] & 7;
  if (register === Register.ESP || register === Register.EBP) return undefined;
  const plain = at - PLAIN_LOAD;
  if (text[plain] === OPCODE_LOAD && text[plain + 1] === ((register << 3) | register)) {
    const add = plain - IMMEDIATE;
    const adds =
      (text[add - 1] === (ADD_REGISTER | register) && text[add - 2] === OPCODE_ADD) ||
      (register === Register.EAX && text[add - 1] === OPCODE_ADD_EAX);
    return adds ? { address: readWord(text, add), load: plain } : undefined;
  }
  for (let load = at - INDEXED_LOAD; load >= Math.max(0, at - INDEXED_LOAD - MOST_BETWEEN); load--) {
    if (!isIndexedLoad(text, load, register)) continue;
    const { address } = segment;
    if (keeps(program, address + load + INDEXED_LOAD, address + at, register)) {
      return { address: readWord(text, load + INDEXED_LOAD - IMMEDIATE), load };
    }
  }
  return undefined;
}

/** Whether a text reads as `mov register, [index*4 + displacement]` somewhere. */
function isIndexedLoad(text: Uint8Array, at: number, register: number): boolean {
  return (
    text[at] === OPCODE_LOAD &&
    text[at + 1] === ((register << 3) | SIB_FOLLOWS) &&
    (text[at + 2] & SIB_MASK) === SIB_SCALE_4_NO_BASE &&
    (text[at + 2] & ~SIB_MASK) !== NO_INDEX
  );
}

/** Whether what stands from one address to another is whole instructions, in line, that do not write a register. */
function keeps(program: Program, from: number, to: number, register: number): boolean {
  let at = from;
  while (at < to) {
    const operation = program.decodedAt(at);
    if (operation?.entry === undefined || operation.entry.forms[0] === "rel" || isCall(operation)) return false;
    if (writesRegister(operation, register)) return false;
    at = operation.next.address;
  }
  return at === to;
}

function readWord(text: Uint8Array, at: number): number {
  return (text[at] | (text[at + 1] << 8) | (text[at + 2] << 16) | (text[at + 3] << 24)) >>> 0;
}
