/**
 * The checking engine, `--engine both`: runs a machine on two engines, each on its own state and memory, and compares them
 * whenever they are left. A guest sees the reference's results; at the first difference it ends with the fault "engines
 * differ", whose report has both states and the code around EIP.
 *
 * Compared are how the run ended, instructions retired, EIP, all registers, the flags that something reads from EIP on, and
 * every byte of memory. Where memory was left both must name the same instruction; the registers shown are the reference's.
 */

import {
  type Engine,
  Exit,
  type Fault,
  type GuestMemory,
  type MachineState,
  STATE_WORDS,
  StateWord,
} from "../x86/machine.js";
import type { Program } from "../x86/program.js";
import { compareRuns, type Run } from "./compare-runs.js";
import { differenceReport } from "./difference-report.js";
import { Twin } from "./twin-memory.js";

export class Lockstep implements Engine {
  readonly #program: Program;
  readonly #reference: Engine;
  readonly #checked: Engine;
  readonly #twins = new WeakMap<GuestMemory, Twin>();
  /** EFLAGS as each engine left a machine: of flags that nothing reads they may keep different ones. Shown are the reference's. */
  readonly #flags = new WeakMap<MachineState, { readonly shown: number; readonly checked: number }>();
  /** The reference's machine, and either machine as it was when the run began. */
  readonly #state: MachineState = new Int32Array(STATE_WORDS);
  readonly #before: MachineState = new Int32Array(STATE_WORDS);

  retired = 0;
  vector = 0;
  fault: Fault | undefined = undefined;

  constructor(program: Program, reference: Engine, checked: Engine) {
    this.#program = program;
    this.#reference = reference;
    this.#checked = checked;
  }

  /** Of the instructions retired, those that the engine that is checked executed translated. */
  get translated(): number {
    return this.#checked.translated ?? 0;
  }

  run(state: MachineState, memory: GuestMemory, fuel: number): Exit {
    const twin = this.#twinOf(memory);
    twin.begin(memory.bytes);
    this.#before.set(state);
    const { reference, checked, differences } = this.#runBoth(state, memory, twin, fuel);
    this.retired = reference.retired;
    this.vector = reference.vector;
    this.fault = reference.fault;
    if (differences.length > 0) return this.#differ(state, memory, twin, fuel);
    this.#flags.set(state, { shown: this.#state[StateWord.EFLAGS], checked: checked.state[StateWord.EFLAGS] });
    state.set(this.#state);
    return reference.exit;
  }

  #twinOf(memory: GuestMemory): Twin {
    let twin = this.#twins.get(memory);
    if (!twin) {
      twin = new Twin(memory.bytes.length);
      this.#twins.set(memory, twin);
    }
    return twin;
  }

  #runBoth(state: MachineState, memory: GuestMemory, twin: Twin, fuel: number) {
    this.#state.set(state);
    const known = this.#flags.get(state);
    // The kernel may have given the machine other flags meanwhile; then both go on with those.
    if (known?.shown === state[StateWord.EFLAGS]) state[StateWord.EFLAGS] = known.checked;
    const reference = runOn(this.#reference, this.#state, twin.memory, fuel);
    const checked = runOn(this.#checked, state, memory, fuel);
    return { reference, checked, differences: compareRuns(this.#program, reference, checked) };
  }

  /** Finds the fewest instructions after which the engines differ, and makes a fault of it. */
  #differ(state: MachineState, memory: GuestMemory, twin: Twin, fuel: number): Exit {
    let agrees = 0;
    let differs = fuel;
    const attempt = (instructions: number) => {
      twin.restart(memory.bytes);
      state.set(this.#before);
      return this.#runBoth(state, memory, twin, instructions);
    };
    while (differs - agrees > 1) {
      const middle = Math.floor((agrees + differs) / 2);
      if (attempt(middle).differences.length > 0) differs = middle;
      else agrees = middle;
    }
    const { reference, checked, differences } = attempt(differs);
    const eip = reference.state[StateWord.EIP] >>> 0;
    this.retired = reference.retired;
    this.fault = {
      cause: "engines differ",
      eip,
      bytes: new Uint8Array(),
      instruction: "",
      detail: `${differences[0]}, ${differs} instructions after 0x${(this.#before[StateWord.EIP] >>> 0).toString(16)}`,
      report: differenceReport(this.#program, this.#before, reference, checked, differences),
    };
    state.set(reference.state);
    return Exit.FAULT;
  }
}

function runOn(engine: Engine, state: MachineState, memory: GuestMemory, fuel: number): Run {
  const exit = engine.run(state, memory, fuel);
  return { exit, state, memory: memory.bytes, retired: engine.retired, vector: engine.vector, fault: engine.fault };
}
