/** How high registers can be, as far as the last operation tells: then an access can add its distance to them by itself. */

import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import { Fact, has } from "./facts.js";

/**
 * The highest value that an operation leaves in its destination; undefined where it may be any, and for ESP, which operations move
 * that do not name it.
 * @param before the highest value of each register before it
 */
export function boundOf(operation: Operation, before: readonly number[]): number | undefined {
  const { size, memory, immediate } = operation;
  if (size !== 32 || memory === MemoryOperand.FIRST) return undefined;
  if (operation.destination === NO_REGISTER || operation.destination === Register.ESP) return undefined;
  if (has(operation, Fact.CLEARS_ITSELF)) return 0;
  const constant = memory === MemoryOperand.NONE && operation.source === NO_REGISTER;
  switch (operation.entry?.semantics) {
    case "movzx":
      return operation.sourceSize === 8 ? 0xff : 0xffff;
    case "and":
      return constant && immediate >= 0 ? immediate : undefined;
    case "shr":
      return constant ? 0xffff_ffff >>> (immediate & 31) : undefined;
    case "mov":
      if (constant) return immediate >>> 0;
      return memory === MemoryOperand.NONE ? before[operation.source] : undefined;
    default:
      return undefined;
  }
}
