/** How high registers can be, as far as the last operation tells: then an access can add its distance to them by itself. */

import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import type { RegisterSet } from "./effects.js";
import { Fact, has } from "./facts.js";

/**
 * A set of registers for each scale of an index, from the lowest eight bits on: those that, multiplied by it, are not above
 * {@link FARTHEST_OFFSET}. That is all that is asked of how high they are.
 */
export type Bounds = number;

/** The farthest that an access may add to an address that is itself not above it: their sum is below 2^32. */
export const FARTHEST_OFFSET = 0x7fff_0000;

/** Nothing is known of any register. */
export const UNBOUNDED: Bounds = 0;

/** Whether a register is so low that it can be multiplied by 2^scale. */
export const isBounded = (bounds: Bounds, register: number, scale: number): boolean =>
  (bounds & (1 << (register + 8 * scale))) !== 0;

/** The lowest register's bit of each set. */
const EACH_SCALE = 0x0101_0101;

/** What is known when registers are written with what is not known. */
export const withoutBounds = (bounds: Bounds, registers: RegisterSet): Bounds => bounds & ~(registers * EACH_SCALE);

/**
 * What is known of an operation's destination behind it, as if that were the lowest register; nothing of ESP, which operations move
 * that do not name it.
 * @param operation one of which {@link Fact.MAY_BOUND} is a fact
 * @param before what is known before it
 */
export function boundOf(operation: Operation, before: Bounds): Bounds {
  const { size, memory, immediate } = operation;
  if (size !== 32 || memory === MemoryOperand.FIRST) return UNBOUNDED;
  if (operation.destination === NO_REGISTER || operation.destination === Register.ESP) return UNBOUNDED;
  if (has(operation, Fact.CLEARS_ITSELF)) return upTo(0);
  const constant = memory === MemoryOperand.NONE && operation.source === NO_REGISTER;
  switch (operation.entry?.semantics) {
    case "movzx":
      return upTo(operation.sourceSize === 8 ? 0xff : 0xffff);
    case "and":
      return constant && immediate >= 0 ? upTo(immediate) : UNBOUNDED;
    case "shr":
      return constant ? upTo(0xffff_ffff >>> (immediate & 31)) : UNBOUNDED;
    case "mov":
      if (constant) return upTo(immediate >>> 0);
      return memory === MemoryOperand.NONE ? (before >>> operation.source) & EACH_SCALE : UNBOUNDED;
    default:
      return UNBOUNDED;
  }
}

/** What is known of a register that is not above a value. */
function upTo(highest: number): Bounds {
  let bounds = UNBOUNDED;
  for (let scale = 0; scale <= LARGEST_SCALE && highest * 2 ** scale <= FARTHEST_OFFSET; scale++)
    bounds |= 1 << (8 * scale);
  return bounds;
}

const LARGEST_SCALE = 3;
