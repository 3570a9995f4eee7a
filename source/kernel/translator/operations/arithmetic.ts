/** ADD ADC SUB SBB CMP AND OR XOR TEST INC DEC NEG NOT. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import type { Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { CARRY_ONLY } from "../flag-facts.js";
import { FlagKind } from "../flag-kind.js";
import type { Translation } from "./row.js";

/** Computes a, b -> result, keeps all three for the flags, and writes the result unless it is a comparison. */
export function binary(opcode: number, kind: FlagKind, writes: boolean): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const keeps = wantsFlags(live);
    if (!writes && !keeps) {
      touch(e, op);
      return;
    }
    e.pushFirst(op);
    if (keeps) f.localTee(flags.a);
    e.pushSecond(op);
    if (keeps) f.localTee(flags.b);
    f.op(opcode);
    finish(e, op, kind, keeps, writes);
  };
}

/** A comparison nobody asks for the outcome of: its operand in memory must still be there. */
function touch(e: Emitter, op: Operation): void {
  if (op.memory === 0) return;
  e.pushOperand(op);
  e.load(op.size);
  e.f.op(Op.drop);
}

function finish(e: Emitter, op: Operation, kind: FlagKind, keeps: boolean, writes: boolean): void {
  const { f, flags } = e;
  if (keeps) {
    e.extend(op.size);
    f.localTee(flags.result);
    flags.kind = kind;
    flags.size = op.size;
  }
  if (writes) e.setFirst(op);
  else f.op(Op.drop);
}

/** ADC and SBB: the carry is read before the operands overwrite what it comes from. */
export function withCarry(opcode: number, kind: FlagKind): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const carry = f.local(ValueType.I32);
    flags.pushCarry();
    f.localSet(carry);
    e.pushFirst(op);
    const keeps = wantsFlags(live);
    if (keeps) f.localTee(flags.a);
    e.pushSecond(op);
    if (keeps) f.localTee(flags.b);
    f.op(opcode);
    f.localGet(carry);
    f.op(opcode);
    finish(e, op, kind, keeps, true);
  };
}

/** INC and DEC leave CF alone: it is saved when something still reads it. */
export function step(opcode: number, kind: FlagKind): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    if ((live & CARRY_ONLY) !== 0) {
      flags.pushCarry();
      f.localSet(flags.a);
    }
    e.pushFirst(op);
    f.i32Const(1);
    f.op(opcode);
    finish(e, op, kind, wantsFlags(live), true);
  };
}

export const negate: Translation = (e, op, live) => {
  const { f, flags } = e;
  const keeps = wantsFlags(live);
  e.pushFirst(op);
  f.localSet(keeps ? flags.b : e.value);
  f.i32Const(0);
  if (keeps) f.localTee(flags.a);
  f.localGet(keeps ? flags.b : e.value);
  f.op(Op.i32_sub);
  finish(e, op, FlagKind.SUBTRACT, keeps, true);
};

export const complement: Translation = (e, op) => {
  e.pushFirst(op);
  e.f.i32Const(-1);
  e.f.op(Op.i32_xor);
  e.setFirst(op);
};
