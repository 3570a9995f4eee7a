/**
 * Which arithmetic flags something may read from an address on, before they are written: the others an engine need not
 * keep. Looks along both ways of branches as far as calls and returns, which by every compiler's convention end their life.
 */

import { Flag } from "../x86/machine.js";
import { Repeat } from "../x86/operation.js";
import type { Program } from "../x86/program.js";

const FLAG_BITS: Readonly<Record<string, number>> = {
  o: Flag.OVERFLOW,
  s: Flag.SIGN,
  z: Flag.ZERO,
  a: Flag.AUXILIARY,
  p: Flag.PARITY,
  c: Flag.CARRY,
  d: 0,
};
const ALL = Flag.OVERFLOW | Flag.SIGN | Flag.ZERO | Flag.AUXILIARY | Flag.PARITY | Flag.CARRY;

/** Operations looked at, on all ways together. */
const MOST_OPERATIONS = 64;

const ENDS = new Set(["call", "call indirect", "ret", "jmp indirect", "int", "trap"]);
const BRANCHES = new Set(["jcc", "jecxz", "loop", "loope", "loopne"]);
/** With a count of 0 these write no flags. */
const COUNTED = /^(shl|shr|sar|rol|ror|rcl|rcr|shld|shrd)$/;

const bitsOf = (letters: string): number => [...letters].reduce((bits, letter) => bits | FLAG_BITS[letter], 0);

/** A mask of EFLAGS. */
export function flagsReadFrom(program: Program, address: number): number {
  let read = 0;
  let left = MOST_OPERATIONS;
  /** Flags already known to be live or of no matter, by address: a way that adds nothing is not gone again. */
  const seen = new Map<number, number>();
  const ways: { at: number; open: number }[] = [{ at: address, open: ALL }];
  for (let way = ways.pop(); way !== undefined && left > 0; way = ways.pop()) {
    let { at, open } = way;
    while (left-- > 0 && (open & ~(seen.get(at) ?? 0)) !== 0) {
      seen.set(at, (seen.get(at) ?? 0) | open);
      const operation = program.decodedAt(at);
      const entry = operation?.entry;
      if (!operation || !entry) break;
      read |= bitsOf(entry.reads) & open;
      const keeps = COUNTED.test(entry.semantics) || operation.repeat !== Repeat.NONE;
      if (!keeps) open &= ~bitsOf(entry.writes + entry.undefined);
      if (open === 0 || ENDS.has(entry.semantics)) break;
      if (BRANCHES.has(entry.semantics)) ways.push({ at: operation.target.address, open });
      at = entry.semantics === "jmp" ? operation.target.address : operation.next.address;
    }
  }
  return read;
}
