/** PUSH POP LEAVE, and what moves ESP by a constant. */

import { Op } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import type { FlagSet } from "../flag-facts.js";
import type { Translation } from "./row.js";

const { ESP, EBP } = Register;

export const push: Translation = (e, op) => {
  const value = () => {
    if (op.memory === MemoryOperand.FIRST) {
      e.pushOperand(op);
      e.load(op.size);
    } else if (op.destination !== NO_REGISTER) e.f.localGet(op.destination);
    else e.f.i32Const(op.immediate);
  };
  e.push(value, op.size);
};

/** `pop esp` leaves what was popped: the increment comes first. */
export const pop: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    // The decoder has already counted ESP's increment into the address.
    e.pushAddress(op);
    e.pushTop(op.size);
    e.store(op.size);
    e.addToEsp(op.size / 8);
    return;
  }
  e.pushTop(op.size);
  e.addToEsp(op.size / 8);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

/** Where ESP's distance is known without its local, EBP must be where it was set to: else the interpreter goes on. */
export const leave: Translation = (e, op, live) => {
  const { f } = e;
  if (e.stack && e.ebp !== undefined) {
    refuseUnlessThere(e, op, live, e.ebp);
    e.pushTop();
    f.localSet(EBP);
    e.addToEsp(4);
    return;
  }
  f.localGet(EBP);
  e.load(32);
  f.localGet(EBP);
  f.i32Const(4);
  f.op(Op.i32_add);
  f.localSet(ESP);
  f.localSet(EBP);
};

/** `mov esp, ebp` where ESP's distance is known without its local. */
export function restoreEsp(e: Emitter, op: Operation, live: FlagSet): void {
  if (e.ebp !== undefined) refuseUnlessThere(e, op, live, e.ebp);
}

function refuseUnlessThere(e: Emitter, op: Operation, live: FlagSet, ebp: number): void {
  e.refuse(op, live, () => {
    e.f.localGet(EBP);
    e.pushEsp(ebp - e.esp);
    e.f.op(Op.i32_ne);
  });
  e.esp = ebp;
}
