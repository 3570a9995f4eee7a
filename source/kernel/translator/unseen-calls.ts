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

/**
 * Whether code that is left to the interpreter, though it was seen, has a call behind which a flag is read that the function called has
 * left: what follows an instruction that is not translated, or one behind which the VM leaves.
 * @param starts addresses at which such code begins
 * @param translated addresses at which code begins that is not left to the interpreter
 */
export function readsFlagsFrom(
  starts: Iterable<number>,
  translated: { has(address: number): boolean },
  reader: InstructionReader,
  functions: ReadonlySet<number>,
): boolean {
  const queue = [...starts];
  const followed = new Set<number>();
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (followed.has(at) || translated.has(at)) continue;
    followed.add(at);
    const operation = reader.at(at);
    if (!operation) continue;
    if (isCallOf(operation, functions) && readsFlags(operation.next.address, reader)) return true;
    queue.push(...waysOf(operation, reader));
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
      return reader.jumpTable(operation)?.targets ?? [];
    default:
      return entry?.forms[0] === "rel" && !isCall(operation) ? [next.address, target.address] : [next.address];
  }
}

/** Whether an operation calls a function known, or one through a pointer. */
const isCallOf = (operation: Operation, functions: ReadonlySet<number>): boolean =>
  isDirectCall(operation) ? functions.has(operation.target.address) : isCall(operation);

/** Whether a flag is seen to be read before it is written, on the way straight on. */
function readsFlags(start: number, reader: InstructionReader): boolean {
  let written: FlagSet = 0;
  let operation = reader.at(start);
  for (let step = 0; operation && step < LOOK_AHEAD && written !== ARITHMETIC; step++) {
    if ((readBy(operation) & ~written) !== 0) return true;
    if (isCall(operation) || operation.entry?.semantics === "ret") return false;
    written |= writtenBy(operation);
    const { target, next, entry } = operation;
    operation = reader.at(entry?.semantics === "jmp" ? target.address : next.address);
  }
  return false;
}
