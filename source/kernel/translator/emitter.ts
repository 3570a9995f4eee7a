/**
 * Emits what all operations are made of, beside their operands: flags, what registers are worth where, and leaving. It keeps
 * how things stand at the place that code is emitted for.
 */

import { EncodingError, type FunctionBuilder, type Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import type { Operation } from "../x86/operation.js";
import type { RegisterSet } from "./effects.js";
import { type EmitterState, FUEL, PARAMETER_NAMES, placeOf } from "./emitter-state.js";
import { FlagBit, type FlagSet } from "./flag-facts.js";
import { FlagKind } from "./flag-kind.js";
import { FlagSource } from "./flag-source.js";
import { OperandEmitter } from "./operand-emitter.js";
import { withoutBounds } from "./register-bounds.js";
import type { VectorRegisters } from "./vector-registers.js";

export class Emitter extends OperandEmitter {
  /** Address the VM goes on at when it leaves. */
  readonly eip: number;
  readonly flags: FlagSource;
  /** Leaves the function: `eip` is set, registers are in their locals. Set while a body is emitted. */
  leave!: Label;
  /** Instructions retired on the way here that the fuel was not charged for yet. */
  debt = 0;
  /** Registers that are the function's own here: the others' values are with its callers. */
  own: RegisterSet = 0;
  /** Registers whose value is in their global rather than in their local, as calls leave it. */
  inGlobals: RegisterSet = 0;
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
    f: FunctionBuilder,
    readonly registerGlobals: readonly number[],
    readonly flagsGlobal: number,
  ) {
    super(f);
    f.nameLocals(PARAMETER_NAMES);
    this.eip = f.local(ValueType.I32, "eip");
    this.place = f.local(ValueType.I32, "place");
    this.flags = new FlagSource(f);
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
    this.bounds = withoutBounds(this.bounds, registers);
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
