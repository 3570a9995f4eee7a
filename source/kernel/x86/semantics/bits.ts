/** BSF BSR BT BTS BTR BTC, and the instructions on single flags: CLC STC CMC LAHF SAHF CLD STD. */
import { processor } from "../cpu.js";
import { flags } from "../flags.js";
import { Flag, Register } from "../machine.js";
import { memory } from "../memory.js";
import { operands } from "../operands.js";
import { type Handler, MemoryOperand, NO_REGISTER, type Operation } from "../operation.js";
import { always, type Bind } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createBits() {
  const cpu = processor;

  const { arithmeticFlags, setArithmeticFlags, setCarry } = flags;
  const { registers } = cpu;
  const { addressOf, readSized, writeSized } = memory;
  const { readDestination, readSecond, readSource, writeDestination } = operands;

  const { EAX } = Register;

  /** With a source of 0 the destination is undefined; CPUs leave it alone, and so is it here. */
  const bitScan = (find: (value: number) => number): Bind => {
    const handler: Handler = (op) => {
      const value = readSecond(op) & (-1 >>> op.extend);
      cpu.result = value;
      cpu.carries = 0;
      if (value !== 0) writeDestination(op, find(value));
      return op.next;
    };
    return () => handler;
  };

  const lowestOne = (value: number): number => 31 - Math.clz32(value & -value);
  const highestOne = (value: number): number => 31 - Math.clz32(value);

  /**
   * In memory a bit offset in a register reaches outside the operand, by whole operands of this size; an immediate one,
   * and any in a register operand, is taken modulo the size.
   */
  function bitAddress(op: Operation): number {
    if (op.source === NO_REGISTER) return addressOf(op);
    const offset = readSource(op);
    return op.size === 32 ? (addressOf(op) + (offset >> 5) * 4) >>> 0 : (addressOf(op) + (offset >> 4) * 2) >>> 0;
  }

  /** Sets CF to the bit and replaces it by what `change` makes of its word. */
  const bitTest = (change: ((word: number, bit: number) => number) | undefined): Bind => {
    const handler: Handler = (op) => {
      const inMemory = op.memory === MemoryOperand.FIRST;
      const address = inMemory ? bitAddress(op) : 0;
      const word = inMemory ? readSized(op.size, address) : readDestination(op);
      const bit = 1 << (readSource(op) & (op.size - 1));
      setCarry((word & bit) !== 0);
      if (change !== undefined) {
        if (inMemory) writeSized(op.size, address, change(word, bit));
        else writeDestination(op, change(word, bit));
      }
      return op.next;
    };
    return () => handler;
  };

  const LAHF_FLAGS = Flag.SIGN | Flag.ZERO | Flag.AUXILIARY | Flag.PARITY | Flag.CARRY;

  const lahf: Handler = (op) => {
    // Bit 1 of EFLAGS always reads as one.
    registers[EAX] = (registers[EAX] & ~0xff00) | (((arithmeticFlags() & LAHF_FLAGS) | 2) << 8);
    return op.next;
  };

  const sahf: Handler = (op) => {
    setArithmeticFlags((arithmeticFlags() & Flag.OVERFLOW) | ((registers[EAX] >> 8) & LAHF_FLAGS));
    return op.next;
  };

  const clc: Handler = (op) => {
    setCarry(false);
    return op.next;
  };

  const stc: Handler = (op) => {
    setCarry(true);
    return op.next;
  };

  const cmc: Handler = (op) => {
    setCarry(cpu.carries >= 0);
    return op.next;
  };

  const cld: Handler = (op) => {
    cpu.step = 1;
    return op.next;
  };

  const std: Handler = (op) => {
    cpu.step = -1;
    return op.next;
  };

  return {
    bsf: bitScan(lowestOne),
    bsr: bitScan(highestOne),
    bt: bitTest(undefined),
    bts: bitTest((word, bit) => word | bit),
    btr: bitTest((word, bit) => word & ~bit),
    btc: bitTest((word, bit) => word ^ bit),
    lahf: always(lahf),
    sahf: always(sahf),
    clc: always(clc),
    stc: always(stc),
    cmc: always(cmc),
    cld: always(cld),
    std: always(std),
  };
}

export const bits = createBits();
