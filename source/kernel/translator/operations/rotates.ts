/** ROL ROR RCL RCR: they write CF and OF and leave the other flags alone; a count of 0 leaves all of them. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import type { Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FlagBit, type FlagSet } from "../flag-facts.js";
import { maskOf, type Translation } from "./row.js";
import { countOf, isConstant, touchFirst } from "./shifts.js";

export function rotate(left: boolean): Translation {
  return (e, op, live) => {
    if (isConstant(op) && countOf(op) === 0) {
      touchFirst(e, op);
      return;
    }
    const rotated = () => {
      pushRotated(e, op, left);
      if (wantsFlags(live)) flagsOfRotate(e, op, left, live);
    };
    withCount(e, op, live, rotated);
  };
}

/** Does an operation whose count may turn out to be 0, and writes the result it pushes. */
function withCount(e: Emitter, op: Operation, live: FlagSet, compute: () => void): void {
  if (wantsFlags(live) && !isConstant(op)) {
    e.keepingFlagsAtZero(compute, op);
    return;
  }
  compute();
  e.setFirst(op);
}

function pushRotated(e: Emitter, op: Operation, left: boolean): void {
  const { f } = e;
  e.pushFirst(op);
  if (op.size === 32) {
    pushTurn(e, op, 31);
    f.op(left ? Op.i32_rotl : Op.i32_rotr);
    return;
  }
  // The operand twice side by side, so that what leaves at one end is there to come in at the other.
  const value = f.local(ValueType.I32);
  f.i32Const(maskOf(op.size));
  f.op(Op.i32_and);
  f.localTee(value);
  f.localGet(value);
  f.i32Const(op.size);
  f.op(Op.i32_shl);
  f.op(Op.i32_or);
  pushTurn(e, op, op.size - 1);
  f.op(left ? Op.i32_shl : Op.i32_shr_u);
  if (left) {
    f.i32Const(op.size);
    f.op(Op.i32_shr_u);
  }
  e.extend(op.size);
}

function pushTurn(e: Emitter, op: Operation, mask: number): void {
  if (isConstant(op)) e.f.i32Const(countOf(op) & mask);
  else {
    e.f.localGet(Register.ECX);
    e.f.i32Const(mask);
    e.f.op(Op.i32_and);
  }
}

/** With the result on the stack: CF is the bit that came in last; OF whether it differs from its neighbour or the sign. */
function flagsOfRotate(e: Emitter, op: Operation, left: boolean, live: FlagSet): void {
  const { f, flags } = e;
  const result = f.local(ValueType.I32);
  f.localSet(result);
  flags.setCarryAndOverflow(
    (live & ~(FlagBit.c | FlagBit.o)) !== 0,
    () => {
      f.localGet(result);
      f.i32Const(left ? 0 : 31);
      f.op(Op.i32_shr_u);
      e.lowBit();
    },
    () => (left ? pushSignAgainstLowBit(e, result) : pushTopBitsDiffer(e, result, op.size)),
  );
  f.localGet(result);
}

function pushSignAgainstLowBit(e: Emitter, result: number): void {
  const { f } = e;
  f.localGet(result);
  f.i32Const(31);
  f.op(Op.i32_shr_u);
  f.localGet(result);
  f.op(Op.i32_xor);
  e.lowBit();
}

function pushTopBitsDiffer(e: Emitter, result: number, size: number): void {
  const { f } = e;
  f.localGet(result);
  f.i32Const(31);
  f.op(Op.i32_shr_u);
  f.localGet(result);
  f.i32Const(size - 2);
  f.op(Op.i32_shr_u);
  f.op(Op.i32_xor);
  e.lowBit();
}

/** RCL and RCR: a rotation of one bit more, CF on top. */
export function rotateThroughCarry(left: boolean): Translation {
  return (e, op, live) => {
    if (isConstant(op) && countOf(op) === 0) {
      touchFirst(e, op);
      return;
    }
    const rotated = () => {
      const wide = f.local(ValueType.I64);
      pushWithCarry(e, op);
      f.localSet(wide);
      pushWideRotated(e, op, wide, left);
      f.localSet(wide);
      if (wantsFlags(live)) flagsOfWide(e, op, wide, left, live);
      f.localGet(wide);
      f.op(Op.i32_wrap_i64);
      e.extend(op.size);
    };
    const { f } = e;
    withCount(e, op, live, rotated);
  };
}

function pushWithCarry(e: Emitter, op: Operation): void {
  const { f, flags } = e;
  flags.pushCarry();
  f.op(Op.i64_extend_i32_u);
  f.i64Const(BigInt(op.size));
  f.op(Op.i64_shl);
  e.pushFirst(op);
  f.op(Op.i64_extend_i32_u);
  f.i64Const(BigInt(maskOf(op.size)));
  f.op(Op.i64_and);
  f.op(Op.i64_or);
}

/** The count is taken modulo 32 and then modulo one more than the size. */
function pushWideRotated(e: Emitter, op: Operation, wide: number, left: boolean): void {
  const { f } = e;
  const turn = f.local(ValueType.I64);
  pushTurn(e, op, 31);
  f.i32Const(op.size + 1);
  f.op(Op.i32_rem_u);
  f.op(Op.i64_extend_i32_u);
  f.localSet(turn);
  f.localGet(wide);
  f.localGet(turn);
  f.op(left ? Op.i64_shl : Op.i64_shr_u);
  f.localGet(wide);
  f.i64Const(BigInt(op.size + 1));
  f.localGet(turn);
  f.op(Op.i64_sub);
  f.op(left ? Op.i64_shr_u : Op.i64_shl);
  f.op(Op.i64_or);
}

function flagsOfWide(e: Emitter, op: Operation, wide: number, left: boolean, live: FlagSet): void {
  const { f, flags } = e;
  const bit = (place: number) => {
    f.localGet(wide);
    f.i64Const(BigInt(place));
    f.op(Op.i64_shr_u);
    f.op(Op.i32_wrap_i64);
  };
  flags.setCarryAndOverflow(
    (live & ~(FlagBit.c | FlagBit.o)) !== 0,
    () => {
      bit(op.size);
      e.lowBit();
    },
    () => {
      bit(left ? op.size : op.size - 2);
      bit(op.size - 1);
      f.op(Op.i32_xor);
      e.lowBit();
    },
  );
}
