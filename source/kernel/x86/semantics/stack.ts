/** PUSH POP LEAVE, and the stack half of CALL and RET. */
import { processor } from "../cpu.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { operands } from "../operands.js";
import { type Handler, MemoryOperand } from "../operation.js";
import { always, type Bind } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createStackAccess() {
  const { registers } = processor;
  const { read32, write32 } = memory;
  const { ESP } = Register;

  /** Memory first, so that a fault leaves ESP alone. */
  function push32(value: number): void {
    const top = (registers[ESP] - 4) | 0;
    write32(top >>> 0, value);
    registers[ESP] = top;
  }

  function pop32(): number {
    const value = read32(registers[ESP] >>> 0);
    registers[ESP] += 4;
    return value;
  }

  return { push32, pop32 };
}

export const stackAccess = createStackAccess();

/** A function because of the rule in cpu.ts. */
function createStack() {
  const cpu = processor;
  const { registers } = cpu;
  const { addressOf, read32, readSized, writeSized } = memory;
  const { readFirst, writeDestination } = operands;

  const { ESP, EBP } = Register;

  const { push32, pop32 } = stackAccess;

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

  return { push, pop, leave };
}

export const stack = createStack();
