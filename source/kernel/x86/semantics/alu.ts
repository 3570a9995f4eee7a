/**
 * Two-operand arithmetic and logic with its flags. Operands are sign-extended to 32 bits; `extend` is 32 minus the
 * operand size, a literal 0 in the hot handlers so that the shifts fold away. Each returns the result, sign-extended.
 */
import { processor } from "../cpu.js";

/** An operation on two operands of 32 - `extend` bits. */
export type Binary = (a: number, b: number, extend: number) => number;
/** An operation on one operand of 32 - `extend` bits. */
export type Unary = (a: number, extend: number) => number;

/** A function because of the rule in cpu.ts. */
function createAlu() {
  const cpu = processor;

  const TOP_TWO = 0xc000_0000 | 0;
  const AUXILIARY = 8;

  /** Takes the carries out of each bit of an operation of this size to the form that {@link cpu} keeps. */
  const aligned = (carries: number, extend: number): number => ((carries << extend) & TOP_TWO) | (carries & AUXILIARY);

  const carryIn = (): number => cpu.carries >>> 31;

  function sum(a: number, b: number, carry: number, extend: number): number {
    const total = (a + b + carry) | 0;
    cpu.carries = aligned((a & b) | ((a | b) & ~total), extend);
    cpu.result = (total << extend) >> extend;
    return cpu.result;
  }

  function difference(a: number, b: number, borrow: number, extend: number): number {
    const rest = (a - b - borrow) | 0;
    cpu.carries = aligned((~a & b) | (~(a ^ b) & rest), extend);
    cpu.result = (rest << extend) >> extend;
    return cpu.result;
  }

  const add: Binary = (a, b, extend) => sum(a, b, 0, extend);
  const adc: Binary = (a, b, extend) => sum(a, b, carryIn(), extend);
  const sub: Binary = (a, b, extend) => difference(a, b, 0, extend);
  const sbb: Binary = (a, b, extend) => difference(a, b, carryIn(), extend);

  /** Sets the flags of a logic operation: CF and OF cleared. */
  function logic(result: number): number {
    cpu.carries = 0;
    cpu.result = result;
    return result;
  }

  const and: Binary = (a, b) => logic(a & b);
  const or: Binary = (a, b) => logic(a | b);
  const xor: Binary = (a, b) => logic(a ^ b);

  const neg: Unary = (a, extend) => difference(0, a, 0, extend);

  /** INC and DEC leave CF alone: they keep bit 31 and set bit 30 to give OF. */
  function keepingCarry(result: number, auxiliary: boolean, overflow: boolean): number {
    const carry = cpu.carries & 0x8000_0000;
    cpu.carries = carry | ((carry >>> 1) ^ (overflow ? 0x4000_0000 : 0)) | (auxiliary ? AUXILIARY : 0);
    cpu.result = result;
    return result;
  }

  const inc: Unary = (a, extend) => {
    const result = ((a + 1) << extend) >> extend;
    return keepingCarry(result, (result & 15) === 0, result === -0x8000_0000 >> extend);
  };

  const dec: Unary = (a, extend) => {
    const result = ((a - 1) << extend) >> extend;
    return keepingCarry(result, (result & 15) === 15, a === -0x8000_0000 >> extend);
  };

  return { add, adc, sub, sbb, logic, and, or, xor, neg, inc, dec };
}

export const alu = createAlu();
