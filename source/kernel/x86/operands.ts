/**
 * Operands of any size and place, for the handlers that are not specialised. Values are sign-extended to 32 bits.
 *
 * Reading both operands before writing either is the caller's duty; so is writing memory before registers and flags
 * wherever the write is the first access to that address.
 */
import { registers } from "./cpu.js";
import { addressOf, readSized, writeSized } from "./memory.js";
import { MemoryOperand, type Operation } from "./operation.js";

/** The register operand that may be written. */
export const readDestination = (op: Operation): number =>
  (registers[op.destination] << (op.extend - op.destinationShift)) >> op.extend;

/** Writes the register operand; the rest of the 32-bit register stays. */
export function writeDestination(op: Operation, value: number): void {
  registers[op.destination] = (registers[op.destination] & op.keep) | ((value << op.destinationShift) & ~op.keep);
}

/** The source operand when it is a register; the immediate beside it, if any, is a third operand. */
export const readSourceRegister = (op: Operation): number =>
  (registers[op.source] << (op.extend - op.sourceShift)) >> op.extend;

/** The source operand when it is not in memory: a register or an immediate. */
export const readSource = (op: Operation): number => readSourceRegister(op) + op.immediate;

/** The first operand, wherever it is. */
export const readFirst = (op: Operation): number =>
  op.memory === MemoryOperand.FIRST ? readSized(op.size, addressOf(op)) : readDestination(op);

/** The second operand, wherever it is. */
export const readSecond = (op: Operation): number =>
  op.memory === MemoryOperand.SECOND ? readSized(op.size, addressOf(op)) : readSource(op);

export function writeFirst(op: Operation, value: number): void {
  if (op.memory === MemoryOperand.FIRST) writeSized(op.size, addressOf(op), value);
  else writeDestination(op, value);
}

/** The 32-bit source that is not in memory. */
export const source32 = (op: Operation): number => (registers[op.source] + op.immediate) | 0;
