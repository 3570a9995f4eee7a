/** Which row of the instruction table one of iced's codes is, and what its prefixes make of an instruction. */

import { type Code, type Instruction, Mnemonic, OpCodeOperandKind, OpKind, Register } from "iced-x86";
import { findEntry, type InstructionEntry } from "./instruction-table.js";

/** What all instructions of one of iced's codes have in common. */
export interface Form {
  readonly entry: InstructionEntry | undefined;
  /** Bits of its operands. */
  readonly size: number;
  readonly operands: readonly Operand[];
}

/** What an operand can be. */
export const OperandKind = { REGISTER: 0, IMMEDIATE: 1, BRANCH: 2, ANY: 3 } as const;
export type OperandKind = (typeof OperandKind)[keyof typeof OperandKind];

export interface Operand {
  readonly kind: OperandKind;
  /** Reads an immediate, as the instruction extends it. */
  readonly immediate: ((instruction: Instruction) => number) | undefined;
}

/** iced's codes are dense, and looking one up costs several calls into its wasm: remember the answers. */
const forms: (Form | undefined)[] = [];

/** @param instruction one with this code */
export function formOf(code: Code, instruction: Instruction): Form {
  const known = forms[code];
  if (known) return known;
  const opCode = instruction.opCode;
  const kinds = Array.from({ length: opCode.opCount }, (_, index) => opCode.opKind(index));
  const size = opCode.operandSize || 8;
  const supported = opCode.addressSize !== 16;
  opCode.free();
  const mnemonic = Mnemonic[instruction.mnemonic].toLowerCase();
  const names = kinds.map((kind) => operandNames.get(kind) ?? "?");
  const entry = supported ? findEntry(mnemonic, names.join(","), size) : undefined;
  const form = { entry, size, operands: kinds.map(operandOf) };
  forms[code] = form;
  return form;
}

const operandNames = new Map<number, string>(
  Object.entries(OpCodeOperandKind)
    .filter((pair): pair is [string, number] => typeof pair[1] === "number")
    .map(([name, kind]) => [kind, operandName(name)]),
);

/** The instruction table's word for one of iced's operand kinds; those it has no word for keep iced's. */
function operandName(kind: string): string {
  if (/^r(8|16|32)_or_mem$/.test(kind)) return "rm";
  if (/^(r(8|16|32)_(reg|opcode)|al|ax|eax)$/.test(kind)) return "r";
  if (/^imm\d+/.test(kind)) return "imm";
  const others: Record<string, string> = {
    mem: "m",
    mem_offs: "m",
    br32_1: "rel",
    br32_4: "rel",
    xmm_reg: "x",
    xmm_rm: "x",
    xmm_or_mem: "xm",
    seg_rSI: "[esi]",
    es_rDI: "[edi]",
    seg_rBX_al: "[ebx+al]",
  };
  return others[kind] ?? kind;
}

function operandOf(kind: OpCodeOperandKind): Operand {
  const immediate = IMMEDIATES.get(kind);
  if (immediate) return { kind: OperandKind.IMMEDIATE, immediate };
  const name = operandNames.get(kind);
  const known = name === "r" || name === "x" ? OperandKind.REGISTER : name === "rel" ? OperandKind.BRANCH : undefined;
  return { kind: known ?? OperandKind.ANY, immediate: undefined };
}

const IMMEDIATES = new Map<OpCodeOperandKind, (instruction: Instruction) => number>([
  [OpCodeOperandKind.imm8, (instruction) => instruction.immediate8],
  [OpCodeOperandKind.imm8_const_1, (instruction) => instruction.immediate8],
  [OpCodeOperandKind.imm8sex16, (instruction) => instruction.immediate8to16],
  [OpCodeOperandKind.imm8sex32, (instruction) => instruction.immediate8to32],
  [OpCodeOperandKind.imm16, (instruction) => instruction.immediate16],
  [OpCodeOperandKind.imm32, (instruction) => instruction.immediate32],
]);

/** Legacy prefixes (Intel SDM vol. 2, section 2.1.1). */
const PREFIXES: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

/** Whether the instruction at the start of `bytes` has a prefix. */
export const hasPrefix = (bytes: Uint8Array): boolean => PREFIXES.has(bytes[0]);

/** What a prefix makes of an instruction of the subset: why it is outside, or "". */
export function refusedPrefix(instruction: Instruction): string {
  const segment = instruction.segmentPrefix;
  if (segment === Register.FS || segment === Register.GS) return "uses a segment";
  for (let i = 0; i < instruction.opCount; i++) {
    const kind = instruction.opKind(i);
    if (kind === OpKind.Memory) {
      const sixteenBit =
        instruction.memoryDisplSize === 2 ||
        is16BitRegister(instruction.memoryBase) ||
        is16BitRegister(instruction.memoryIndex);
      if (sixteenBit) return "uses a 16-bit address";
    } else if (kind === OpKind.MemorySegSI || kind === OpKind.MemoryESDI || kind === OpKind.MemorySegDI) {
      return "uses a 16-bit address";
    }
  }
  return "";
}

const is16BitRegister = (register: Register): boolean => register >= Register.AX && register <= Register.DI;
