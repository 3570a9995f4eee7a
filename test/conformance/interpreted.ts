/** A case in the interpreter. */
import { Interpreter } from "../../source/kernel/x86/interpreter.js";
import { createState, Exit, type FaultCause, Register, StateWord } from "../../source/kernel/x86/machine.js";
import { Program } from "../../source/kernel/x86/program.js";
import { CODE, DATA, type Ending, type MachineCase, MEMORY_END, type Outcome, TEXT, WINDOW } from "./machine-case.js";

const INT3 = 0xcc;

const bytes = new Uint8Array(MEMORY_END);
const memory = { bytes, view: new DataView(bytes.buffer) };
const page = new Uint8Array(DATA - TEXT);
const empty = new Uint8Array(MEMORY_END - WINDOW);

/** Runs a case, its instructions `fuelEach` at a time. */
export function runInterpreted(testCase: MachineCase, fuelEach = testCase.count): Outcome {
  loadMemory(testCase);
  const state = createState(CODE, 0);
  state.set(testCase.registers, Register.EAX);
  state.set(testCase.xmm, StateWord.XMM);
  state[StateWord.EFLAGS] = testCase.eflags;
  const engine = new Interpreter(new Program([{ address: TEXT, bytes: page }]));
  let ending: Ending = "done";
  for (let retired = 0; retired < testCase.count && ending === "done"; retired += engine.retired) {
    if (engine.run(state, memory, fuelEach) === Exit.FAULT) ending = endingOf(engine.fault!.cause);
  }
  return {
    registers: state.slice(0, 8),
    eflags: state[StateWord.EFLAGS],
    eip: state[StateWord.EIP] >>> 0,
    ending,
    faultAddress: addressNamed(engine.fault?.detail),
    stray: changedOutsideWindow(testCase),
    xmm: state.slice(StateWord.XMM, StateWord.XMM + 32),
    window: bytes.slice(MEMORY_END - WINDOW),
  };
}

function loadMemory(testCase: MachineCase): void {
  page.fill(INT3);
  page.set(testCase.code, CODE - TEXT);
  bytes.fill(0, 0, TEXT);
  bytes.set(page, TEXT);
  bytes.fill(0, DATA);
  bytes.set(testCase.window, MEMORY_END - WINDOW);
}

function changedOutsideWindow(testCase: MachineCase): boolean {
  empty.set(page, TEXT);
  empty.set(testCase.code, CODE);
  return Buffer.compare(empty, bytes.subarray(0, MEMORY_END - WINDOW)) !== 0;
}

function endingOf(cause: FaultCause): Ending {
  if (cause === "bad virtual instruction" || cause === "machine check") throw new Error(`the interpreter: ${cause}`);
  return cause;
}

/** The address of the access that a memory fault's detail names. */
const addressNamed = (detail = ""): number => Number(/at (0x[0-9a-f]+), outside memory/.exec(detail)?.[1] ?? 0);
