/** ADD ADC SUB SBB CMP AND OR XOR TEST NOT NEG INC DEC. The 32-bit forms are written out: they are most of what runs. */

import { processor } from "../cpu.js";
import { memory } from "../memory.js";
import { operands } from "../operands.js";
import type { Handler } from "../operation.js";
import { alu, type Unary } from "./alu.js";
import { type Bind, binary, registerOr } from "./binding.js";

/** A function because of the rule in cpu.ts. */
function createArithmetic() {
  const cpu = processor;
  const { registers } = cpu;
  const { addressOf, read32, write32 } = memory;
  const { readFirst, readSecond, source32, writeFirst } = operands;
  const { adc, add, and, dec, inc, logic, neg, or, sbb, sub, xor } = alu;

  /** Any form of `first = operation(first)`. */
  const sizedUnary =
    (operation: Unary): Handler =>
    (op) => {
      writeFirst(op, operation(readFirst(op), op.extend));
      return op.next;
    };

  const addForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = add(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = add(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, add(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, add(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const adcForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = adc(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = adc(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, adc(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, adc(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const subForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = sub(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = sub(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, sub(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, sub(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const sbbForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = sbb(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = sbb(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, sbb(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, sbb(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const andForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = and(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = and(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, and(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, and(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const orForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = or(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = or(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, or(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, or(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const xorForms: Bind = binary({
    register: (op) => {
      registers[op.destination] = xor(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      registers[op.destination] = xor(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      const address = addressOf(op);
      write32(address, xor(read32(address), source32(op), 0));
      return op.next;
    },
    sized: (op) => {
      writeFirst(op, xor(readFirst(op), readSecond(op), op.extend));
      return op.next;
    },
  });

  const cmpForms: Bind = binary({
    register: (op) => {
      sub(registers[op.destination], source32(op), 0);
      return op.next;
    },
    load: (op) => {
      sub(registers[op.destination], read32(addressOf(op)), 0);
      return op.next;
    },
    store: (op) => {
      sub(read32(addressOf(op)), source32(op), 0);
      return op.next;
    },
    sized: (op) => {
      sub(readFirst(op), readSecond(op), op.extend);
      return op.next;
    },
  });

  const testForms: Bind = binary({
    register: (op) => {
      logic(registers[op.destination] & source32(op));
      return op.next;
    },
    load: (op) => {
      logic(registers[op.destination] & read32(addressOf(op)));
      return op.next;
    },
    store: (op) => {
      logic(read32(addressOf(op)) & source32(op));
      return op.next;
    },
    sized: (op) => {
      logic(readFirst(op) & readSecond(op));
      return op.next;
    },
  });

  const negForms: Bind = registerOr((op) => {
    registers[op.destination] = neg(registers[op.destination], 0);
    return op.next;
  }, sizedUnary(neg));

  const incForms: Bind = registerOr((op) => {
    registers[op.destination] = inc(registers[op.destination], 0);
    return op.next;
  }, sizedUnary(inc));

  const decForms: Bind = registerOr((op) => {
    registers[op.destination] = dec(registers[op.destination], 0);
    return op.next;
  }, sizedUnary(dec));

  const not: Bind = registerOr(
    (op) => {
      registers[op.destination] = ~registers[op.destination];
      return op.next;
    },
    (op) => {
      writeFirst(op, ~readFirst(op));
      return op.next;
    },
  );

  return {
    add: addForms,
    adc: adcForms,
    sub: subForms,
    sbb: sbbForms,
    and: andForms,
    or: orForms,
    xor: xorForms,
    cmp: cmpForms,
    test: testForms,
    not,
    neg: negForms,
    inc: incForms,
    dec: decForms,
  };
}

export const arithmetic = createArithmetic();
