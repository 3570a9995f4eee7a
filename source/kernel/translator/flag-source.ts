/**
 * The flags as the last operation left them: not computed, but what they can be computed from, kept in three locals of the
 * function. Which formula holds is known when code is emitted; where paths meet, flags are turned into EFLAGS bits.
 *
 * With a, b the operands and r the result, all sign-extended, the carry out of bit n of a sum is bit n of
 * `(a & b) | ((a | b) & ~r)` and of a difference `(~a & b) | ((~a | b) & r)`, whatever was carried in.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Flag } from "../x86/machine.js";

/** What the locals hold. */
export const FlagKind = {
  /** Nothing that is known. */
  NONE: 0,
  /** EFLAGS bits, in `result`. */
  BITS: 1,
  /** a + b = result. */
  ADD: 2,
  /** a - b = result. */
  SUBTRACT: 3,
  /** A logical operation: CF and OF are 0. */
  LOGIC: 4,
  /** INC; CF is bit 0 of `a`. */
  INCREMENT: 5,
  /** DEC; CF is bit 0 of `a`. */
  DECREMENT: 6,
  /** A shift by a constant: CF is bit 0 of `a`, OF bit 0 of `b`. */
  SHIFT: 7,
  /** a - b - borrow = result. */
  SUBTRACT_WITH_BORROW: 8,
  /** a + b + carry = result. */
  ADD_WITH_CARRY: 9,
  /** A comparison of two doubles, in locals of their own: ZF, PF and CF say equal, unordered and less, or all unordered. */
  DOUBLES: 10,
  /** The same of two singles. */
  SINGLES: 11,
} as const;
export type FlagKind = (typeof FlagKind)[keyof typeof FlagKind];

const OVERFLOW_PLACE = 31 - Math.clz32(Flag.OVERFLOW);

export class FlagSource {
  readonly a: number;
  readonly b: number;
  readonly result: number;
  kind: FlagKind = FlagKind.NONE;
  /** Bits of the operation. */
  size = 32;

  #doubles: number[] | undefined;
  #singles: number[] | undefined;

  constructor(readonly f: FunctionBuilder) {
    this.a = f.local(ValueType.I32, "flags.a");
    this.b = f.local(ValueType.I32, "flags.b");
    this.result = f.local(ValueType.I32, "flags.result");
  }

  /** Says that the flags are those of a comparison of two numbers, and answers the locals that hold them. */
  comparison(type: "double" | "single"): { first: number; second: number } {
    this.kind = type === "double" ? FlagKind.DOUBLES : FlagKind.SINGLES;
    return this.#numbers();
  }

  get #isOfNumbers(): boolean {
    return this.kind === FlagKind.DOUBLES || this.kind === FlagKind.SINGLES;
  }

  #numbers(): { first: number; second: number } {
    const double = this.kind === FlagKind.DOUBLES;
    const locals =
      (double ? this.#doubles : this.#singles) ??
      [0, 0].map(() => this.f.local(double ? ValueType.F64 : ValueType.F32));
    if (double) this.#doubles = locals;
    else this.#singles = locals;
    return { first: locals[0], second: locals[1] };
  }

  /** Pushes 1 when a condition holds, 0 when not. @param condition 0 to 15, as the CPU encodes it */
  pushCondition(condition: number): void {
    const negated = (condition & 1) !== 0;
    const short = this.#shortForm(condition & ~1, negated);
    if (short) return;
    this.#pushPlain(condition & ~1);
    if (negated) this.f.op(Op.i32_eqz);
  }

  /** Comparisons that wasm has an instruction for. */
  #shortForm(condition: number, negated: boolean): boolean {
    const { f } = this;
    if (this.#isOfNumbers) {
      this.#pushNumbersCondition(condition, negated);
      return true;
    }
    if (this.kind === FlagKind.SUBTRACT) {
      const pair = SUBTRACT_FORMS[condition];
      if (!pair) return false;
      f.localGet(this.a);
      f.localGet(this.b);
      f.op(negated ? pair[1] : pair[0]);
      return true;
    }
    if (this.kind === FlagKind.LOGIC) {
      const pair = LOGIC_FORMS[condition];
      if (!pair) return false;
      f.localGet(this.result);
      f.i32Const(0);
      f.op(negated ? pair[1] : pair[0]);
      return true;
    }
    return false;
  }

  /** A condition after a comparison of numbers: unordered ones are equal, less and of even parity. */
  #pushNumbersCondition(condition: number, negated: boolean): void {
    const { f } = this;
    const { first, second } = this.#numbers();
    const opcodes = this.kind === FlagKind.DOUBLES ? DOUBLE_COMPARISONS : SINGLE_COMPARISONS;
    const compare = (opcode: number, a = first, b = second) => {
      f.localGet(a);
      f.localGet(b);
      f.op(opcode);
    };
    switch (condition) {
      case 2:
        compare(opcodes.greaterOrEqual);
        break;
      case 6:
        compare(opcodes.greater);
        break;
      case 4:
      case 14:
        compare(opcodes.less);
        compare(opcodes.greater);
        f.op(Op.i32_or);
        break;
      case 10:
        compare(opcodes.equal, first, first);
        compare(opcodes.equal, second, second);
        f.op(Op.i32_and);
        break;
      default:
        // OF and SF are 0.
        f.i32Const(1);
    }
    if (!negated) f.op(Op.i32_eqz);
  }

  /** Pushes 1 or 0 for a condition with an even number. */
  #pushPlain(condition: number): void {
    const { f } = this;
    const or = (...parts: (() => void)[]) => {
      parts.forEach((part, index) => {
        part();
        if (index > 0) f.op(Op.i32_or);
      });
    };
    const less = () => this.#pushLess();
    switch (condition) {
      case 0:
        this.#pushOverflow();
        break;
      case 2:
        this.pushCarry();
        break;
      case 4:
        this.#pushZero();
        break;
      case 6:
        or(
          () => this.pushCarry(),
          () => this.#pushZero(),
        );
        break;
      case 8:
        this.#pushSign();
        break;
      case 10:
        this.#pushParity();
        break;
      case 12:
        less();
        break;
      default:
        or(() => this.#pushZero(), less);
    }
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
        this.#pushNumbersCondition(CONDITION.carry, false);
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

  /** Pushes CF, PF, AF, ZF, SF and OF at their places in EFLAGS. */
  pushBits(): void {
    const { f } = this;
    if (this.kind === FlagKind.BITS) {
      f.localGet(this.result);
      return;
    }
    const parts: [() => void, number][] = [
      [() => this.pushCarry(), 0],
      [() => this.#pushParity(), 2],
      [() => this.#pushAuxiliary(), 4],
      [() => this.#pushZero(), 6],
      [() => this.#pushSign(), 7],
      [() => this.#pushOverflow(), OVERFLOW_PLACE],
    ];
    parts.forEach(([part, place], index) => {
      part();
      if (place > 0) {
        f.i32Const(place);
        f.op(Op.i32_shl);
      }
      if (index > 0) f.op(Op.i32_or);
    });
  }

  /** Changes CF alone. @param others whether other flags are still read */
  setCarry(others: boolean, push: () => void): void {
    const { f } = this;
    push();
    if (others) this.#mergeBits(Flag.CARRY);
    else {
      f.localSet(this.a);
      this.kind = FlagKind.SHIFT;
    }
  }

  /** Changes CF and OF alone, to what is pushed, which must not come from the flags. */
  setCarryAndOverflow(others: boolean, pushCarry: () => void, pushOverflow: () => void): void {
    const { f } = this;
    pushCarry();
    if (!others) f.localSet(this.a);
    pushOverflow();
    if (others) {
      f.i32Const(OVERFLOW_PLACE);
      f.op(Op.i32_shl);
      f.op(Op.i32_or);
      this.#mergeBits(Flag.CARRY | Flag.OVERFLOW);
    } else {
      f.localSet(this.b);
      this.kind = FlagKind.SHIFT;
    }
  }

  /** Flags of a product, which is in `result`: CF and OF say that it does not fit. */
  setMultiplied(size: number, pushOverflow: () => void): void {
    pushOverflow();
    this.f.localTee(this.a);
    this.f.localSet(this.b);
    this.kind = FlagKind.SHIFT;
    this.size = size;
  }

  /** Puts bits that are on the stack in the place of these flags. */
  #mergeBits(flags: number): void {
    const { f } = this;
    this.toBits();
    f.localGet(this.result);
    f.i32Const(~flags);
    f.op(Op.i32_and);
    f.op(Op.i32_or);
    f.localSet(this.result);
  }

  /** Turns the flags into EFLAGS bits, as places where paths meet expect them. */
  toBits(): void {
    if (this.kind === FlagKind.BITS) return;
    this.pushBits();
    this.f.localSet(this.result);
    this.kind = FlagKind.BITS;
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

  /** SF differs from OF. */
  #pushLess(): void {
    const { f } = this;
    if (HAS_OPERANDS.has(this.kind)) {
      this.#pushOverflowWord();
      f.localGet(this.result);
      f.op(Op.i32_xor);
      f.i32Const(0);
      f.op(Op.i32_lt_s);
      return;
    }
    this.#pushSign();
    this.#pushOverflow();
    f.op(Op.i32_xor);
  }

  /** Pushes OF in the sign bit: the operands of a sum, or the first and the complement of the second, differ from the result. */
  #pushOverflowWord(): void {
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

  #pushOverflow(): void {
    const { f } = this;
    switch (this.kind) {
      case FlagKind.BITS:
        this.#bit(Flag.OVERFLOW);
        break;
      case FlagKind.ADD:
      case FlagKind.ADD_WITH_CARRY:
      case FlagKind.SUBTRACT:
      case FlagKind.SUBTRACT_WITH_BORROW:
        this.#pushOverflowWord();
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

  #pushZero(): void {
    if (this.#isOfNumbers) {
      this.#pushNumbersCondition(CONDITION.zero, false);
      return;
    }
    if (this.kind === FlagKind.BITS) {
      this.#bit(Flag.ZERO);
      return;
    }
    this.f.localGet(this.result);
    this.f.op(Op.i32_eqz);
  }

  #pushSign(): void {
    if (this.#isOfNumbers) {
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

  #pushParity(): void {
    if (this.#isOfNumbers) {
      this.#pushNumbersCondition(CONDITION.parity, false);
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

  #pushAuxiliary(): void {
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

/** Kinds whose `a` and `b` are the operands. */
const HAS_OPERANDS: ReadonlySet<FlagKind> = new Set([
  FlagKind.ADD,
  FlagKind.ADD_WITH_CARRY,
  FlagKind.SUBTRACT,
  FlagKind.SUBTRACT_WITH_BORROW,
]);

/** Kinds whose result is a sum of `a` and `b`. */
const SUMS: ReadonlySet<FlagKind> = new Set([FlagKind.ADD, FlagKind.ADD_WITH_CARRY]);

/** Condition codes of single flags. */
const CONDITION = { carry: 2, zero: 4, parity: 10 } as const;

const DOUBLE_COMPARISONS = {
  equal: Op.f64_eq,
  less: Op.f64_lt,
  greater: Op.f64_gt,
  greaterOrEqual: Op.f64_ge,
} as const;

const SINGLE_COMPARISONS = {
  equal: Op.f32_eq,
  less: Op.f32_lt,
  greater: Op.f32_gt,
  greaterOrEqual: Op.f32_ge,
} as const;

/** For a comparison of a and b: the instruction for each condition and for its opposite. */
const SUBTRACT_FORMS: Readonly<Record<number, readonly [number, number]>> = {
  2: [Op.i32_lt_u, Op.i32_ge_u],
  4: [Op.i32_eq, Op.i32_ne],
  6: [Op.i32_le_u, Op.i32_gt_u],
  12: [Op.i32_lt_s, Op.i32_ge_s],
  14: [Op.i32_le_s, Op.i32_gt_s],
};

/** For a logical result against 0. */
const LOGIC_FORMS: Readonly<Record<number, readonly [number, number]>> = {
  4: [Op.i32_eq, Op.i32_ne],
  6: [Op.i32_eq, Op.i32_ne],
  8: [Op.i32_lt_s, Op.i32_ge_s],
  12: [Op.i32_lt_s, Op.i32_ge_s],
  14: [Op.i32_le_s, Op.i32_gt_s],
};
