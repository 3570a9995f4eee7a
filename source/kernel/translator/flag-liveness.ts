/**
 * Which flags something still reads: flags are computed for those alone. Calls and returns end the life of all flags, as
 * every compiler's calling convention has it, but in images in which something reads flags across one. A jump through a
 * pointer may go on within the function, where nobody sees it: what it finds is kept, but no caller has to keep it for that.
 */

import { NO_REGISTER, type Operation, Repeat } from "../x86/operation.js";
import { type Block, type Ending, isCall, isDirectCall, type Region } from "./block.js";

/** One bit a flag, in the order of the instruction table's letters. */
export const FlagBit = { o: 1, s: 2, z: 4, a: 8, p: 16, c: 32, d: 64 } as const;
export type FlagSet = number;

export const CARRY_ONLY: FlagSet = FlagBit.c;
const ARITHMETIC: FlagSet = FlagBit.o | FlagBit.s | FlagBit.z | FlagBit.a | FlagBit.p | FlagBit.c;

/** While liveness is computed, flags that only what is behind a jump through a pointer may read stand this much higher. */
const PERHAPS = 8;
const PERHAPS_ALL: FlagSet = ARITHMETIC << PERHAPS;

/** What is emitted for does not tell the two apart. */
const merged = (live: FlagSet): FlagSet => (live | (live >> PERHAPS)) & ARITHMETIC;

const sets = new Map<string, FlagSet>();

/** The set that letters name. */
function setOf(letters: string): FlagSet {
  let set = sets.get(letters);
  if (set === undefined) {
    set = [...letters].reduce((sum, letter) => sum | FlagBit[letter as keyof typeof FlagBit], 0);
    sets.set(letters, set);
  }
  return set;
}

const SHIFTS = new Set(["shl", "shr", "sar", "rol", "ror", "rcl", "rcr", "shld", "shrd"]);

const DOUBLE_SHIFTS = new Set(["shld", "shrd"]);

/** Whether an operation may leave flags as they are: a shift whose count is 0, or a repetition of nothing. */
function mayKeepFlags(operation: Operation): boolean {
  if (operation.repeat !== Repeat.NONE) return true;
  if (!SHIFTS.has(operation.entry?.semantics ?? "")) return false;
  const byRegister = operation.source !== NO_REGISTER && !DOUBLE_SHIFTS.has(operation.entry?.semantics ?? "");
  return byRegister || operation.third !== NO_REGISTER || (operation.immediate & 31) === 0;
}

/** Flags live before an operation, given those live behind it. */
export function liveBefore(operation: Operation, live: FlagSet): FlagSet {
  const entry = operation.entry;
  if (!entry) return 0;
  const kills = isCall(operation) ? ARITHMETIC : setOf(entry.writes) | setOf(entry.undefined);
  const kept = mayKeepFlags(operation) ? live : live & ~(kills | (kills << PERHAPS));
  // DF is not kept: translated code runs with it clear.
  return (kept | setOf(entry.reads)) & (ARITHMETIC | PERHAPS_ALL);
}

/** In the place of an address. */
export const UNKNOWN_FUNCTION = -1;

export interface FlagLiveness {
  /** Flags live at the start of each block, by key. */
  readonly in: ReadonlyMap<number, FlagSet>;
  /** Flags live at the end of each block's operations, its ending still to come. */
  readonly out: ReadonlyMap<number, FlagSet>;
  /** Functions called, in line too, of which something reads a flag behind the call; {@link UNKNOWN_FUNCTION} for calls through pointers. */
  readonly acrossCalls: ReadonlySet<number>;
  /** Flags of its caller's that something in the region reads. */
  readonly ofCaller: FlagSet;
}

/** @param flagsCross whether calls and returns are taken to read all flags */
export function flagLiveness(region: Region, flagsCross: boolean): FlagLiveness {
  const liveIn = new Map<number, FlagSet>();
  const liveOut = new Map<number, FlagSet>();
  const blocks = [...region.blocks.values()].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      const out = atEnd(block, liveIn, flagsCross);
      const before = throughBlock(block, out, flagsCross);
      if (liveOut.get(block.key) === out && liveIn.get(block.key) === before) continue;
      liveOut.set(block.key, out);
      liveIn.set(block.key, before);
      changed = true;
    }
  }
  const acrossCalls = new Set(blocks.flatMap((block) => readAcrossCalls(block, liveOut)));
  const ofCaller = (liveIn.get(region.start) ?? 0) & ARITHMETIC;
  for (const map of [liveIn, liveOut]) for (const [key, live] of map) map.set(key, merged(live));
  return { in: liveIn, out: liveOut, acrossCalls, ofCaller };
}

function atEnd(block: Block, liveIn: ReadonlyMap<number, FlagSet>, flagsCross: boolean): FlagSet {
  const { ending } = block;
  let live = ending.kind === "indirect tail call" ? PERHAPS_ALL : 0;
  if (flagsCross && LEAVES_FUNCTION.has(ending.kind)) live |= ARITHMETIC;
  for (const next of block.ways) live |= liveIn.get(next) ?? 0;
  if (ending.kind === "branch") live |= setOf(ending.operation.entry?.reads ?? "");
  if (ending.kind === "interpret") live |= readAhead(ending.operation, flagsCross);
  if (ending.kind === "interrupt") live |= readAhead(ending.operation.next, flagsCross);
  return live;
}

/** Endings behind which another function goes on: a return in line does not always find the place expected. */
const LEAVES_FUNCTION: ReadonlySet<Ending["kind"]> = new Set([
  "return",
  "inlined return",
  "tail call",
  "indirect tail call",
] as const);

/** How far the interpreter's path is looked along for something that reads flags. */
const LOOK_AHEAD = 32;

/**
 * Flags that may be read from an operation on, before they are written. What cannot be seen, behind a branch or where
 * nothing was decoded, may read all of them.
 */
function readAhead(first: Operation | undefined, flagsCross: boolean): FlagSet {
  let live = 0;
  let written = 0;
  let operation = first;
  for (let step = 0; step < LOOK_AHEAD && (written & ARITHMETIC) !== ARITHMETIC; step++) {
    const entry = operation?.entry;
    if (!operation || !entry || BRANCHES.has(entry.semantics)) break;
    if (entry.semantics === "trap") return live & ARITHMETIC;
    if (isCall(operation) || entry.semantics === "ret") {
      if (flagsCross) break;
      return live & ARITHMETIC;
    }
    live |= setOf(entry.reads) & ~written;
    if (!mayKeepFlags(operation)) written |= setOf(entry.writes) | setOf(entry.undefined);
    operation = entry.semantics === "jmp" ? operation.target : operation.next;
  }
  return (live | ~written) & ARITHMETIC;
}

/** Instructions behind which execution may go on elsewhere. */
const BRANCHES = new Set(["jcc", "jecxz", "loop", "loope", "loopne", "jmp indirect"]);

function throughBlock(block: Block, out: FlagSet, flagsCross: boolean): FlagSet {
  let live = out;
  for (let index = block.operations.length - 1; index >= 0; index--) {
    live = liveBefore(block.operations[index], live);
    if (flagsCross && isCall(block.operations[index])) live = ARITHMETIC;
  }
  return live;
}

function readAcrossCalls(block: Block, liveOut: ReadonlyMap<number, FlagSet>): number[] {
  const called: number[] = [];
  let live = liveOut.get(block.key) ?? 0;
  if (block.ending.kind === "inlined return" && (live & ARITHMETIC) !== 0) called.push(block.ending.callee);
  for (let index = block.operations.length - 1; index >= 0; index--) {
    const operation = block.operations[index];
    if (isCall(operation) && (live & ARITHMETIC) !== 0) {
      called.push(isDirectCall(operation) ? operation.target.address : UNKNOWN_FUNCTION);
    }
    live = liveBefore(operation, live);
  }
  return called;
}
