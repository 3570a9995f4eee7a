/**
 * Operands of any size and place, for the handlers that are not specialised. Values are sign-extended to 32 bits.
 *
 * Reading both operands before writing either is the caller's duty; so is writing memory before registers and flags
 * wherever the write is the first access to that address.
 */

import { processor } from "./cpu.js";
import { memory } from "./memory.js";
import { MemoryOperand, type Operation } from "./operation.js";

/** A function because of the rule in cpu.ts. */
function createOperands() {
  const cpu = processor;
  const { registers } = cpu;
  const { addressOf, readSized, writeSized } = memory;

  /** The register operand that may be written. */
  const readDestination = (op: Operation): number =>
    (registers[op.destination] << (op.extend - op.destinationShift)) >> op.extend;

  /** Writes the register operand; the rest of the 32-bit register stays. */
  function writeDestination(op: Operation, value: number): void {
    registers[op.destination] = (registers[op.destination] & op.keep) | ((value << op.destinationShift) & ~op.keep);
  }

  /** The source operand when it is a register; the immediate beside it, if any, is a third operand. */
  const readSourceRegister = (op: Operation): number =>
    (registers[op.source] << (op.extend - op.sourceShift)) >> op.extend;

  /** The source operand when it is not in memory: a register or an immediate. */
  const readSource = (op: Operation): number => readSourceRegister(op) + op.immediate;

  /** The first operand, wherever it is. */
  const readFirst = (op: Operation): number =>
    op.memory === MemoryOperand.FIRST ? readSized(op.size, addressOf(op)) : readDestination(op);

  /** The second operand, wherever it is. */
  const readSecond = (op: Operation): number =>
    op.memory === MemoryOperand.SECOND ? readSized(op.size, addressOf(op)) : readSource(op);

  function writeFirst(op: Operation, value: number): void {
    if (op.memory === MemoryOperand.FIRST) writeSized(op.size, addressOf(op), value);
    else writeDestination(op, value);
  }

  /** The 32-bit source that is not in memory. */
  const source32 = (op: Operation): number => (registers[op.source] + op.immediate) | 0;

  return {
    readDestination,
    writeDestination,
    readSourceRegister,
    readSource,
    readFirst,
    readSecond,
    writeFirst,
    source32,
  };
}

export const operands = createOperands();
