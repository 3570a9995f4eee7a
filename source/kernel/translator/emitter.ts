/**
 * Emits the pieces that all operations are made of: registers, addresses, operands and flags. Values on the wasm stack are
 * i32; those of 8 and 16 bits are sign-extended, which keeps both signed and unsigned order.
 */

import { EncodingError, type FunctionBuilder, type Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import type { RegisterSet } from "./effects.js";
import { FlagBit, type FlagSet } from "./flag-facts.js";
import { FlagKind, FlagSource } from "./flag-source.js";
import type { HalfSet } from "./vector-effects.js";
import type { VectorRegisters } from "./vector-registers.js";

/** Parameters of every translated function: the general registers by number, then the fuel. */
export const FUEL = 8;
export const PARAMETERS = 9;
export const PARAMETER_NAMES: readonly string[] = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "fuel"];

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

/** Accesses to the stack are at `base + zero + esp + displacement`: nothing of it below `base`. */
export interface StackPosition {
  /** A local. */
  readonly base: number;
  /** Bytes between it and ESP at the region's start. */
  readonly zero: number;
}

/** Nothing is known of any register. */
export const UNBOUNDED: readonly number[] = new Array<number>(8).fill(0xffff_ffff);
const HIGHEST = UNBOUNDED[0];

/** The farthest that an access may add to an address that is itself not above it: their sum is below 2^32. */
const FARTHEST_OFFSET = 0x7fff_0000;

/** How things stand where nothing is known. */
export const UNKNOWN_STATE: EmitterState = {
  flags: FlagKind.BITS,
  size: 32,
  debt: 0,
  own: 0,
  inGlobals: 0,
  esp: 0,
  ebp: undefined,
  bounds: UNBOUNDED,
  vectors: 0,
};

/** How things stand at a place, as far as code that follows must know. */
export interface EmitterState {
  readonly flags: FlagKind;
  readonly size: number;
  readonly debt: number;
  readonly own: RegisterSet;
  readonly inGlobals: RegisterSet;
  /** ESP less what it was at the region's start, where that is known: see {@link StackOffsets}. */
  readonly esp: number;
  /** EBP likewise, where it was made to point into the stack; what is assumed of it is checked. */
  readonly ebp: number | undefined;
  /** The highest value each register can have. */
  readonly bounds: readonly number[];
  /** Halves of XMM registers that may differ from their globals. */
  readonly vectors: HalfSet;
}

/** Bits of a place's number: which registers are in their locals, and from here on which are known at all. */
export const KNOWN_SHIFT = 8;

/** The number of a place: what the registers' locals are worth there. */
export function placeOf({ own, inGlobals }: Pick<EmitterState, "own" | "inGlobals">): number {
  const known = own | (1 << Register.ESP);
  return (known & ~inGlobals) | (known << KNOWN_SHIFT);
}

export class Emitter {
  /** Address the VM goes on at when it leaves. */
  readonly eip: number;
  /** Scratch locals. */
  readonly address: number;
  readonly value: number;
  readonly value64: number;
  readonly flags: FlagSource;
  /** Leaves the function: `eip` is set, registers are in their locals. Set while a body is emitted. */
  leave!: Label;
  /** Where in the code it may trap, in ascending order, and the guest addresses of the instructions that each is part of. */
  readonly accesses: Places = { offsets: [], addresses: [] };
  /** From which place in the code on it belongs to which instruction; kept only where somebody set it. */
  marks: Mark[] | undefined;
  #current!: Operation;
  /** Instructions retired on the way here that the fuel was not charged for yet. */
  debt = 0;
  /** Registers that are the function's own here: the others' values are with its callers. */
  own: RegisterSet = 0;
  /** Registers whose value is in their global rather than in their local, as calls leave it. */
  inGlobals: RegisterSet = 0;
  /** Where the stack is, in a region in which ESP stands at known distances; then its local is not kept. */
  stack: StackPosition | undefined;
  /** See {@link EmitterState}. */
  esp = 0;
  ebp: number | undefined;
  /** Never changed: shared by the states that have it. */
  bounds: readonly number[] = UNBOUNDED;
  /** Bytes that the next access adds to the address on the stack; those of the first operand's accesses. */
  offset = 0;
  #firstOffset = 0;
  /** Tells who leaves from where: see {@link Crossing}. */
  readonly place: number;

  /** The XMM registers, in a function that uses some. */
  vectorRegisters: VectorRegisters | undefined;

  /** What EDX is known to hold before a division: zero or the sign of EAX, as its double-width dividend wants it. */
  upperHalf: "zero" | "sign" | undefined;

  /**
   * @param registerGlobals by register number
   * @param flagsGlobal where flags are left for the interpreter, as EFLAGS bits
   */
  constructor(
    readonly f: FunctionBuilder,
    readonly registerGlobals: readonly number[],
    readonly flagsGlobal: number,
  ) {
    f.nameLocals(PARAMETER_NAMES);
    this.eip = f.local(ValueType.I32, "eip");
    this.place = f.local(ValueType.I32, "place");
    this.address = f.local(ValueType.I32, "address");
    this.value = f.local(ValueType.I32, "value");
    this.value64 = f.local(ValueType.I64, "value64");
    this.flags = new FlagSource(f);
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

  get vectors(): VectorRegisters {
    if (!this.vectorRegisters) throw new EncodingError("a function that uses no XMM registers uses one");
    return this.vectorRegisters;
  }

  /** Brings XMM registers that may differ from their globals there, before somebody else runs. */
  saveVectors(): void {
    this.settleNumbers();
    this.vectorRegisters?.save();
    this.vectorsAreSaved();
  }

  /** Makes NaNs in XMM registers those that the CPU would have, at the end of a block. */
  settleNumbers(): void {
    this.vectorRegisters?.pending.settleAll();
  }

  /** From here on the globals hold what XMM registers hold. */
  vectorsAreSaved(): void {
    if (this.vectorRegisters) this.vectorRegisters.written = 0;
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
    this.#firstOffset = 0;
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
      return this.bounds[base] <= FARTHEST_OFFSET;
    }
    return base === NO_REGISTER && this.bounds[op.index] * 2 ** op.scale <= FARTHEST_OFFSET;
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

  // --- operands ---

  /** Pushes the first operand; for one in memory its address is kept in {@link address} for {@link setFirst}. */
  pushFirst(op: Operation): void {
    if (op.memory !== MemoryOperand.FIRST) {
      this.getRegister(op.destination, op.destinationShift, op.size);
      return;
    }
    this.pushOperand(op);
    this.#firstOffset = this.offset;
    this.f.localTee(this.address);
    this.load(op.size);
  }

  /** Pushes where the first operand is, for a store; {@link pushFirst} must have come before. */
  pushFirstAddress(): void {
    this.f.localGet(this.address);
    this.offset = this.#firstOffset;
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

  // --- flags ---

  /**
   * Writes the result that `compute` pushes to the first operand, with the flags that it sets; where CL, the count of a
   * shift, is 0 modulo 32, they stay as they were.
   */
  keepingFlagsAtZero(compute: () => void, op: Operation): void {
    const { f, flags } = this;
    const before = f.local(ValueType.I32);
    flags.pushBits();
    f.localSet(before);
    compute();
    flags.pushBits();
    f.localGet(before);
    f.localGet(Register.ECX);
    f.i32Const(31);
    f.op(Op.i32_and);
    f.op(Op.select);
    f.localSet(flags.result);
    flags.kind = FlagKind.BITS;
    this.setFirst(op);
  }

  // --- blocks ---

  /** What was known of registers is so no longer: at a block's start and behind a call. */
  forget(): void {
    this.upperHalf = undefined;
  }

  // --- how things stand ---

  get state(): EmitterState {
    const { flags, debt, own, inGlobals, esp, ebp, bounds } = this;
    const vectors = this.vectorRegisters?.written ?? 0;
    return { flags: flags.kind, size: flags.size, debt, own, inGlobals, vectors, esp, ebp, bounds };
  }

  set state({ flags, size, debt, own, inGlobals, vectors, esp, ebp, bounds }: EmitterState) {
    this.esp = esp;
    this.ebp = ebp;
    this.bounds = bounds;
    this.flags.kind = flags;
    this.flags.size = size;
    this.debt = debt;
    this.own = own;
    this.inGlobals = inGlobals;
    if (this.vectorRegisters) this.vectorRegisters.written = vectors;
  }

  /** Emits something aside of the way that is gone on with. */
  keepState(emit: () => void): void {
    const { state, upperHalf } = this;
    emit();
    this.state = state;
    this.upperHalf = upperHalf;
  }

  /** Brings registers into their locals. */
  fetch(registers: RegisterSet): void {
    const wanted = registers & this.inGlobals;
    if (wanted === 0) return;
    for (let register = 0; register < FUEL; register++) {
      if ((wanted & (1 << register)) === 0) continue;
      this.f.globalGet(this.registerGlobals[register]);
      this.f.localSet(register);
    }
    this.inGlobals &= ~wanted;
  }

  /** Registers were written: they are the function's own, in their locals. */
  wrote(registers: RegisterSet): void {
    this.own |= registers;
    this.inGlobals &= ~registers;
    if (this.bounds === UNBOUNDED) return;
    for (let register = 0; register < FUEL; register++) {
      if ((registers & (1 << register)) !== 0) this.bound(register, HIGHEST);
    }
  }

  /** A register is not above a value. */
  bound(register: number, highest: number): void {
    if (this.bounds[register] !== highest) this.bounds = this.bounds.with(register, highest);
  }

  /** Whether a place that several ways lead to could be gone on with as things stand. */
  get isSettled(): boolean {
    return this.debt === 0 && this.inGlobals === 0;
  }

  /** Charges what was retired, and brings registers into their locals. */
  settle(registers: RegisterSet = 0): void {
    this.fetch(registers);
    this.addFuel(-this.debt);
    this.debt = 0;
  }

  // --- leaving ---

  /** Leaves with a constant EIP. */
  leaveAt(address: number): void {
    this.f.i32Const(address);
    this.f.localSet(this.eip);
    this.leaveThere();
  }

  /** Leaves with the EIP that is in its local. What follows, on another way, finds things as they stood. */
  leaveThere(): void {
    this.storeEsp();
    this.addFuel(-this.debt);
    this.f.i32Const(placeOf(this));
    this.f.localSet(this.place);
    this.vectorRegisters?.save();
    this.f.br(this.leave);
  }

  /**
   * Leaves at the operation itself, for the interpreter to execute it, when the condition holds. Nothing that the operation
   * writes may have been written.
   * @param live flags that something reads from the operation on
   */
  refuse(op: Operation, live: FlagSet, pushCondition: () => void): void {
    pushCondition();
    const refused = this.f.if();
    if (wantsFlags(live)) {
      this.flags.pushBits();
      this.f.globalSet(this.flagsGlobal);
    }
    this.leaveAt(op.address);
    this.f.end(refused);
  }

  /** Adds to the fuel; instructions that are not executed after all are given back so. */
  addFuel(instructions: number): void {
    if (instructions === 0) return;
    this.f.localGet(FUEL);
    this.f.i32Const(instructions);
    this.f.op(Op.i32_add);
    this.f.localSet(FUEL);
  }
}

/** Whether some flag of a set is to be computed. */
export const wantsFlags = (live: FlagSet): boolean => (live & ~FlagBit.d) !== 0;
