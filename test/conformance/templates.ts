/**
 * Every encoding of the instruction table, found by trying all opcodes: nothing is left out because somebody forgot to
 * list it. iced-x86 decodes each candidate; what the table supports becomes a template, grouped by iced's code, which
 * is one operand form and size of one opcode.
 */
import { Code, Decoder, DecoderOptions, type Instruction } from "iced-x86";
import { Decoded, decodeInto } from "../../source/kernel/x86/decoder.js";
import type { InstructionEntry, Semantics } from "../../source/kernel/x86/instruction-table.js";
import { Operation } from "../../source/kernel/x86/operation.js";

export interface Template {
  /** Name of iced's code: `Add_rm32_r32`. */
  readonly name: string;
  readonly entry: InstructionEntry;
  readonly encodings: Encoding[];
}

export interface Encoding {
  /** Prefixes and opcode. */
  readonly bytes: readonly number[];
  /** A byte behind them with which they give this code: ModRM, or no part of the instruction. */
  readonly modRm: number;
}

/** Bits 3 to 5 of a ModRM byte, which name a register or say more of the operation. */
export const MODRM_GROUP = 0x38;

/** Decodes one instruction and lets go of iced's objects. */
export function withDecoded<T>(bytes: Uint8Array, address: number, use: (i: Instruction, d: Decoder) => T): T {
  const decoder = new Decoder(32, bytes, DecoderOptions.None);
  decoder.ip = BigInt(address);
  const instruction = decoder.decode();
  try {
    return use(instruction, decoder);
  } finally {
    instruction.free();
    decoder.free();
  }
}

/** The table's row of the instruction at the start of `bytes`, if it is one of the subset. */
export function entryOf(bytes: Uint8Array): InstructionEntry | undefined {
  const operation = new Operation(0, (op) => op);
  return decodeInto(operation, bytes) === Decoded.OK ? operation.entry : undefined;
}

const PREFIXES = [[], [0x66], [0xf2], [0xf3]];

/** Bytes of the one-byte opcode map that are no opcodes: prefixes, and the way to the next map. */
const NOT_OPCODES = [0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];

/** Not run natively: INT is a system call there, and the others end the program. */
const EXCLUDED: readonly Semantics[] = ["int", "trap"];

/** All templates, in the order of iced's codes. */
export function findTemplates(): Template[] {
  const found = new Map<Code, Template>();
  for (const prefix of PREFIXES) {
    for (const map of [[], [0x0f]]) {
      for (let opcode = 0; opcode < 256; opcode++) {
        if (map.length > 0 || !NOT_OPCODES.includes(opcode)) addOpcode(found, [...prefix, ...map, opcode]);
      }
    }
  }
  return [...found.entries()].sort(([a], [b]) => a - b).map(([, template]) => template);
}

/** Tries an opcode with every group, with memory and register operands; where these matter the codes differ. */
function addOpcode(found: Map<Code, Template>, bytes: readonly number[]): void {
  for (let group = 0; group <= MODRM_GROUP; group += 8) {
    for (const operand of [0x01, 0xc1, 0xc3]) {
      const modRm = operand | group;
      const candidate = Uint8Array.from([...bytes, modRm, ...new Array<number>(10).fill(0)]);
      const entry = entryOf(candidate);
      if (entry === undefined || EXCLUDED.includes(entry.semantics)) continue;
      withDecoded(candidate, 0, ({ code }) => {
        const template = found.get(code) ?? { name: Code[code], entry, encodings: [] };
        found.set(code, template);
        const known = template.encodings.some(
          (e) => (e.modRm & MODRM_GROUP) === group && String(e.bytes) === String(bytes),
        );
        if (!known) template.encodings.push({ bytes, modRm });
      });
    }
  }
}
