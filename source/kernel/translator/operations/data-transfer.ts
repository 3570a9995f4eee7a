/** MOV MOVZX MOVSX LEA BSWAP XLAT SETcc CMOVcc. */

import { Op } from "../../wasm/opcodes.js";
import { Register } from "../../x86/machine.js";
import { MemoryOperand } from "../../x86/operation.js";
import { maskOf, type Translation } from "./row.js";

const { EAX, EBX } = Register;

export const move: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    e.pushOperand(op);
    e.pushSecondRaw(op);
    e.store(op.size);
  } else {
    e.pushSecondRaw(op);
    e.setRegister(op.destination, op.destinationShift, op.size);
  }
};

export function moveExtended(unsigned: boolean): Translation {
  return (e, op) => {
    const { f } = e;
    if (op.memory === MemoryOperand.SECOND) {
      e.pushOperand(op);
      e.load(op.sourceSize, unsigned);
    } else if (unsigned) {
      e.getShifted(op.source, op.sourceShift);
      f.i32Const(maskOf(op.sourceSize));
      f.op(Op.i32_and);
    } else e.getRegister(op.source, op.sourceShift, op.sourceSize);
    e.setRegister(op.destination, op.destinationShift, op.size);
  };
}

export const loadAddress: Translation = (e, op) => {
  e.pushAddress(op);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

export const byteSwap: Translation = (e, op) => {
  const { f } = e;
  f.localGet(op.destination);
  f.i32Const(8);
  f.op(Op.i32_rotl);
  f.i32Const(0x00ff00ff);
  f.op(Op.i32_and);
  f.localGet(op.destination);
  f.i32Const(8);
  f.op(Op.i32_rotr);
  f.i32Const(0xff00ff00 | 0);
  f.op(Op.i32_and);
  f.op(Op.i32_or);
  f.localSet(op.destination);
};

/** AL becomes the byte at EBX + AL. */
export const translateByte: Translation = (e) => {
  const { f } = e;
  f.localGet(EBX);
  f.localGet(EAX);
  f.i32Const(0xff);
  f.op(Op.i32_and);
  f.op(Op.i32_add);
  e.load(8);
  e.setRegister(EAX, 0, 8);
};

export const setOnCondition: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    e.pushOperand(op);
    e.flags.pushCondition(op.condition);
    e.store(8);
  } else {
    e.flags.pushCondition(op.condition);
    e.setRegister(op.destination, op.destinationShift, 8);
  }
};

/** The source is read whether the condition holds or not. */
export const moveOnCondition: Translation = (e, op) => {
  e.pushSecond(op);
  e.getRegister(op.destination, op.destinationShift, op.size);
  e.flags.pushCondition(op.condition);
  e.f.op(Op.select);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

export const nothing: Translation = () => {};
