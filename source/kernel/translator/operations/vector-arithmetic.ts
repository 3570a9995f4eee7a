/** ADD SUB MUL DIV SQRT MIN MAX of scalars and pairs of doubles, COMIS, and CMPSD and its like. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import type { Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import type { Translation } from "./row.js";
import {
  DOUBLE,
  numberIn,
  pushIsNaN,
  pushSource,
  pushVectorSource,
  type ScalarType,
  setComputed,
  settleNaN,
  sourceNumber,
} from "./vector-operands.js";

export function scalar(opcode: number, type: ScalarType): Translation {
  return (e, op) => {
    const first = numberIn(e, op.destination, type);
    setComputed(e, op.destination, opcode, [first, sourceNumber(e, op, type)], type);
  };
}

/** Of the second operand alone; so is its NaN. */
export function squareRoot(opcode: number, type: ScalarType): Translation {
  return (e, op) => setComputed(e, op.destination, opcode, [sourceNumber(e, op, type)], type);
}

/** MIN and MAX: the first operand only where the comparison holds, so not for NaNs nor for zeros of either sign. */
export function choose(comparison: number, type: ScalarType): Translation {
  return (e, op) => {
    const { f } = e;
    const [first, second] = [f.local(type.type), f.local(type.type)];
    type.get(e, op.destination);
    f.localTee(first);
    pushSource(e, op, type);
    f.localTee(second);
    f.localGet(first);
    f.localGet(second);
    f.op(comparison);
    f.op(Op.select);
    type.set(e, op.destination);
  };
}

export function compareOrdered(type: ScalarType): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    if (!wantsFlags(live)) {
      pushSource(e, op, type);
      f.op(Op.drop);
      return;
    }
    const operands = [numberIn(e, op.destination, type), sourceNumber(e, op, type)];
    const { first, second } = flags.comparison(type === DOUBLE ? "double" : "single");
    f.localGet(operands[0].local);
    f.localSet(first);
    f.localGet(operands[1].local);
    f.localSet(second);
  };
}

/** The two halves of both operands, as locals: of the first, then of the second. */
function lanes(e: Emitter, op: Operation, live: number): [first: [number, number], second: [number, number]] {
  const { f } = e;
  const vector = f.local(ValueType.V128);
  const locals = Array.from({ length: 4 }, () => f.local(ValueType.F64));
  pushVectorSource(e, op, live);
  f.localSet(vector);
  e.vectors.getDouble(op.destination);
  f.localSet(locals[0]);
  e.vectors.getHigh(op.destination);
  f.op(Op.f64_reinterpret_i64);
  f.localSet(locals[1]);
  for (const lane of [0, 1]) {
    f.localGet(vector);
    f.lane(Op.f64x2_extract_lane, lane);
    f.localSet(locals[2 + lane]);
  }
  return [
    [locals[0], locals[1]],
    [locals[2], locals[3]],
  ];
}

export function packed(opcode: number): Translation {
  return (e, op, live) => {
    const { f } = e;
    const [first, second] = lanes(e, op, live);
    const result = f.local(ValueType.F64);
    for (const lane of [0, 1]) {
      f.localGet(first[lane]);
      f.localGet(second[lane]);
      f.op(opcode);
      f.localSet(result);
      settleNaN(e, result, first[lane], second[lane], DOUBLE);
      f.localGet(result);
      if (lane === 0) e.vectors.setDouble(op.destination);
      else {
        f.op(Op.i64_reinterpret_f64);
        e.vectors.setHigh(op.destination);
      }
    }
  };
}

/** Predicates 0 to 3, of which 4 to 7 are the opposites (Intel SDM vol. 2, CMPPD). */
const COMPARISONS: Readonly<Record<"double" | "single", readonly number[]>> = {
  double: [Op.f64_eq, Op.f64_lt, Op.f64_le],
  single: [Op.f32_eq, Op.f32_lt, Op.f32_le],
};

/** Pushes -1 where the predicate holds of two locals, 0 else. */
function pushMask(e: Emitter, predicate: number, first: number, second: number, type: ScalarType): void {
  const { f } = e;
  f.i32Const(0);
  const comparison = COMPARISONS[type === DOUBLE ? "double" : "single"][predicate & 3];
  if (comparison === undefined) {
    pushIsNaN(e, first, type);
    pushIsNaN(e, second, type);
    f.op(Op.i32_or);
  } else {
    f.localGet(first);
    f.localGet(second);
    f.op(comparison);
  }
  if ((predicate & 4) !== 0) f.op(Op.i32_eqz);
  f.op(Op.i32_sub);
}

export function scalarMask(type: ScalarType): Translation {
  return (e, op) => {
    const { f } = e;
    const [first, second] = [f.local(type.type), f.local(type.type)];
    type.get(e, op.destination);
    f.localSet(first);
    pushSource(e, op, type);
    f.localSet(second);
    pushMask(e, op.immediate, first, second, type);
    if (type === DOUBLE) f.op(Op.i64_extend_i32_s);
    f.op(type.fromBits);
    type.set(e, op.destination);
  };
}

export const packedMask: Translation = (e, op, live) => {
  const { f } = e;
  const [first, second] = lanes(e, op, live);
  pushMask(e, op.immediate, first[0], second[0], DOUBLE);
  f.op(Op.i64_extend_i32_s);
  f.op(Op.f64_reinterpret_i64);
  e.vectors.setDouble(op.destination);
  pushMask(e, op.immediate, first[1], second[1], DOUBLE);
  f.op(Op.i64_extend_i32_s);
  e.vectors.setHigh(op.destination);
};
