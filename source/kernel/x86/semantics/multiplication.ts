/** MUL IMUL DIV IDIV and the sign extensions of the accumulator: CBW CWDE CWD CDQ. */

import { processor } from "../cpu.js";
import { GuestFault } from "../faults.js";
import { flags } from "../flags.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { operands } from "../operands.js";
import { type Handler, MemoryOperand, type Operation } from "../operation.js";
import { always, type Bind } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createMultiplication() {
  const cpu = processor;

  const { registers } = cpu;
  const { setFlags } = flags;
  const { addressOf, readSized } = memory;
  const { readDestination, readFirst, readSourceRegister, writeDestination } = operands;

  const { EAX, EDX } = Register;

  /** The upper 32 bits of an unsigned product, from 16-bit halves. */
  function multiplyHigh(a: number, b: number): number {
    const aLow = a & 0xffff;
    const aHigh = a >>> 16;
    const bLow = b & 0xffff;
    const bHigh = b >>> 16;
    const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
    const cross = aLow * bHigh + (middle & 0xffff);
    return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) | 0;
  }

  /** The upper 32 bits of a signed product. */
  const multiplyHighSigned = (a: number, b: number): number =>
    (multiplyHigh(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;

  /** CF and OF say that the upper half matters; the others are undefined. */
  function multiplied(low: number, overflow: boolean): void {
    const flag = overflow ? 1 : 0;
    setFlags(low, flag, flag);
  }

  /** The double-width accumulator AX, DX:AX: a product of two operands of 8 or 16 bits. */
  function writeProduct(size: number, product: number): void {
    if (size === 8) {
      registers[EAX] = (registers[EAX] & ~0xffff) | (product & 0xffff);
    } else {
      registers[EAX] = (registers[EAX] & ~0xffff) | (product & 0xffff);
      registers[EDX] = (registers[EDX] & ~0xffff) | (product >>> 16);
    }
  }

  const mul: Bind = always((op) => {
    const value = readFirst(op);
    if (op.size === 32) {
      const high = multiplyHigh(registers[EAX], value);
      registers[EAX] = Math.imul(registers[EAX], value);
      registers[EDX] = high;
      multiplied(registers[EAX], high !== 0);
    } else {
      const mask = -1 >>> op.extend;
      const product = (registers[EAX] & mask) * (value & mask);
      writeProduct(op.size, product);
      multiplied((product << op.extend) >> op.extend, product > mask);
    }
    return op.next;
  });

  const imul: Bind = always((op) => {
    const value = readFirst(op);
    if (op.size === 32) {
      const low = Math.imul(registers[EAX], value);
      const high = multiplyHighSigned(registers[EAX], value);
      registers[EAX] = low;
      registers[EDX] = high;
      multiplied(low, high !== low >> 31);
    } else {
      const product = ((registers[EAX] << op.extend) >> op.extend) * value;
      writeProduct(op.size, product);
      const low = (product << op.extend) >> op.extend;
      multiplied(low, low !== product);
    }
    return op.next;
  });

  /** Sets flags for a product cut to the operand's size, and gives it. */
  function truncatedProduct(a: number, b: number, extend: number): number {
    const low = (Math.imul(a, b) << extend) >> extend;
    // Operands of 16 bits cannot round in a double, and a product of 32-bit ones that fits does not either.
    multiplied(low, a * b !== low);
    return low;
  }

  const second = (op: Operation): number =>
    op.memory === MemoryOperand.SECOND ? readSized(op.size, addressOf(op)) : readSourceRegister(op);

  const imul2: Bind = always((op) => {
    const value = second(op);
    writeDestination(op, truncatedProduct(readDestination(op), value, op.extend));
    return op.next;
  });

  const imul3: Bind = always((op) => {
    writeDestination(op, truncatedProduct(second(op), op.immediate, op.extend));
    return op.next;
  });

  const divideError = (detail: string): GuestFault => new GuestFault("divide error", detail);
  const tooLarge = (size: number): GuestFault => divideError(`quotient does not fit in ${size} bits`);

  /** Unsigned EDX:EAX by a divisor that is larger than EDX, so that the quotient fits. */
  function divideLong(divisor: number): void {
    const high = registers[EDX] >>> 0;
    const low = registers[EAX] >>> 0;
    if (high < 0x20_0000) {
      // Below 2^53 doubles are exact, and so is the floor of their quotient.
      const dividend = high * 0x1_0000_0000 + low;
      const quotient = Math.floor(dividend / divisor);
      registers[EAX] = quotient;
      registers[EDX] = dividend - quotient * divisor;
    } else {
      const dividend = (BigInt(high) << 32n) | BigInt(low);
      registers[EAX] = Number(BigInt.asIntN(32, dividend / BigInt(divisor)));
      registers[EDX] = Number(BigInt.asIntN(32, dividend % BigInt(divisor)));
    }
  }

  /** AX by 8 bits leaves AL and AH, DX:AX by 16 bits AX and DX. */
  function writeQuotient(size: number, quotient: number, remainder: number): void {
    if (size === 8) {
      registers[EAX] = (registers[EAX] & ~0xffff) | ((remainder & 0xff) << 8) | (quotient & 0xff);
    } else {
      registers[EAX] = (registers[EAX] & ~0xffff) | (quotient & 0xffff);
      registers[EDX] = (registers[EDX] & ~0xffff) | (remainder & 0xffff);
    }
  }

  /** The dividend of an 8-bit or 16-bit division, as the 32-bit pattern it is. */
  const shortDividend = (size: number): number =>
    size === 8 ? (registers[EAX] << 16) >> 16 : (registers[EDX] << 16) | (registers[EAX] & 0xffff);

  const div: Bind = always((op) => {
    const mask = -1 >>> op.extend;
    const divisor = (readFirst(op) & mask) >>> 0;
    if (divisor === 0) throw divideError("division by zero");
    if (op.size === 32) {
      if (registers[EDX] >>> 0 >= divisor) throw tooLarge(32);
      divideLong(divisor);
    } else {
      const dividend = op.size === 8 ? registers[EAX] & 0xffff : shortDividend(16) >>> 0;
      const quotient = Math.floor(dividend / divisor);
      if (quotient > mask) throw tooLarge(op.size);
      writeQuotient(op.size, quotient, dividend - quotient * divisor);
    }
    return op.next;
  });

  function divideLongSigned(divisor: number): void {
    if (registers[EDX] === registers[EAX] >> 31) {
      const dividend = registers[EAX];
      if (dividend === -0x8000_0000 && divisor === -1) throw tooLarge(32);
      registers[EAX] = dividend / divisor;
      registers[EDX] = dividend % divisor;
      return;
    }
    const dividend = (BigInt(registers[EDX]) << 32n) | BigInt(registers[EAX] >>> 0);
    const quotient = dividend / BigInt(divisor);
    if (BigInt.asIntN(32, quotient) !== quotient) throw tooLarge(32);
    registers[EAX] = Number(quotient);
    registers[EDX] = Number(dividend % BigInt(divisor));
  }

  const idiv: Bind = always((op) => {
    const divisor = readFirst(op);
    if (divisor === 0) throw divideError("division by zero");
    if (op.size === 32) {
      divideLongSigned(divisor);
    } else {
      const dividend = shortDividend(op.size);
      const quotient = Math.trunc(dividend / divisor);
      if ((quotient << op.extend) >> op.extend !== quotient) throw tooLarge(op.size);
      writeQuotient(op.size, quotient, dividend - quotient * divisor);
    }
    return op.next;
  });

  const cbw: Handler = (op) => {
    registers[EAX] = (registers[EAX] & ~0xffff) | (((registers[EAX] << 24) >> 24) & 0xffff);
    return op.next;
  };

  const cwde: Handler = (op) => {
    registers[EAX] = (registers[EAX] << 16) >> 16;
    return op.next;
  };

  const cwd: Handler = (op) => {
    registers[EDX] = (registers[EDX] & ~0xffff) | (((registers[EAX] << 16) >> 31) & 0xffff);
    return op.next;
  };

  const cdq: Handler = (op) => {
    registers[EDX] = registers[EAX] >> 31;
    return op.next;
  };

  return {
    mul,
    imul,
    imul2,
    imul3,
    div,
    idiv,
    cbw: always(cbw),
    cwde: always(cwde),
    cwd: always(cwd),
    cdq: always(cdq),
  };
}

export const multiplication = createMultiplication();
