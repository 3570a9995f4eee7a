/**
 * What the kernel's thread and the thread of another CPU share: one slice of a guest, to be executed and as it was executed.
 *
 * The words belong to the CPU's thread while `status` is BUSY and to the kernel's thread at all other times; `stop` alone may
 * be written by the kernel's thread at any time.
 */

import { PROCESSOR_OUTPUT } from "../params.js";
import { STATE_WORDS } from "../x86/machine.js";

export const Status = {
  /** The thread is starting. */
  STARTING: 0,
  /** It waits for a slice. */
  FREE: 1,
  /** It has one. */
  BUSY: 2,
  /** The slice is over and nobody has looked at it yet. */
  DONE: 3,
  /** The thread has ended by a defect. */
  BROKEN: 4,
} as const;
export type Status = (typeof Status)[keyof typeof Status];

const Word = { STATUS: 0, STOP: 1, CALL: 2, MEMORY: 3, ENGINE: 4, EXIT: 5, VECTOR: 6, NOTES: 7, OUTPUT: 8 } as const;
/** Even, so that the doubles behind them are aligned. */
const WORDS = 10;

const Double = { NOW: 0, TIME: 1, INSTRUCTIONS: 2, CHUNK: 3, SPEED: 4, RETIRED: 5, TRANSLATED: 6, ELAPSED: 7 } as const;
const DOUBLES = 8;

const STATE_OFFSET = WORDS * Int32Array.BYTES_PER_ELEMENT + DOUBLES * Float64Array.BYTES_PER_ELEMENT;
const OUTPUT_OFFSET = STATE_OFFSET + STATE_WORDS * Int32Array.BYTES_PER_ELEMENT;
const BYTES = OUTPUT_OFFSET + PROCESSOR_OUTPUT;

/** What is to be executed. */
export interface SliceRequest {
  /** Numbers under which memory and engine were sent. */
  readonly memory: number;
  readonly engine: number;
  /** The kernel's clock, in nanoseconds. */
  readonly now: number;
  /** Nanoseconds and instructions that the slice may have. */
  readonly time: number;
  readonly instructions: number;
  /** Nanoseconds between two looks at the clock and at `stop`. */
  readonly chunk: number;
  /** Instructions a nanosecond that are expected, 0 when that is not known. */
  readonly speed: number;
}

/** What became of it. */
export interface SliceResult {
  /** An `Exit` of x86/machine.ts: FUEL where the slice was used up or stopped. */
  readonly exit: number;
  readonly vector: number;
  /** Notes sent through the port, a fault among them. */
  readonly notes: number;
  readonly retired: number;
  readonly translated: number;
  readonly speed: number;
  /** Nanoseconds that it took. */
  readonly elapsed: number;
}

export class Mailbox {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  /** The machine's state, in and out. */
  readonly state: Int32Array;
  readonly #output: Uint8Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.#words = new Int32Array(memory, 0, WORDS);
    this.#doubles = new Float64Array(memory, WORDS * Int32Array.BYTES_PER_ELEMENT, DOUBLES);
    this.state = new Int32Array(memory, STATE_OFFSET, STATE_WORDS);
    this.#output = new Uint8Array(memory, OUTPUT_OFFSET, PROCESSOR_OUTPUT);
  }

  get status(): Status {
    return Atomics.load(this.#words, Word.STATUS) as Status;
  }

  set status(status: Status) {
    Atomics.store(this.#words, Word.STATUS, status);
    Atomics.notify(this.#words, Word.STATUS);
  }

  /** Waits while the status is `status`, for so many milliseconds at most; whether it has changed. */
  wait(status: Status, milliseconds: number): boolean {
    return Atomics.wait(this.#words, Word.STATUS, status, milliseconds) !== "timed-out";
  }

  /** Whether the guest is to be left soon. */
  get stop(): boolean {
    return Atomics.load(this.#words, Word.STOP) !== 0;
  }

  set stop(stop: boolean) {
    Atomics.store(this.#words, Word.STOP, Number(stop));
  }

  /** Whether the kernel's thread waits for messages, and is to be sent one when the slice is over. */
  get call(): boolean {
    return Atomics.load(this.#words, Word.CALL) !== 0;
  }

  set call(call: boolean) {
    Atomics.store(this.#words, Word.CALL, Number(call));
  }

  /** What the guest has printed in the slice; a view, good until the next slice. */
  get output(): Uint8Array {
    return this.#output.subarray(0, this.#words[Word.OUTPUT]);
  }

  clearOutput(): void {
    this.#words[Word.OUTPUT] = 0;
  }

  /** Adds to what the guest has printed; false when there is no room, and then nothing is added. */
  print(bytes: Uint8Array): boolean {
    const printed = this.#words[Word.OUTPUT];
    if (bytes.length > this.#output.length - printed) return false;
    this.#output.set(bytes, printed);
    this.#words[Word.OUTPUT] = printed + bytes.length;
    return true;
  }

  get request(): SliceRequest {
    const words = this.#words;
    const doubles = this.#doubles;
    return {
      memory: words[Word.MEMORY],
      engine: words[Word.ENGINE],
      now: doubles[Double.NOW],
      time: doubles[Double.TIME],
      instructions: doubles[Double.INSTRUCTIONS],
      chunk: doubles[Double.CHUNK],
      speed: doubles[Double.SPEED],
    };
  }

  set request({ memory, engine, now, time, instructions, chunk, speed }: SliceRequest) {
    this.#words[Word.MEMORY] = memory;
    this.#words[Word.ENGINE] = engine;
    this.#doubles[Double.NOW] = now;
    this.#doubles[Double.TIME] = time;
    this.#doubles[Double.INSTRUCTIONS] = instructions;
    this.#doubles[Double.CHUNK] = chunk;
    this.#doubles[Double.SPEED] = speed;
  }

  get result(): SliceResult {
    const words = this.#words;
    const doubles = this.#doubles;
    return {
      exit: words[Word.EXIT],
      vector: words[Word.VECTOR],
      notes: words[Word.NOTES],
      retired: doubles[Double.RETIRED],
      translated: doubles[Double.TRANSLATED],
      speed: doubles[Double.SPEED],
      elapsed: doubles[Double.ELAPSED],
    };
  }

  set result({ exit, vector, notes, retired, translated, speed, elapsed }: SliceResult) {
    this.#words[Word.EXIT] = exit;
    this.#words[Word.VECTOR] = vector;
    this.#words[Word.NOTES] = notes;
    this.#doubles[Double.RETIRED] = retired;
    this.#doubles[Double.TRANSLATED] = translated;
    this.#doubles[Double.SPEED] = speed;
    this.#doubles[Double.ELAPSED] = elapsed;
  }
}
