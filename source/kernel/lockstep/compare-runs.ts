/** Says in what two runs of one machine differ. */

import { Exit, type Fault, Flag, type MachineState, StateWord } from "../x86/machine.js";
import type { Program } from "../x86/program.js";
import { flagsReadFrom } from "./flags-read.js";

/** What became of a machine on one engine. */
export interface Run {
  readonly exit: Exit;
  readonly state: MachineState;
  readonly memory: Uint8Array;
  readonly retired: number;
  readonly vector: number;
  readonly fault: Fault | undefined;
}

export const REGISTER_NAMES = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const EXIT_NAMES = ["out of fuel", "virtual instruction", "fault"];

/** What differs, a phrase each; empty when the runs agree. The first run is the reference. */
export function compareRuns(program: Program, first: Run, second: Run): string[] {
  const found: string[] = [];
  const check = (what: string, a: number | string, b: number | string): void => {
    if (a !== b) found.push(`${what} is ${show(a)} in the interpreter and ${show(b)} in the translator`);
  };
  check("the end", endOf(first), endOf(second));
  check("eip", first.state[StateWord.EIP] >>> 0, second.state[StateWord.EIP] >>> 0);
  // Registers where memory was left are not promised, nor is how many instructions came before.
  const exact = first.exit !== Exit.FAULT || first.fault?.cause !== "memory fault";
  if (exact) {
    check("the number of instructions retired", first.retired, second.retired);
    compareRegisters(program, first.state, second.state, check);
  }
  const at = firstDifference(first.memory, second.memory);
  if (at >= 0) check(`the byte at 0x${at.toString(16)}`, first.memory[at], second.memory[at]);
  return found;
}

function compareRegisters(
  program: Program,
  first: MachineState,
  second: MachineState,
  check: (what: string, a: number | string, b: number | string) => void,
): void {
  REGISTER_NAMES.forEach((name, register) => {
    check(name, first[register] >>> 0, second[register] >>> 0);
  });
  for (let word = 0; word < 32; word++) {
    const at = StateWord.XMM + word;
    check(`xmm${word >> 2}, word ${word & 3},`, first[at] >>> 0, second[at] >>> 0);
  }
  const read = flagsReadFrom(program, first[StateWord.EIP] >>> 0) | Flag.DIRECTION;
  check("eflags, of those that are read,", first[StateWord.EFLAGS] & read, second[StateWord.EFLAGS] & read);
}

function endOf({ exit, vector, fault }: Run): string {
  if (exit === Exit.FAULT) return `a ${fault?.cause}`;
  return exit === Exit.VIRTUAL_INSTRUCTION ? `int 0x${vector.toString(16)}` : EXIT_NAMES[exit];
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (Buffer.compare(a, b) === 0) return -1;
  let at = 0;
  while (a[at] === b[at]) at++;
  return at;
}

const show = (value: number | string): string => (typeof value === "string" ? value : `0x${value.toString(16)}`);
