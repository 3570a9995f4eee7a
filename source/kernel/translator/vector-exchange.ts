/**
 * How the XMM registers get into a module and out of it: only for machines that execute a function which uses them. The host
 * brings them before it enters such a function, and the module gives them back when the VM leaves. Both go register by register,
 * by parameters with names: a list of all words is an object each time, and took ten times as long.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { type MachineState, StateWord } from "../x86/machine.js";
import type { VectorGlobals } from "./vector-registers.js";

/** XMM registers, and 32-bit words of one, lowest first. */
const REGISTERS = 8;
const WORDS = 4;

const ONE_REGISTER = { parameters: new Array<ValueType>(WORDS).fill(ValueType.I32), results: [] };

/** What gives one XMM register to a module: its words, lowest first. */
export type SetVector = (first: number, second: number, third: number, fourth: number) => void;

/** What takes one XMM register from a module: its number and words. */
export type LeaveVector = (register: number, first: number, second: number, third: number, fourth: number) => void;

/** Imports `machine.leaveVector`, called for each register when the VM leaves, before `leave`. */
export function importLeaveVector(module: ModuleBuilder): number {
  const parameters = [ValueType.I32, ...ONE_REGISTER.parameters];
  return module.importFunction("machine", "leaveVector", { parameters, results: [] });
}

export function declareVectorGlobals(module: ModuleBuilder): VectorGlobals {
  const all = (type: ValueType) => Array.from({ length: REGISTERS }, () => module.global(type, 0));
  return { low: all(ValueType.F64), high: all(ValueType.I64), loaded: module.global(ValueType.I32, 0) };
}

/** Exports `setVector0` to `setVector7`, with which the host brings the registers before it enters. */
export function exportSetVectors(module: ModuleBuilder, globals: VectorGlobals): void {
  for (let register = 0; register < REGISTERS; register++) {
    const name = `setVector${register}`;
    const f = module.function(name, ONE_REGISTER);
    pushHalf(f, 0);
    f.op(Op.f64_reinterpret_i64);
    f.globalSet(globals.low[register]);
    pushHalf(f, 2);
    f.globalSet(globals.high[register]);
    f.i32Const(1);
    f.globalSet(globals.loaded);
    module.exportFunction(name, f);
  }
}

/** Finds in an instance what {@link exportSetVectors} has exported: nothing where no function uses XMM registers. */
export function settersOf(exports: Record<string, unknown>): readonly SetVector[] {
  if (!exports.setVector0) return [];
  return Array.from({ length: REGISTERS }, (_, register) => exports[`setVector${register}`] as SetVector);
}

/** Pushes two words, the lower of which is in a local of this number, as i64. */
function pushHalf(f: FunctionBuilder, lower: number): void {
  f.localGet(lower);
  f.op(Op.i64_extend_i32_u);
  f.localGet(lower + 1);
  f.op(Op.i64_extend_i32_u);
  f.i64Const(32n);
  f.op(Op.i64_shl);
  f.op(Op.i64_or);
}

/** Gives the registers back, if they are here, and forgets them. */
export function emitLeaveVectors(f: FunctionBuilder, leaveVector: number, globals: VectorGlobals): void {
  f.globalGet(globals.loaded);
  const here = f.if();
  for (let register = 0; register < REGISTERS; register++) {
    f.i32Const(register);
    pushWords(f, () => {
      f.globalGet(globals.low[register]);
      f.op(Op.i64_reinterpret_f64);
    });
    pushWords(f, () => f.globalGet(globals.high[register]));
    f.call(leaveVector);
  }
  f.i32Const(0);
  f.globalSet(globals.loaded);
  f.end(here);
}

function pushWords(f: FunctionBuilder, pushHalf: () => void): void {
  pushHalf();
  f.op(Op.i32_wrap_i64);
  pushHalf();
  f.i64Const(32n);
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
}

/** Brings a machine's registers to an instance. */
export function bringVectors(setters: readonly SetVector[], state: MachineState): void {
  let at: number = StateWord.XMM;
  for (const set of setters) {
    set(state[at], state[at + 1], state[at + 2], state[at + 3]);
    at += WORDS;
  }
}

/** Keeps a register that an instance gave back. */
export function keepVector(
  state: MachineState,
  register: number,
  first: number,
  second: number,
  third: number,
  fourth: number,
): void {
  const at = StateWord.XMM + register * WORDS;
  state[at] = first;
  state[at + 1] = second;
  state[at + 2] = third;
  state[at + 3] = fourth;
}
