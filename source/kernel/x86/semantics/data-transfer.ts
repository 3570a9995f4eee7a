/** MOV MOVZX MOVSX LEA XCHG BSWAP XLAT SETcc CMOVcc, and the locked exchanges CMPXCHG CMPXCHG8B XADD. */
import { processor } from "../cpu.js";
import { outsideMemory } from "../faults.js";
import { flags } from "../flags.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { operands } from "../operands.js";
import { type Handler, MemoryOperand, type Operation } from "../operation.js";
import { alu } from "./alu.js";
import { always, type Bind, binary } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createDataTransfer() {
  const cpu = processor;
  const { holds, setZero } = flags;
  const { registers } = cpu;
  const { addressOf, effectiveAddress, read8, read16, read32, readSized, write8, write32 } = memory;
  const { readFirst, readSecond, readSourceRegister, source32, writeDestination, writeFirst } = operands;
  const { add, sub } = alu;

  const { EAX, ECX, EDX, EBX } = Register;

  const sizedMove: Handler = (op) => {
    writeFirst(op, readSecond(op));
    return op.next;
  };

  /** MOV of a byte register or immediate to memory: what strings and byte arrays use. */
  const storeByte: Handler = (op) => {
    write8(addressOf(op), (registers[op.source] >> op.sourceShift) + op.immediate);
    return op.next;
  };

  const moveForms = binary({
    register: (op) => {
      registers[op.destination] = source32(op);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = read32(addressOf(op));
      return op.next;
    },
    store: (op) => {
      write32(addressOf(op), source32(op));
      return op.next;
    },
    sized: sizedMove,
  });

  const mov: Bind = (op) => (op.size === 8 && op.memory === MemoryOperand.FIRST ? storeByte : moveForms(op));

  const zeroExtendRegister: Handler = (op) => {
    const value = registers[op.source] >> op.sourceShift;
    writeDestination(op, op.sourceSize === 8 ? value & 0xff : value & 0xffff);
    return op.next;
  };

  const zeroExtendByte: Handler = (op) => {
    const value = read8(addressOf(op));
    registers[op.destination] = value;
    return op.next;
  };

  const zeroExtendWord: Handler = (op) => {
    const value = read16(addressOf(op));
    registers[op.destination] = value;
    return op.next;
  };

  const zeroExtendMemory: Handler = (op) => {
    const value = readSized(op.sourceSize, addressOf(op));
    writeDestination(op, op.sourceSize === 8 ? value & 0xff : value);
    return op.next;
  };

  const movzx: Bind = (op) => {
    if (op.memory === MemoryOperand.NONE) return zeroExtendRegister;
    if (op.size !== 32) return zeroExtendMemory;
    return op.sourceSize === 8 ? zeroExtendByte : zeroExtendWord;
  };

  const movsx: Bind = always((op) => {
    const unused = 32 - op.sourceSize;
    const value =
      op.memory === MemoryOperand.NONE
        ? registers[op.source] >> op.sourceShift
        : readSized(op.sourceSize, addressOf(op));
    writeDestination(op, (value << unused) >> unused);
    return op.next;
  });

  const lea: Bind = (op) =>
    op.size === 32
      ? (op) => {
          registers[op.destination] = effectiveAddress(op);
          return op.next;
        }
      : (op) => {
          writeDestination(op, effectiveAddress(op));
          return op.next;
        };

  const xchg: Bind = always((op) => {
    const first = readFirst(op);
    writeFirst(op, readSourceRegister(op));
    writeSource(op, first);
    return op.next;
  });

  function writeSource(op: Operation, value: number): void {
    const mask = op.size === 32 ? -1 : ((1 << op.size) - 1) << op.sourceShift;
    registers[op.source] = (registers[op.source] & ~mask) | ((value << op.sourceShift) & mask);
  }

  const bswap: Bind = always((op) => {
    const value = registers[op.destination];
    registers[op.destination] = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
    return op.next;
  });

  const xlat: Bind = always((op) => {
    const value = read8((registers[EBX] + (registers[EAX] & 0xff)) >>> 0);
    registers[EAX] = (registers[EAX] & ~0xff) | value;
    return op.next;
  });

  const setcc: Bind = always((op) => {
    writeFirst(op, holds(op.condition) ? 1 : 0);
    return op.next;
  });

  /** The source is read whether the condition holds or not. */
  const cmovcc: Bind = always((op) => {
    const value = readSecond(op);
    if (holds(op.condition)) writeDestination(op, value);
    return op.next;
  });

  const cmpxchg: Bind = always((op) => {
    const first = readFirst(op);
    const accumulator = (registers[EAX] << op.extend) >> op.extend;
    sub(accumulator, first, op.extend);
    if (accumulator === first) {
      writeFirst(op, readSourceRegister(op));
    } else {
      const mask = -1 >>> op.extend;
      registers[EAX] = (registers[EAX] & ~mask) | (first & mask);
    }
    return op.next;
  });

  const cmpxchg8b: Bind = always((op) => {
    const address = addressOf(op);
    if (address > cpu.last64) throw outsideMemory("read", 8, address);
    const low = read32(address);
    const high = read32(address + 4);
    const equal = low === registers[EAX] && high === registers[EDX];
    if (equal) {
      write32(address, registers[EBX]);
      write32(address + 4, registers[ECX]);
    } else {
      registers[EAX] = low;
      registers[EDX] = high;
    }
    setZero(equal);
    return op.next;
  });

  const xadd: Bind = always((op) => {
    const first = readFirst(op);
    const sum = add(first, readSourceRegister(op), op.extend);
    // With both operands the same register the sum is what stays.
    if (op.memory === MemoryOperand.FIRST) writeFirst(op, sum);
    writeSource(op, first);
    if (op.memory === MemoryOperand.NONE) writeDestination(op, sum);
    return op.next;
  });

  return { mov, movzx, movsx, lea, xchg, bswap, xlat, setcc, cmovcc, cmpxchg, cmpxchg8b, xadd };
}

export const dataTransfer = createDataTransfer();
