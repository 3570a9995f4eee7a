/**
 * A case of the conformance tests: code, the state before it, and what became of it. The layouts are those of harness.c.
 */

/** Guest-physical addresses, the same natively and in the engines. Text is behind the end of memory, so it is no data. */
export const DATA = 0x1d000;
export const MEMORY_END = 0x20000;
export const TEXT = 0x0100_0000;
export const TEXT_BYTES = 0x40000;

/** Where an i386 host has memory of the harness's own: its image, and mappings, stack and vDSO at the top. */
const HOST_MEMORY = [
  [TEXT, TEXT + TEXT_BYTES],
  [0x0804_0000, 0x1000_0000],
  [0xe000_0000, 0xffff_e000],
] as const;

/** Whether an address may be the harness's own. */
export const isHostMemory = (address: number): boolean =>
  HOST_MEMORY.some(([from, to]) => address >= from && address < to);

/** Where a case's run begins. */
export interface MachineCase {
  registers: Int32Array;
  eflags: number;
  xmm: Int32Array;
  /** Where its code is, and its first instruction. */
  codeAddress: number;
  entry: number;
  code: Uint8Array;
  /** The last bytes of memory; what is before them is zero. */
  memory: Uint8Array;
  /** Flags that are undefined when the instruction at an address, or what is behind the case, is next. */
  undefinedAt(eip: number): number;
}

/** How a case ended; natively these are signals. */
export type Ending = "done" | "divide error" | "memory fault" | "illegal instruction" | "out of fuel";

export interface Outcome {
  registers: Int32Array;
  eflags: number;
  /** The instruction that faulted; when it is done, the first address that is not the case's. */
  eip: number;
  ending: Ending;
  /** Address of the access that faulted, where it is known. */
  faultAddress: number;
  /** Not 0 when memory before the bytes that the case brought changed; of the engines a checksum of it. */
  stray: number;
  xmm: Int32Array;
  memory: Uint8Array;
  /** Instructions retired; the host does not say. */
  retired: number;
  /** Of an engine: by how many instructions it exceeded a slice, at most. */
  exceeded?: number;
}

/** Code as the host runs it, and how its addresses are the case's. */
export interface HostCode {
  readonly bytes: Uint8Array;
  /** Both in bytes from the harness's TEXT. */
  readonly offset: number;
  readonly entry: number;
  /** Pairs of a guest address and the place of its code, for indirect jumps. */
  readonly map: readonly number[];
  /** The guest's EIP. @param trapped it was ended by INT3 @param scratch where an indirect jump went */
  guestEip(eip: number, trapped: boolean, scratch: number): number;
}

/** Words from Node's pool of buffers: typed arrays that own their memory keep the garbage collector busy. */
export function pooledWords(length: number): Int32Array {
  const buffer = Buffer.allocUnsafe(length * 4);
  return new Int32Array(buffer.buffer, buffer.byteOffset, length);
}
