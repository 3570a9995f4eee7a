/**
 * From bytes to operations, by way of iced-x86, whose objects only this file, `decoder-window.ts`, `instruction-form.ts` and
 * `operand-decoding.ts` know. What is asked of an instruction is a call into iced's wasm each time, which costs more than
 * decoding it does: nothing is asked twice, and nothing that its form tells.
 *
 * {@link decodeInto} fills an {@link Operation}; {@link describe} names an instruction for people. Whether an
 * instruction belongs to the subset is the instruction table's word alone, apart from prefixes: a segment override with
 * FS or GS and 16-bit addressing are outside it.
 */
import { Code, DecoderError, Formatter, FormatterSyntax, type Instruction } from "iced-x86";
import { decoderWindows, MAXIMUM_LENGTH } from "./decoder-window.js";
import { formOf, hasPrefix, refusedPrefix } from "./instruction-form.js";
import { findEntry } from "./instruction-table.js";
import { copy, knownEncodings } from "./known-encodings.js";
import { INT_LENGTH, INT_OPCODE } from "./machine.js";
import { fillOperands } from "./operand-decoding.js";
import { Operation } from "./operation.js";

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
  const decoder = decoderWindows.over(bytes);
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
  const decoder = decoderWindows.over(bytes);
  const instruction = decoder.decode(address, bytes);
  if (decoder.code === Code.INVALID || decoder.length > bytes.length)
    return { length: 1, text: "(bad)", supported: false };
  const supported = formOf(decoder.code, instruction).entry !== undefined && refusedPrefix(instruction) === "";
  return { length: decoder.length, text: format(instruction), supported };
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
