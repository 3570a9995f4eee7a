/** How cases travel to harness.c, and results back. */
import { LongModeCode } from "./long-mode.js";
import {
  type Ending,
  type HostCode,
  type MachineCase,
  type Outcome,
  pooledWords,
  TEXT,
  TEXT_BYTES,
} from "./machine-case.js";

/** Cases and bytes that the harness takes at once. */
const MOST_CASES = 4096;
const BATCH_BYTES = 8 << 20;

const HEADER = 32 + 6 * 4 + 128;
const RESULT_HEADER = 32 + 6 * 4 + 128;

const INT3 = 0xcc;

const SIGILL = 4;
const SIGTRAP = 5;
const SIGFPE = 8;

/** i386 code is run as it is. */
export function plainCode(state: MachineCase): HostCode {
  return {
    bytes: state.code,
    offset: state.codeAddress - TEXT,
    entry: state.entry - TEXT,
    map: [],
    // INT3 leaves EIP behind itself.
    guestEip: (eip, trapped) => (trapped ? eip - 1 : eip),
  };
}

export const longModeCode = (state: MachineCase): HostCode =>
  new LongModeCode(state.code, state.codeAddress, state.entry);

/** Cases as batches for the harness; `decode` takes the results of all of them together. */
export class HostBatches {
  readonly bytes: Buffer;
  /** Bytes of the results together. */
  readonly answerLength: number;
  readonly #codes: HostCode[];
  readonly #states: readonly MachineCase[];

  constructor(states: readonly MachineCase[], codeFor: (state: MachineCase) => HostCode) {
    this.#states = states;
    this.answerLength = states.reduce((sum, { memory }) => sum + RESULT_HEADER + memory.length, 0);
    this.#codes = states.map(codeFor);
    const parts: Buffer[] = [];
    let batch: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      if (batch.length > 0) parts.push(words(batch.length, size), ...batch);
      batch = [];
      size = 0;
    };
    states.forEach((state, i) => {
      const encoded = encode(state, this.#codes[i]);
      if (batch.length === MOST_CASES || size + encoded.length > BATCH_BYTES) finish();
      batch.push(encoded);
      size += encoded.length;
    });
    finish();
    this.bytes = Buffer.concat(parts);
  }

  decode(results: Buffer): Outcome[] {
    let at = 0;
    const outcomes = this.#states.map((state, i) => {
      const length = RESULT_HEADER + state.memory.length;
      const outcome = decodeResult(results.subarray(at, at + length), this.#codes[i]);
      at += length;
      return outcome;
    });
    if (at !== results.length) throw new Error(`the harness answered ${results.length} bytes, not ${at}`);
    return outcomes;
  }
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    buffer.writeInt32LE(value | 0, i * 4);
  });
  return buffer;
}

function encode(state: MachineCase, code: HostCode): Buffer {
  const codeLength = (code.bytes.length + 3) & ~3;
  if (code.offset + codeLength > TEXT_BYTES) throw new Error(`${codeLength} bytes of code do not fit the harness`);
  const mapAt = HEADER + codeLength + state.memory.length;
  const buffer = Buffer.allocUnsafe(mapAt + code.map.length * 4);
  buffer.fill(INT3, HEADER, mapAt);
  const view = new Int32Array(buffer.buffer, buffer.byteOffset, HEADER / 4);
  view.set(state.registers, 0);
  view[8] = state.eflags;
  view.set([code.entry, code.offset, codeLength, state.memory.length, code.map.length / 2], 9);
  view.set(state.xmm, 14);
  buffer.set(code.bytes, HEADER);
  buffer.set(state.memory, HEADER + codeLength);
  for (let i = 0; i < code.map.length; i++) buffer.writeInt32LE(code.map[i], mapAt + i * 4);
  return buffer;
}

function decodeResult(result: Buffer, code: HostCode): Outcome {
  const word = (index: number): number => result.readInt32LE(index * 4);
  const signal = word(10);
  const eip = code.guestEip(word(9) >>> 0, signal === SIGTRAP, word(13) >>> 0) >>> 0;
  const faultAddress = word(11) >>> 0;
  return {
    registers: getWords(result, 0, 8),
    eflags: word(8),
    eip,
    ending: endingOf(signal, eip, faultAddress),
    faultAddress,
    stray: word(12),
    xmm: getWords(result, 14 * 4, 32),
    memory: result.subarray(RESULT_HEADER),
    retired: 0,
  };
}

function endingOf(signal: number, eip: number, faultAddress: number): Ending {
  if (signal === SIGTRAP) return "done";
  if (signal === SIGFPE) return "divide error";
  if (signal === SIGILL) return "illegal instruction";
  // A jump out of the text is done; fetching there is what faults.
  const jumpedAway = eip === faultAddress && (eip < TEXT || eip >= TEXT + TEXT_BYTES);
  return jumpedAway ? "done" : "memory fault";
}

function getWords(buffer: Buffer, at: number, count: number): Int32Array {
  const result = pooledWords(count);
  for (let i = 0; i < count; i++) result[i] = buffer.readInt32LE(at + i * 4);
  return result;
}
