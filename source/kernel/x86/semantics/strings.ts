/**
 * MOVS STOS LODS SCAS CMPS, with and without repeat prefix.
 *
 * A fault in the middle of a repetition leaves ECX, ESI and EDI as after the last element done, as on the CPU. Ranges
 * that lie inside memory and run upwards are moved and filled as a whole.
 */
import { processor } from "../cpu.js";
import { flags } from "../flags.js";
import { Register } from "../machine.js";
import { memory } from "../memory.js";
import { type Handler, type Operation, Repeat } from "../operation.js";
import { alu } from "./alu.js";
import { always, type Bind } from "./binding.js";

/**
 * Elements that a repeated instruction does before it counts as executed and is executed again for the rest: as on a CPU
 * an interrupt may come in between, so that one instruction can hold nobody up.
 */
const PIECE = 512;

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

  /** Bytes from a register's address upwards that a repetition covers, if all of them are in memory; otherwise 0. */
  function wholeRange(register: number, size: number): number {
    const length = (registers[ECX] >>> 0) * (size >> 3);
    return cpu.step > 0 && (registers[register] >>> 0) + length <= cpu.bytes.length ? length : 0;
  }

  function finishRange(length: number): void {
    registers[EDI] += length;
    registers[ECX] = 0;
  }

  /** REP MOVS element by element repeats a pattern where the ranges overlap upwards; elsewhere it is a copy. */
  function repeatMove(size: number): void {
    const from = registers[ESI] >>> 0;
    const to = registers[EDI] >>> 0;
    const length = wholeRange(ESI, size);
    const overlaps = to > from && to < from + length;
    if (length > 0 && !overlaps && wholeRange(EDI, size) > 0) {
      cpu.bytes.copyWithin(to, from, from + length);
      registers[ESI] += length;
      finishRange(length);
    } else {
      repeat(moveElement, size);
    }
  }

  function repeatStore(size: number): void {
    const length = wholeRange(EDI, size);
    const value = registers[EAX];
    const byte = value & 0xff;
    const uniform =
      size === 8 || (size === 16 ? ((value >> 8) & 0xff) === byte : value === Math.imul(byte, 0x0101_0101));
    if (length > 0 && uniform) {
      const to = registers[EDI] >>> 0;
      cpu.bytes.fill(byte, to, to + length);
      finishRange(length);
    } else {
      repeat(storeElement, size);
    }
  }

  /**
   * Repeats for one piece. A fault leaves ECX at what is still to be done, the faulting element included.
   * @returns whether the repetition has ended
   */
  function piecewise(piece: () => boolean): boolean {
    const rest = (registers[ECX] >>> 0) - PIECE;
    if (rest <= 0) {
      piece();
      return true;
    }
    registers[ECX] = PIECE;
    try {
      return piece();
    } finally {
      registers[ECX] += rest;
    }
  }

  const plain = (element: Element, repeated: (size: number) => void): Bind => {
    const once: Handler = (op) => {
      element(op.size);
      return op.next;
    };
    const many: Handler = (op) =>
      piecewise(() => {
        repeated(op.size);
        return false;
      })
        ? op.next
        : op;
    return (op: Operation) => (op.repeat === Repeat.NONE ? once : many);
  };

  /** REPE and REPNE also end at an element that is, or is not, different. @returns whether they have ended so */
  function repeatWhile(element: Element, size: number, equal: boolean): boolean {
    while (registers[ECX] !== 0) {
      element(size);
      registers[ECX]--;
      if (zeroFlag() !== equal) return true;
    }
    return false;
  }

  /** A fault within a repetition leaves the flags as before the instruction (Intel SDM vol. 2, REP). */
  const comparing = (element: Element): Bind =>
    always((op) => {
      const { result, carries } = cpu;
      try {
        if (op.repeat !== Repeat.NONE) {
          const ended = piecewise(() => repeatWhile(element, op.size, op.repeat === Repeat.WHILE_EQUAL));
          return ended ? op.next : op;
        }
        element(op.size);
      } catch (fault) {
        cpu.result = result;
        cpu.carries = carries;
        throw fault;
      }
      return op.next;
    });

  return {
    movs: plain(moveElement, repeatMove),
    stos: plain(storeElement, repeatStore),
    lods: plain(loadElement, (size) => repeat(loadElement, size)),
    scas: comparing(scanElement),
    cmps: comparing(compareElement),
  };
}

export const strings = createStrings();
