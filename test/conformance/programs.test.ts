/**
 * Whole C programs, as gcc compiles them at each of its levels. The levels judge each other, since they make different code
 * of the same functions, and so does the host where it runs i386 programs.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { translateImage } from "../../source/kernel/translator/image-translator.js";
import { Translator } from "../../source/kernel/translator/translator.js";
import { Interpreter } from "../../source/kernel/x86/interpreter.js";
import { createState, type Engine, Exit, Register, type TextSegment } from "../../source/kernel/x86/machine.js";
import { Program } from "../../source/kernel/x86/program.js";
import { buildProgram, removeBuilds, runsI386Programs } from "./host-cpu.js";

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** What guests are built with: no x87, no MMX, no vectors of integers. */
const FLAGS = [
  ...["-march=pentium4", "-msse2", "-mfpmath=sse", "-mno-mmx", "-mno-80387", "-mlong-double-64", "-mno-stv"],
  ...["-fno-tree-vectorize", "-fno-tree-slp-vectorize", "-Wl,-Ttext-segment=0x10000"],
];
const OPTIMISATIONS = ["-O0", "-O1", "-O2", "-O3", "-Os"];
const MEMORY_PAGES = 16;
const WASM_PAGE = 65_536;
/** Instructions the slowest of the programs needs at most. */
const FUEL = 50_000_000;
const TESTS = 17;

const build = (optimisation: string): string | undefined =>
  buildProgram(join(FOLDER, "programs.c"), `programs${optimisation}`, [...FLAGS, optimisation]);
const programs = new Map(OPTIMISATIONS.map((optimisation) => [optimisation, build(optimisation)]));
const compiles = programs.get("-O0") !== undefined;
const native = runsI386Programs(FOLDER);
if (!compiles) console.warn("whole programs are skipped: no gcc on x86-64 Linux");

afterAll(removeBuilds);

describe.skipIf(!compiles)("C programs", () => {
  it.each(OPTIMISATIONS)("print at %s what they do at other levels, in both engines", (optimisation) => {
    const path = programs.get(optimisation) as string;
    const printed = interpreted("-O0").output;
    expect(printed.split("\n")).toHaveLength(TESTS + 1);
    expect(interpreted(optimisation).output).toBe(printed);
    const translated = run(readFileSync(path), translator);
    expect(translated.output).toBe(printed);
    expect(translated.retired).toBe(interpreted(optimisation).retired);
    expect(translated.byTranslatedCode / translated.retired).toBeGreaterThan(MOSTLY);
  });

  it("print what they do on this host's CPU", (context) => {
    if (!native) context.skip("this host runs no i386 programs");
    for (const [optimisation, path] of programs) {
      const printed = execFileSync(path as string, { encoding: "utf8", timeout: 20_000 });
      expect({ optimisation, printed: interpreted(optimisation).output }).toEqual({ optimisation, printed });
    }
  });
});

/**
 * Share of the instructions that translated code retires, at least. It is 0.99 but at -O3, where much of it is in the function
 * that writes: what comes behind its `int 0x80` is interpreted until it turns out hot, which nobody looks at here.
 */
const MOSTLY = 0.8;

const runs = new Map<string, ReturnType<typeof run>>();

/** The program compiled so, in the interpreter, once. */
function interpreted(optimisation: string): ReturnType<typeof run> {
  let known = runs.get(optimisation);
  if (!known) {
    known = run(readFileSync(programs.get(optimisation) as string), (program) => new Interpreter(program));
    runs.set(optimisation, known);
  }
  return known;
}

function translator(program: Program, entry: number, data: DataView): Translator {
  const read = (address: number) => (address + 4 <= data.byteLength ? data.getUint32(address, true) : undefined);
  const words = Array.from({ length: data.byteLength / 4 }, (_, i) => data.getUint32(4 * i, true));
  const engine = new Translator(program, new Interpreter(program));
  const translation = translateImage(program, [entry], { read, words: words.filter((word) => word !== 0) });
  engine.adopt(translation, new WebAssembly.Module(translation.bytes));
  return engine;
}

/** Runs an i386 Linux executable that knows only write and exit. */
function run(elf: Buffer, makeEngine: (program: Program, entry: number, data: DataView) => Engine) {
  const wasm = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  const bytes = new Uint8Array(wasm.buffer);
  const view = new DataView(wasm.buffer);
  const entry = elf.readUInt32LE(24);
  const engine = makeEngine(new Program(loadElf(elf, bytes)), entry, view);
  const state = createState(entry, MEMORY_PAGES * WASM_PAGE - 64);
  let output = "";
  let retired = 0;
  let byTranslatedCode = 0;
  while (retired < FUEL) {
    const exit = engine.run(state, { wasm, bytes, view }, FUEL - retired);
    retired += engine.retired;
    byTranslatedCode += engine.translated ?? 0;
    if (exit === Exit.FAULT) throw new Error(`${engine.fault?.instruction}: ${engine.fault?.detail}`);
    if (exit === Exit.FUEL) break;
    if (state[Register.EAX] === 1) return { output, retired, byTranslatedCode };
    const [start, length] = [state[Register.ECX], state[Register.EDX]];
    output += Buffer.from(bytes.slice(start, start + length)).toString("latin1");
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
