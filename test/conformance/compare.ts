/** Compares what the host's CPU and the interpreter made of a case, and tells people where they differ. */

import { describe } from "../../source/kernel/x86/decoder.js";
import { Flag } from "../../source/kernel/x86/machine.js";
import { CODE, DATA, type MachineCase, MEMORY_END, type Outcome, WINDOW } from "./machine-case.js";

const FLAGS = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.DIRECTION | Flag.OVERFLOW;
const REGISTER_NAMES = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const XMM_NAMES = Array.from({ length: 32 }, (_, i) => `xmm${i >> 2} word ${i & 3}`);
const FLAG_NAMES: readonly [string, number][] = [
  ["OF", Flag.OVERFLOW],
  ["DF", Flag.DIRECTION],
  ["SF", Flag.SIGN],
  ["ZF", Flag.ZERO],
  ["AF", Flag.AUXILIARY],
  ["PF", Flag.PARITY],
  ["CF", Flag.CARRY],
];

/**
 * Cases that say nothing: below DATA the interpreter has memory where the host has a read-only page or none, and what
 * lies between DATA and the window is not compared.
 */
export function isComparable(host: Outcome, interpreted: Outcome): boolean {
  if (host.stray || interpreted.stray) return false;
  if (host.ending !== "memory fault" || host.faultAddress >= DATA) return true;
  // Neither side names an address for one that is only not aligned, nor does the host for address 0.
  const unaligned = interpreted.ending === "memory fault" && interpreted.faultAddress === 0;
  return unaligned && host.faultAddress === 0 && host.eip === interpreted.eip;
}

/** What differs, one line each; empty when they agree. */
export function differences(testCase: MachineCase, host: Outcome, interpreted: Outcome): string[] {
  const found: string[] = [];
  const check = (what: string, a: number | string, b: number | string): void => {
    if (a !== b) found.push(`${what}: host ${show(a)}, interpreter ${show(b)}`);
  };
  check("ending", host.ending, interpreted.ending);
  check("eip", host.eip, interpreted.eip);
  // Flags are undefined only by instructions that were executed.
  const mask = host.ending === "done" ? FLAGS & ~testCase.undefinedFlags : FLAGS;
  if (((host.eflags ^ interpreted.eflags) & mask) !== 0) {
    check("flags", flagText(host.eflags & mask), flagText(interpreted.eflags & mask));
  }
  REGISTER_NAMES.forEach((name, i) => {
    check(name, host.registers[i], interpreted.registers[i]);
  });
  for (let i = 0; i < 32; i++) check(XMM_NAMES[i], host.xmm[i], interpreted.xmm[i]);
  if (Buffer.compare(host.window, interpreted.window) !== 0) {
    for (let i = 0; i < WINDOW; i++) check(byteName(i), host.window[i], interpreted.window[i]);
  }
  return found;
}

const byteName = (offset: number): string => `byte at ${show(MEMORY_END - WINDOW + offset)}`;

/** A failing case in full. */
export function report(testCase: MachineCase, found: readonly string[], repeat: string): string {
  return [
    ...listing(testCase).map((line) => `  ${line}`),
    `  before: ${REGISTER_NAMES.map((name, i) => `${name} ${show(testCase.registers[i])}`).join(", ")}`,
    `          flags ${flagText(testCase.eflags)}`,
    ...found.slice(0, 12).map((line) => `  ${line}`),
    `  repeat: ${repeat}`,
  ].join("\n");
}

function listing(testCase: MachineCase): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < testCase.code.length; ) {
    const { text, length } = describe(CODE + offset, testCase.code.subarray(offset));
    const bytes = Buffer.from(testCase.code.subarray(offset, offset + length)).toString("hex");
    lines.push(`${show(CODE + offset)}: ${bytes.padEnd(20)} ${text}`);
    offset += length;
  }
  return lines;
}

const show = (value: number | string): string =>
  typeof value === "string" ? value : `0x${(value >>> 0).toString(16)}`;

const flagText = (flags: number): string =>
  FLAG_NAMES.filter(([, bit]) => flags & bit)
    .map(([name]) => name)
    .join(" ") || "none";
