/**
 * How the XMM registers get into a module and out of it: only for machines that execute a function which uses them. The host
 * brings them before it enters such a function, and the module gives them back when the VM leaves.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import type { ModuleBuilder } from "../wasm/module-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import type { VectorGlobals } from "./vector-registers.js";

/** XMM registers, and 32-bit words of all of them, lowest first. */
const REGISTERS = 8;
const WORDS = 32;

const WORDS_ALONE = { parameters: new Array<ValueType>(WORDS).fill(ValueType.I32), results: [] };

/** Imports `machine.leaveVectors`, called with all words when the VM leaves, before `leave`. */
export function importLeaveVectors(module: ModuleBuilder): number {
  return module.importFunction("machine", "leaveVectors", WORDS_ALONE);
}

export function declareVectorGlobals(module: ModuleBuilder): VectorGlobals {
  const all = (type: ValueType) => Array.from({ length: REGISTERS }, () => module.global(type, 0));
  return { low: all(ValueType.F64), high: all(ValueType.I64), loaded: module.global(ValueType.I32, 0) };
}

/** Exports `setVectors`, with which the host brings all words before it enters. */
export function exportSetVectors(module: ModuleBuilder, globals: VectorGlobals): void {
  const f = module.function("setVectors", WORDS_ALONE);
  for (let register = 0; register < REGISTERS; register++) {
    pushHalf(f, register * 4);
    f.op(Op.f64_reinterpret_i64);
    f.globalSet(globals.low[register]);
    pushHalf(f, register * 4 + 2);
    f.globalSet(globals.high[register]);
  }
  f.i32Const(1);
  f.globalSet(globals.loaded);
  module.exportFunction("setVectors", f);
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
export function emitLeaveVectors(f: FunctionBuilder, leaveVectors: number, globals: VectorGlobals): void {
  f.globalGet(globals.loaded);
  const here = f.if();
  for (let register = 0; register < REGISTERS; register++) {
    pushWords(f, () => {
      f.globalGet(globals.low[register]);
      f.op(Op.i64_reinterpret_f64);
    });
    pushWords(f, () => f.globalGet(globals.high[register]));
  }
  f.call(leaveVectors);
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
