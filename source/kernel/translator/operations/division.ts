/**
 * DIV and IDIV. What the CPU refuses, a divisor of 0 or a quotient that does not fit, is left to the interpreter, which has
 * the exact state of before.
 */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import type { Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import { maskOf, type Translation } from "./row.js";

const { EAX, EDX } = Register;

export function divide(signed: boolean): Translation {
  return (e, op) => {
    if (op.size < 32) divideShort(e, op, signed);
    else if (e.upperHalf === (signed ? "sign" : "zero")) divideWord(e, op, signed);
    else divideLong(e, op, signed);
  };
}

/** EDX is known to be an extension of EAX only: then the quotient fits, but for the one case. */
function divideWord(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  const divisor = f.local(ValueType.I32);
  const dividend = f.local(ValueType.I32);
  e.pushFirst(op);
  f.localSet(divisor);
  f.localGet(EAX);
  f.localSet(dividend);
  e.refuse(op, 0, () => {
    f.localGet(divisor);
    f.op(Op.i32_eqz);
  });
  if (signed) e.refuse(op, 0, () => pushMostNegative(e, dividend, divisor));
  f.localGet(dividend);
  f.localGet(divisor);
  f.op(signed ? Op.i32_div_s : Op.i32_div_u);
  f.localSet(EAX);
  f.localGet(dividend);
  f.localGet(EAX);
  f.localGet(divisor);
  f.op(Op.i32_mul);
  f.op(Op.i32_sub);
  f.localSet(EDX);
}

function pushMostNegative(e: Emitter, dividend: number, divisor: number): void {
  const { f } = e;
  f.localGet(divisor);
  f.i32Const(-1);
  f.op(Op.i32_eq);
  f.localGet(dividend);
  f.i32Const(-0x8000_0000);
  f.op(Op.i32_eq);
  f.op(Op.i32_and);
}

function divideLong(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  const divisor = f.local(ValueType.I64);
  const quotient = f.local(ValueType.I64);
  const extend = signed ? Op.i64_extend_i32_s : Op.i64_extend_i32_u;
  e.pushFirst(op);
  f.op(extend);
  f.localSet(divisor);
  f.localGet(EDX);
  f.op(Op.i64_extend_i32_u);
  f.i64Const(32n);
  f.op(Op.i64_shl);
  f.localGet(EAX);
  f.op(Op.i64_extend_i32_u);
  f.op(Op.i64_or);
  f.localSet(e.value64);
  if (signed) {
    e.refuse(op, 0, () => {
      f.localGet(divisor);
      f.op(Op.i64_eqz);
    });
    // -2^63 / -1 would trap in wasm.
    e.refuse(op, 0, () => {
      f.localGet(e.value64);
      f.i64Const(-(2n ** 63n));
      f.op(Op.i64_eq);
    });
  } else {
    // The quotient fits where the upper half is less than the divisor, which then is not 0.
    e.refuse(op, 0, () => {
      f.localGet(EDX);
      f.op(Op.i64_extend_i32_u);
      f.localGet(divisor);
      f.op(Op.i64_ge_u);
    });
  }
  f.localGet(e.value64);
  f.localGet(divisor);
  f.op(signed ? Op.i64_div_s : Op.i64_div_u);
  f.localSet(quotient);
  if (signed) {
    e.refuse(op, 0, () => {
      f.localGet(quotient);
      f.op(Op.i32_wrap_i64);
      f.op(extend);
      f.localGet(quotient);
      f.op(Op.i64_ne);
    });
  }
  f.localGet(e.value64);
  f.localGet(quotient);
  f.localGet(divisor);
  f.op(Op.i64_mul);
  f.op(Op.i64_sub);
  f.op(Op.i32_wrap_i64);
  f.localSet(EDX);
  f.localGet(quotient);
  f.op(Op.i32_wrap_i64);
  f.localSet(EAX);
}

/** AX by 8 bits leaves AL and AH, DX:AX by 16 bits AX and DX. */
function divideShort(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  const divisor = f.local(ValueType.I32);
  const dividend = f.local(ValueType.I32);
  const quotient = f.local(ValueType.I32);
  e.pushFirst(op);
  pushZeroExtended(e, signed ? 32 : op.size);
  f.localSet(divisor);
  pushShortDividend(e, op, signed);
  f.localSet(dividend);
  e.refuse(op, 0, () => {
    f.localGet(divisor);
    f.op(Op.i32_eqz);
  });
  if (signed) e.refuse(op, 0, () => pushMostNegative(e, dividend, divisor));
  f.localGet(dividend);
  f.localGet(divisor);
  f.op(signed ? Op.i32_div_s : Op.i32_div_u);
  f.localSet(quotient);
  e.refuse(op, 0, () => {
    f.localGet(quotient);
    if (signed) e.extend(op.size);
    else pushZeroExtended(e, op.size);
    f.localGet(quotient);
    f.op(Op.i32_ne);
  });
  f.localGet(quotient);
  e.setRegister(EAX, 0, op.size);
  f.localGet(dividend);
  f.localGet(quotient);
  f.localGet(divisor);
  f.op(Op.i32_mul);
  f.op(Op.i32_sub);
  if (op.size === 8) e.setRegister(EAX, 8, 8);
  else e.setRegister(EDX, 0, 16);
}

function pushShortDividend(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  if (op.size === 8) {
    e.getRegister(EAX, 0, 16);
    pushZeroExtended(e, signed ? 32 : 16);
    return;
  }
  f.localGet(EDX);
  f.i32Const(16);
  f.op(Op.i32_shl);
  f.localGet(EAX);
  pushZeroExtended(e, 16);
  f.op(Op.i32_or);
}

function pushZeroExtended(e: Emitter, size: number): void {
  if (size === 32) return;
  e.f.i32Const(maskOf(size));
  e.f.op(Op.i32_and);
}
