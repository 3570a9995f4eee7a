/** Operands of SSE instructions: the second one is brought to a place of its own, whether register or memory. */
import { processor } from "../cpu.js";
import { GuestFault, hex, outsideMemory } from "../faults.js";
import { memory } from "../memory.js";
import { MemoryOperand, type Operation } from "../operation.js";

const { vectors } = processor;
const { addressOf, read32, write32 } = memory;

/** The registers as doubles and floats: two and four each. */
export const doubles = new Float64Array(vectors.buffer);
export const floats = new Float32Array(vectors.buffer);

/** The second operand of the instruction that executes, as 32-bit words, doubles and floats. */
export const source = new Int32Array(4);
export const sourceDoubles = new Float64Array(source.buffer);
export const sourceFloats = new Float32Array(source.buffer);

/** Brings `words` words of the second operand, an XMM register or memory, to {@link source}. */
export function fetch(op: Operation, words: number): void {
  if (op.memory === MemoryOperand.SECOND) {
    const address = addressOf(op);
    requireInside("read", address, words);
    for (let i = 0; i < words; i++) source[i] = read32(address + i * 4);
  } else {
    for (let i = 0; i < words; i++) source[i] = vectors[op.source * 4 + i];
  }
}

/** As {@link fetch}, of four words, which in memory must be aligned (Intel SDM vol. 1, section 10.4.1.1). */
export function fetchAligned(op: Operation): void {
  if (op.memory === MemoryOperand.SECOND) requireAligned("read", addressOf(op));
  fetch(op, 4);
}

/** Writes `words` words of the register operand to memory. */
export function store(op: Operation, words: number): void {
  const address = addressOf(op);
  requireInside("write", address, words);
  for (let i = 0; i < words; i++) write32(address + i * 4, vectors[op.source * 4 + i]);
}

/** All of an access must be inside before any of it is done. */
function requireInside(kind: "read" | "write", address: number, words: number): void {
  if (address > processor.bytes.length - words * 4) throw outsideMemory(kind, words * 4, address);
}

export function requireAligned(kind: "read" | "write", address: number): void {
  if (address % 16 === 0) return;
  throw new GuestFault("memory fault", `${kind} of 16 bytes at ${hex(address)}, which is not a multiple of 16`);
}
