/**
 * A case of the conformance test: one to three instructions, the state before them, and what became of it. The layouts
 * are those of harness.c.
 */

/** Guest-physical addresses of a case, the same natively and in the interpreter. */
export const TEXT = 0x10000;
export const DATA = 0x11000;
export const MEMORY_END = 0x12000;
/** Bytes at the end of memory that have content. */
export const WINDOW = 256;
/** Address of the first instruction: the middle of the text's page. */
export const CODE = TEXT + 0x800;
/** Most bytes of code in a case. */
export const CODE_BYTES = 48;

/** Where the host has memory of the harness's own: its image, and mappings, stack and vDSO at the top. */
const HOST_MEMORY = [
  [0x0804_0000, 0x1000_0000],
  [0xe000_0000, 0xffff_e000],
] as const;

/** Whether an address may be the harness's own. */
export const isHostMemory = (address: number): boolean =>
  HOST_MEMORY.some(([from, to]) => address >= from && address < to);

/** Cases the harness takes at once. */
export const BATCH = 4096;

export interface MachineCase {
  registers: Int32Array;
  eflags: number;
  code: Uint8Array;
  xmm: Int32Array;
  window: Uint8Array;
  /** Instructions in `code`. */
  count: number;
  /** Flags that are undefined after it, a mask of EFLAGS. */
  undefinedFlags: number;
  /** What it is, for people and for the coverage figures: names of iced's codes. */
  codes: readonly string[];
}

/** How a case ended; natively these are signals. */
export type Ending = "done" | "divide error" | "memory fault" | "illegal instruction";

export interface Outcome {
  registers: Int32Array;
  eflags: number;
  eip: number;
  ending: Ending;
  /** Address of the access that faulted, where it is known. */
  faultAddress: number;
  /** Whether memory outside the window changed. */
  stray: boolean;
  xmm: Int32Array;
  window: Uint8Array;
}

const CASE_BYTES = 32 + 8 + CODE_BYTES + 128 + WINDOW;
const RESULT_BYTES = 32 + 20 + 128 + WINDOW;

const SIGILL = 4;
const SIGTRAP = 5;
const SIGFPE = 8;

/** A batch as the harness reads it. */
export function encodeBatch(cases: readonly MachineCase[]): Buffer {
  const buffer = Buffer.alloc(4 + cases.length * CASE_BYTES);
  buffer.writeUInt32LE(cases.length, 0);
  cases.forEach((c, i) => {
    const at = 4 + i * CASE_BYTES;
    putWords(buffer, at, c.registers);
    buffer.writeInt32LE(c.eflags, at + 32);
    buffer.writeUInt32LE(c.code.length, at + 36);
    buffer.set(c.code, at + 40);
    putWords(buffer, at + 40 + CODE_BYTES, c.xmm);
    buffer.set(c.window, at + 40 + CODE_BYTES + 128);
  });
  return buffer;
}

/** What the harness wrote for a batch of `count` cases. */
export function decodeResults(buffer: Buffer, count: number): Outcome[] {
  if (buffer.length !== count * RESULT_BYTES) throw new Error(`the harness answered ${buffer.length} bytes`);
  return Array.from({ length: count }, (_, i) => decodeResult(buffer, i * RESULT_BYTES));
}

function decodeResult(buffer: Buffer, at: number): Outcome {
  const signal = buffer.readUInt32LE(at + 40);
  const eip = buffer.readUInt32LE(at + 36);
  const faultAddress = buffer.readUInt32LE(at + 44);
  const ending = endingOf(signal, eip, faultAddress);
  return {
    registers: getWords(buffer, at, 8),
    eflags: buffer.readInt32LE(at + 32),
    // INT3 leaves EIP behind itself.
    eip: signal === SIGTRAP ? eip - 1 : eip,
    ending,
    faultAddress,
    stray: buffer.readUInt32LE(at + 48) !== 0,
    xmm: getWords(buffer, at + 52, 32),
    window: buffer.subarray(at + 52 + 128, at + RESULT_BYTES),
  };
}

function endingOf(signal: number, eip: number, faultAddress: number): Ending {
  if (signal === SIGTRAP) return "done";
  if (signal === SIGFPE) return "divide error";
  if (signal === SIGILL) return "illegal instruction";
  // A jump out of the text is done; fetching there is what faults.
  const jumpedAway = eip === faultAddress && (eip < TEXT || eip >= DATA);
  return jumpedAway ? "done" : "memory fault";
}

function putWords(buffer: Buffer, at: number, words: Int32Array): void {
  for (let i = 0; i < words.length; i++) buffer.writeInt32LE(words[i], at + i * 4);
}

function getWords(buffer: Buffer, at: number, count: number): Int32Array {
  const words = new Int32Array(count);
  for (let i = 0; i < count; i++) words[i] = buffer.readInt32LE(at + i * 4);
  return words;
}
