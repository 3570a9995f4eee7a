/**
 * Emits accesses to registers and memory, and remembers where in the code they may trap. Values on the wasm stack are i32; those
 * of 8 and 16 bits are sign-extended, which keeps both signed and unsigned order.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { NO_REGISTER, type Operation } from "../x86/operation.js";
import type { StackPosition } from "./emitter-state.js";
import { type Bounds, FARTHEST_OFFSET, isBounded, UNBOUNDED } from "./register-bounds.js";

/** A place in the code, and the guest address of the instruction that what follows belongs to; undefined for none. */
export interface Mark {
  readonly offset: number;
  readonly address: number | undefined;
}

/** Places in code, and what address each belongs to. */
export interface Places {
  readonly offsets: number[];
  readonly addresses: number[];
}

export class AccessEmitter {
  /** Scratch locals. */
  readonly address: number;
  readonly value: number;
  readonly value64: number;
  /** Where in the code it may trap, in ascending order, and the guest addresses of the instructions that each is part of. */
  readonly accesses: Places = { offsets: [], addresses: [] };
  /** From which place in the code on it belongs to which instruction; kept only where somebody set it. */
  marks: Mark[] | undefined;
  #current!: Operation;
  /** Where the stack is, in a region in which ESP stands at known distances; then its local is not kept. */
  stack: StackPosition | undefined;
  /** See {@link EmitterState}. */
  esp = 0;
  ebp: number | undefined;
  bounds: Bounds = UNBOUNDED;
  /** Bytes that the next access adds to the address on the stack. */
  offset = 0;
  /** Those that the accesses to the first operand add. */
  protected firstOffset = 0;

  constructor(readonly f: FunctionBuilder) {
    this.address = f.local(ValueType.I32, "address");
    this.value = f.local(ValueType.I32, "value");
    this.value64 = f.local(ValueType.I64, "value64");
  }

  /** The operation being emitted. */
  get current(): Operation {
    return this.#current;
  }

  set current(operation: Operation) {
    this.#current = operation;
    this.marks?.push({ offset: this.f.code.length, address: operation.address });
  }

  /** What is emitted next belongs to the instruction there again. */
  markAt(address: number): void {
    this.marks?.push({ offset: this.f.code.length, address });
  }

  /** What is emitted next belongs to no instruction. */
  markShared(): void {
    this.marks?.push({ offset: this.f.code.length, address: undefined });
  }

  // --- registers ---

  /** Pushes a register operand of `size` bits, sign-extended. */
  getRegister(register: number, shift: number, size: number): void {
    const { f } = this;
    f.localGet(register);
    if (size === 32) return;
    if (shift > 0) {
      f.i32Const(shift);
      f.op(Op.i32_shr_u);
    }
    f.op(size === 8 ? Op.i32_extend8_s : Op.i32_extend16_s);
  }

  /** Pushes a register with an operand's lowest bit at the bottom; what lies above the operand is not defined. */
  getShifted(register: number, shift: number): void {
    this.f.localGet(register);
    if (shift === 0) return;
    this.f.i32Const(shift);
    this.f.op(Op.i32_shr_u);
  }

  /** Pops into a register operand; the rest of the 32-bit register stays. */
  setRegister(register: number, shift: number, size: number): void {
    const { f } = this;
    if (size === 32) {
      f.localSet(register);
      return;
    }
    const mask = size === 8 ? 0xff : 0xffff;
    f.i32Const(mask);
    f.op(Op.i32_and);
    if (shift > 0) {
      f.i32Const(shift);
      f.op(Op.i32_shl);
    }
    f.localGet(register);
    f.i32Const(~(mask << shift));
    f.op(Op.i32_and);
    f.op(Op.i32_or);
    f.localSet(register);
  }

  // --- memory ---

  /** Pushes the effective address of the operation's memory operand. */
  pushAddress(op: Operation): void {
    this.offset = 0;
    this.firstOffset = 0;
    const displacement = this.#displacementOf(op);
    const pushed = this.#pushSum(this.#baseOf(op), op);
    if (displacement === 0 && pushed) return;
    this.f.i32Const(displacement);
    if (pushed) this.f.op(Op.i32_add);
  }

  /**
   * Pushes where the operation's memory operand is, for the load or store that comes next: the address less a part that the
   * access itself adds, where that cannot reach beyond 2^32.
   */
  pushOperand(op: Operation): void {
    const base = this.#baseOf(op);
    const displacement = this.#displacementOf(op);
    if (!this.#staysBelow(op, base, displacement)) {
      this.pushAddress(op);
      return;
    }
    if (!this.#pushSum(base, op)) this.f.i32Const(0);
    this.offset = displacement;
  }

  /** The operand's base, as a local: ESP's is {@link StackPosition}'s. */
  #baseOf(op: Operation): number {
    return this.stack && op.base === Register.ESP ? this.stack.base : op.base;
  }

  /** The distance from that. */
  #displacementOf(op: Operation): number {
    if (!this.stack || op.base !== Register.ESP) return op.displacement;
    return (this.stack.zero + this.esp + op.displacement) | 0;
  }

  /** Pushes base and index; false when there is neither. */
  #pushSum(base: number, op: Operation): boolean {
    const { f } = this;
    if (base !== NO_REGISTER) f.localGet(base);
    if (op.index === NO_REGISTER) return base !== NO_REGISTER;
    f.localGet(op.index);
    if (op.scale > 0) {
      f.i32Const(op.scale);
      f.op(Op.i32_shl);
    }
    if (base !== NO_REGISTER) f.op(Op.i32_add);
    return true;
  }

  /** Whether an operand's address is base, index and displacement added without wrapping around. */
  #staysBelow(op: Operation, base: number, displacement: number): boolean {
    if (displacement < 0 || displacement > FARTHEST_OFFSET) return false;
    if (op.index === NO_REGISTER) {
      if (base === NO_REGISTER || base === this.stack?.base) return true;
      return isBounded(this.bounds, base, 0);
    }
    return base === NO_REGISTER && isBounded(this.bounds, op.index, op.scale);
  }

  /** Loads `size` bits from the address on the stack, sign-extended unless `unsigned`. */
  load(size: number, unsigned = false): void {
    const opcode =
      size === 32
        ? Op.i32_load
        : size === 16
          ? unsigned
            ? Op.i32_load16_u
            : Op.i32_load16_s
          : unsigned
            ? Op.i32_load8_u
            : Op.i32_load8_s;
    this.access(opcode);
  }

  /** Stores the low `size` bits of the value on the stack at the address below it. */
  store(size: number): void {
    this.access(size === 32 ? Op.i32_store : size === 16 ? Op.i32_store16 : Op.i32_store8);
  }

  /** Any load or store. Where in the code the current instruction may trap is remembered. */
  access(opcode: number, offset = this.offset): void {
    this.accesses.offsets.push(this.f.code.length);
    this.accesses.addresses.push(this.#current.address);
    this.f.memory(opcode, offset);
    this.offset = 0;
  }
}
