/**
 * Each flag by the formula that fits what the last operation was.
 *
 * With a, b the operands and r the result, all sign-extended, the carry out of bit n of a sum is bit n of
 * `(a & b) | ((a | b) & ~r)` and of a difference `(~a & b) | ((~a | b) & r)`, whatever was carried in.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Flag } from "../x86/machine.js";
import { FlagKind, HAS_OPERANDS, SUMS } from "./flag-kind.js";
import { NumberComparison } from "./number-comparison.js";

/** The locals that flags are computed from, and which formulas hold. */
export class FlagFormulas {
  readonly a: number;
  readonly b: number;
  readonly result: number;
  kind: FlagKind = FlagKind.NONE;
  /** Bits of the operation. */
  size = 32;

  protected readonly numbers: NumberComparison;

  constructor(readonly f: FunctionBuilder) {
    this.numbers = new NumberComparison(f);
    this.a = f.local(ValueType.I32, "flags.a");
    this.b = f.local(ValueType.I32, "flags.b");
    this.result = f.local(ValueType.I32, "flags.result");
  }

  protected get isOfNumbers(): boolean {
    return this.kind === FlagKind.DOUBLES || this.kind === FlagKind.SINGLES;
  }

  /** A condition after a comparison of numbers. */
  protected pushNumbersCondition(condition: number, negated: boolean): void {
    this.numbers.pushCondition(this.kind === FlagKind.DOUBLES ? "double" : "single", condition, negated);
  }

  /** Pushes CF as 0 or 1. */
  pushCarry(): void {
    const { f } = this;
    switch (this.kind) {
      case FlagKind.BITS:
        this.#bit(Flag.CARRY);
        break;
      case FlagKind.DOUBLES:
      case FlagKind.SINGLES:
        this.pushNumbersCondition(CONDITION.carry, false);
        break;
      case FlagKind.SUBTRACT:
        f.localGet(this.a);
        f.localGet(this.b);
        f.op(Op.i32_lt_u);
        break;
      case FlagKind.ADD:
        f.localGet(this.result);
        f.localGet(this.a);
        f.op(Op.i32_lt_u);
        break;
      case FlagKind.ADD_WITH_CARRY:
      case FlagKind.SUBTRACT_WITH_BORROW:
        this.#pushCarries();
        f.i32Const(this.size - 1);
        f.op(Op.i32_shr_u);
        this.#lowBit();
        break;
      case FlagKind.INCREMENT:
      case FlagKind.DECREMENT:
      case FlagKind.SHIFT:
        f.localGet(this.a);
        this.#lowBit();
        break;
      default:
        f.i32Const(0);
    }
  }

  /** Pushes the carries out of all bits of a sum or the borrows of a difference. */
  #pushCarries(): void {
    const { f } = this;
    const subtract = !SUMS.has(this.kind);
    const pushA = () => {
      f.localGet(this.a);
      if (subtract) this.#not();
    };
    const pushR = () => {
      f.localGet(this.result);
      if (!subtract) this.#not();
    };
    pushA();
    f.localGet(this.b);
    f.op(Op.i32_and);
    pushA();
    f.localGet(this.b);
    f.op(Op.i32_or);
    pushR();
    f.op(Op.i32_and);
    f.op(Op.i32_or);
  }

  /** Pushes OF in the sign bit: the operands of a sum, or the first and the complement of the second, differ from the result. */
  protected pushOverflowWord(): void {
    const { f } = this;
    const sum = SUMS.has(this.kind);
    f.localGet(this.a);
    f.localGet(sum ? this.result : this.b);
    f.op(Op.i32_xor);
    f.localGet(sum ? this.b : this.a);
    f.localGet(this.result);
    f.op(Op.i32_xor);
    f.op(Op.i32_and);
  }

  protected pushOverflow(): void {
    const { f } = this;
    switch (this.kind) {
      case FlagKind.BITS:
        this.#bit(Flag.OVERFLOW);
        break;
      case FlagKind.ADD:
      case FlagKind.ADD_WITH_CARRY:
      case FlagKind.SUBTRACT:
      case FlagKind.SUBTRACT_WITH_BORROW:
        this.pushOverflowWord();
        f.i32Const(31);
        f.op(Op.i32_shr_u);
        break;
      case FlagKind.INCREMENT:
      case FlagKind.DECREMENT: {
        const lowest = (-1 << (this.size - 1)) | 0;
        f.localGet(this.result);
        f.i32Const(this.kind === FlagKind.INCREMENT ? lowest : ~lowest);
        f.op(Op.i32_eq);
        break;
      }
      case FlagKind.SHIFT:
        f.localGet(this.b);
        this.#lowBit();
        break;
      default:
        f.i32Const(0);
    }
  }

  protected pushZero(): void {
    if (this.isOfNumbers) {
      this.pushNumbersCondition(CONDITION.zero, false);
      return;
    }
    if (this.kind === FlagKind.BITS) {
      this.#bit(Flag.ZERO);
      return;
    }
    this.f.localGet(this.result);
    this.f.op(Op.i32_eqz);
  }

  protected pushSign(): void {
    if (this.isOfNumbers) {
      this.f.i32Const(0);
      return;
    }
    if (this.kind === FlagKind.BITS) {
      this.#bit(Flag.SIGN);
      return;
    }
    this.f.localGet(this.result);
    this.f.i32Const(31);
    this.f.op(Op.i32_shr_u);
  }

  protected pushParity(): void {
    if (this.isOfNumbers) {
      this.pushNumbersCondition(CONDITION.parity, false);
      return;
    }
    const { f } = this;
    if (this.kind === FlagKind.BITS) {
      this.#bit(Flag.PARITY);
      return;
    }
    f.localGet(this.result);
    f.i32Const(0xff);
    f.op(Op.i32_and);
    f.op(Op.i32_popcnt);
    this.#lowBit();
    f.op(Op.i32_eqz);
  }

  protected pushAuxiliary(): void {
    const { f } = this;
    if (HAS_OPERANDS.has(this.kind)) {
      this.#pushCarries();
      f.i32Const(3);
      f.op(Op.i32_shr_u);
      this.#lowBit();
    } else if (this.kind === FlagKind.INCREMENT || this.kind === FlagKind.DECREMENT) {
      f.localGet(this.result);
      f.i32Const(15);
      f.op(Op.i32_and);
      f.i32Const(this.kind === FlagKind.INCREMENT ? 0 : 15);
      f.op(Op.i32_eq);
    } else f.i32Const(0);
  }

  #bit(flag: number): void {
    this.f.localGet(this.result);
    this.f.i32Const(31 - Math.clz32(flag));
    this.f.op(Op.i32_shr_u);
    this.#lowBit();
  }

  #lowBit(): void {
    this.f.i32Const(1);
    this.f.op(Op.i32_and);
  }

  #not(): void {
    this.f.i32Const(-1);
    this.f.op(Op.i32_xor);
  }
}

/** Condition codes of single flags. */
const CONDITION = { carry: 2, zero: 4, parity: 10 } as const;
