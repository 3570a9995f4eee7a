/**
 * MOVS STOS LODS SCAS CMPS, with and without repeat prefix.
 *
 * A fault in the middle of a repetition leaves ECX, ESI and EDI as after the last element done, as on the CPU. Ranges
 * that lie inside memory are moved and filled as a whole. A repetition counts as an instruction for every few
 * elements, and where the fuel does not last for more, it is executed again for the rest later: as on a CPU an interrupt may
 * come in between, so that one instruction can hold nobody up.
 */
import { MOVED_FOR_AN_INSTRUCTION } from "../../params.js";
import { processor } from "../cpu.js";
import { flags } from "../flags.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { type Handler, type Operation, Repeat } from "../operation.js";
import { alu } from "./alu.js";
import type { Bind } from "./binding.js";

/** Elements that a repeated MOVS or STOS does before it counts as an instruction. */
const MOVED = 1 << MOVED_FOR_AN_INSTRUCTION;

/** One element: memory and registers. It moves ESI and EDI after all that can fault. */
type Element = (size: number) => void;

/** A function because of the rule in cpu.ts. */
function createStrings() {
  const cpu = processor;

  const { registers } = cpu;
  const { zeroFlag } = flags;
  const { readSized, writeSized } = memory;
  const { sub } = alu;

  const { EAX, ECX, ESI, EDI } = Register;

  const stepOf = (size: number): number => cpu.step * (size >> 3);

  const moveElement: Element = (size) => {
    writeSized(size, registers[EDI] >>> 0, readSized(size, registers[ESI] >>> 0));
    registers[ESI] += stepOf(size);
    registers[EDI] += stepOf(size);
  };

  const storeElement: Element = (size) => {
    writeSized(size, registers[EDI] >>> 0, registers[EAX]);
    registers[EDI] += stepOf(size);
  };

  const loadElement: Element = (size) => {
    const mask = -1 >>> (32 - size);
    registers[EAX] = (registers[EAX] & ~mask) | (readSized(size, registers[ESI] >>> 0) & mask);
    registers[ESI] += stepOf(size);
  };

  const scanElement: Element = (size) => {
    const extend = 32 - size;
    const value = readSized(size, registers[EDI] >>> 0);
    sub((registers[EAX] << extend) >> extend, value, extend);
    registers[EDI] += stepOf(size);
  };

  const compareElement: Element = (size) => {
    const first = readSized(size, registers[ESI] >>> 0);
    const second = readSized(size, registers[EDI] >>> 0);
    sub(first, second, 32 - size);
    registers[ESI] += stepOf(size);
    registers[EDI] += stepOf(size);
  };

  function repeat(element: Element, size: number): void {
    while (registers[ECX] !== 0) {
      element(size);
      registers[ECX]--;
    }
  }

  /** The lowest address of what a repetition covers from a register's on, as far as all of it is in memory; otherwise -1. */
  function lowestOf(register: number, size: number): number {
    const bytes = size >> 3;
    const length = (registers[ECX] >>> 0) * bytes;
    const address = registers[register] >>> 0;
    const lowest = cpu.step > 0 ? address : address + bytes - length;
    return lowest + length <= cpu.bytes.length ? lowest : -1;
  }

  /** @param pointers registers that point behind what was done then */
  function finish(size: number, ...pointers: number[]): void {
    for (const pointer of pointers) registers[pointer] += Math.imul(registers[ECX], stepOf(size));
    registers[ECX] = 0;
  }

  /** Bytes that what is written lies before what is read, as it is gone on: those are read again after as many. */
  const distance = (): number => Math.imul(registers[EDI] - registers[ESI], cpu.step) >>> 0;

  /** REP MOVS element by element repeats a pattern where what is written is read again; elsewhere it is a copy. */
  function repeatMove(size: number): void {
    const from = lowestOf(ESI, size);
    const to = lowestOf(EDI, size);
    const length = (registers[ECX] >>> 0) * (size >> 3);
    const period = distance();
    if (from < 0 || to < 0 || isTangled(size)) {
      repeat(moveElement, size);
      return;
    }
    if (period === 0 || period >= length) cpu.bytes.copyWithin(to, from, from + length);
    else spread(cpu.step > 0 ? from : from + length, period, length);
    finish(size, ESI, EDI);
  }

  function repeatStore(size: number): void {
    const to = lowestOf(EDI, size);
    const length = (registers[ECX] >>> 0) * (size >> 3);
    if (to < 0 || length === 0) {
      repeat(storeElement, size);
      return;
    }
    const bytes = size >> 3;
    const value = registers[EAX];
    if ((value << (32 - size)) >>> (32 - size) === ((value & 0xff) * 0x0101_0101) >>> (32 - size)) {
      cpu.bytes.fill(value & 0xff, to, to + length);
    } else {
      const first = registers[EDI] >>> 0;
      writeSized(size, first, value);
      spread(cpu.step > 0 ? first : first + bytes, bytes, length - bytes);
    }
    finish(size, EDI);
  }

  /** Copies a number of bytes at one end of a range on into the range, over and over. @param end of them, away from the range */
  function spread(end: number, period: number, length: number): void {
    const { bytes } = cpu;
    // All copied so far is copied at once, since it repeats as well.
    for (let done = period, rest = length; rest > 0; ) {
      const more = Math.min(rest, done);
      if (cpu.step > 0) bytes.copyWithin(end + done, end, end + more);
      else bytes.copyWithin(end - done - more, end - more, end);
      done += more;
      rest -= more;
    }
  }

  /** Whether each element that is moved is part of the next one that is read. */
  const isTangled = (size: number): boolean => {
    const apart = distance();
    return apart > 0 && apart < size >> 3;
  };

  const piecesOfMove = (size: number): number => (isTangled(size) ? 1 : MOVED);
  const piecesOfStore = (): number => MOVED;
  const eachAlone = (): number => 1;

  /**
   * Repeats for as many elements as fuel lasts for. A fault leaves ECX at what is still to be done, the faulting element included.
   * @param piece elements that count as an instruction
   * @param repeated does ECX elements; answers whether it ended before that
   */
  function repeatFuelled(op: Operation, piece: number, repeated: (op: Operation) => boolean): Operation {
    const count = registers[ECX] >>> 0;
    const now = Math.min(count, (cpu.left + cpu.reserve) * piece);
    registers[ECX] = now;
    let ended = false;
    // An element that faults is none that was done.
    let undone = 0;
    try {
      ended = repeated(op);
      undone = 1;
    } finally {
      const done = now - (registers[ECX] >>> 0);
      if (done > 0) cpu.extra += Math.floor((done - undone) / piece);
      registers[ECX] += count - now;
    }
    return ended || now === count ? op.next : op;
  }

  /** @param piece elements that count as an instruction */
  const plain = (element: Element, piece: (size: number) => number, repeated: (size: number) => void): Bind => {
    const once: Handler = (op) => {
      element(op.size);
      return op.next;
    };
    const all = ({ size }: Operation): boolean => {
      repeated(size);
      return false;
    };
    const many: Handler = (op) => repeatFuelled(op, piece(op.size), all);
    return (op: Operation) => (op.repeat === Repeat.NONE ? once : many);
  };

  /** A fault within a repetition leaves the flags as before the instruction (Intel SDM vol. 2, REP). */
  function keepingFlagsAtFault(op: Operation, execute: (op: Operation) => Operation): Operation {
    const { result, carries } = cpu;
    try {
      return execute(op);
    } catch (fault) {
      cpu.result = result;
      cpu.carries = carries;
      throw fault;
    }
  }

  const comparing = (element: Element): Bind => {
    const once: Handler = (op) => {
      element(op.size);
      return op.next;
    };
    /** REPE and REPNE also end at an element that is, or is not, different. */
    const untilDifferent = ({ size, repeat }: Operation): boolean => {
      const equal = repeat === Repeat.WHILE_EQUAL;
      while (registers[ECX] !== 0) {
        element(size);
        registers[ECX]--;
        if (zeroFlag() !== equal) return true;
      }
      return false;
    };
    const fuelled = (op: Operation): Operation => repeatFuelled(op, 1, untilDifferent);
    const many: Handler = (op) => keepingFlagsAtFault(op, fuelled);
    return (op: Operation) => (op.repeat === Repeat.NONE ? once : many);
  };

  return {
    movs: plain(moveElement, piecesOfMove, repeatMove),
    stos: plain(storeElement, piecesOfStore, repeatStore),
    lods: plain(loadElement, eachAlone, (size) => repeat(loadElement, size)),
    scas: comparing(scanElement),
    cmps: comparing(compareElement),
  };
}

export const strings = createStrings();
