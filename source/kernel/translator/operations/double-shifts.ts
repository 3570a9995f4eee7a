/** SHLD and SHRD: 64-bit shifts of two registers side by side, as 64-bit arithmetic needs them. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { NO_REGISTER, type Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FlagKind } from "../flag-kind.js";
import { maskOf, type Translation } from "./row.js";
import { countOf, touchFirst } from "./shifts.js";

/** @param left SHLD, whose second operand is the lower half; SHRD's is the upper */
export function doubleShift(left: boolean): Translation {
  return (e, op, live) => {
    const constant = op.third === NO_REGISTER;
    if (constant && countOf(op) === 0) {
      touchFirst(e, op);
      return;
    }
    const keeps = wantsFlags(live);
    const compute = () => {
      const first = e.f.local(ValueType.I32);
      e.pushFirst(op);
      e.f.localSet(first);
      pushShifted(e, op, first, left);
      if (keeps) flagsOf(e, op, first, left);
    };
    if (keeps && !constant) e.keepingFlagsAtZero(compute, op);
    else {
      compute();
      e.setFirst(op);
    }
  };
}

function pushCount(e: Emitter, op: Operation): void {
  if (op.third === NO_REGISTER) e.f.i32Const(countOf(op));
  else {
    e.f.localGet(op.third);
    e.f.i32Const(31);
    e.f.op(Op.i32_and);
  }
}

/** The second operand's bits that come in are those that a shift the other way, by what is left of the size, keeps. */
function pushShifted(e: Emitter, op: Operation, first: number, left: boolean): void {
  const { f } = e;
  f.localGet(first);
  if (!left) zeroExtend(e, op.size);
  pushCount(e, op);
  f.op(left ? Op.i32_shl : Op.i32_shr_u);
  e.getRegister(op.source, op.sourceShift, op.size);
  if (left) zeroExtend(e, op.size);
  if (op.size === 32 && op.third !== NO_REGISTER) {
    // 31 - count, after one more, so that a count of 0 lets nothing in.
    f.i32Const(1);
    f.op(left ? Op.i32_shr_u : Op.i32_shl);
    pushCount(e, op);
    f.i32Const(31);
    f.op(Op.i32_xor);
  } else pushComplement(e, op);
  f.op(left ? Op.i32_shr_u : Op.i32_shl);
  f.op(Op.i32_or);
  e.extend(op.size);
}

function zeroExtend(e: Emitter, size: number): void {
  if (size === 32) return;
  e.f.i32Const(maskOf(size));
  e.f.op(Op.i32_and);
}

/** Pushes the size less the count. */
function pushComplement(e: Emitter, op: Operation): void {
  if (op.third === NO_REGISTER) {
    e.f.i32Const(op.size - countOf(op));
    return;
  }
  e.f.i32Const(op.size);
  pushCount(e, op);
  e.f.op(Op.i32_sub);
}

/** With the result on the stack. CF: the last bit shifted out; OF: whether the sign changed. */
function flagsOf(e: Emitter, op: Operation, first: number, left: boolean): void {
  const { f, flags } = e;
  f.localSet(flags.result);
  f.localGet(first);
  if (!left) zeroExtend(e, op.size);
  if (left) pushComplement(e, op);
  else {
    pushCount(e, op);
    f.i32Const(1);
    f.op(Op.i32_sub);
  }
  f.op(Op.i32_shr_u);
  e.lowBit();
  f.localSet(flags.a);
  f.localGet(first);
  f.localGet(flags.result);
  f.op(Op.i32_xor);
  f.i32Const(31);
  f.op(Op.i32_shr_u);
  f.localSet(flags.b);
  f.localGet(flags.result);
  flags.kind = FlagKind.SHIFT;
  flags.size = op.size;
}
