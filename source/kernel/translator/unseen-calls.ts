/**
 * Looks for calls in code that is interpreted, since nothing was found to lead to it but perhaps a computed jump, or since it stands behind an
 * instruction that is not translated. It calls functions that are translated, and may read a flag that one of those leaves.
 */

import type { Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";
import type { Discovered } from "./discovery.js";
import { isCall, isDirectCall } from "./facts.js";
import { ARITHMETIC, type FlagSet, readBy, writtenBy } from "./flag-facts.js";
import type { InstructionReader } from "./instruction-reader.js";

/** First bytes of `call rel32`, and of the group that `call r/m32` is in (Intel SDM vol. 2A, CALL). */
const CALL = 0xe8;
const CALL_LENGTH = 5;
const GROUP_OF_CALL = 0xff;

/** How far behind a call is looked for something that reads flags. */
const LOOK_AHEAD = 32;

/**
 * Whether text that was not seen seems to hold a call behind which a flag is read that the function called has left. Data can
 * look like one: translated code then keeps flags that nobody reads.
 */
export function readsFlagsUnseen(
  program: Program,
  reader: InstructionReader,
  { seen, functions }: Discovered,
): boolean {
  const readsFlagsIn = (start: number, end: number): boolean => {
    for (let address = start; address < end; ) {
      const operation = reader.at(address);
      address = operation?.next.address ?? address + 1;
      if (operation && isCallOf(operation, functions) && readsFlags(address, reader)) return true;
    }
    return false;
  };
  for (const { address: base, bytes } of program.segments) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Data before it may have been taken for an instruction that swallows it.
    const isCallBehindData = (offset: number): boolean => {
      const next = offset + CALL_LENGTH;
      if (bytes[offset] !== CALL || next > bytes.length) return false;
      return functions.has((base + next + view.getInt32(offset + 1, true)) >>> 0) && readsFlags(base + next, reader);
    };
    for (let start = base; start < base + bytes.length; ) {
      let mayCall = false;
      let end = start;
      for (; end < base + bytes.length && !seen.has(end); end++) {
        if (isCallBehindData(end - base)) return true;
        mayCall ||= bytes[end - base] === GROUP_OF_CALL;
      }
      if (mayCall && readsFlagsIn(start, end)) return true;
      // Behind the instruction that was seen, of which there is none at the end of the text.
      start = end + Math.max(1, program.at(end).length);
    }
  }
  return false;
}

/** Code that is left to the interpreter, though it was seen. */
export interface CodeLeft {
  /** Addresses at which it begins: what follows an instruction that is not translated, or one behind which the VM leaves. */
  readonly starts: readonly number[];
  /** Addresses at which code begins that is not left to the interpreter, where it comes there. */
  readonly translated: { has(address: number): boolean };
}

/** Instructions that are followed, those of code that several lead to each time, before they are taken to read flags. */
const MOST_FOLLOWED = 8_000_000;

/** Whether code that is left to the interpreter has a call behind which a flag is read that the function called has left. */
export function readsFlagsOfCalled(
  left: readonly CodeLeft[],
  reader: InstructionReader,
  functions: ReadonlySet<number>,
): boolean {
  let budget = MOST_FOLLOWED;
  const reads = (starts: Iterable<number>, translated: CodeLeft["translated"]): boolean => {
    const queue = [...starts];
    const followed = new Set<number>();
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (followed.has(at) || translated.has(at)) continue;
      followed.add(at);
      const operation = reader.at(at);
      if (!operation) continue;
      if (budget-- <= 0) return true;
      if (isCallOf(operation, functions) && readsFlags(operation.next.address, reader)) return true;
      for (const way of waysOf(operation, reader)) queue.push(way);
    }
    return false;
  };
  const all = new Set<number>();
  for (const { starts } of left) for (const start of starts) all.add(start);
  // Mostly nothing does, wherever that stops: then each instruction was looked at once.
  return reads(all, NOTHING) && left.some(({ starts, translated }) => reads(starts, translated));
}

const NOTHING: ReadonlySet<number> = new Set();

/** Whether some function that is left to the interpreter reads a flag that its caller has left. */
export function readsFlagsOfCaller(starts: Iterable<number>, reader: InstructionReader): boolean {
  let budget = MOST_FOLLOWED;
  for (const start of starts) {
    const writtenBefore = new Map<number, FlagSet>();
    const queue: { at: number; written: FlagSet }[] = [{ at: start, written: 0 }];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const known = writtenBefore.get(next.at) ?? ARITHMETIC;
      const written = next.written & known;
      if (written === known) continue;
      writtenBefore.set(next.at, written);
      const operation = reader.at(next.at);
      if (!operation) continue;
      if ((readBy(operation) & ~written) !== 0 || budget-- <= 0) return true;
      if (isCall(operation)) continue;
      const behind = written | writtenBy(operation);
      for (const at of waysOf(operation, reader)) queue.push({ at, written: behind });
    }
  }
  return false;
}

/** Where an operation goes on within its function, as far as that is seen. */
function waysOf(operation: Operation, reader: InstructionReader): readonly number[] {
  const { entry, next, target } = operation;
  switch (entry?.semantics) {
    case "ret":
    case "trap":
      return [];
    case "jmp":
      return [target.address];
    case "jmp indirect":
      return reader.jumpTable(operation)?.ways ?? [];
    default:
      return entry?.forms[0] === "rel" && !isCall(operation) ? [next.address, target.address] : [next.address];
  }
}

/** Whether an operation calls a function known, or one through a pointer. */
const isCallOf = (operation: Operation, functions: ReadonlySet<number>): boolean =>
  isDirectCall(operation) ? functions.has(operation.target.address) : isCall(operation);

/**
 * Whether a flag may be read before it is written, on the way straight on: also where that is too long to be looked along to its end,
 * or goes where a pointer says.
 */
function readsFlags(start: number, reader: InstructionReader): boolean {
  let written: FlagSet = 0;
  let operation = reader.at(start);
  for (let step = 0; operation && written !== ARITHMETIC; step++) {
    const { target, next, entry } = operation;
    if (step === LOOK_AHEAD || entry?.semantics === "jmp indirect") return true;
    if ((readBy(operation) & ~written) !== 0) return true;
    if (isCall(operation) || entry?.semantics === "ret") return false;
    written |= writtenBy(operation);
    operation = reader.at(entry?.semantics === "jmp" ? target.address : next.address);
  }
  return false;
}
