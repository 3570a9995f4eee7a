/**
 * From bytes to operations, by way of iced-x86, whose objects never leave this file.
 *
 * {@link decodeInto} fills an {@link Operation}; {@link describe} names an instruction for people. Whether an
 * instruction belongs to the subset is the instruction table's word alone, apart from prefixes: a segment override with
 * FS or GS and 16-bit addressing are outside it.
 */
import {
  type Code,
  Decoder,
  DecoderError,
  DecoderOptions,
  Formatter,
  FormatterSyntax,
  Instruction,
  MemorySizeExt,
  Mnemonic,
  OpCodeOperandKind,
  OpKind,
  Register,
} from "iced-x86";
import { findEntry, type InstructionEntry } from "./instruction-table.js";
import { Register as Gpr, INT_LENGTH, INT_OPCODE } from "./machine.js";
import { MemoryOperand, type Operation, Repeat } from "./operation.js";

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

interface Form {
  readonly entry: InstructionEntry | undefined;
  readonly size: number;
}

/** Decodes the instruction at the operation's address; `bytes` are the text from there to its segment's end, never changed. */
export function decodeInto(op: Operation, bytes: Uint8Array): Decoded {
  return decodeInterrupt(op, bytes) ? Decoded.OK : decodeWithIced(op, bytes);
}

/**
 * INT is decoded here: a program that was translated earlier leaves nothing else to the interpreter, and iced takes a tenth
 * of a second to get ready for its first instruction.
 */
function decodeInterrupt(op: Operation, bytes: Uint8Array): boolean {
  if (bytes.length < INT_LENGTH || bytes[0] !== INT_OPCODE) return false;
  op.length = INT_LENGTH;
  op.entry = findEntry("int", "imm", 8);
  op.size = 8;
  op.extend = 32 - op.size;
  op.immediate = bytes[1];
  return true;
}

/** As {@link decodeInto}, of any instruction. */
export function decodeWithIced(op: Operation, bytes: Uint8Array): Decoded {
  return withInstruction(op.address, bytes, (instruction, error) => {
    if (error === DecoderError.NoMoreBytes && bytes.length < MAXIMUM_LENGTH) return Decoded.TRUNCATED;
    if (instruction.isInvalid) {
      op.illegal = "not an instruction";
      return Decoded.INVALID;
    }
    op.length = instruction.length;
    const form = formOf(instruction);
    const refusal =
      form.entry === undefined ? "outside the virtual machine's instruction set" : refusedPrefix(instruction);
    if (refusal !== "") {
      op.illegal = refusal;
      return Decoded.OUTSIDE_SUBSET;
    }
    op.entry = form.entry;
    fillOperands(op, instruction, form.size);
    return Decoded.OK;
  });
}

/** Names the instruction at the start of `bytes`. */
export function describe(address: number, bytes: Uint8Array): Description {
  return withInstruction(address, bytes, (instruction) => {
    if (instruction.isInvalid) return { length: 1, text: "(bad)", supported: false };
    const supported = formOf(instruction).entry !== undefined && refusedPrefix(instruction) === "";
    return { length: instruction.length, text: format(instruction), supported };
  });
}

function withInstruction<T>(
  address: number,
  bytes: Uint8Array,
  use: (instruction: Instruction, error: DecoderError) => T,
): T {
  if (!window?.holds(bytes)) {
    window?.free();
    window = new DecoderWindow(bytes);
  }
  return window.decode(address, bytes, use);
}

/** The window that was decoded from last. */
let window: DecoderWindow | undefined;

/** Bytes of a window: text is mostly decoded in order, and copying this much costs less than a decoder does. */
const WINDOW_SIZE = 4096;

/** A decoder over a stretch of text: iced copies what it decodes, so that one for each instruction is dear. */
class DecoderWindow {
  readonly #decoder: Decoder;
  readonly #instruction = new Instruction();
  readonly #buffer: ArrayBufferLike;
  readonly #start: number;
  readonly #end: number;

  constructor(bytes: Uint8Array) {
    const held = bytes.subarray(0, WINDOW_SIZE);
    this.#decoder = new Decoder(32, held, DecoderOptions.None);
    this.#buffer = bytes.buffer;
    this.#start = bytes.byteOffset;
    this.#end = bytes.byteOffset + held.length;
  }

  /** Whether the first instruction of `bytes` can be decoded here, or seen to be truncated. */
  holds(bytes: Uint8Array): boolean {
    const needed = bytes.byteOffset + Math.min(bytes.length, MAXIMUM_LENGTH);
    return bytes.buffer === this.#buffer && bytes.byteOffset >= this.#start && needed <= this.#end;
  }

  decode<T>(address: number, bytes: Uint8Array, use: (instruction: Instruction, error: DecoderError) => T): T {
    this.#decoder.position = bytes.byteOffset - this.#start;
    this.#decoder.ip = BigInt(address);
    this.#decoder.decodeOut(this.#instruction);
    return use(this.#instruction, this.#decoder.lastError);
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

// --- which row of the table ---

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

/** iced's codes are dense, and looking one up costs several calls into its wasm: remember the answers. */
const forms = new Map<Code, Form>();

function formOf(instruction: Instruction): Form {
  const known = forms.get(instruction.code);
  if (known !== undefined) return known;
  const opCode = instruction.opCode;
  const operands = Array.from({ length: opCode.opCount }, (_, i) => operandNames.get(opCode.opKind(i)) ?? "?");
  const size = opCode.operandSize || 8;
  const supported = opCode.addressSize !== 16;
  opCode.free();
  const mnemonic = Mnemonic[instruction.mnemonic].toLowerCase();
  const form = { entry: supported ? findEntry(mnemonic, operands.join(","), size) : undefined, size };
  forms.set(instruction.code, form);
  return form;
}

/** What a prefix makes of an instruction of the subset: why it is outside, or "". */
function refusedPrefix(instruction: Instruction): string {
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

// --- operands ---

function fillOperands(op: Operation, instruction: Instruction, size: number): void {
  op.size = size;
  op.extend = 32 - op.size;
  op.condition = op.entry?.condition ?? 0;
  op.repeat = repeatOf(instruction);
  for (let i = 0; i < instruction.opCount; i++) fillOperand(op, instruction, i);
  if (op.entry?.semantics === "movzx" || op.entry?.semantics === "movsx") fillSourceSize(op, instruction);
  // The address of POP's destination is computed after ESP was incremented (Intel SDM vol. 2, POP).
  if (op.entry?.semantics === "pop" && op.base === Gpr.ESP) op.displacement = (op.displacement + op.size / 8) | 0;
}

function fillOperand(op: Operation, instruction: Instruction, index: number): void {
  switch (instruction.opKind(index)) {
    case OpKind.Register:
      fillRegister(op, instruction.opRegister(index), index);
      break;
    case OpKind.Memory:
      op.memory = index === 0 ? MemoryOperand.FIRST : MemoryOperand.SECOND;
      fillAddress(op, instruction);
      break;
    case OpKind.NearBranch32:
      op.immediate = instruction.nearBranch32 | 0;
      break;
    case OpKind.MemorySegESI:
    case OpKind.MemoryESEDI:
      break;
    default:
      op.immediate = fillImmediate(instruction, index, op.size);
  }
}

/** Immediates are sign-extended to 32 bits like all operands, but for RET's and INT's, which are counts. */
function fillImmediate(instruction: Instruction, index: number, size: number): number {
  const value = Number(BigInt.asIntN(32, instruction.immediate(index)));
  if (instruction.mnemonic === Mnemonic.Ret) return value & 0xffff;
  if (instruction.mnemonic === Mnemonic.Int) return value & 0xff;
  return (value << (32 - size)) >> (32 - size);
}

/** The first register operand is the destination, the second the source, the third a count. */
function fillRegister(op: Operation, register: Register, index: number): void {
  const { number, shift, keep } = slotOf(register);
  if (index === 0) {
    op.destination = number;
    op.destinationShift = shift;
    op.keep = keep;
  } else if (index === 1) {
    op.source = number;
    op.sourceShift = shift;
  } else {
    op.third = number;
  }
}

function fillAddress(op: Operation, instruction: Instruction): void {
  if (instruction.memoryBase !== Register.None) op.base = slotOf(instruction.memoryBase).number;
  if (instruction.memoryIndex !== Register.None) op.index = slotOf(instruction.memoryIndex).number;
  op.scale = Math.log2(instruction.memoryIndexScale);
  op.displacement = Number(BigInt.asIntN(32, instruction.memoryDisplacement));
}

function fillSourceSize(op: Operation, instruction: Instruction): void {
  if (op.memory === MemoryOperand.SECOND) op.sourceSize = MemorySizeExt.size(instruction.memorySize) * 8;
  else op.sourceSize = instruction.op1Register < Register.AX ? 8 : 16;
}

/** Where a register lies: number, bit position, and the bits that writing it leaves alone. */
function slotOf(register: Register): { number: number; shift: number; keep: number } {
  if (register >= Register.XMM0) return { number: register - Register.XMM0, shift: 0, keep: 0 };
  if (register >= Register.EAX) return { number: register - Register.EAX, shift: 0, keep: 0 };
  if (register >= Register.AX) return { number: register - Register.AX, shift: 0, keep: ~0xffff };
  const encoded = register - Register.AL;
  const shift = encoded < 4 ? 0 : 8;
  return { number: encoded & 3, shift, keep: ~(0xff << shift) };
}

function repeatOf(instruction: Instruction): number {
  if (instruction.hasRepePrefix) return Repeat.WHILE_EQUAL;
  return instruction.hasRepnePrefix ? Repeat.WHILE_NOT_EQUAL : Repeat.NONE;
}
