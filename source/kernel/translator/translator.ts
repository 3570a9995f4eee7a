/**
 * The translating engine: runs guests as WebAssembly, and what is not translated by the interpreter: all of it as long as there
 * is no translation. One translation serves all VMs of an image; each VM's memory has an instance of its own.
 */

import { Interpreter } from "../x86/interpreter.js";
import {
  type Engine,
  Exit,
  type Fault,
  type FaultCause,
  Flag,
  type GuestMemory,
  INT_LENGTH,
  type MachineState,
  StateWord,
} from "../x86/machine.js";
import { Program, uncopied } from "../x86/program.js";
import { STOPPED } from "../x86/stop-points.js";
import { BRIEF_AT_MOST, type BriefStretches } from "./brief-stretches.js";
import { Hotness, type Worthwhile } from "./hotness.js";
import { MissedCode } from "./missed-code.js";
import type { CodeMap } from "./translation.js";
import { bringVectors, keepVector, type LeaveVector, type SetVector, settersOf } from "./vector-exchange.js";
import { NO_VIRTUAL_INSTRUCTION, VirtualInstructions } from "./virtual-instructions.js";

const ARITHMETIC = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.OVERFLOW;

/** The exports of an instance, one for each memory. */
interface Entrances {
  readonly module: WebAssembly.Module;
  /** `enter(eax, ecx, edx, ebx, esp, ebp, esi, edi, fuel, eip, flags)` */
  readonly enter: (...values: number[]) => void;
  /** Take the words of one XMM register each. */
  readonly setters: readonly SetVector[];
  /** Whether the machine was seen to use its XMM registers: then it is entered with them, wherever it goes on. */
  usesVectors: boolean;
}

/** Where translations come from while the engine runs. */
export interface Translating {
  /** When the first translation is asked for; undefined: the engine is given it. */
  readonly worthwhile: Worthwhile | undefined;
  /** Foretells what is interpreted although it is translated; absent where translated code is what is wanted. */
  readonly brief?: BriefStretches | undefined;
  /**
   * Makes a translation, or has it made.
   * @param missed addresses to be entered at, besides those that are found
   * @param adopt takes it, now or later, but not while the engine runs a machine
   */
  translate(missed: readonly number[], adopt: (map: CodeMap, module: WebAssembly.Module) => void): unknown;
}

const NO_ADDRESSES: readonly number[] = [];

export class Translator implements Engine {
  readonly #program: Program;
  readonly #interpreter: Interpreter;
  /** Interprets up to the next entry; made when that is first wanted. */
  #walker: Interpreter | undefined;
  #translation: CodeMap | undefined;
  #adopted: Translator["translation"];
  #module!: WebAssembly.Module;
  readonly #virtualInstructions: VirtualInstructions;
  readonly #missed = new MissedCode();
  readonly #translating: Translating | undefined;
  /** Whether a translation was asked for that is not there yet. */
  #asked = false;
  /** The machine that runs, for `leave`. */
  #state: MachineState | undefined;
  #fuelLeft = 0;
  /** Whether the module had the XMM registers when it was last entered. */
  #vectorsWere = false;

  retired = 0;
  vector = 0;
  fault: Fault | undefined = undefined;
  translated = 0;
  /** Instructions retired by translated code, of all. */
  translatedInstructions = 0;
  /** Of what was interpreted for want of a translation. */
  readonly #hotness: Hotness | undefined;

  /** @param translating absent: what is not translated is interpreted */
  constructor(program: Program, interpreter: Interpreter, translating?: Translating) {
    this.#program = program;
    this.#interpreter = interpreter;
    this.#virtualInstructions = new VirtualInstructions(program);
    this.#translating = translating;
    this.#hotness = translating?.worthwhile && new Hotness(translating.worthwhile);
  }

  /** What machines run, and its module, compiled; undefined while all is interpreted. */
  get translation(): { readonly translation: CodeMap; readonly module: WebAssembly.Module } | undefined {
    return this.#adopted;
  }

  /** Addresses that code was missed at by an engine of the same image in another thread: they are worth translating. */
  missedElsewhere(addresses: readonly number[]): void {
    if (this.#translating && !this.#asked && this.#missed.add(addresses)) this.#ask(this.#missed.addresses);
  }

  /**
   * From now on machines run this translation.
   * @param module its module, compiled
   */
  readonly adopt = (translation: CodeMap, module: WebAssembly.Module): void => {
    this.#asked = false;
    this.#module = module;
    this.#translation = translation;
    this.#adopted = { translation, module };
    this.#walker = undefined;
  };

  #makeWalker(entries: ReadonlySet<number>): Interpreter {
    return new Interpreter(new Program(uncopied(this.#program.segments), entries));
  }

  #ask(missed: readonly number[]): void {
    this.#asked = true;
    this.#translating?.translate(missed, this.adopt);
  }

  run(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    this.retired = 0;
    this.translated = 0;
    this.fault = undefined;
    if (!this.#translation) return this.#runUntranslated(state, memory, fuel);
    const brief = this.#translating?.brief;
    if (!brief) return this.#runTranslated(state, memory, fuel);
    const from = state[StateWord.EIP];
    const exit = brief.expect(from) ? this.#runBriefly(state, memory, fuel) : this.#runTranslated(state, memory, fuel);
    // Where little fuel was given, little was retired: that says nothing.
    if (exit === Exit.VIRTUAL_INSTRUCTION || this.retired >= BRIEF_AT_MOST) brief.note(from, this.retired);
    return exit;
  }

  /** Interprets as much as a brief stretch has, and goes on in translated code where it is none. */
  #runBriefly(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    const exit = this.#step(this.#interpreter, state, memory, Math.min(fuel, BRIEF_AT_MOST));
    return exit === Exit.FUEL ? this.#runTranslated(state, memory, fuel) : exit;
  }

  #runTranslated(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    while (this.retired < fuel) {
      const { entries, longestPath } = this.#translation as CodeMap;
      const budget = fuel - this.retired - longestPath;
      const entered =
        budget > 0 && entries.has(state[StateWord.EIP] >>> 0) && (state[StateWord.EFLAGS] & Flag.DIRECTION) === 0;
      const before = this.retired;
      if (entered && !this.#enter(state, memory, budget)) return Exit.FAULT;
      // Left where the XMM registers were missed: entered again with them.
      if (entered && !this.#vectorsWere && this.#isVectorEntry(state) && this.retired < fuel) continue;
      if (entered && this.retired < fuel && this.#atVirtualInstruction(state)) return Exit.VIRTUAL_INSTRUCTION;
      // A loop that was entered at its head is left where it ends, which is in another loop or may be its head.
      if (entered && this.retired > before && entries.has(state[StateWord.EIP] >>> 0)) continue;
      const exit = this.#interpret(state, memory, fuel, budget <= 0);
      if (exit !== Exit.FUEL) return exit;
    }
    return Exit.FUEL;
  }

  #runUntranslated(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    const exit = this.#step(this.#interpreter, state, memory, fuel);
    if (!this.#asked && this.#hotness?.add(this.retired)) this.#ask(NO_ADDRESSES);
    return exit;
  }

  /** Executes the virtual instruction that the machine stands at, if it does: most often that is why it left. */
  #atVirtualInstruction(state: MachineState): boolean {
    const eip = state[StateWord.EIP] >>> 0;
    const vector = this.#virtualInstructions.at(eip);
    if (vector === NO_VIRTUAL_INSTRUCTION) return false;
    this.vector = vector;
    this.retired++;
    state[StateWord.EIP] = eip + INT_LENGTH;
    return true;
  }

  /** Interprets at least one instruction, and on until an entry is met; or to the end when the fuel is too little for more. */
  #interpret(state: MachineState, memory: GuestMemory, fuel: number, toTheEnd: boolean): Exit {
    const left = fuel - this.retired;
    if (left <= 0) return Exit.FUEL;
    const exit = this.#step(this.#interpreter, state, memory, toTheEnd ? left : 1);
    if (exit !== Exit.FUEL || this.retired >= fuel) return exit;
    const from = state[StateWord.EIP] >>> 0;
    const before = this.retired;
    this.#walker ??= this.#makeWalker((this.#translation as CodeMap).entries);
    const end = this.#step(this.#walker, state, memory, fuel - before);
    this.#noteMissed(from, this.retired - before);
    if (end !== Exit.VIRTUAL_INSTRUCTION || this.vector !== STOPPED) return end;
    this.retired--;
    return Exit.FUEL;
  }

  #noteMissed(from: number, instructions: number): void {
    if (!this.#translating || this.#asked || !this.#missed.note(from, instructions)) return;
    this.#ask(this.#missed.addresses);
  }

  #step(interpreter: Interpreter, state: MachineState, memory: GuestMemory, fuel: number): Exit {
    const exit = interpreter.run(state, memory, fuel);
    this.retired += interpreter.retired;
    this.vector = interpreter.vector;
    this.fault = interpreter.fault;
    return exit;
  }

  /** Runs translated code; false when it trapped. */
  #enter(state: MachineState, memory: GuestMemory, budget: number): boolean {
    const kept = memory.instance as Entrances | undefined;
    const entrances = kept?.module === this.#module ? kept : this.#instantiate(memory);
    this.#state = state;
    if (this.#isVectorEntry(state)) entrances.usesVectors = true;
    this.#vectorsWere = entrances.usesVectors;
    if (entrances.usesVectors) bringVectors(entrances.setters, state);
    const flags = state[StateWord.EFLAGS];
    try {
      entrances.enter(
        state[0],
        state[1],
        state[2],
        state[3],
        state[4],
        state[5],
        state[6],
        state[7],
        budget,
        state[StateWord.EIP],
        flags & ARITHMETIC,
      );
    } catch (error) {
      // Its globals are those of the moment it trapped.
      memory.instance = undefined;
      this.#trapped(state, error);
      return false;
    }
    const retired = budget - this.#fuelLeft;
    this.retired += retired;
    this.translated += retired;
    this.translatedInstructions += retired;
    return true;
  }

  #isVectorEntry(state: MachineState): boolean {
    return (this.#translation as CodeMap).vectorEntries.has(state[StateWord.EIP] >>> 0);
  }

  #instantiate(memory: GuestMemory): Entrances {
    const machine = { memory: memory.wasm, leave: this.#leave, leaveVector: this.#leaveVector };
    const { exports } = new WebAssembly.Instance(this.#module, { machine });
    const { enter } = exports as { enter: Entrances["enter"] };
    const entrances: Entrances = { module: this.#module, enter, setters: settersOf(exports), usesVectors: false };
    memory.instance = entrances;
    return entrances;
  }

  /** Called by the module for each XMM register when the VM leaves and the registers were there. */
  readonly #leaveVector: LeaveVector = (register, first, second, third, fourth) => {
    keepVector(this.#state as MachineState, register, first, second, third, fourth);
    this.#vectorsWere = true;
  };

  /** Called by the module when the VM leaves; parameters by name, because an array of them would be made at every call. */
  readonly #leave = (
    eax: number,
    ecx: number,
    edx: number,
    ebx: number,
    esp: number,
    ebp: number,
    esi: number,
    edi: number,
    eip: number,
    flags: number,
    fuelLeft: number,
  ): void => {
    const state = this.#state as MachineState;
    state[0] = eax;
    state[1] = ecx;
    state[2] = edx;
    state[3] = ebx;
    state[4] = esp;
    state[5] = ebp;
    state[6] = esi;
    state[7] = edi;
    state[StateWord.EIP] = eip;
    // Flags that an instruction left undefined may be anything, but change no others.
    state[StateWord.EFLAGS] = (state[StateWord.EFLAGS] & ~ARITHMETIC) | (flags & ARITHMETIC);
    this.#fuelLeft = fuelLeft;
  };

  /** Names the instruction that trapped; the registers are those of the last time the VM left. */
  #trapped(state: MachineState, error: unknown): void {
    if (error instanceof WebAssembly.RuntimeError) {
      this.#faultAt(state, this.#addressOf(error), "memory fault", "an access outside memory");
      return;
    }
    // A guest can make functions that take far more of the host's stack than of its own.
    if (!(error instanceof RangeError)) throw error;
    this.#faultAt(state, state[StateWord.EIP] >>> 0, "machine check", "calls used up the host's stack");
  }

  #faultAt(state: MachineState, eip: number, cause: FaultCause, what: string): void {
    const { length, text } = this.#program.describe(eip);
    state[StateWord.EIP] = eip;
    this.fault = {
      cause,
      eip,
      bytes: this.#program.bytesAt(eip).slice(0, length),
      instruction: text,
      detail: `${what}; the registers shown are those of an earlier moment`,
    };
  }

  /** The guest instruction that a trap's stack names by its byte offset in the module. */
  #addressOf(error: Error): number {
    const offset = Number.parseInt(/wasm-function\[\d+\]:(0x[0-9a-f]+)/.exec(error.stack ?? "")?.[1] ?? "", 16);
    const { offsets, addresses } = (this.#translation as CodeMap).accesses;
    return addresses[offsets.findLastIndex((start) => start <= offset)] ?? 0;
  }
}
