/**
 * STD, REP MOVS and CLD, taken together: moves from the upper ends of two ranges down, as `memmove` does where the one to write
 * begins within the one to read. What is more than that is left to the interpreter.
 */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { FUEL } from "../emitter-state.js";
import { charge, PAGE_SHIFT, pushExtra, shiftOf } from "./repeated-strings.js";
import type { Translation } from "./row.js";

const { ECX, ESI, EDI } = Register;

/** Instructions that are retired besides the one that an operation counts as. */
const OTHERS = 2;

export const moveBackward: Translation = (e, op, live) => {
  const { f } = e;
  const elementBytes = op.size / 8;
  const bytes = f.local(ValueType.I32);
  const extra = f.local(ValueType.I32);
  const memory = f.local(ValueType.I32);
  /** Pushes the lowest address of the range whose last element a register points to. */
  const pushStart = (pointer: number): void => {
    f.localGet(pointer);
    f.i32Const(elementBytes);
    f.op(Op.i32_add);
    f.localGet(bytes);
    f.op(Op.i32_sub);
  };
  pushExtra(e);
  f.i32Const(OTHERS);
  f.op(Op.i32_add);
  f.localSet(extra);
  f.localGet(ECX);
  f.i32Const(shiftOf(op));
  f.op(Op.i32_shl);
  f.localSet(bytes);
  f.memorySize();
  f.i32Const(PAGE_SHIFT);
  f.op(Op.i32_shl);
  f.localSet(memory);
  e.refuse(op, live, () => {
    f.localGet(ECX);
    f.localGet(memory);
    f.i32Const(shiftOf(op));
    f.op(Op.i32_shr_u);
    f.op(Op.i32_gt_u);
    for (const pointer of [ESI, EDI]) {
      pushStart(pointer);
      f.localGet(memory);
      f.localGet(bytes);
      f.op(Op.i32_sub);
      f.op(Op.i32_gt_u);
      f.op(Op.i32_or);
    }
    // Where what is written is read again further down, the host's copying does something else.
    f.localGet(ESI);
    f.localGet(EDI);
    f.op(Op.i32_sub);
    f.localGet(bytes);
    f.op(Op.i32_lt_u);
    f.op(Op.i32_or);
    f.localGet(extra);
    f.localGet(FUEL);
    f.op(Op.i32_gt_s);
    f.op(Op.i32_or);
  });
  pushStart(EDI);
  pushStart(ESI);
  f.localGet(bytes);
  f.memoryCopy();
  for (const pointer of [ESI, EDI]) {
    f.localGet(pointer);
    f.localGet(bytes);
    f.op(Op.i32_sub);
    f.localSet(pointer);
  }
  f.i32Const(0);
  f.localSet(ECX);
  charge(e, () => f.localGet(extra));
};
