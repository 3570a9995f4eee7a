/**
 * SSE and SSE2 arithmetic, comparisons and conversions, MXCSR at its default: round to nearest, exceptions masked.
 *
 * JavaScript's numbers are IEEE doubles, rounded as the CPU rounds; a float's operation done in double and rounded
 * once more gives the same as done in float. Only NaNs need care: see floating.ts.
 */
import { processor } from "../cpu.js";
import { flags } from "../flags.js";
import {
  compares,
  floatNaN,
  isDoubleNaN,
  isFloatNaN,
  narrowNaN,
  roundToEven,
  truncate,
  widenNaN,
  writeDoubleNaN,
} from "../floating.js";
import { Flag } from "../machine.js";
import { memory } from "../memory.js";
import { MemoryOperand, type Operation } from "../operation.js";
import { always, type Bind } from "./binding.js";
import { doubles, fetch, fetchAligned, floats, source, sourceDoubles, sourceFloats } from "./sse-operands.js";

type Compute = (a: number, b: number) => number;

/** A function because of the rule in cpu.ts. */
function createSseArithmetic() {
  const { registers, vectors } = processor;
  const { addressOf, read32 } = memory;

  /** One double of the destination, by lane 0 or 1. */
  function computeDouble(op: Operation, lane: number, compute: Compute): void {
    const at = op.destination * 2 + lane;
    const result = compute(doubles[at], sourceDoubles[lane]);
    if (Number.isNaN(result)) writeDoubleNaN(vectors, at * 2, source, lane * 2);
    else doubles[at] = result;
  }

  const scalarDouble = (compute: Compute): Bind =>
    always((op) => {
      fetch(op, 2);
      computeDouble(op, 0, compute);
      return op.next;
    });

  const packedDouble = (compute: Compute): Bind =>
    always((op) => {
      fetchAligned(op);
      computeDouble(op, 0, compute);
      computeDouble(op, 1, compute);
      return op.next;
    });

  const scalarFloat = (compute: Compute): Bind =>
    always((op) => {
      fetch(op, 1);
      const at = op.destination * 4;
      const result = compute(floats[at], sourceFloats[0]);
      if (Number.isNaN(result)) vectors[at] = floatNaN(vectors[at], source[0]);
      else floats[at] = result;
      return op.next;
    });

  const add: Compute = (a, b) => a + b;
  const sub: Compute = (a, b) => a - b;
  const mul: Compute = (a, b) => a * b;
  const div: Compute = (a, b) => a / b;

  /** The square root is of the second operand alone; so is its NaN. */
  const sqrtsd: Bind = always((op) => {
    fetch(op, 2);
    const result = Math.sqrt(sourceDoubles[0]);
    const at = op.destination * 2;
    doubles[at] = 0;
    if (Number.isNaN(result)) writeDoubleNaN(vectors, at * 2, source, 0);
    else doubles[at] = result;
    return op.next;
  });

  const sqrtss: Bind = always((op) => {
    fetch(op, 1);
    const result = Math.sqrt(sourceFloats[0]);
    const at = op.destination * 4;
    if (Number.isNaN(result)) vectors[at] = floatNaN(source[0], source[0]);
    else floats[at] = result;
    return op.next;
  });

  /** MIN and MAX keep the first operand only when the comparison holds: not for NaNs, nor for zeros of either sign. */
  const chooseDouble = (keeps: (a: number, b: number) => boolean): Bind =>
    always((op) => {
      fetch(op, 2);
      if (!keeps(doubles[op.destination * 2], sourceDoubles[0])) {
        vectors[op.destination * 4] = source[0];
        vectors[op.destination * 4 + 1] = source[1];
      }
      return op.next;
    });

  const chooseFloat = (keeps: (a: number, b: number) => boolean): Bind =>
    always((op) => {
      fetch(op, 1);
      if (!keeps(floats[op.destination * 4], sourceFloats[0])) vectors[op.destination * 4] = source[0];
      return op.next;
    });

  const less = (a: number, b: number): boolean => a < b;
  const greater = (a: number, b: number): boolean => a > b;

  /** COMIS and UCOMIS: ZF, PF and CF say equal, unordered and less; all three say unordered. */
  function setOrder(a: number, b: number): void {
    const unordered = Flag.ZERO | Flag.PARITY | Flag.CARRY;
    if (Number.isNaN(a) || Number.isNaN(b)) flags.setArithmeticFlags(unordered);
    else flags.setArithmeticFlags((a === b ? Flag.ZERO : 0) | (a < b ? Flag.CARRY : 0));
  }

  const comisd: Bind = always((op) => {
    fetch(op, 2);
    setOrder(doubles[op.destination * 2], sourceDoubles[0]);
    return op.next;
  });

  const comiss: Bind = always((op) => {
    fetch(op, 1);
    setOrder(floats[op.destination * 4], sourceFloats[0]);
    return op.next;
  });

  function maskDouble(op: Operation, lane: number): void {
    const at = op.destination * 2 + lane;
    const mask = compares(op.immediate, doubles[at], sourceDoubles[lane]) ? -1 : 0;
    vectors[at * 2] = mask;
    vectors[at * 2 + 1] = mask;
  }

  const cmpsd: Bind = always((op) => {
    fetch(op, 2);
    maskDouble(op, 0);
    return op.next;
  });

  const cmppd: Bind = always((op) => {
    fetchAligned(op);
    maskDouble(op, 0);
    maskDouble(op, 1);
    return op.next;
  });

  const cmpss: Bind = always((op) => {
    fetch(op, 1);
    vectors[op.destination * 4] = compares(op.immediate, floats[op.destination * 4], sourceFloats[0]) ? -1 : 0;
    return op.next;
  });

  const integerSource = (op: Operation): number =>
    op.memory === MemoryOperand.SECOND ? read32(addressOf(op)) : registers[op.source];

  const cvtsi2sd: Bind = always((op) => {
    doubles[op.destination * 2] = integerSource(op);
    return op.next;
  });

  const cvtsi2ss: Bind = always((op) => {
    floats[op.destination * 4] = integerSource(op);
    return op.next;
  });

  const cvtsd2ss: Bind = always((op) => {
    fetch(op, 2);
    const at = op.destination * 4;
    if (isDoubleNaN(source[0], source[1])) vectors[at] = narrowNaN(source[0], source[1]);
    else floats[at] = sourceDoubles[0];
    return op.next;
  });

  const cvtss2sd: Bind = always((op) => {
    fetch(op, 1);
    const at = op.destination * 4;
    if (isFloatNaN(source[0])) {
      vectors[at] = source[0] << 29;
      vectors[at + 1] = widenNaN(source[0]);
    } else {
      doubles[op.destination * 2] = sourceFloats[0];
    }
    return op.next;
  });

  const doubleToInteger = (convert: (value: number) => number): Bind =>
    always((op) => {
      fetch(op, 2);
      registers[op.destination] = convert(sourceDoubles[0]);
      return op.next;
    });

  const floatToInteger = (convert: (value: number) => number): Bind =>
    always((op) => {
      fetch(op, 1);
      registers[op.destination] = convert(sourceFloats[0]);
      return op.next;
    });

  const cvttpd2dq: Bind = always((op) => {
    fetchAligned(op);
    const at = op.destination * 4;
    vectors[at] = truncate(sourceDoubles[0]);
    vectors[at + 1] = truncate(sourceDoubles[1]);
    vectors[at + 2] = 0;
    vectors[at + 3] = 0;
    return op.next;
  });

  return {
    addsd: scalarDouble(add),
    subsd: scalarDouble(sub),
    mulsd: scalarDouble(mul),
    divsd: scalarDouble(div),
    addss: scalarFloat(add),
    subss: scalarFloat(sub),
    mulss: scalarFloat(mul),
    divss: scalarFloat(div),
    addpd: packedDouble(add),
    subpd: packedDouble(sub),
    mulpd: packedDouble(mul),
    divpd: packedDouble(div),
    sqrtsd,
    sqrtss,
    minsd: chooseDouble(less),
    maxsd: chooseDouble(greater),
    minss: chooseFloat(less),
    maxss: chooseFloat(greater),
    comisd,
    comiss,
    "cmpsd scalar": cmpsd,
    cmpss,
    cmppd,
    cvtsi2sd,
    cvtsi2ss,
    cvtsd2ss,
    cvtss2sd,
    cvtsd2si: doubleToInteger(roundToEven),
    cvttsd2si: doubleToInteger(truncate),
    cvtss2si: floatToInteger(roundToEven),
    cvttss2si: floatToInteger(truncate),
    cvttpd2dq,
  };
}

export const sseArithmetic = createSseArithmetic();
