/** Compares what two made of a case, and tells people where they differ. */

import { describe } from "../../source/kernel/x86/decoder.js";
import { Flag } from "../../source/kernel/x86/machine.js";
import { DATA, type MachineCase, MEMORY_END, type Outcome } from "./machine-case.js";

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

/** Differences a report shows. */
const MOST_SHOWN = 12;

/**
 * Cases that say nothing: below DATA the interpreter has memory where the host has none, and what lies between DATA and the
 * bytes that a case brings is not compared.
 */
export function isComparable(host: Outcome, interpreted: Outcome): boolean {
  if (host.stray !== 0 || interpreted.stray !== 0) return false;
  if (host.ending !== "memory fault" || host.faultAddress >= DATA) return true;
  // Neither side names an address for one that is only not aligned, nor does the host for address 0.
  const unaligned = interpreted.ending === "memory fault" && interpreted.faultAddress === 0;
  return unaligned && host.faultAddress === 0 && host.eip === interpreted.eip;
}

/** What the interpreter made of a case and the host did not, one line each; empty when they agree. */
export function hostDifferences(testCase: MachineCase, host: Outcome, interpreted: Outcome): string[] {
  const list = new Differences("host", "interpreter");
  list.compareEnd(host, interpreted);
  list.compareRegisters(host, interpreted, FLAGS & ~testCase.undefinedAt(host.eip));
  list.compareMemory(host, interpreted);
  return list.found;
}

/**
 * What the translator made of a case and the interpreter did not. At an access outside memory the translator promises
 * memory and the instruction, not the registers. Of flags it keeps those that something reads; the cases read them.
 */
export function engineDifferences(interpreted: Outcome, translated: Outcome): string[] {
  const list = new Differences("interpreter", "translator");
  list.compareEnd(interpreted, translated);
  list.compareMemory(interpreted, translated);
  list.check("checksum of other memory", interpreted.stray, translated.stray);
  list.check("instructions beyond a slice", 0, translated.exceeded ?? 0);
  if (interpreted.ending === "memory fault") return list.found;
  list.compareRegisters(interpreted, translated, Flag.DIRECTION);
  list.check("instructions retired", interpreted.retired, translated.retired);
  return list.found;
}

class Differences {
  readonly found: string[] = [];

  constructor(
    readonly first: string,
    readonly second: string,
  ) {}

  check(what: string, a: number | string, b: number | string): void {
    if (a !== b) this.found.push(`${what}: ${this.first} ${show(a)}, ${this.second} ${show(b)}`);
  }

  compareEnd(a: Outcome, b: Outcome): void {
    this.check("ending", a.ending, b.ending);
    this.check("eip", a.eip, b.eip);
  }

  compareRegisters(a: Outcome, b: Outcome, flags: number): void {
    if (((a.eflags ^ b.eflags) & flags) !== 0) {
      this.check("flags", flagText(a.eflags & flags), flagText(b.eflags & flags));
    }
    REGISTER_NAMES.forEach((name, i) => {
      this.check(name, a.registers[i], b.registers[i]);
    });
    for (let i = 0; i < 32; i++) this.check(XMM_NAMES[i], a.xmm[i], b.xmm[i]);
  }

  compareMemory(a: Outcome, b: Outcome): void {
    if (Buffer.compare(a.memory, b.memory) === 0) return;
    const { length } = a.memory;
    for (let i = 0; i < length; i++) this.check(`byte at ${show(MEMORY_END - length + i)}`, a.memory[i], b.memory[i]);
  }
}

/** A failing case in full. */
export function report(testCase: MachineCase, found: readonly string[], repeat: string): string {
  return [
    ...listing(testCase).map((line) => `  ${line}`),
    `  before: ${REGISTER_NAMES.map((name, i) => `${name} ${show(testCase.registers[i])}`).join(", ")}`,
    `          flags ${flagText(testCase.eflags)}, entry ${show(testCase.entry)}`,
    ...found.slice(0, MOST_SHOWN).map((line) => `  ${line}`),
    ...(found.length > MOST_SHOWN ? [`  and ${found.length - MOST_SHOWN} more`] : []),
    `  repeat: ${repeat}`,
  ].join("\n");
}

function listing({ code, codeAddress }: MachineCase): string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < code.length; ) {
    const { text, length } = describe(codeAddress + offset, code.subarray(offset));
    const bytes = Buffer.from(code.subarray(offset, offset + length)).toString("hex");
    // Of a program made smaller much is NOPs.
    if (text !== "nop" || !lines.at(-1)?.endsWith(" nop")) {
      lines.push(`${show(codeAddress + offset)}: ${bytes.padEnd(20)} ${text}`);
    }
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
