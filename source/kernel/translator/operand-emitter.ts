/** Emits what reads and writes an operation's operands, and the guest's stack. */

import { Op } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import { AccessEmitter } from "./access-emitter.js";

export class OperandEmitter extends AccessEmitter {
  // --- operands ---

  /** Pushes the first operand; for one in memory its address is kept in {@link address} for {@link setFirst}. */
  pushFirst(op: Operation): void {
    if (op.memory !== MemoryOperand.FIRST) {
      this.getRegister(op.destination, op.destinationShift, op.size);
      return;
    }
    this.pushOperand(op);
    this.firstOffset = this.offset;
    this.f.localTee(this.address);
    this.load(op.size);
  }

  /** Pushes where the first operand is, for a store; {@link pushFirst} must have come before. */
  pushFirstAddress(): void {
    this.f.localGet(this.address);
    this.offset = this.firstOffset;
  }

  /** Pops into the first operand; for one in memory {@link pushFirst} must have come before. */
  setFirst(op: Operation): void {
    if (op.memory !== MemoryOperand.FIRST) {
      this.setRegister(op.destination, op.destinationShift, op.size);
      return;
    }
    this.f.localSet(this.value);
    this.pushFirstAddress();
    this.f.localGet(this.value);
    this.store(op.size);
  }

  /** Pushes the second operand: memory, register or immediate. */
  pushSecond(op: Operation): void {
    if (op.memory === MemoryOperand.SECOND) {
      this.pushOperand(op);
      this.load(op.size);
    } else if (op.source !== NO_REGISTER) this.getRegister(op.source, op.sourceShift, op.size);
    else this.f.i32Const(op.immediate);
  }

  /** As {@link pushSecond}, but what lies above an operand of 8 or 16 bits is not defined. */
  pushSecondRaw(op: Operation): void {
    if (op.memory === MemoryOperand.NONE || op.memory === MemoryOperand.FIRST) {
      if (op.source !== NO_REGISTER) this.getShifted(op.source, op.sourceShift);
      else this.f.i32Const(op.immediate);
    } else {
      this.pushOperand(op);
      this.load(op.size, true);
    }
  }

  /** Replaces the value on the stack by its lowest bit. */
  lowBit(): void {
    this.f.i32Const(1);
    this.f.op(Op.i32_and);
  }

  /** Sign-extends the value on the stack from `size` bits. */
  extend(size: number): void {
    if (size < 32) this.f.op(size === 8 ? Op.i32_extend8_s : Op.i32_extend16_s);
  }

  // --- the stack ---

  /** Pushes what `value` pushes on the guest's stack: memory first, so that a fault leaves ESP alone. */
  push(value: () => void, size = 32): void {
    const { f, stack } = this;
    const bytes = size / 8;
    if (stack) {
      f.localGet(stack.base);
      value();
      this.offset = stack.zero + this.esp - bytes;
      this.store(size);
      this.esp -= bytes;
      return;
    }
    f.localGet(Register.ESP);
    f.i32Const(bytes);
    f.op(Op.i32_sub);
    f.localTee(this.address);
    value();
    this.store(size);
    f.localGet(this.address);
    f.localSet(Register.ESP);
  }

  /** Pushes what is on top of the guest's stack, and leaves it there. */
  pushTop(size = 32): void {
    if (this.stack) {
      this.f.localGet(this.stack.base);
      this.offset = this.stack.zero + this.esp;
    } else this.f.localGet(Register.ESP);
    this.load(size);
  }

  /** Moves ESP. */
  addToEsp(bytes: number): void {
    if (this.stack) {
      this.esp += bytes;
      return;
    }
    const { f } = this;
    f.localGet(Register.ESP);
    f.i32Const(bytes);
    f.op(Op.i32_add);
    f.localSet(Register.ESP);
  }

  /** Pushes ESP, which may be so many bytes off. */
  pushEsp(off = 0): void {
    const { f, stack } = this;
    f.localGet(stack ? stack.base : Register.ESP);
    const distance = (stack ? stack.zero + this.esp : 0) + off;
    if (distance === 0) return;
    f.i32Const(distance);
    f.op(Op.i32_add);
  }

  /** Brings ESP into its local, for whoever reads it there. */
  storeEsp(): void {
    if (!this.stack) return;
    this.pushEsp();
    this.f.localSet(Register.ESP);
  }
}
