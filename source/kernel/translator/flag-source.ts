/**
 * The flags as the last operation left them: not computed, but what they can be computed from, kept in three locals of the
 * function. Which formula holds is known when code is emitted; where paths meet, flags are turned into EFLAGS bits.
 */

import { Op } from "../wasm/opcodes.js";
import { Flag } from "../x86/machine.js";
import { FlagFormulas } from "./flag-formulas.js";
import { FlagKind, HAS_OPERANDS } from "./flag-kind.js";
import type { ComparedNumbers, NumberType } from "./number-comparison.js";

const OVERFLOW_PLACE = 31 - Math.clz32(Flag.OVERFLOW);

export class FlagSource extends FlagFormulas {
  /** Says that the flags are those of a comparison of two numbers, and answers the locals that hold them. */
  comparison(type: NumberType): ComparedNumbers {
    this.kind = type === "double" ? FlagKind.DOUBLES : FlagKind.SINGLES;
    return this.numbers.locals(type);
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
    if (this.isOfNumbers) {
      this.pushNumbersCondition(condition, negated);
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
        this.pushOverflow();
        break;
      case 2:
        this.pushCarry();
        break;
      case 4:
        this.pushZero();
        break;
      case 6:
        or(
          () => this.pushCarry(),
          () => this.pushZero(),
        );
        break;
      case 8:
        this.pushSign();
        break;
      case 10:
        this.pushParity();
        break;
      case 12:
        less();
        break;
      default:
        or(() => this.pushZero(), less);
    }
  }

  /** SF differs from OF. */
  #pushLess(): void {
    const { f } = this;
    if (HAS_OPERANDS.has(this.kind)) {
      this.pushOverflowWord();
      f.localGet(this.result);
      f.op(Op.i32_xor);
      f.i32Const(0);
      f.op(Op.i32_lt_s);
      return;
    }
    this.pushSign();
    this.pushOverflow();
    f.op(Op.i32_xor);
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
      [() => this.pushParity(), 2],
      [() => this.pushAuxiliary(), 4],
      [() => this.pushZero(), 6],
      [() => this.pushSign(), 7],
      [() => this.pushOverflow(), OVERFLOW_PLACE],
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
}

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
