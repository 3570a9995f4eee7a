/** BSF BSR BT BTS BTR BTC, and the instructions on single flags: CLC STC CMC LAHF SAHF CLD. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { Flag, Register } from "../../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FlagBit } from "../flag-facts.js";
import { FlagKind } from "../flag-kind.js";
import { maskOf, type Translation } from "./row.js";

const LAHF_FLAGS = Flag.SIGN | Flag.ZERO | Flag.AUXILIARY | Flag.PARITY | Flag.CARRY;

/** With a source of 0 the destination stays, as CPUs have it. */
export function bitScan(forward: boolean): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const value = f.local(ValueType.I32);
    e.pushSecond(op);
    f.i32Const(maskOf(op.size));
    f.op(Op.i32_and);
    f.localSet(value);
    if (forward) {
      f.localGet(value);
      f.op(Op.i32_ctz);
    } else {
      f.i32Const(31);
      f.localGet(value);
      f.op(Op.i32_clz);
      f.op(Op.i32_sub);
    }
    e.getRegister(op.destination, op.destinationShift, op.size);
    f.localGet(value);
    f.op(Op.select);
    e.setRegister(op.destination, op.destinationShift, op.size);
    if (!wantsFlags(live)) return;
    f.localGet(value);
    f.localSet(flags.result);
    flags.kind = FlagKind.LOGIC;
    flags.size = op.size;
  };
}

/** @param change what becomes of the word, both on the stack: the word and a mask with the bit set; absent for BT */
export function bitTest(change?: (e: Emitter) => void): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const word = f.local(ValueType.I32);
    const bit = f.local(ValueType.I32);
    if (op.memory === MemoryOperand.FIRST) {
      pushBitAddress(e, op);
      f.localTee(e.address);
      e.load(op.size);
    } else e.getRegister(op.destination, op.destinationShift, op.size);
    f.localSet(word);
    pushOffset(e, op);
    f.i32Const(op.size - 1);
    f.op(Op.i32_and);
    f.localSet(bit);
    if (wantsFlags(live)) {
      flags.setCarry((live & ~FlagBit.c) !== 0, () => {
        f.localGet(word);
        f.localGet(bit);
        f.op(Op.i32_shr_u);
        e.lowBit();
      });
    }
    if (!change) return;
    f.localGet(word);
    f.i32Const(1);
    f.localGet(bit);
    f.op(Op.i32_shl);
    change(e);
    e.setFirst(op);
  };
}

function pushOffset(e: Emitter, op: Operation): void {
  if (op.source === NO_REGISTER) e.f.i32Const(op.immediate);
  else e.getRegister(op.source, op.sourceShift, op.size);
}

/** In memory a bit offset in a register reaches outside the operand, by whole operands. */
function pushBitAddress(e: Emitter, op: Operation): void {
  const { f } = e;
  e.pushAddress(op);
  if (op.source === NO_REGISTER) return;
  const [shift, scale] = op.size === 32 ? [5, 2] : [4, 1];
  pushOffset(e, op);
  f.i32Const(shift);
  f.op(Op.i32_shr_s);
  f.i32Const(scale);
  f.op(Op.i32_shl);
  f.op(Op.i32_add);
}

export const setBit = (e: Emitter): void => e.f.op(Op.i32_or);
export const invertBit = (e: Emitter): void => e.f.op(Op.i32_xor);
export const resetBit = (e: Emitter): void => {
  e.f.i32Const(-1);
  e.f.op(Op.i32_xor);
  e.f.op(Op.i32_and);
};

/** CLC, STC, CMC. @param push pushes the new CF */
export function changeCarry(push: (e: Emitter) => void): Translation {
  return (e, _op, live) => {
    if (wantsFlags(live)) e.flags.setCarry((live & ~FlagBit.c) !== 0, () => push(e));
  };
}

export const pushOppositeCarry = (e: Emitter): void => {
  e.flags.pushCarry();
  e.f.op(Op.i32_eqz);
};

export const loadFlags: Translation = (e) => {
  const { f } = e;
  e.flags.pushBits();
  f.i32Const(LAHF_FLAGS);
  f.op(Op.i32_and);
  // Bit 1 of EFLAGS always reads as one.
  f.i32Const(2);
  f.op(Op.i32_or);
  e.setRegister(Register.EAX, 8, 8);
};

export const storeFlags: Translation = (e, _op, live) => {
  if (!wantsFlags(live)) return;
  const { f, flags } = e;
  f.localGet(Register.EAX);
  f.i32Const(8);
  f.op(Op.i32_shr_u);
  f.i32Const(LAHF_FLAGS);
  f.op(Op.i32_and);
  if ((live & FlagBit.o) !== 0) {
    flags.pushBits();
    f.i32Const(Flag.OVERFLOW);
    f.op(Op.i32_and);
    f.op(Op.i32_or);
  }
  f.localSet(flags.result);
  flags.kind = FlagKind.BITS;
};
