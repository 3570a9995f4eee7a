/**
 * Cases in both engines. Cases of a batch have text at different addresses, so that one program, and one translation, holds
 * them all; each is run on memory of its own.
 */
import { setFlagsFromString } from "node:v8";
import { crc32 } from "node:zlib";
import { translateImage } from "../../source/kernel/translator/image-translator.js";
import type { Translation } from "../../source/kernel/translator/translation.js";
import { Translator } from "../../source/kernel/translator/translator.js";
import { Interpreter } from "../../source/kernel/x86/interpreter.js";
import {
  createState,
  type Engine,
  Exit,
  type Fault,
  type GuestMemory,
  type MachineState,
  StateWord,
} from "../../source/kernel/x86/machine.js";
import { Program } from "../../source/kernel/x86/program.js";
import { type Ending, type MachineCase, MEMORY_END, type Outcome, pooledWords, TEXT } from "./machine-case.js";

// Stacks of faults would take much of the time. The translator reads the first line of one.
Error.stackTraceLimit = 1;

// Most translated code runs once: optimising it took half of the processor's time.
setFlagsFromString("--liftoff-only");

/** Bytes that small buffers are cut from: Node's own 8 KB are too few for the states of a batch. */
const POOL = 1 << 20;
Buffer.poolSize = POOL;

/**
 * What surrounds the cases: `int 0xcd`, which ends a run without the cost of a fault, and INT3, which is no instruction, so that
 * nobody looks for code behind it. From the bytes between on it is read likewise.
 */
const AROUND = Uint8Array.of(0xcd, 0xcd, 0xcc);
const INT_LENGTH = 2;
/** What an `int N` within a case changes EAX by, as by a kernel's answer; harness.c has it too. */
const ANSWER = 0x5a5a_0f0f;
const WASM_PAGE = 65_536;

const wasm = new WebAssembly.Memory({ initial: MEMORY_END / WASM_PAGE, maximum: MEMORY_END / WASM_PAGE, shared: true });
const bytes = new Uint8Array(wasm.buffer);
const memory: GuestMemory = { wasm, bytes, view: new DataView(wasm.buffer) };
/** The same memory, with room for another translator's instance. */
const memoryAgain: GuestMemory = { ...memory };
const buffer = Buffer.from(wasm.buffer);
const state = createState(0, 0);
const zeros = Buffer.alloc(MEMORY_END);

const NO_TABLES: ReadonlyMap<number, number> = new Map();

/** A second translation of an image. */
export interface Again {
  /** Addresses to be entered at besides those that are found. */
  readonly missed: readonly number[];
  /** How often the machine was run before. */
  readonly after: number;
}

export class EngineBatch {
  readonly #program: Program;
  readonly #interpreter: Interpreter;
  readonly #translator: Translator;
  /** Is not held to the instructions that it is given. */
  readonly #leaver: Translator;
  readonly #translate: (missed: readonly number[]) => Translation;
  /** Instructions short of a slice's end from which on the translator interprets. */
  readonly longestPath: number;

  /**
   * @param roots addresses of functions, beside the entries of the cases
   * @param tables words of data that the programs come with, by address
   */
  constructor(cases: readonly MachineCase[], roots: readonly number[] = [], tables = NO_TABLES) {
    const end = Math.max(...cases.map(({ codeAddress, code }) => codeAddress + code.length));
    const text = Buffer.alloc(end - TEXT + 256, AROUND);
    for (const { codeAddress, code } of cases) {
      text.set(code, codeAddress - TEXT);
      text.set(AROUND, codeAddress - TEXT + code.length);
    }
    this.#program = new Program([{ address: TEXT, bytes: text }]);
    this.#interpreter = new Interpreter(this.#program);
    const entries = cases.map(({ entry }) => entry);
    this.#translate = (missed) =>
      translateImage(this.#program, [...entries, ...roots], {
        read: (address) => tables.get(address),
        words: tables.values(),
        missed,
      });
    const translation = this.#translate([]);
    const module = new WebAssembly.Module(translation.bytes);
    this.longestPath = translation.longestPath;
    this.#translator = new Translator(this.#program, this.#interpreter);
    this.#translator.adopt(translation, module);
    this.#leaver = new Translator(this.#program, this.#interpreter);
    this.#leaver.adopt({ ...translation, longestPath: 0 }, module);
  }

  /** @param fuel instructions beyond which the case is given up */
  interpret(testCase: MachineCase, fuel: number): Outcome {
    return this.#run([this.#interpreter], testCase, fuel);
  }

  /** @param slice instructions after which the machine is left, and entered again */
  translate(testCase: MachineCase, fuel: number, slice = fuel): Outcome {
    return this.#run([this.#translator], testCase, fuel, slice);
  }

  /**
   * Translated code is left at the first place at which it can be after so many instructions, and entered again there. In a
   * slice the translator does so once, and interprets what is left of it. What may be exceeded is the longest path.
   */
  leaveOften(testCase: MachineCase, fuel: number, instructions: number): Outcome {
    const outcome = this.#run([this.#leaver], testCase, fuel, instructions);
    return { ...outcome, exceeded: Math.max(0, (outcome.exceeded ?? 0) - this.longestPath) };
  }

  /**
   * Leaves often, and interprets as much, so that the machine goes on anywhere; after some times the image is translated anew,
   * to be entered at more addresses, and the machine goes on in that. The batch is of no use for others then.
   */
  adoptAgain(testCase: MachineCase, fuel: number, instructions: number, { missed, after }: Again): Outcome {
    const outcome = this.#run([this.#leaver, this.#interpreter], testCase, fuel, instructions, (runs) => {
      if (runs !== after) return;
      const translation = this.#translate(missed);
      this.#leaver.adopt({ ...translation, longestPath: 0 }, new WebAssembly.Module(translation.bytes));
    });
    return { ...outcome, exceeded: 0 };
  }

  /** Instructions that translated code has retired, of all. */
  get translatedInstructions(): number {
    return this.#translator.translatedInstructions;
  }

  /**
   * @param engines take turns
   * @param between told how often the machine was run, before it is run again
   */
  #run(
    engines: readonly Engine[],
    testCase: MachineCase,
    fuel: number,
    slice = fuel,
    between?: (runs: number) => void,
  ): Outcome {
    const { length } = testCase.memory;
    bytes.set(testCase.memory, MEMORY_END - length);
    state[StateWord.EIP] = testCase.entry;
    state.set(testCase.registers);
    state.set(testCase.xmm, StateWord.XMM);
    state[StateWord.EFLAGS] = testCase.eflags;
    let retired = 0;
    let exceeded = 0;
    let exit: Exit = Exit.FUEL;
    let [engine] = engines;
    for (let runs = 0; (exit === Exit.FUEL || this.#answered(exit, testCase)) && retired < fuel; runs++) {
      between?.(runs);
      engine = engines[runs % engines.length];
      const given = Math.min(slice, fuel - retired);
      exit = engine.run(state, engine === this.#leaver ? memoryAgain : memory, given);
      retired += engine.retired;
      exceeded = Math.max(exceeded, engine.retired - given);
    }
    const interrupted = exit === Exit.VIRTUAL_INSTRUCTION;
    const outcome: Outcome = {
      registers: state.slice(0, 8),
      eflags: state[StateWord.EFLAGS],
      eip: (state[StateWord.EIP] - (interrupted ? INT_LENGTH : 0)) >>> 0,
      ending: interrupted ? "done" : exit === Exit.FUEL ? "out of fuel" : this.#ending(engine.fault as Fault, testCase),
      faultAddress: addressNamed(exit === Exit.FAULT ? engine.fault?.detail : ""),
      stray: strayChecksum(length),
      xmm: vectorsOf(state),
      memory: Buffer.from(bytes.subarray(MEMORY_END - length)),
      retired,
      exceeded,
    };
    bytes.fill(0, outcome.stray === 0 ? MEMORY_END - length : 0);
    return outcome;
  }

  /** Whether a run was interrupted within a case, and goes on. */
  #answered(exit: Exit, { codeAddress, code }: MachineCase): boolean {
    const at = (state[StateWord.EIP] >>> 0) - INT_LENGTH - codeAddress;
    if (exit !== Exit.VIRTUAL_INSTRUCTION || at < 0 || at >= code.length) return false;
    state[0] ^= ANSWER;
    return true;
  }

  #ending({ cause, eip }: Fault, { codeAddress, code }: MachineCase): Ending {
    const inCode = eip >= codeAddress && eip < codeAddress + code.length;
    if (!inCode && (cause === "illegal instruction" || this.#program.segmentAt(eip) === undefined)) return "done";
    if (cause === "divide error" || cause === "memory fault" || cause === "illegal instruction") return cause;
    throw new Error(`a case has ended with a ${cause}`);
  }
}

function vectorsOf(machine: MachineState): Int32Array {
  const vectors = pooledWords(32);
  vectors.set(machine.subarray(StateWord.XMM, StateWord.XMM + 32));
  return vectors;
}

function strayChecksum(length: number): number {
  if (buffer.compare(zeros, 0, MEMORY_END - length, 0, MEMORY_END - length) === 0) return 0;
  return crc32(bytes.subarray(0, MEMORY_END - length)) || 1;
}

/** The address of the access that a memory fault's detail names. */
const addressNamed = (detail = ""): number => Number(/at (0x[0-9a-f]+), outside memory/.exec(detail)?.[1] ?? 0);
