/**
 * Which flags something still reads: flags are computed for those alone. Calls and returns end the life of all flags, as
 * every compiler's calling convention has it, but in images in which something reads flags across one. A jump through a
 * pointer may go on within the function, where nobody sees it: what it finds is kept, but no caller has to keep it for that.
 */

import { NO_REGISTER, type Operation, Repeat } from "../x86/operation.js";
import type { Block, Ending, Region, Straight } from "./block.js";
import { isCall, isDirectCall } from "./facts.js";
import type { Shape } from "./structure.js";

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

/** What an operation or several make of the flags live behind them: those before are `live & kept | read`. */
export interface FlagEffect {
  readonly kept: FlagSet;
  readonly read: FlagSet;
}

/** Flags live before an operation, given those live behind it. */
export function liveBefore(operation: Operation, live: FlagSet): FlagSet {
  const facts = operation.flagFacts || findFlagFacts(operation);
  return (live & facts & EVERY) | ((facts >> READ_SHIFT) & ARITHMETIC);
}

const EVERY: FlagSet = ARITHMETIC | PERHAPS_ALL;

/** Kept with an operation: the flags that it keeps, above them those that it reads, and that this is known. */
const READ_SHIFT = 16;
const FLAGS_KNOWN = 1 << 24;

/** An operation that is not decoded yet may do other things later. */
function findFlagFacts(operation: Operation): number {
  const { entry } = operation;
  if (!entry) return 0;
  const kills = isCall(operation) ? ARITHMETIC : setOf(entry.writes) | setOf(entry.undefined);
  const kept = mayKeepFlags(operation) ? EVERY : EVERY & ~(kills | (kills << PERHAPS));
  // DF is not kept: translated code runs with it clear.
  operation.flagFacts = FLAGS_KNOWN | kept | ((setOf(entry.reads) & ARITHMETIC) << READ_SHIFT);
  return operation.flagFacts;
}

/** In the place of an address. */
export const UNKNOWN_FUNCTION = -1;

/** Sets by block. */
export class LiveFlags {
  readonly #place: ReadonlyMap<number, number>;
  readonly #sets: Int32Array;

  /** @param place of each block, by key @param sets by place */
  constructor(place: ReadonlyMap<number, number>, sets: Int32Array) {
    this.#place = place;
    this.#sets = sets;
  }

  /** @param key of a block */
  get(key: number): FlagSet {
    const place = this.#place.get(key);
    return place === undefined ? 0 : merged(this.#sets[place]);
  }
}

export interface FlagLiveness {
  /** Flags live at the start of each block. */
  readonly in: LiveFlags;
  /** Flags live at the end of each block's operations, its ending still to come. */
  readonly out: LiveFlags;
  /** Functions called, in line too, of which something reads a flag behind the call; {@link UNKNOWN_FUNCTION} for calls through pointers. */
  readonly acrossCalls: ReadonlySet<number>;
  /** Flags of its caller's that something in the region reads. */
  readonly ofCaller: FlagSet;
}

/**
 * @param places where each place's block goes on, as places
 * @param flagsCross whether calls and returns are taken to read all flags
 */
export function flagLiveness(
  region: Region,
  { order, place }: Shape,
  places: readonly (readonly number[])[],
  flagsCross: boolean,
): FlagLiveness {
  const blocks = order.map((key) => region.blocks.get(key));
  const liveIn = new Int32Array(order.length);
  const liveOut = new Int32Array(order.length);
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at];
    if (block) liveOut[at] = readByEnding(block.ending, flagsCross);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = order.length - 1; at >= 0; at--) {
      const block = blocks[at];
      if (!block) continue;
      let out = liveOut[at];
      const ways = places[at];
      for (let index = 0; index < ways.length; index++) out |= liveIn[ways[index]];
      liveOut[at] = out;
      const before = throughBlock(block, out, flagsCross);
      if (liveIn[at] === before) continue;
      liveIn[at] = before;
      changed = true;
    }
  }
  const acrossCalls = new Set<number>();
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at];
    if (block) noteReadAcrossCalls(block, liveOut[at], acrossCalls);
  }
  const ofCaller = liveIn[0] & ARITHMETIC;
  return { in: new LiveFlags(place, liveIn), out: new LiveFlags(place, liveOut), acrossCalls, ofCaller };
}

/** What a block's ending reads, or what is not seen behind it. */
function readByEnding(ending: Ending, flagsCross: boolean): FlagSet {
  let live = ending.kind === "indirect tail call" ? PERHAPS_ALL : 0;
  if (flagsCross && LEAVES_FUNCTION.has(ending.kind)) live |= ARITHMETIC;
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

function throughBlock({ straight }: Block, out: FlagSet, flagsCross: boolean): FlagSet {
  const known = flagsCross ? straight.flagsCrossing : straight.flags;
  const { kept, read } = known ?? findEffect(straight, flagsCross);
  return (out & kept) | read;
}

function findEffect(straight: Straight, flagsCross: boolean): FlagEffect {
  const { operations } = straight;
  let kept = EVERY;
  let read = 0;
  for (let index = operations.length - 1; index >= 0; index--) {
    const operation = operations[index];
    const crosses = flagsCross && isCall(operation);
    read = crosses ? ARITHMETIC : liveBefore(operation, read);
    kept = crosses ? 0 : kept & operation.flagFacts;
  }
  const effect = { kept, read };
  if (flagsCross) straight.flagsCrossing = effect;
  else straight.flags = effect;
  return effect;
}

function noteReadAcrossCalls({ ending, straight }: Block, out: FlagSet, called: Set<number>): void {
  let live = out;
  if (ending.kind === "inlined return" && (live & ARITHMETIC) !== 0) called.add(ending.callee);
  if (straight.calls.length === 0) return;
  const { operations } = straight;
  for (let index = operations.length - 1; index >= 0; index--) {
    const operation = operations[index];
    if (isCall(operation) && (live & ARITHMETIC) !== 0) {
      called.add(isDirectCall(operation) ? operation.target.address : UNKNOWN_FUNCTION);
    }
    live = liveBefore(operation, live);
  }
}
