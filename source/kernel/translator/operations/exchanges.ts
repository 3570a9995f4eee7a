/** XCHG CMPXCHG CMPXCHG8B XADD: a VM has one CPU, so a lock prefix asks for nothing more. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Flag, Register } from "../../x86/machine.js";
import { MemoryOperand } from "../../x86/operation.js";
import { wantsFlags } from "../emitter.js";
import { FlagKind } from "../flag-kind.js";
import type { Translation } from "./row.js";

const { EAX, ECX, EDX, EBX } = Register;

export const exchange: Translation = (e, op) => {
  if (op.memory === MemoryOperand.NONE) {
    e.getRegister(op.destination, op.destinationShift, op.size);
    e.getRegister(op.source, op.sourceShift, op.size);
    e.setRegister(op.destination, op.destinationShift, op.size);
    e.setRegister(op.source, op.sourceShift, op.size);
    return;
  }
  e.pushFirst(op);
  e.pushFirstAddress();
  e.getRegister(op.source, op.sourceShift, op.size);
  e.store(op.size);
  e.setRegister(op.source, op.sourceShift, op.size);
};

/** With both operands the same register the sum is what stays. */
export const exchangeAndAdd: Translation = (e, op, live) => {
  const { f, flags } = e;
  const first = f.local(ValueType.I32);
  e.pushFirst(op);
  f.localTee(first);
  f.localTee(flags.a);
  e.getRegister(op.source, op.sourceShift, op.size);
  f.localTee(flags.b);
  f.op(Op.i32_add);
  e.extend(op.size);
  f.localSet(flags.result);
  if (op.memory === MemoryOperand.FIRST) {
    f.localGet(flags.result);
    e.setFirst(op);
  }
  f.localGet(first);
  e.setRegister(op.source, op.sourceShift, op.size);
  if (op.memory === MemoryOperand.NONE) {
    f.localGet(flags.result);
    e.setFirst(op);
  }
  if (!wantsFlags(live)) return;
  flags.kind = FlagKind.ADD;
  flags.size = op.size;
};

/** Where accumulator and operand differ, the operand is written back as it was, which nothing can tell. */
export const compareAndExchange: Translation = (e, op) => {
  const { f, flags } = e;
  const replacement = f.local(ValueType.I32);
  e.pushFirst(op);
  f.localSet(flags.b);
  e.getRegister(EAX, 0, op.size);
  f.localSet(flags.a);
  e.getRegister(op.source, op.sourceShift, op.size);
  f.localGet(flags.b);
  f.localGet(flags.a);
  f.localGet(flags.b);
  f.op(Op.i32_eq);
  f.op(Op.select);
  f.localSet(replacement);
  f.localGet(flags.b);
  e.setRegister(EAX, 0, op.size);
  f.localGet(replacement);
  e.setFirst(op);
  f.localGet(flags.a);
  f.localGet(flags.b);
  f.op(Op.i32_sub);
  e.extend(op.size);
  f.localSet(flags.result);
  flags.kind = FlagKind.SUBTRACT;
  flags.size = op.size;
};

/** EDX:EAX is compared, ECX:EBX stored; ZF alone changes. */
export const compareAndExchange8: Translation = (e, op, live) => {
  const { f, flags } = e;
  const memory = f.local(ValueType.I64);
  const equal = f.local(ValueType.I32);
  const pair = (low: number, high: number) => {
    f.localGet(low);
    f.op(Op.i64_extend_i32_u);
    f.localGet(high);
    f.op(Op.i64_extend_i32_u);
    f.i64Const(32n);
    f.op(Op.i64_shl);
    f.op(Op.i64_or);
  };
  e.pushAddress(op);
  f.localTee(e.address);
  e.access(Op.i64_load);
  f.localTee(memory);
  pair(EAX, EDX);
  f.op(Op.i64_eq);
  f.localSet(equal);
  f.localGet(e.address);
  pair(EBX, ECX);
  f.localGet(memory);
  f.localGet(equal);
  f.op(Op.select);
  e.access(Op.i64_store);
  f.localGet(memory);
  f.op(Op.i32_wrap_i64);
  f.localSet(EAX);
  f.localGet(memory);
  f.i64Const(32n);
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
  f.localSet(EDX);
  if (!wantsFlags(live)) return;
  flags.toBits();
  f.localGet(flags.result);
  f.i32Const(~Flag.ZERO);
  f.op(Op.i32_and);
  f.localGet(equal);
  f.i32Const(31 - Math.clz32(Flag.ZERO));
  f.op(Op.i32_shl);
  f.op(Op.i32_or);
  f.localSet(flags.result);
};
