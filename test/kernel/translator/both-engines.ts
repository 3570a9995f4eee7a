/**
 * Small pieces of code run by both engines from the same state, many pieces in one program, since making a module for each
 * would take most of the time.
 */
import { translateImage } from "../../../source/kernel/translator/image-translator.js";
import type { JumpTableReader } from "../../../source/kernel/translator/jump-tables.js";
import { Translator } from "../../../source/kernel/translator/translator.js";
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import {
  createState,
  type Engine,
  Exit,
  Flag,
  type MachineState,
  StateWord,
} from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";

/** Where the pieces are, outside memory, the first at its start: what they store harms none of them. */
export const TEXT = 0x4_0000;
/** Bytes of memory: a multiple of WebAssembly's page. */
export const MEMORY_SIZE = 0x2_0000;
/** Where a piece's flags and EAX are put by {@link SHOW_FLAGS}. */
export const SHOWN = 0x1_1000;

/** `mov [SHOWN], eax; lahf; seto al; int 0x80`: everything of the flags that can be seen, in AX. */
export const SHOW_FLAGS = [0xa3, 0, 0x10, 1, 0, 0x9f, 0x0f, 0x90, 0xc0, 0xcd, 0x80];
const FUEL = 1_000_000;

/** Code that sets the arithmetic flags, and EAX. */
export function setFlags(eflags: number, eax: number): number[] {
  const overflow = (eflags & Flag.OVERFLOW) !== 0 ? 1 : 0;
  // mov al, overflow; add al, 0x7f; mov ah, flags; sahf; mov eax, eax
  return [0xb0, overflow, 0x04, 0x7f, 0xb4, eflags & 0xd5, 0x9e, 0xb8, eax, eax >> 8, eax >> 16, eax >> 24];
}

export interface Piece {
  readonly code: readonly number[];
  /** Words of a {@link MachineState} but EIP. */
  readonly state: MachineState;
  /** Memory's content by address. */
  readonly memory: ReadonlyMap<number, Uint8Array>;
}

export interface Ended {
  readonly exit: Exit;
  readonly fault: string;
  readonly retired: number;
  readonly state: MachineState;
  readonly memory: Uint8Array;
}

export interface Comparison {
  readonly interpreted: Ended;
  readonly translated: Ended;
  /** Instructions of the translated run that were interpreted. */
  readonly leftOver: number;
}

/** A state with all words zero but these. */
export function stateOf(words: Readonly<Record<number, number>>, eflags = 0): MachineState {
  const state = createState(0, 0);
  for (const [word, value] of Object.entries(words)) state[Number(word)] = value;
  state[StateWord.EFLAGS] |= eflags;
  return state;
}

/**
 * Runs each piece on both engines. It ends with `int 0x80` or a fault.
 * @param slice instructions after which the machine is left, and entered again
 * @param read the words of the image's data: jump tables
 * @param functions addresses that are known to be functions' beside those that are found
 */
export function compareEngines(
  pieces: readonly Piece[],
  fuel = FUEL,
  slice = fuel,
  read: JumpTableReader = () => undefined,
  functions: readonly number[] = [],
): Comparison[] {
  const bytes: number[] = [];
  const starts = pieces.map(({ code }) => {
    while (bytes.length % 16 !== 0) bytes.push(0x90);
    const start = TEXT + bytes.length;
    for (const byte of code) bytes.push(byte);
    return start;
  });
  const program = new Program([{ address: TEXT, bytes: Uint8Array.from(bytes) }]);
  const interpreter = new Interpreter(new Program(program.segments));
  const translation = translateImage(program, [...starts, ...functions], { read, words: [] });
  const translator = new Translator(program, new Interpreter(program));
  translator.adopt(translation, new WebAssembly.Module(translation.bytes));
  const wasm = new WebAssembly.Memory({ initial: MEMORY_SIZE >> 16, maximum: MEMORY_SIZE >> 16, shared: true });
  const view = new Uint8Array(wasm.buffer);
  const run = (engine: Engine, piece: Piece, start: number): Ended => {
    view.fill(0);
    for (const [address, content] of piece.memory) view.set(content, address);
    const state = piece.state.slice();
    state[StateWord.EIP] = start;
    const memory = { wasm, bytes: view, view: new DataView(wasm.buffer) };
    let exit: Exit = Exit.FUEL;
    let retired = 0;
    while (exit === Exit.FUEL && retired < fuel) {
      exit = engine.run(state, memory, Math.min(slice, fuel - retired));
      retired += engine.retired;
    }
    const fault = exit === Exit.FAULT ? `${engine.fault?.cause} at ${(engine.fault?.eip ?? 0) - start}` : "";
    return { exit, fault, retired, state, memory: view.slice() };
  };
  return pieces.map((piece, index) => {
    const before = translator.translatedInstructions;
    const interpreted = run(interpreter, piece, starts[index]);
    const translated = run(translator, piece, starts[index]);
    const leftOver = translated.retired - (translator.translatedInstructions - before);
    return { interpreted, translated, leftOver };
  });
}

/**
 * What differs between the engines, as text; empty when nothing does. Where memory was left, registers are not compared:
 * the translator's are those of an earlier moment.
 * @param undefinedFlags a mask of EFLAGS that {@link SHOW_FLAGS} showed and that do not matter
 */
export function difference({ interpreted: a, translated: b }: Comparison, undefinedFlags = 0): string {
  const different: string[] = [];
  const check = (name: string, x: number | string, y: number | string) => {
    if (x !== y) different.push(`${name}: ${shown(x)} interpreted, ${shown(y)} translated`);
  };
  check("exit", a.exit, b.exit);
  check("fault", a.fault, b.fault);
  if (!a.fault.startsWith("memory fault")) {
    check("retired", a.retired, b.retired);
    const mask = a.exit === Exit.VIRTUAL_INSTRUCTION ? shownMask(undefinedFlags) : -1;
    for (let word = 0; word < a.state.length; word++) {
      if (word === StateWord.EFLAGS) continue;
      const kept = word === 0 ? mask : -1;
      check(`word ${word}`, a.state[word] & kept, b.state[word] & kept);
    }
  }
  if (Buffer.compare(a.memory, b.memory) !== 0) {
    const at = a.memory.findIndex((byte, address) => byte !== b.memory[address]);
    check(`memory at 0x${at.toString(16)}`, a.memory[at], b.memory[at]);
  }
  return different.join("; ");
}

/** Bits of EAX that matter where {@link SHOW_FLAGS} left flags. */
function shownMask(undefinedFlags: number): number {
  const overflow = (undefinedFlags & Flag.OVERFLOW) !== 0 ? 0xff : 0;
  return ~(((undefinedFlags & 0xd5) << 8) | overflow);
}

/** Machine code given as hexadecimal digits, in strings of an instruction or a few. */
export const hex = (...code: readonly string[]): number[] => [...Buffer.from(code.join("").replaceAll(" ", ""), "hex")];

const shown = (value: number | string): string =>
  typeof value === "number" ? `0x${(value >>> 0).toString(16)}` : value;
