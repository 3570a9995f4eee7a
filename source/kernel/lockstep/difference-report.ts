/** What a person needs to see where two engines first differed: both states, that of before, and the code. */

import { type MachineState, StateWord } from "../x86/machine.js";
import type { Program } from "../x86/program.js";
import { REGISTER_NAMES, type Run } from "./compare-runs.js";

/** Instructions shown from where the run began, and from where it ended. */
const LINES = 24;
/** Differences shown. */
const MOST_SHOWN = 16;

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;

/** Several lines, without one at the end. */
export function differenceReport(
  program: Program,
  before: MachineState,
  reference: Run,
  checked: Run,
  differences: readonly string[],
): string {
  const from = before[StateWord.EIP] >>> 0;
  const to = reference.state[StateWord.EIP] >>> 0;
  const more = differences.length - MOST_SHOWN;
  return [
    ...differences.slice(0, MOST_SHOWN),
    ...(more > 0 ? [`and ${more} more`] : []),
    "",
    `${"".padEnd(8)}${["before", "interpreter", "translator"].map((title) => title.padEnd(14)).join("")}`.trimEnd(),
    ...rows([before, reference.state, checked.state]),
    `retired ${"".padEnd(14)}${String(reference.retired).padEnd(14)}${checked.retired}`,
    "",
    `code from ${hex(from)}, where both began:`,
    ...listing(program, from),
    ...(to === from ? [] : ["", `code from ${hex(to)}, where the interpreter ended:`, ...listing(program, to)]),
  ].join("\n");
}

function rows(states: readonly MachineState[]): string[] {
  const row = (name: string, word: number) => `${name.padEnd(8)}${states.map((s) => hex(s[word]).padEnd(14)).join("")}`;
  return [
    ...REGISTER_NAMES.map((name, register) => row(name, register)),
    row("eip", StateWord.EIP),
    row("eflags", StateWord.EFLAGS),
  ].map((line) => line.trimEnd());
}

function listing(program: Program, start: number): string[] {
  const lines: string[] = [];
  let address = start;
  while (lines.length < LINES && program.segmentAt(address) !== undefined) {
    const { length, text } = program.describe(address);
    const bytes = Buffer.from(program.bytesAt(address).subarray(0, length)).toString("hex");
    lines.push(`  ${hex(address)}  ${bytes.padEnd(22)}  ${text}`);
    address += length;
  }
  return lines.length > 0 ? lines : ["  outside the program's text"];
}
