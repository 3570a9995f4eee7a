/** PUSH POP LEAVE, and the stack half of CALL and RET. */
import { ESP, registers } from "../cpu.js";
import { Register } from "../machine.js";
import { addressOf, read32, readSized, write32, writeSized } from "../memory.js";
import { readFirst, writeDestination } from "../operands.js";
import { type Handler, MemoryOperand } from "../operation.js";
import { always, type Bind } from "./binding.js";

const { EBP } = Register;

/** Memory first, so that a fault leaves ESP alone. */
export function push32(value: number): void {
  const top = (registers[ESP] - 4) | 0;
  write32(top >>> 0, value);
  registers[ESP] = top;
}

export function pop32(): number {
  const value = read32(registers[ESP] >>> 0);
  registers[ESP] += 4;
  return value;
}

const pushRegister: Handler = (op) => {
  push32((registers[op.destination] + op.immediate) | 0);
  return op.next;
};

const pushSized: Handler = (op) => {
  const value = readFirst(op) + op.immediate;
  const top = (registers[ESP] - (op.size >> 3)) | 0;
  writeSized(op.size, top >>> 0, value);
  registers[ESP] = top;
  return op.next;
};

const push: Bind = (op) => (op.size === 32 && op.memory === MemoryOperand.NONE ? pushRegister : pushSized);

/** `pop esp` leaves what was popped: the increment comes first. */
const popRegister: Handler = (op) => {
  const value = pop32();
  registers[op.destination] = value;
  return op.next;
};

const popSized: Handler = (op) => {
  const value = readSized(op.size, registers[ESP] >>> 0);
  // The decoder has already counted ESP's increment into the address.
  if (op.memory === MemoryOperand.FIRST) writeSized(op.size, addressOf(op), value);
  registers[ESP] += op.size >> 3;
  if (op.memory === MemoryOperand.NONE) writeDestination(op, value);
  return op.next;
};

const pop: Bind = (op) => (op.size === 32 && op.memory === MemoryOperand.NONE ? popRegister : popSized);

const leave: Bind = always((op) => {
  const frame = registers[EBP];
  registers[EBP] = read32(frame >>> 0);
  registers[ESP] = frame + 4;
  return op.next;
});

export const stack = { push, pop, leave };
