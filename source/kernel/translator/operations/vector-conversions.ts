/** CVT and CVTT between doubles, singles and integers. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { MemoryOperand } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import type { Translation } from "./row.js";
import {
  DOUBLE,
  pushIsNaN,
  pushSource,
  pushVectorSource,
  type ScalarType,
  SINGLE,
  sourceNumber,
} from "./vector-operands.js";

/** The integer that stands for "does not fit" and for NaN (Intel SDM vol. 1, table 4-1, note). */
const INTEGER_INDEFINITE = -0x8000_0000;

export function fromInteger(opcode: number, type: ScalarType): Translation {
  return (e, op) => {
    if (op.memory === MemoryOperand.SECOND) {
      e.pushAddress(op);
      e.load(32);
    } else e.f.localGet(op.source);
    e.f.op(opcode);
    type.set(e, op.destination);
  };
}

/** @param rounding towards even, or undefined for towards zero */
export function toInteger(type: ScalarType, rounding?: number): Translation {
  return (e, op) => {
    const value = e.f.local(ValueType.F64);
    e.f.localGet(sourceNumber(e, op, type).local);
    if (rounding !== undefined) e.f.op(rounding);
    if (type === SINGLE) e.f.op(Op.f64_promote_f32);
    e.f.localSet(value);
    pushTruncated(e, value);
    e.f.localSet(op.destination);
  };
}

/** Pushes a double local as an integer, towards zero. */
function pushTruncated(e: Emitter, value: number): void {
  const { f } = e;
  f.localGet(value);
  f.op(Op.i32_trunc_sat_f64_s);
  f.i32Const(INTEGER_INDEFINITE);
  f.localGet(value);
  f.f64Const(0x8000_0000);
  f.op(Op.f64_lt);
  f.localGet(value);
  f.f64Const(-0x8000_0001);
  f.op(Op.f64_gt);
  f.op(Op.i32_and);
  f.op(Op.select);
}

export const packedToIntegers: Translation = (e, op, live) => {
  const { f } = e;
  const vector = f.local(ValueType.V128);
  const value = f.local(ValueType.F64);
  pushVectorSource(e, op, live);
  f.localSet(vector);
  for (const lane of [0, 1]) {
    f.localGet(vector);
    f.lane(Op.f64x2_extract_lane, lane);
    f.localSet(value);
    pushTruncated(e, value);
    f.op(Op.i64_extend_i32_u);
  }
  f.i64Const(32n);
  f.op(Op.i64_shl);
  f.op(Op.i64_or);
  f.op(Op.f64_reinterpret_i64);
  e.vectors.setDouble(op.destination);
  e.vectors.clearHigh(op.destination);
};

/** A NaN keeps its sign, and as much of the fraction as there is room for. */
export const doubleToSingle: Translation = (e, op) => {
  const { f } = e;
  const [operand, result] = [f.local(ValueType.F64), f.local(ValueType.F32)];
  pushSource(e, op, DOUBLE);
  f.localTee(operand);
  f.op(Op.f32_demote_f64);
  f.localSet(result);
  pushIsNaN(e, result, SINGLE);
  const unusual = f.if();
  const bits = (shift: bigint, mask: number) => {
    f.localGet(operand);
    f.op(Op.i64_reinterpret_f64);
    f.i64Const(shift);
    f.op(Op.i64_shr_u);
    f.op(Op.i32_wrap_i64);
    f.i32Const(mask);
    f.op(Op.i32_and);
  };
  bits(32n, 0x8000_0000 | 0);
  bits(29n, 0x003f_ffff);
  f.op(Op.i32_or);
  f.i32Const(0x7fc0_0000);
  f.op(Op.i32_or);
  f.op(Op.f32_reinterpret_i32);
  f.localSet(result);
  f.end(unusual);
  f.localGet(result);
  e.vectors.setSingle(op.destination);
};

export const singleToDouble: Translation = (e, op) => {
  const { f } = e;
  const [operand, result] = [f.local(ValueType.F32), f.local(ValueType.F64)];
  pushSource(e, op, SINGLE);
  f.localTee(operand);
  f.op(Op.f64_promote_f32);
  f.localSet(result);
  pushIsNaN(e, result, DOUBLE);
  const unusual = f.if();
  const bits = (mask: bigint, shift: bigint) => {
    f.localGet(operand);
    f.op(Op.i32_reinterpret_f32);
    f.op(Op.i64_extend_i32_u);
    f.i64Const(mask);
    f.op(Op.i64_and);
    f.i64Const(shift);
    f.op(Op.i64_shl);
  };
  bits(0x8000_0000n, 32n);
  bits(0x007f_ffffn, 29n);
  f.op(Op.i64_or);
  f.i64Const(0x7ff8_0000_0000_0000n);
  f.op(Op.i64_or);
  f.op(Op.f64_reinterpret_i64);
  f.localSet(result);
  f.end(unusual);
  f.localGet(result);
  e.vectors.setDouble(op.destination);
};
