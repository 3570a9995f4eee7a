/**
 * From bytes to operations, by way of iced-x86, whose objects leave this file only for `instruction-form.ts` and
 * `operand-decoding.ts`. What is asked of an instruction is a call into iced's wasm each time, which costs more than
 * decoding it does: nothing is asked twice, and nothing that its form tells.
 *
 * {@link decodeInto} fills an {@link Operation}; {@link describe} names an instruction for people. Whether an
 * instruction belongs to the subset is the instruction table's word alone, apart from prefixes: a segment override with
 * FS or GS and 16-bit addressing are outside it.
 */
import { Code, Decoder, DecoderError, DecoderOptions, Formatter, FormatterSyntax, Instruction } from "iced-x86";
import { formOf, hasPrefix, refusedPrefix } from "./instruction-form.js";
import { findEntry } from "./instruction-table.js";
import { copy, knownEncodings } from "./known-encodings.js";
import { INT_LENGTH, INT_OPCODE } from "./machine.js";
import { fillOperands } from "./operand-decoding.js";
import { Operation } from "./operation.js";

/** The longest instruction the CPU accepts, in bytes (Intel SDM vol. 2, section 2.3.11). */
const MAXIMUM_LENGTH = 15;

/** What `decodeInto` found. */
export const Decoded = { OK: 0, OUTSIDE_SUBSET: 1, INVALID: 2, TRUNCATED: 3 } as const;
export type Decoded = (typeof Decoded)[keyof typeof Decoded];

/** An instruction for people. */
export interface Description {
  readonly length: number;
  /** Intel syntax; `(bad)` for bytes that are no instruction. */
  readonly text: string;
  readonly supported: boolean;
}

/**
 * Decodes the instruction at the operation's address.
 * @param text of its segment, to the segment's end, never changed
 * @param offset of the instruction in it
 */
export function decodeInto(op: Operation, text: Uint8Array, offset = 0): Decoded {
  if (decodeInterrupt(op, text, offset) || knownEncodings.find(op, text, offset)) return Decoded.OK;
  const decoded = decodeWithIced(op, text.subarray(offset));
  if (decoded !== Decoded.OK) return decoded;
  const kept = new Operation(op.address, op.execute);
  copy(op, kept);
  knownEncodings.keep(kept, text, offset);
  op.like = kept;
  return decoded;
}

/**
 * INT is decoded here: a program that was translated earlier leaves nothing else to the interpreter, and iced takes a tenth
 * of a second to get ready for its first instruction.
 */
function decodeInterrupt(op: Operation, text: Uint8Array, offset: number): boolean {
  if (text[offset] !== INT_OPCODE || offset + INT_LENGTH > text.length) return false;
  op.length = INT_LENGTH;
  op.entry = findEntry("int", "imm", 8);
  op.size = 8;
  op.extend = 32 - op.size;
  op.immediate = text[offset + 1];
  return true;
}

/** As {@link decodeInto}, of any instruction. @param bytes from it on to the end of its segment */
export function decodeWithIced(op: Operation, bytes: Uint8Array): Decoded {
  const decoder = windowOver(bytes);
  const instruction = decoder.decode(op.address, bytes);
  if (decoder.code === Code.INVALID) {
    if (decoder.error === DecoderError.NoMoreBytes && bytes.length < MAXIMUM_LENGTH) return Decoded.TRUNCATED;
    op.illegal = "not an instruction";
    return Decoded.INVALID;
  }
  // The window may reach into another segment of the same buffer.
  if (decoder.length > bytes.length) return Decoded.TRUNCATED;
  op.length = decoder.length;
  const form = formOf(decoder.code, instruction);
  const prefixed = hasPrefix(bytes);
  const refusal =
    form.entry === undefined
      ? "outside the virtual machine's instruction set"
      : prefixed
        ? refusedPrefix(instruction)
        : "";
  if (refusal !== "") {
    op.illegal = refusal;
    return Decoded.OUTSIDE_SUBSET;
  }
  fillOperands(op, instruction, form, prefixed);
  return Decoded.OK;
}

/** Names the instruction at the start of `bytes`. */
export function describe(address: number, bytes: Uint8Array): Description {
  const decoder = windowOver(bytes);
  const instruction = decoder.decode(address, bytes);
  if (decoder.code === Code.INVALID || decoder.length > bytes.length)
    return { length: 1, text: "(bad)", supported: false };
  const supported = formOf(decoder.code, instruction).entry !== undefined && refusedPrefix(instruction) === "";
  return { length: decoder.length, text: format(instruction), supported };
}

function windowOver(bytes: Uint8Array): DecoderWindow {
  if (window?.holds(bytes)) return window;
  window?.free();
  window = new DecoderWindow(bytes);
  return window;
}

/** The window that was decoded from last. */
let window: DecoderWindow | undefined;

/**
 * Windows start at multiples of half of this in their buffer and have so many bytes: most images' text fits, so that going
 * to and fro in it takes no new one, and copying this much takes some 20 µs.
 */
const WINDOW_SIZE = 256 * 1024;

/** No place in a buffer. */
const NOWHERE = -1;

/** A decoder over a stretch of text: iced copies what it decodes, so that one for each instruction is dear. */
class DecoderWindow {
  readonly #decoder: Decoder;
  readonly #instruction = new Instruction();
  readonly #buffer: ArrayBufferLike;
  readonly #start: number;
  readonly #end: number;
  /** Where iced's decoder stands: it need not be told where the instruction behind the last one is. */
  #nextOffset = NOWHERE;
  #nextAddress = 0;
  /** Of the instruction decoded last. */
  code: Code = Code.INVALID;
  length = 0;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes;
    this.#buffer = buffer;
    this.#start = byteOffset - (byteOffset % (WINDOW_SIZE / 2));
    this.#end = Math.min(this.#start + WINDOW_SIZE, byteOffset + length);
    this.#decoder = new Decoder(32, new Uint8Array(buffer, this.#start, this.#end - this.#start), DecoderOptions.None);
  }

  /** Whether the first instruction of `bytes` can be decoded here, or seen to be truncated. */
  holds(bytes: Uint8Array): boolean {
    const needed = bytes.byteOffset + Math.min(bytes.length, MAXIMUM_LENGTH);
    return bytes.buffer === this.#buffer && bytes.byteOffset >= this.#start && needed <= this.#end;
  }

  /** Decodes the instruction at the start of `bytes`; what it answers is good until the next call. */
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
    this.#instruction.free();
    this.#decoder.free();
  }
}

let formatter: Formatter | undefined;

function format(instruction: Instruction): string {
  if (formatter === undefined) {
    formatter = new Formatter(FormatterSyntax.Intel);
    formatter.hexPrefix = "0x";
    formatter.hexSuffix = "";
    formatter.uppercaseHex = false;
    formatter.spaceAfterOperandSeparator = true;
    formatter.branchLeadingZeros = false;
    formatter.smallHexNumbersInDecimal = false;
  }
  return formatter.format(instruction);
}
