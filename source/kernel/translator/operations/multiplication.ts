/** MUL IMUL, and the sign extensions of the accumulator CBW CWDE CWD CDQ. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { MemoryOperand, type Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { maskOf, type Translation } from "./row.js";

const { EAX, EDX } = Register;

/** One operand: AX, DX:AX or EDX:EAX become the accumulator times the operand. */
export function multiply(signed: boolean): Translation {
  return (e, op, live) => {
    if (op.size === 32) multiplyLong(e, op, signed);
    else multiplyShort(e, op, signed);
    if (!wantsFlags(live)) return;
    const { f, flags } = e;
    e.getRegister(EAX, 0, op.size);
    f.localSet(flags.result);
    flags.setMultiplied(op.size, () => pushUpperMatters(e, op, signed));
  };
}

function multiplyLong(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  const extend = signed ? Op.i64_extend_i32_s : Op.i64_extend_i32_u;
  f.localGet(EAX);
  f.op(extend);
  e.pushFirst(op);
  f.op(extend);
  f.op(Op.i64_mul);
  f.localTee(e.value64);
  f.op(Op.i32_wrap_i64);
  f.localSet(EAX);
  f.localGet(e.value64);
  f.i64Const(32n);
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
  f.localSet(EDX);
}

function multiplyShort(e: Emitter, op: Operation, signed: boolean): void {
  const { f } = e;
  const extended = () => {
    if (signed) return;
    f.i32Const(maskOf(op.size));
    f.op(Op.i32_and);
  };
  e.getRegister(EAX, 0, op.size);
  extended();
  e.pushFirst(op);
  extended();
  f.op(Op.i32_mul);
  f.localTee(e.value);
  e.setRegister(EAX, 0, 16);
  if (op.size === 8) return;
  f.localGet(e.value);
  f.i32Const(16);
  f.op(Op.i32_shr_u);
  e.setRegister(EDX, 0, 16);
}

/** Pushes whether the product's upper half is more than an extension of the lower. */
function pushUpperMatters(e: Emitter, op: Operation, signed: boolean): void {
  const { f, flags } = e;
  const [upper, shift] = op.size === 8 ? [EAX, 8] : [EDX, 0];
  e.getRegister(upper, shift, op.size);
  if (!signed) {
    f.i32Const(0);
    f.op(Op.i32_ne);
    return;
  }
  f.localGet(flags.result);
  f.i32Const(31);
  f.op(Op.i32_shr_s);
  f.op(Op.i32_ne);
}

/** Two or three operands: the product cut to their size. */
export function multiplyInto(pushFactors: (e: Emitter, op: Operation) => void): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    pushFactors(e, op);
    if (wantsFlags(live)) {
      // As 64 bits, the product says whether it fits.
      const second = f.local(ValueType.I32);
      f.localSet(second);
      f.op(Op.i64_extend_i32_s);
      f.localGet(second);
      f.op(Op.i64_extend_i32_s);
      f.op(Op.i64_mul);
      f.localTee(e.value64);
      f.op(Op.i32_wrap_i64);
      e.extend(op.size);
      f.localTee(flags.result);
      flags.setMultiplied(op.size, () => {
        f.localGet(flags.result);
        f.op(Op.i64_extend_i32_s);
        f.localGet(e.value64);
        f.op(Op.i64_ne);
      });
    } else f.op(Op.i32_mul);
    e.setRegister(op.destination, op.destinationShift, op.size);
  };
}

export const multiplyTwo = multiplyInto((e, op) => {
  e.getRegister(op.destination, op.destinationShift, op.size);
  e.pushSecond(op);
});

export const multiplyThree = multiplyInto((e, op) => {
  if (op.memory === MemoryOperand.SECOND) e.pushSecond(op);
  else e.getRegister(op.source, op.sourceShift, op.size);
  e.f.i32Const(op.immediate);
});

export const signToEdx: Translation = (e) => {
  const { f } = e;
  f.localGet(EAX);
  f.i32Const(31);
  f.op(Op.i32_shr_s);
  f.localSet(EDX);
};

export const signToDx: Translation = (e) => {
  e.getRegister(EAX, 0, 16);
  e.f.i32Const(31);
  e.f.op(Op.i32_shr_s);
  e.setRegister(EDX, 0, 16);
};

export const widenAx: Translation = (e) => {
  e.getRegister(EAX, 0, 16);
  e.f.localSet(EAX);
};

export const widenAl: Translation = (e) => {
  e.getRegister(EAX, 0, 8);
  e.setRegister(EAX, 0, 16);
};
