/**
 * REP MOVS and STOS, REPE and REPNE SCAS and CMPS. As the interpreter counts them: an instruction for every few elements that
 * are moved, or for each that is compared, and where the fuel does not last for all, the VM leaves in between.
 */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { type Operation, Repeat } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FUEL } from "../emitter-state.js";
import type { FlagSet } from "../flag-facts.js";
import { FlagKind } from "../flag-kind.js";
import type { Translation } from "./row.js";
import { charge, finish, measure, pushBeyond, type Range } from "./string-range.js";

const { EAX, ECX, ESI, EDI } = Register;

/** Bytes from which on the host's own copying and filling, which are calls, beat a loop. */
const WORTH_A_CALL = 96;

/** Measures what is done upwards; leaves it to the interpreter where memory or fuel do not hold all of it. */
function measureUpwards(e: Emitter, op: Operation, live: FlagSet, pointers: readonly number[]): Range {
  const { f } = e;
  const range = measure(e, op);
  const starts = pointers.map((pointer) => () => f.localGet(pointer));
  e.refuse(op, live, () => {
    pushBeyond(e, op, range, starts);
    if (pointers.length > 1) orTangled(e, op);
    f.localGet(range.extra);
    f.i32Const(0);
    f.op(Op.i32_ne);
    f.localGet(range.extra);
    f.localGet(FUEL);
    f.op(Op.i32_gt_s);
    f.op(Op.i32_and);
    f.op(Op.i32_or);
  });
  return range;
}

/** Whether each element that is moved is part of the next one read, which counts otherwise: or'd to what is pushed. */
function orTangled(e: Emitter, op: Operation): void {
  if (op.size === 8) return;
  const { f } = e;
  f.localGet(EDI);
  f.localGet(ESI);
  f.op(Op.i32_sub);
  f.i32Const(1);
  f.op(Op.i32_sub);
  f.i32Const(op.size / 8 - 1);
  f.op(Op.i32_lt_u);
  f.op(Op.i32_or);
}

/** Element by element: where the ranges overlap upwards, this repeats a pattern, as the CPU does. */
function elementwise(e: Emitter, op: Operation, { bytes }: Range, pushElement: (offset: number) => void): void {
  const { f } = e;
  const offset = f.local(ValueType.I32);
  f.i32Const(0);
  f.localSet(offset);
  f.localGet(bytes);
  const some = f.if();
  const loop = f.loop();
  f.localGet(EDI);
  f.localGet(offset);
  f.op(Op.i32_add);
  pushElement(offset);
  e.store(op.size);
  f.localGet(offset);
  f.i32Const(op.size / 8);
  f.op(Op.i32_add);
  f.localTee(offset);
  f.localGet(bytes);
  f.op(Op.i32_lt_u);
  f.brIf(loop);
  f.end(loop);
  f.end(some);
}

export const repeatMove: Translation = (e, op, live) => {
  const { f } = e;
  const range = measureUpwards(e, op, live, [ESI, EDI]);
  f.localGet(range.bytes);
  f.i32Const(WORTH_A_CALL);
  f.op(Op.i32_ge_u);
  f.localGet(EDI);
  f.localGet(ESI);
  f.op(Op.i32_sub);
  f.localGet(range.bytes);
  f.op(Op.i32_ge_u);
  f.op(Op.i32_and);
  const whole = f.if();
  f.localGet(EDI);
  f.localGet(ESI);
  f.localGet(range.bytes);
  f.memoryCopy();
  f.else(whole);
  elementwise(e, op, range, (offset) => {
    f.localGet(ESI);
    f.localGet(offset);
    f.op(Op.i32_add);
    e.load(op.size);
  });
  f.end(whole);
  finish(e, range, [ESI, EDI]);
};

export const repeatStore: Translation = (e, op, live) => {
  const { f } = e;
  const range = measureUpwards(e, op, live, [EDI]);
  f.localGet(range.bytes);
  f.i32Const(WORTH_A_CALL);
  f.op(Op.i32_ge_u);
  if (op.size > 8) {
    // The element is one byte over and over.
    e.getRegister(EAX, 0, op.size);
    f.localGet(EAX);
    f.i32Const(0xff);
    f.op(Op.i32_and);
    f.i32Const(0x0101_0101);
    f.op(Op.i32_mul);
    e.extend(op.size);
    f.op(Op.i32_eq);
    f.op(Op.i32_and);
  }
  const whole = f.if();
  f.localGet(EDI);
  f.localGet(EAX);
  f.localGet(range.bytes);
  f.memoryFill();
  f.else(whole);
  elementwise(e, op, range, () => f.localGet(EAX));
  f.end(whole);
  finish(e, range, [EDI]);
};

/** @param pushFirst pushes what is compared with the element at EDI */
function repeatCompare(pointers: readonly number[], pushFirst: (e: Emitter, op: Operation) => void): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const keeps = wantsFlags(live);
    const limit = f.local(ValueType.I32);
    const left = f.local(ValueType.I32);
    if (keeps) flags.toBits();
    f.localGet(ECX);
    const some = f.if();
    pushAffordable(e);
    f.localTee(limit);
    f.localSet(left);
    const ended = f.block();
    const loop = f.loop();
    pushFirst(e, op);
    f.localSet(flags.a);
    f.localGet(EDI);
    e.load(op.size);
    f.localSet(flags.b);
    for (const pointer of pointers) advance(e, pointer, op.size / 8);
    advance(e, left, -1);
    f.localGet(flags.a);
    f.localGet(flags.b);
    f.op(op.repeat === Repeat.WHILE_EQUAL ? Op.i32_ne : Op.i32_eq);
    f.brIf(ended);
    f.localGet(left);
    f.brIf(loop);
    f.end(loop);
    f.end(ended);
    settle(e, op, live, limit, left);
    f.end(some);
  };
}

/** Pushes how many elements the fuel lasts for, at most ECX: one more than there is fuel besides the instruction's own. */
function pushAffordable(e: Emitter): void {
  const { f } = e;
  const others = f.local(ValueType.I32);
  f.localGet(FUEL);
  f.i32Const(0);
  f.localGet(FUEL);
  f.i32Const(0);
  f.op(Op.i32_gt_s);
  f.op(Op.select);
  f.localSet(others);
  f.localGet(ECX);
  f.localGet(others);
  f.i32Const(1);
  f.op(Op.i32_add);
  f.localGet(ECX);
  f.localGet(others);
  f.op(Op.i32_le_u);
  f.op(Op.select);
}

/** Behind the loop: ECX, fuel and flags; leaves where the repetition is not over. */
function settle(e: Emitter, op: Operation, live: FlagSet, limit: number, left: number): void {
  const { f, flags } = e;
  const keeps = wantsFlags(live);
  f.localGet(limit);
  f.localGet(left);
  f.op(Op.i32_sub);
  f.localSet(limit);
  f.localGet(ECX);
  f.localGet(limit);
  f.op(Op.i32_sub);
  f.localSet(ECX);
  f.localGet(flags.a);
  f.localGet(flags.b);
  f.op(Op.i32_sub);
  e.extend(op.size);
  f.localSet(flags.result);
  charge(e, () => {
    f.localGet(limit);
    f.i32Const(1);
    f.op(Op.i32_sub);
  });
  flags.kind = FlagKind.SUBTRACT;
  flags.size = op.size;
  f.localGet(flags.a);
  f.localGet(flags.b);
  f.op(op.repeat === Repeat.WHILE_EQUAL ? Op.i32_eq : Op.i32_ne);
  f.localGet(ECX);
  f.i32Const(0);
  f.op(Op.i32_ne);
  f.op(Op.i32_and);
  const more = f.if();
  // The last element counts, the instruction is yet to be executed for the rest.
  charge(e, () => f.i32Const(1));
  e.refuse(op, live, () => f.i32Const(1));
  f.end(more);
  if (keeps) flags.toBits();
}

function advance(e: Emitter, local: number, by: number): void {
  e.f.localGet(local);
  e.f.i32Const(by);
  e.f.op(Op.i32_add);
  e.f.localSet(local);
}

export const repeatScan = repeatCompare([EDI], (e, op) => e.getRegister(EAX, 0, op.size));

export const repeatCompareStrings = repeatCompare([ESI, EDI], (e, op) => {
  e.f.localGet(ESI);
  e.load(op.size);
});
