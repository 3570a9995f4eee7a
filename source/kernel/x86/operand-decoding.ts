/** Fills an operation with an instruction's operands. */

import { type Instruction, MemorySizeExt, OpKind, Register } from "iced-x86";
import { type Form, type Operand, OperandKind } from "./instruction-form.js";
import { Register as Gpr } from "./machine.js";
import { MemoryOperand, type Operation, Repeat } from "./operation.js";

/** @param prefixed whether the instruction has a prefix: without, it repeats nothing */
export function fillOperands(op: Operation, instruction: Instruction, form: Form, prefixed: boolean): void {
  const { entry, size, operands } = form;
  op.entry = entry;
  op.size = size;
  op.extend = 32 - size;
  op.condition = entry?.condition ?? 0;
  if (prefixed) op.repeat = repeatOf(instruction);
  for (let index = 0; index < operands.length; index++) fillOperand(op, instruction, operands[index], index);
  if (entry?.semantics === "movzx" || entry?.semantics === "movsx") fillSourceSize(op, instruction);
  // The address of POP's destination is computed after ESP was incremented (Intel SDM vol. 2, POP).
  if (entry?.semantics === "pop" && op.base === Gpr.ESP) op.displacement = (op.displacement + size / 8) | 0;
}

function fillOperand(op: Operation, instruction: Instruction, operand: Operand, index: number): void {
  switch (operand.kind) {
    case OperandKind.REGISTER:
      fillRegister(op, instruction.opRegister(index), index);
      break;
    case OperandKind.IMMEDIATE:
      op.immediate = fillImmediate(op, operand.immediate?.(instruction) ?? 0);
      break;
    case OperandKind.BRANCH:
      op.immediate = instruction.nearBranch32 | 0;
      break;
    default:
      fillAny(op, instruction, index);
  }
}

/** An operand that the form does not tell the kind of. */
function fillAny(op: Operation, instruction: Instruction, index: number): void {
  switch (instruction.opKind(index)) {
    case OpKind.Register:
      fillRegister(op, instruction.opRegister(index), index);
      break;
    case OpKind.Memory:
      op.memory = index === 0 ? MemoryOperand.FIRST : MemoryOperand.SECOND;
      fillAddress(op, instruction);
      break;
    case OpKind.MemorySegESI:
    case OpKind.MemoryESEDI:
      break;
    default:
      op.immediate = fillImmediate(op, Number(BigInt.asIntN(32, instruction.immediate(index))));
  }
}

/** Immediates are sign-extended to 32 bits like all operands, but for RET's and INT's, which are counts. */
function fillImmediate({ entry, extend }: Operation, value: number): number {
  if (entry?.semantics === "ret") return value & 0xffff;
  if (entry?.semantics === "int") return value & 0xff;
  return (value << extend) >> extend;
}

/** The first register operand is the destination, the second the source, the third a count. */
function fillRegister(op: Operation, register: Register, index: number): void {
  const { number, shift, keep } = slotOf(register);
  if (index === 0) {
    op.destination = number;
    op.destinationShift = shift;
    op.keep = keep;
  } else if (index === 1) {
    op.source = number;
    op.sourceShift = shift;
  } else {
    op.third = number;
  }
}

function fillAddress(op: Operation, instruction: Instruction): void {
  const base = instruction.memoryBase;
  const index = instruction.memoryIndex;
  if (base !== Register.None) op.base = slotOf(base).number;
  if (index !== Register.None) {
    op.index = slotOf(index).number;
    op.scale = Math.log2(instruction.memoryIndexScale);
  }
  // As every other, a small integer to V8, also -2^31: a field that had another kind of number once changes all operations.
  op.displacement = Number(BigInt.asIntN(32, instruction.memoryDisplacement)) | 0;
}

function fillSourceSize(op: Operation, instruction: Instruction): void {
  if (op.memory === MemoryOperand.SECOND) op.sourceSize = MemorySizeExt.size(instruction.memorySize) * 8;
  else op.sourceSize = instruction.op1Register < Register.AX ? 8 : 16;
}

interface Slot {
  readonly number: number;
  readonly shift: number;
  readonly keep: number;
}

const slots: (Slot | undefined)[] = [];

/** Where a register lies: number, bit position, and the bits that writing it leaves alone. */
function slotOf(register: Register): Slot {
  slots[register] ??= findSlot(register);
  return slots[register];
}

function findSlot(register: Register): Slot {
  if (register >= Register.XMM0) return { number: register - Register.XMM0, shift: 0, keep: 0 };
  if (register >= Register.EAX) return { number: register - Register.EAX, shift: 0, keep: 0 };
  if (register >= Register.AX) return { number: register - Register.AX, shift: 0, keep: ~0xffff };
  const encoded = register - Register.AL;
  const shift = encoded < 4 ? 0 : 8;
  return { number: encoded & 3, shift, keep: ~(0xff << shift) };
}

function repeatOf(instruction: Instruction): number {
  if (instruction.hasRepePrefix) return Repeat.WHILE_EQUAL;
  return instruction.hasRepnePrefix ? Repeat.WHILE_NOT_EQUAL : Repeat.NONE;
}
