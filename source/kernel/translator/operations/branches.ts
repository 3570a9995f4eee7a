/** The conditions of direct branches: Jcc, and JECXZ and LOOPcc, which look at ECX. */

import { Op } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import type { Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";

const { ECX } = Register;

/** Condition codes of "equal" and its opposite. */
const EQUAL = 4;
const NOT_EQUAL = 5;

/** Counts ECX down where the instruction does, and pushes whether the branch is taken. */
export function pushTaken(e: Emitter, op: Operation): void {
  const { f, flags } = e;
  switch (op.entry?.semantics) {
    case "jecxz":
      f.localGet(ECX);
      f.op(Op.i32_eqz);
      break;
    case "loop":
      pushCountedDown(e);
      break;
    case "loope":
      pushCountedDown(e);
      flags.pushCondition(EQUAL);
      f.op(Op.i32_and);
      break;
    case "loopne":
      pushCountedDown(e);
      flags.pushCondition(NOT_EQUAL);
      f.op(Op.i32_and);
      break;
    default:
      flags.pushCondition(op.condition);
  }
}

function pushCountedDown(e: Emitter): void {
  const { f } = e;
  f.localGet(ECX);
  f.i32Const(1);
  f.op(Op.i32_sub);
  f.localTee(ECX);
  f.i32Const(0);
  f.op(Op.i32_ne);
}
