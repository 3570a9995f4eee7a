import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Interpreter } from "../../source/kernel/x86/interpreter.js";
import { createState, Exit, Register, type TextSegment } from "../../source/kernel/x86/machine.js";
import { Program } from "../../source/kernel/x86/program.js";
import { buildProgram, removeBuilds, runsI386Programs } from "./host-cpu.js";

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** What guests are built with: no x87, no MMX, no vectors of integers. */
const FLAGS = [
  ...["-march=pentium4", "-msse2", "-mfpmath=sse", "-mno-mmx", "-mno-80387", "-mlong-double-64", "-mno-stv"],
  ...["-fno-tree-vectorize", "-fno-tree-slp-vectorize", "-Wl,-Ttext-segment=0x10000"],
];
const OPTIMISATIONS = ["-O0", "-O1", "-O2", "-O3", "-Os"];
const MEMORY = 1 << 20;
/** Instructions the slowest of the programs needs at most. */
const FUEL = 50_000_000;

const missing = runsI386Programs(FOLDER) ? "" : "this host runs no i386 programs";
if (missing !== "") console.warn(`programs on the host's CPU are skipped: ${missing}`);

afterAll(removeBuilds);

describe("C programs, run natively and interpreted", () => {
  it.skipIf(missing !== "").each(OPTIMISATIONS)("print the same at %s", (optimisation) => {
    const path = buildProgram(join(FOLDER, "programs.c"), `programs${optimisation}`, [...FLAGS, optimisation])!;
    const native = execFileSync(path, { encoding: "utf8" });
    expect(native.split("\n")).toHaveLength(15);
    expect(interpret(readFileSync(path))).toBe(native);
  });
});

/** Runs an i386 Linux executable that knows only write and exit, and gives what it wrote. */
function interpret(elf: Buffer): string {
  const bytes = new Uint8Array(MEMORY);
  const engine = new Interpreter(new Program(loadElf(elf, bytes)));
  const state = createState(elf.readUInt32LE(24), MEMORY - 64);
  let output = "";
  for (let left = FUEL; left > 0; left -= engine.retired) {
    const exit = engine.run(state, { bytes, view: new DataView(bytes.buffer) }, left);
    if (exit === Exit.FAULT) throw new Error(`${engine.fault!.instruction}: ${engine.fault!.detail}`);
    if (exit === Exit.FUEL) break;
    if (state[Register.EAX] === 1) return output;
    const [start, length] = [state[Register.ECX], state[Register.EDX]];
    output += Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
    state[Register.EAX] = length;
  }
  throw new Error(`not finished after ${FUEL} instructions`);
}

/** Copies the loadable segments of an ELF32 file to memory and gives those that are code. */
function loadElf(elf: Buffer, memory: Uint8Array): TextSegment[] {
  const text: TextSegment[] = [];
  const table = elf.readUInt32LE(28);
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const header = table + i * 32;
    const [type, offset, address] = [0, 4, 8].map((field) => elf.readUInt32LE(header + field));
    if (type !== 1) continue;
    const bytes = elf.subarray(offset, offset + elf.readUInt32LE(header + 16));
    memory.set(bytes, address);
    const executable = (elf.readUInt32LE(header + 24) & 1) !== 0;
    if (executable) text.push({ address, bytes });
  }
  return text;
}
