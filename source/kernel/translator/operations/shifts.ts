/** SHL SHR SAR, by a constant or by CL: a count of 0 leaves all flags as they are. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FlagKind } from "../flag-kind.js";
import { maskOf, type Translation } from "./row.js";

const SHIFT_OPCODES = { shl: Op.i32_shl, shr: Op.i32_shr_u, sar: Op.i32_shr_s } as const;
type ShiftName = keyof typeof SHIFT_OPCODES;

export const isConstant = (op: Operation): boolean => op.source === NO_REGISTER;
export const countOf = (op: Operation): number => op.immediate & 31;

export function shift(name: ShiftName): Translation {
  return (e, op, live) => {
    const keeps = wantsFlags(live);
    if (isConstant(op) && countOf(op) === 0) touchFirst(e, op);
    else if (!keeps) plainShift(e, op, name);
    else if (isConstant(op)) {
      shiftWithFlags(e, op, name, () => e.f.i32Const(countOf(op)));
      e.setFirst(op);
    } else e.keepingFlagsAtZero(() => shiftWithFlags(e, op, name, () => pushCount(e)), op);
  };
}

/** Nothing changes, but memory is still read and written. */
export function touchFirst(e: Emitter, op: Operation): void {
  if (op.memory === MemoryOperand.NONE) return;
  e.pushFirst(op);
  e.setFirst(op);
}

/** CL modulo 32. */
function pushCount(e: Emitter): void {
  e.f.localGet(Register.ECX);
  e.f.i32Const(31);
  e.f.op(Op.i32_and);
}

function plainShift(e: Emitter, op: Operation, name: ShiftName): void {
  pushShifted(e, op, name);
  // wasm takes the count modulo 32, as the CPU does.
  if (isConstant(op)) e.f.i32Const(countOf(op));
  else e.f.localGet(Register.ECX);
  e.f.op(SHIFT_OPCODES[name]);
  e.setFirst(op);
}

/** Pushes the operand as the shift wants it: zero-extended for SHR, sign-extended else. */
function pushShifted(e: Emitter, op: Operation, name: ShiftName): void {
  e.pushFirst(op);
  if (name !== "shr" || op.size === 32) return;
  e.f.i32Const(maskOf(op.size));
  e.f.op(Op.i32_and);
}

/**
 * Pushes the shifted operand and sets all flags for a count that is not 0. CF is the last bit shifted out. OF, defined for
 * a count of 1, says whether SHL changed the sign, is the sign that SHR takes away, and 0 for SAR.
 */
function shiftWithFlags(e: Emitter, op: Operation, name: ShiftName, count: () => void): void {
  const { f, flags } = e;
  const value = f.local(ValueType.I32);
  pushShifted(e, op, name);
  f.localSet(value);
  if (name === "shl") carryOfLeft(e, op, value, count);
  else {
    f.localGet(value);
    count();
    f.i32Const(1);
    f.op(Op.i32_sub);
    f.op(SHIFT_OPCODES[name]);
    e.lowBit();
  }
  f.localSet(flags.a);
  f.localGet(value);
  count();
  f.op(SHIFT_OPCODES[name]);
  e.extend(op.size);
  f.localSet(flags.result);
  overflow(e, op, name, value);
  f.localSet(flags.b);
  f.localGet(flags.result);
  flags.kind = FlagKind.SHIFT;
  flags.size = op.size;
}

/** Bit `size` of the operand shifted as 64 bits. */
function carryOfLeft(e: Emitter, op: Operation, value: number, count: () => void): void {
  const { f } = e;
  f.localGet(value);
  if (op.size < 32) {
    f.i32Const(maskOf(op.size));
    f.op(Op.i32_and);
  }
  f.op(Op.i64_extend_i32_u);
  count();
  f.op(Op.i64_extend_i32_u);
  f.op(Op.i64_shl);
  f.i64Const(BigInt(op.size));
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
  e.lowBit();
}

function overflow(e: Emitter, op: Operation, name: ShiftName, value: number): void {
  const { f, flags } = e;
  if (name === "sar") f.i32Const(0);
  else if (name === "shl") {
    f.localGet(flags.a);
    f.localGet(flags.result);
    f.i32Const(31);
    f.op(Op.i32_shr_u);
    f.op(Op.i32_xor);
  } else {
    f.localGet(value);
    f.i32Const(op.size - 1);
    f.op(Op.i32_shr_u);
  }
}
