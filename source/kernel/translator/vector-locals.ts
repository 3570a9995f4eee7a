/**
 * The XMM registers of a function being emitted, in whatever locals they are kept. Values on the wasm stack are f64 and f32 for
 * scalars, i64 for halves, v128 for all of one. Bits never change on the way: NaNs too are moved as they are.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { PendingNumbers } from "./pending-numbers.js";
import { Representation } from "./vector-flow.js";

/** The locals of one register; which there are depends on how it is kept. */
interface Locals {
  readonly kind: Representation;
  /** The vector, the lower double or the lowest single. */
  readonly value: number;
  /** The second word of a register that holds a single. */
  readonly word: number;
  readonly high: number;
}

const LOCAL_TYPES = [ValueType.V128, ValueType.F64, ValueType.F32] as const;

export class VectorLocals {
  readonly #f: FunctionBuilder;
  readonly #representations: readonly Representation[];
  readonly #registers: (Locals | undefined)[] = [];
  readonly #vector: number;
  readonly #double: number;
  readonly #half: number;
  /** Results in registers that are not looked at for NaNs yet; whoever reads a register otherwise has it settled. */
  readonly pending: PendingNumbers;

  /** @param representations how each register is kept, by its number */
  constructor(f: FunctionBuilder, representations: readonly Representation[]) {
    this.#f = f;
    this.#representations = representations;
    this.pending = new PendingNumbers(f);
    this.#vector = f.local(ValueType.V128);
    this.#double = f.local(ValueType.F64);
    this.#half = f.local(ValueType.I64);
  }

  #of(register: number): Locals {
    const known = this.#registers[register];
    if (known) return known;
    const f = this.#f;
    const kind = this.#representations[register];
    const locals = {
      kind,
      value: f.local(LOCAL_TYPES[kind], `xmm${register}`),
      word: kind === Representation.SINGLE ? f.local(ValueType.I32, `xmm${register}.word`) : -1,
      high: kind === Representation.VECTOR ? -1 : f.local(ValueType.I64, `xmm${register}.high`),
    };
    this.#registers[register] = locals;
    return locals;
  }

  // --- scalars ---

  /** Pushes the lower half as f64. */
  getDouble(register: number): void {
    const f = this.#f;
    this.pending.settle(register);
    const { kind, value } = this.#of(register);
    if (kind === Representation.SINGLE) {
      this.#pushSingleHalf(register);
      f.op(Op.f64_reinterpret_i64);
      return;
    }
    f.localGet(value);
    if (kind === Representation.VECTOR) f.lane(Op.f64x2_extract_lane, 0);
  }

  /** Pops f64 into the lower half. */
  setDouble(register: number): void {
    const f = this.#f;
    this.pending.hold(register, undefined);
    const { kind, value, word } = this.#of(register);
    if (kind === Representation.DOUBLE) f.localSet(value);
    else if (kind === Representation.VECTOR) {
      f.localSet(this.#double);
      f.localGet(value);
      f.localGet(this.#double);
      f.lane(Op.f64x2_replace_lane, 0);
      f.localSet(value);
    } else {
      f.op(Op.i64_reinterpret_f64);
      f.localTee(this.#half);
      f.op(Op.i32_wrap_i64);
      f.op(Op.f32_reinterpret_i32);
      f.localSet(value);
      f.localGet(this.#half);
      f.i64Const(32n);
      f.op(Op.i64_shr_u);
      f.op(Op.i32_wrap_i64);
      f.localSet(word);
    }
  }

  /** Pushes the lowest word as f32. */
  getSingle(register: number): void {
    const f = this.#f;
    this.pending.settle(register);
    const { kind, value } = this.#of(register);
    f.localGet(value);
    if (kind === Representation.VECTOR) f.lane(Op.f32x4_extract_lane, 0);
    else if (kind === Representation.DOUBLE) {
      f.op(Op.i64_reinterpret_f64);
      f.op(Op.i32_wrap_i64);
      f.op(Op.f32_reinterpret_i32);
    }
  }

  /** Pops f32 into the lowest word. */
  setSingle(register: number): void {
    const f = this.#f;
    // Of a double the upper word stays.
    if (this.pending.held(register)?.single === false) this.pending.settle(register);
    this.pending.hold(register, undefined);
    const { kind, value } = this.#of(register);
    if (kind === Representation.SINGLE) {
      f.localSet(value);
      return;
    }
    if (kind === Representation.VECTOR) {
      const single = f.local(ValueType.F32);
      f.localSet(single);
      f.localGet(value);
      f.localGet(single);
      f.lane(Op.f32x4_replace_lane, 0);
    } else {
      f.op(Op.i32_reinterpret_f32);
      f.op(Op.i64_extend_i32_u);
      f.localGet(value);
      f.op(Op.i64_reinterpret_f64);
      f.i64Const(-(2n ** 32n));
      f.op(Op.i64_and);
      f.op(Op.i64_or);
      f.op(Op.f64_reinterpret_i64);
    }
    f.localSet(value);
  }

  /** Pushes the lower half of a register that is kept as a single. */
  #pushSingleHalf(register: number): void {
    const f = this.#f;
    this.pending.settle(register);
    const { value, word } = this.#of(register);
    f.localGet(value);
    f.op(Op.i32_reinterpret_f32);
    f.op(Op.i64_extend_i32_u);
    f.localGet(word);
    f.op(Op.i64_extend_i32_u);
    f.i64Const(32n);
    f.op(Op.i64_shl);
    f.op(Op.i64_or);
  }

  // --- halves ---

  /** Pushes the upper half as i64. */
  getHigh(register: number): void {
    const { kind, value, high } = this.#of(register);
    this.#f.localGet(kind === Representation.VECTOR ? value : high);
    if (kind === Representation.VECTOR) this.#f.lane(Op.i64x2_extract_lane, 1);
  }

  /** Pops i64 into the upper half. */
  setHigh(register: number): void {
    const f = this.#f;
    const { kind, value, high } = this.#of(register);
    if (kind !== Representation.VECTOR) {
      f.localSet(high);
      return;
    }
    f.localSet(this.#half);
    f.localGet(value);
    f.localGet(this.#half);
    f.lane(Op.i64x2_replace_lane, 1);
    f.localSet(value);
  }

  clearHigh(register: number): void {
    this.#f.i64Const(0n);
    this.setHigh(register);
  }

  // --- whole registers ---

  isVector(register: number): boolean {
    return this.#of(register).kind === Representation.VECTOR;
  }

  /** Whether two registers are kept in the same way. */
  areAlike(a: number, b: number): boolean {
    return this.#of(a).kind === this.#of(b).kind;
  }

  getVector(register: number): void {
    const f = this.#f;
    this.pending.settle(register);
    if (this.isVector(register)) {
      f.localGet(this.#of(register).value);
      return;
    }
    this.getDouble(register);
    f.op(Op.f64x2_splat);
    this.getHigh(register);
    f.lane(Op.i64x2_replace_lane, 1);
  }

  setVector(register: number): void {
    const f = this.#f;
    this.pending.hold(register, undefined);
    if (this.isVector(register)) {
      f.localSet(this.#of(register).value);
      return;
    }
    f.localTee(this.#vector);
    f.lane(Op.f64x2_extract_lane, 0);
    this.setDouble(register);
    f.localGet(this.#vector);
    f.lane(Op.i64x2_extract_lane, 1);
    this.setHigh(register);
  }

  copy(to: number, from: number): void {
    if (to === from) return;
    if (this.isVector(to) || this.isVector(from)) {
      this.getVector(from);
      this.setVector(to);
      return;
    }
    if (this.areAlike(to, from)) {
      this.#copyLow(to, from);
    } else {
      this.getDouble(from);
      this.setDouble(to);
    }
    this.getHigh(from);
    this.setHigh(to);
  }

  #copyLow(to: number, from: number): void {
    const f = this.#f;
    this.pending.hold(to, this.pending.held(from));
    const source = this.#of(from);
    f.localGet(source.value);
    f.localSet(this.#of(to).value);
    if (source.kind !== Representation.SINGLE) return;
    f.localGet(source.word);
    f.localSet(this.#of(to).word);
  }

  clear(register: number): void {
    const f = this.#f;
    this.pending.hold(register, undefined);
    const { kind, value, word } = this.#of(register);
    if (kind === Representation.VECTOR) {
      f.v128Const(0n);
      f.localSet(value);
      return;
    }
    if (kind === Representation.DOUBLE) {
      f.f64Const(0);
      f.localSet(value);
    } else {
      f.i32Const(0);
      f.op(Op.f32_reinterpret_i32);
      f.localSet(value);
      f.i32Const(0);
      f.localSet(word);
    }
    this.clearHigh(register);
  }
}
