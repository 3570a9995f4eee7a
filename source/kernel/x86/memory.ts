/**
 * Guest memory as handlers use it: little-endian, unaligned, every access checked.
 *
 * The DataView refuses what is outside by itself; that is the isolation. The check before it is there for the other
 * guests: an out-of-range access inside optimised code makes V8 throw that code away and never again compile the
 * access inline, so one crashing guest would slow all others for good (measured: 2 ns a read became 13 ns). It also
 * knows what to tell the operator.
 */
import { processor } from "./cpu.js";
import { outsideMemory } from "./faults.js";
import type { Operation } from "./operation.js";

/** A function because of the rule in cpu.ts. */
function createMemory() {
  const cpu = processor;
  const { registers } = cpu;

  /** The effective address of the memory operand, as a signed 32-bit value. */
  const effectiveAddress = (op: Operation): number =>
    (op.displacement + registers[op.base] + (registers[op.index] << op.scale)) | 0;

  /** The effective address of the memory operand, 0 to 2^32 - 1. */
  const addressOf = (op: Operation): number =>
    (op.displacement + registers[op.base] + (registers[op.index] << op.scale)) >>> 0;

  /** Reads a byte, zero-extended. */
  function read8(address: number): number {
    if (address > cpu.last8) throw outsideMemory("read", 1, address);
    return cpu.view.getUint8(address);
  }

  /** Reads two bytes, zero-extended. */
  function read16(address: number): number {
    if (address > cpu.last16) throw outsideMemory("read", 2, address);
    return cpu.view.getUint16(address, true);
  }

  /** Reads four bytes, signed. */
  function read32(address: number): number {
    if (address > cpu.last32) throw outsideMemory("read", 4, address);
    return cpu.view.getInt32(address, true);
  }

  function write8(address: number, value: number): void {
    if (address > cpu.last8) throw outsideMemory("write", 1, address);
    cpu.view.setInt8(address, value);
  }

  function write16(address: number, value: number): void {
    if (address > cpu.last16) throw outsideMemory("write", 2, address);
    cpu.view.setInt16(address, value, true);
  }

  function write32(address: number, value: number): void {
    if (address > cpu.last32) throw outsideMemory("write", 4, address);
    cpu.view.setInt32(address, value, true);
  }

  /** Reads 8, 16 or 32 bits, sign-extended. */
  function readSized(size: number, address: number): number {
    if (size === 32) return read32(address);
    if (size === 8) return (read8(address) << 24) >> 24;
    return (read16(address) << 16) >> 16;
  }

  /** Writes the lowest 8, 16 or 32 bits of a value. */
  function writeSized(size: number, address: number, value: number): void {
    if (size === 32) write32(address, value);
    else if (size === 8) write8(address, value);
    else write16(address, value);
  }

  return { effectiveAddress, addressOf, read8, read16, read32, write8, write16, write32, readSized, writeSized };
}

export const memory = createMemory();
