/**
 * iced's decoders over stretches of text. iced copies what it decodes, so that one for each instruction is dear, and so is one for
 * all of a large text where execution goes to and fro: some small ones are kept, each where its stretch has its place.
 */
import { Code, Decoder, type DecoderError, DecoderOptions, Instruction } from "iced-x86";

/** The longest instruction the CPU accepts, in bytes (Intel SDM vol. 2, section 2.3.11). */
export const MAXIMUM_LENGTH = 15;

/**
 * Windows start at multiples of half of this in their buffer and have so many bytes, which are copied in a microsecond or two: what
 * decoding an instruction takes.
 */
const WINDOW_SIZE = 16 * 1024;
const STEP = WINDOW_SIZE / 2;

/** Windows kept at a time, a power of two: together they cover what most images have of text. */
const PLACES_SHIFT = 5;
const PLACES = 1 << PLACES_SHIFT;

/** No place in a buffer. */
const NOWHERE = -1;

/** What was decoded last, whichever window it is from; made with the first, because iced takes its time to get ready. */
let decoded: Instruction | undefined;

class DecoderWindow {
  readonly #decoder: Decoder;
  readonly #instruction: Instruction;
  /** Weak, since it may be megabytes of an image that is gone. */
  readonly #buffer: WeakRef<ArrayBufferLike>;
  readonly #start: number;
  readonly #end: number;
  /** Where iced's decoder stands: it need not be told where the instruction behind the last one is. */
  #nextOffset = NOWHERE;
  #nextAddress = 0;
  /** Of the instruction decoded last. */
  code: Code = Code.INVALID;
  length = 0;

  /** @param bytes from an instruction on to the end of its segment; @param start of the window in their buffer */
  constructor({ buffer, byteOffset, length }: Uint8Array, start: number) {
    decoded ??= new Instruction();
    this.#instruction = decoded;
    this.#buffer = new WeakRef(buffer);
    this.#start = start;
    this.#end = Math.min(start + WINDOW_SIZE, byteOffset + length);
    this.#decoder = new Decoder(32, new Uint8Array(buffer, start, this.size), DecoderOptions.None);
  }

  /** In bytes. */
  get size(): number {
    return this.#end - this.#start;
  }

  isOver(buffer: ArrayBufferLike): boolean {
    return this.#buffer.deref() === buffer;
  }

  /** Whether the first instruction of `bytes`, of the same buffer, can be decoded here, or seen to be truncated. */
  holds(bytes: Uint8Array): boolean {
    const needed = bytes.byteOffset + Math.min(bytes.length, MAXIMUM_LENGTH);
    return bytes.byteOffset >= this.#start && needed <= this.#end;
  }

  /** Decodes the instruction at the start of `bytes`; what it answers is good until the next call of any window. */
  decode(address: number, bytes: Uint8Array): Instruction {
    const { byteOffset } = bytes;
    if (byteOffset !== this.#nextOffset || address !== this.#nextAddress) {
      this.#decoder.position = byteOffset - this.#start;
      this.#decoder.ip = BigInt(address);
    }
    this.#decoder.decodeOut(this.#instruction);
    this.code = this.#instruction.code;
    this.length = this.#instruction.length;
    this.#nextAddress = address + this.length;
    this.#nextOffset = this.code === Code.INVALID ? NOWHERE : byteOffset + this.length;
    return this.#instruction;
  }

  /** What was wrong with the last one. */
  get error(): DecoderError {
    return this.#decoder.lastError;
  }

  free(): void {
    this.#decoder.free();
  }
}

class DecoderWindows {
  readonly #kept = new Array<DecoderWindow | undefined>(PLACES).fill(undefined);
  /** The one that was asked for last, and what it is over. */
  #last: DecoderWindow | undefined;
  #buffer: ArrayBufferLike | undefined;
  /** Bytes that were copied for iced, in all. */
  copied = 0;

  /** One that decodes the instruction at the start of `bytes`, which go on to the end of its segment. */
  over(bytes: Uint8Array): DecoderWindow {
    const { buffer } = bytes;
    if (buffer === this.#buffer && this.#last?.holds(bytes)) return this.#last;
    const step = Math.floor(bytes.byteOffset / STEP);
    const place = (step ^ (step >>> PLACES_SHIFT) ^ (step >>> (2 * PLACES_SHIFT))) & (PLACES - 1);
    let window = this.#kept[place];
    if (!window?.isOver(buffer) || !window.holds(bytes)) {
      window?.free();
      window = new DecoderWindow(bytes, step * STEP);
      this.copied += window.size;
      this.#kept[place] = window;
    }
    this.#last = window;
    this.#buffer = buffer;
    return window;
  }
}

export const decoderWindows = new DecoderWindows();
