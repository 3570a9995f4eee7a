/**
 * STD, REP MOVS and CLD, taken together: moves from the upper ends of two ranges down, as `memmove` does where the one to write
 * begins within the one to read. What is more than that is left to the interpreter.
 */

import { Op } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { FUEL } from "../emitter-state.js";
import type { Translation } from "./row.js";
import { finish, measure, pushBeyond } from "./string-range.js";

const { ESI, EDI } = Register;

/** Instructions that are retired besides the one that an operation counts as. */
const OTHERS = 2;

export const moveBackward: Translation = (e, op, live) => {
  const { f } = e;
  const range = measure(e, op, OTHERS);
  /** Pushes the lowest address of the range whose last element a register points to. */
  const pushStart = (pointer: number) => () => {
    f.localGet(pointer);
    f.i32Const(op.size / 8);
    f.op(Op.i32_add);
    f.localGet(range.bytes);
    f.op(Op.i32_sub);
  };
  const [pushSource, pushTarget] = [ESI, EDI].map(pushStart);
  e.refuse(op, live, () => {
    pushBeyond(e, op, range, [pushSource, pushTarget]);
    // Where what is written is read again further down, the host's copying does something else.
    f.localGet(ESI);
    f.localGet(EDI);
    f.op(Op.i32_sub);
    f.localGet(range.bytes);
    f.op(Op.i32_lt_u);
    f.op(Op.i32_or);
    f.localGet(range.extra);
    f.localGet(FUEL);
    f.op(Op.i32_gt_s);
    f.op(Op.i32_or);
  });
  pushTarget();
  pushSource();
  f.localGet(range.bytes);
  f.memoryCopy();
  finish(e, range, [ESI, EDI], Op.i32_sub);
};
