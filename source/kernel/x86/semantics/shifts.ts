/**
 * SHL SHR SAR ROL ROR RCL RCR SHLD SHRD.
 *
 * Counts are taken modulo 32, whatever the size; a count of 0 changes no flag. OF is defined for a count of 1 only; for
 * others it is given the value the same formula gives.
 */
import { processor } from "../cpu.js";
import { carryAndOverflow } from "../flags.js";
import { operands } from "../operands.js";
import { type Handler, MemoryOperand, type Operation } from "../operation.js";
import type { Bind } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createShifts() {
  const cpu = processor;
  const carryBits = carryAndOverflow;
  const { registers } = cpu;
  const { readFirst, readSourceRegister, writeFirst } = operands;

  /** Result of shifting a sign-extended value of 32 - `extend` bits by 1 to 31, flags set. */
  type Shift = (value: number, count: number, extend: number) => number;

  const countOf = (op: Operation): number => (registers[op.source] + op.immediate) & 31;

  /** Sets ZF, SF, PF from the result and CF, OF from 0 or 1. */
  function shifted(result: number, carry: number, overflow: number): number {
    cpu.result = result;
    cpu.carries = carryBits(carry, overflow);
    return result;
  }

  const shl: Shift = (value, count, extend) => {
    const result = ((value << count) << extend) >> extend;
    // The last bit shifted out of an operand of n bits is bit n - count, if it has that many.
    const size = 32 - extend;
    const carry = count <= size ? (value >>> (size - count)) & 1 : 0;
    return shifted(result, carry, carry ^ (result >>> 31));
  };

  const shr: Shift = (value, count, extend) => {
    const unsigned = (value << extend) >>> extend;
    const result = ((unsigned >>> count) << extend) >> extend;
    return shifted(result, (unsigned >>> (count - 1)) & 1, value >>> 31);
  };

  const sar: Shift = (value, count) => shifted(value >> count, (value >> (count - 1)) & 1, 0);

  /** Rotates leave ZF, SF, PF and AF alone. */
  function rotated(result: number, carry: number, overflow: number): number {
    cpu.carries = (cpu.carries & 0x3fff_ffff) | carryBits(carry, overflow);
    return result;
  }

  const rol: Shift = (value, count, extend) => {
    const size = 32 - extend;
    const turn = count & (size - 1);
    const unsigned = (value << extend) >>> extend;
    const result = (((unsigned << turn) | (turn === 0 ? 0 : unsigned >>> (size - turn))) << extend) >> extend;
    const carry = result & 1;
    return rotated(result, carry, carry ^ (result >>> 31));
  };

  /** OF of a rotation to the right: 1 when the two highest bits of the result differ. */
  const topBitsDiffer = (result: number, extend: number): number => (result >>> 31) ^ ((result >>> (30 - extend)) & 1);

  const ror: Shift = (value, count, extend) => {
    const size = 32 - extend;
    const turn = count & (size - 1);
    const unsigned = (value << extend) >>> extend;
    const result = (((unsigned >>> turn) | (turn === 0 ? 0 : unsigned << (size - turn))) << extend) >> extend;
    return rotated(result, result >>> 31, topBitsDiffer(result, extend));
  };

  /** RCL and RCR turn through CF a bit at a time: rare, and so the plainest way. */
  const rcl: Shift = (value, count, extend) => {
    let result = value;
    let carry = cpu.carries >>> 31;
    for (let left = count % (33 - extend); left > 0; left--) {
      const out = result >>> 31;
      result = (((result << 1) | carry) << extend) >> extend;
      carry = out;
    }
    return rotated(result, carry, carry ^ (result >>> 31));
  };

  const rcr: Shift = (value, count, extend) => {
    let result = value;
    let carry = cpu.carries >>> 31;
    const top = 31 - extend;
    const below = ~(-1 << top);
    for (let left = count % (33 - extend); left > 0; left--) {
      const out = result & 1;
      result = ((((result >> 1) & below) | (carry << top)) << extend) >> extend;
      carry = out;
    }
    return rotated(result, carry, topBitsDiffer(result, extend));
  };

  /** A count of 0 still reads and, on the CPU, may write memory: it must be there. */
  const sized =
    (shift: Shift): Handler =>
    (op) => {
      const count = countOf(op);
      const value = readFirst(op);
      if (count !== 0) writeFirst(op, shift(value, count, op.extend));
      return op.next;
    };

  /** A 32-bit register has a handler of its own, where V8 can inline the shift. */
  const forms =
    (register: Handler, shift: Shift): Bind =>
    (op) =>
      op.size === 32 && op.memory === MemoryOperand.NONE ? register : sized(shift);

  const shlRegister: Handler = (op) => {
    const count = countOf(op);
    if (count !== 0) registers[op.destination] = shl(registers[op.destination], count, 0);
    return op.next;
  };

  const shrRegister: Handler = (op) => {
    const count = countOf(op);
    if (count !== 0) registers[op.destination] = shr(registers[op.destination], count, 0);
    return op.next;
  };

  const sarRegister: Handler = (op) => {
    const count = countOf(op);
    if (count !== 0) registers[op.destination] = sar(registers[op.destination], count, 0);
    return op.next;
  };

  const rolRegister: Handler = (op) => {
    const count = countOf(op);
    if (count !== 0) registers[op.destination] = rol(registers[op.destination], count, 0);
    return op.next;
  };

  const rorRegister: Handler = (op) => {
    const count = countOf(op);
    if (count !== 0) registers[op.destination] = ror(registers[op.destination], count, 0);
    return op.next;
  };

  /** Shifts `first` by `count`, filling with bits of `second`. A count above 16 bits' size is undefined: taken as zeros. */
  type DoubleShift = (first: number, second: number, count: number, extend: number) => number;

  const shld: DoubleShift = (first, second, count, extend) => {
    const size = 32 - extend;
    const filling = ((second << extend) >>> extend) >>> (size - count);
    const result = (((first << count) | filling) << extend) >> extend;
    const carry = (first >>> (size - count)) & 1;
    return shifted(result, carry, (first ^ result) >>> 31);
  };

  const shrd: DoubleShift = (first, second, count, extend) => {
    const size = 32 - extend;
    const unsigned = (first << extend) >>> extend;
    const result = (((unsigned >>> count) | (second << (size - count))) << extend) >> extend;
    return shifted(result, (unsigned >>> (count - 1)) & 1, (first ^ result) >>> 31);
  };

  const doubleForms = (shift: DoubleShift): Bind => {
    const handler: Handler = (op) => {
      const count = (registers[op.third] + op.immediate) & 31;
      const first = readFirst(op);
      if (count !== 0) writeFirst(op, shift(first, readSourceRegister(op), count, op.extend));
      return op.next;
    };
    return () => handler;
  };

  return {
    shl: forms(shlRegister, shl),
    shr: forms(shrRegister, shr),
    sar: forms(sarRegister, sar),
    rol: forms(rolRegister, rol),
    ror: forms(rorRegister, ror),
    rcl: (
      (handler) => () =>
        handler
    )(sized(rcl)),
    rcr: (
      (handler) => () =>
        handler
    )(sized(rcr)),
    shld: doubleForms(shld),
    shrd: doubleForms(shrd),
  };
}

export const shifts = createShifts();
