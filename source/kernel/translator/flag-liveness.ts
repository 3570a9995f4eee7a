/**
 * Which flags something still reads: flags are computed for those alone. Calls and returns end the life of all flags, as
 * every compiler's calling convention has it, but in images in which something reads flags across one. A jump through a
 * pointer may go on within the function, where nobody sees it: what it finds is kept, but no caller has to keep it for that.
 */

import type { Operation } from "../x86/operation.js";
import type { Block, Straight } from "./block.js";
import type { Ending } from "./ending.js";
import { isCall, isDirectCall } from "./facts.js";
import {
  ARITHMETIC,
  EVERY,
  type FlagEffect,
  type FlagSet,
  liveBefore,
  merged,
  PERHAPS_ALL,
  readBy,
  writtenBy,
} from "./flag-facts.js";
import { callsNext } from "./instruction-reader.js";

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
 * @param blocks by place; undefined for a dispatch block
 * @param place of each block, by key
 * @param places where each place's block goes on, as places
 * @param flagsCross whether calls and returns are taken to read all flags
 */
export function flagLiveness(
  blocks: readonly (Block | undefined)[],
  place: ReadonlyMap<number, number>,
  places: readonly (readonly number[])[],
  flagsCross: boolean,
): FlagLiveness {
  const liveIn = new Int32Array(blocks.length);
  const liveOut = new Int32Array(blocks.length);
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at];
    if (block) liveOut[at] = readByEnding(block.ending, flagsCross);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = blocks.length - 1; at >= 0; at--) {
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
  if (ending.kind === "branch") live |= readBy(ending.operation);
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
    if ((isCall(operation) && !callsNext(operation)) || entry.semantics === "ret") {
      if (flagsCross) break;
      return live & ARITHMETIC;
    }
    live |= readBy(operation) & ~written;
    written |= writtenBy(operation);
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
