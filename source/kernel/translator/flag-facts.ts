/** Which flags an operation reads, writes and keeps, as sets with one bit a flag; kept with the operation. */

import type { InstructionEntry } from "../x86/instruction-table.js";
import { NO_REGISTER, type Operation, Repeat } from "../x86/operation.js";
import { isCall } from "./facts.js";

/** One bit a flag, in the order of the instruction table's letters. */
export const FlagBit = { o: 1, s: 2, z: 4, a: 8, p: 16, c: 32, d: 64 } as const;
export type FlagSet = number;

export const CARRY_ONLY: FlagSet = FlagBit.c;
export const ARITHMETIC: FlagSet = FlagBit.o | FlagBit.s | FlagBit.z | FlagBit.a | FlagBit.p | FlagBit.c;

/** While liveness is computed, flags that only what is behind a jump through a pointer may read stand this much higher. */
const PERHAPS = 8;
export const PERHAPS_ALL: FlagSet = ARITHMETIC << PERHAPS;

/** What is emitted for does not tell the two apart. */
export const merged = (live: FlagSet): FlagSet => (live | (live >> PERHAPS)) & ARITHMETIC;

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

/** Flags that an operation reads. */
export const readBy = ({ entry }: Operation): FlagSet => (entry ? setOf(entry.reads) & ARITHMETIC : 0);

/** Flags that are an operation's own behind it, whatever they were: written, or left undefined. */
export const writtenBy = (operation: Operation): FlagSet =>
  operation.entry && !mayKeepFlags(operation) ? writtenAtMost(operation.entry) & ARITHMETIC : 0;

const writtenAtMost = ({ writes, undefined: left }: InstructionEntry): FlagSet => setOf(writes) | setOf(left);

/** What an operation or several make of the flags live behind them: those before are `live & kept | read`. */
export interface FlagEffect {
  readonly kept: FlagSet;
  readonly read: FlagSet;
}

/** Flags live before an operation, given those live behind it. */
export function liveBefore(operation: Operation, live: FlagSet): FlagSet {
  const facts = flagFactsOf(operation);
  return (live & facts & EVERY) | ((facts >> READ_SHIFT) & ARITHMETIC);
}

export const EVERY: FlagSet = ARITHMETIC | PERHAPS_ALL;

/** Kept with an operation: the flags that it keeps, above them those that it reads, and that this is known. */
const READ_SHIFT = 16;
const FLAGS_KNOWN = 1 << 24;

const flagFactsOf = (operation: Operation): number => operation.flagFacts || findFlagFacts(operation);

/** An operation that is not decoded yet may do other things later. */
function findFlagFacts(operation: Operation): number {
  const { entry, like } = operation;
  if (like) {
    operation.flagFacts = flagFactsOf(like);
    return operation.flagFacts;
  }
  if (!entry) return 0;
  const kills = isCall(operation) ? ARITHMETIC : writtenAtMost(entry);
  const kept = mayKeepFlags(operation) ? EVERY : EVERY & ~(kills | (kills << PERHAPS));
  // DF is not kept: translated code runs with it clear.
  operation.flagFacts = FLAGS_KNOWN | kept | ((setOf(entry.reads) & ARITHMETIC) << READ_SHIFT);
  return operation.flagFacts;
}
