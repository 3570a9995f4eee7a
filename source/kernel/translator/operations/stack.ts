/** PUSH POP LEAVE. */

import { Op } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { MemoryOperand, NO_REGISTER } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import type { Translation } from "./row.js";

const { ESP, EBP } = Register;

export const push: Translation = (e, op) => {
  const value = () => {
    if (op.memory === MemoryOperand.FIRST) {
      e.pushAddress(op);
      e.load(op.size);
    } else if (op.destination !== NO_REGISTER) e.f.localGet(op.destination);
    else e.f.i32Const(op.immediate);
  };
  e.push(value, op.size);
};

/** `pop esp` leaves what was popped: the increment comes first. */
export const pop: Translation = (e, op) => {
  const { f } = e;
  if (op.memory === MemoryOperand.FIRST) {
    // The decoder has already counted ESP's increment into the address.
    e.pushAddress(op);
    f.localGet(ESP);
    e.load(op.size);
    e.store(op.size);
    addToEsp(e, op.size / 8);
    return;
  }
  f.localGet(ESP);
  e.load(op.size);
  addToEsp(e, op.size / 8);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

function addToEsp(e: Emitter, bytes: number): void {
  e.f.localGet(ESP);
  e.f.i32Const(bytes);
  e.f.op(Op.i32_add);
  e.f.localSet(ESP);
}

export const leave: Translation = (e) => {
  const { f } = e;
  f.localGet(EBP);
  e.load(32);
  f.localGet(EBP);
  f.i32Const(4);
  f.op(Op.i32_add);
  f.localSet(ESP);
  f.localSet(EBP);
};
