/** What a repeated string instruction reads and writes, measured: where it lies, and how many instructions it counts as. */

import { MOVED_FOR_AN_INSTRUCTION } from "../../params.js";
import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import type { Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import { FUEL } from "../emitter-state.js";

const { ECX } = Register;

const PAGE_SHIFT = 16;

/** Locals of one operation. */
export interface Range {
  readonly bytes: number;
  /** Instructions that it counts as beyond one. */
  readonly extra: number;
  /** Bytes of the memory. */
  readonly memory: number;
}

const shiftOf = ({ size }: Operation): number => (size === 32 ? 2 : size === 16 ? 1 : 0);

/** Measures what is moved or filled. @param others instructions that it counts as besides what its elements do */
export function measure(e: Emitter, op: Operation, others = 0): Range {
  const { f } = e;
  const range = { bytes: f.local(ValueType.I32), extra: f.local(ValueType.I32), memory: f.local(ValueType.I32) };
  pushExtra(e);
  if (others !== 0) {
    f.i32Const(others);
    f.op(Op.i32_add);
  }
  f.localSet(range.extra);
  f.localGet(ECX);
  f.i32Const(shiftOf(op));
  f.op(Op.i32_shl);
  f.localSet(range.bytes);
  f.memorySize();
  f.i32Const(PAGE_SHIFT);
  f.op(Op.i32_shl);
  f.localSet(range.memory);
  return range;
}

/** Pushes whether memory does not hold all of it. @param starts each pushes the lowest address of what is read or written */
export function pushBeyond(e: Emitter, op: Operation, { bytes, memory }: Range, starts: readonly (() => void)[]): void {
  const { f } = e;
  f.localGet(ECX);
  f.localGet(memory);
  f.i32Const(shiftOf(op));
  f.op(Op.i32_shr_u);
  f.op(Op.i32_gt_u);
  for (const pushStart of starts) {
    pushStart();
    f.localGet(memory);
    f.localGet(bytes);
    f.op(Op.i32_sub);
    f.op(Op.i32_gt_u);
    f.op(Op.i32_or);
  }
}

/** Pushes how many instructions ECX elements that are moved or filled count as, beyond one. */
function pushExtra(e: Emitter): void {
  const { f } = e;
  f.localGet(ECX);
  f.localGet(ECX);
  f.i32Const(0);
  f.op(Op.i32_ne);
  f.op(Op.i32_sub);
  f.i32Const(MOVED_FOR_AN_INSTRUCTION);
  f.op(Op.i32_shr_u);
}

export function charge(e: Emitter, pushInstructions: () => void): void {
  e.f.localGet(FUEL);
  pushInstructions();
  e.f.op(Op.i32_sub);
  e.f.localSet(FUEL);
}

/** Behind it: pointers, ECX and fuel. @param direction adds the bytes to the pointers, or subtracts them */
export function finish(
  e: Emitter,
  { bytes, extra }: Range,
  pointers: readonly number[],
  direction: number = Op.i32_add,
): void {
  const { f } = e;
  for (const pointer of pointers) {
    f.localGet(pointer);
    f.localGet(bytes);
    f.op(direction);
    f.localSet(pointer);
  }
  f.i32Const(0);
  f.localSet(ECX);
  charge(e, () => f.localGet(extra));
}
