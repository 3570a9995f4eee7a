/**
 * Makes cases: a random encoding of an instruction, and a state in which it does something. Memory operands, stack and
 * string pointers mostly point into the window, sometimes across its end, where accesses fault. Before the instruction
 * there may be one that sets flags, behind it some that read them (probes.ts).
 */
import { Code, type Decoder, type Instruction, OpKind, Register } from "iced-x86";
import { Flag, Register as Gpr } from "../../source/kernel/x86/machine.js";
import { type MachineCase, MEMORY_END, pooledWords, TEXT } from "./machine-case.js";
import { flagReaders, flagSetters, type Probe } from "./probes.js";
import type { Random } from "./random.js";
import { entryOf, MODRM_GROUP, type Template, withDecoded } from "./templates.js";
import { flagMask, isShift, undefinedFlagsOf } from "./undefined-flags.js";

/** Bytes at the end of memory that have content. */
export const WINDOW = 256;
/** Cases whose text has places of its own. */
export const SLOTS = 512;
const SLOT_BYTES = 256;
/** Where in its place the code of a case begins: short branches from it reach no other case's code. */
const CODE_OFFSET = 80;
/** Most bytes of code in a case. */
const CODE_BYTES = 96;

/** A case of one to three instructions, and what surrounds them. */
export interface InstructionCase extends MachineCase {
  /** What it is, for people and for the coverage figures: names of iced's codes. */
  readonly codes: readonly string[];
}

const ALL_FLAGS = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.OVERFLOW;
/** IF and the bit that is always one, which a user program's flags have. */
const FIXED_FLAGS = 0x202;
const LONGEST = 15;

/** A case under construction; `fixed` registers already have the value that an instruction of it needs. */
interface Draft {
  readonly random: Random;
  readonly registers: Int32Array;
  readonly window: Uint8Array;
  readonly xmm: Int32Array;
  readonly codeAddress: number;
  readonly code: number[];
  readonly fixed: Set<number>;
  /** Its last instruction goes elsewhere. */
  branched: boolean;
  /** Flags that are undefined behind the code so far, and from which offset on they were so. */
  undefinedFlags: number;
  readonly undefinedFrom: { offset: number; flags: number }[];
}

/**
 * One to three instructions. Only the last may branch or leave flags undefined.
 * @param index says which place in text is the case's
 * @param probes whether instructions are put before and behind them that set and read flags
 */
export function makeCase(templates: readonly Template[], random: Random, index = 0, probes = true): InstructionCase {
  for (;;) {
    const draft = newDraft(random, TEXT + (index % SLOTS) * SLOT_BYTES + CODE_OFFSET);
    const codes: string[] = [];
    if (probes && random.chance(50))
      for (const probe of flagSetters(random, MEMORY_END - WINDOW)) appendProbe(draft, probe);
    const wanted = random.chance(80) ? 1 : 2 + random.below(2);
    while (codes.length < wanted) {
      const template = random.pick(templates);
      if (!append(draft, template, codes.length === wanted - 1)) break;
      codes.push(template.name);
    }
    if (codes.length < wanted) continue;
    if (probes && !draft.branched && random.chance(75)) {
      for (const probe of flagReaders(random, draft.undefinedFlags, MEMORY_END - WINDOW)) appendProbe(draft, probe);
    }
    if (draft.code.length <= CODE_BYTES) return finish(draft, codes);
  }
}

function appendProbe(draft: Draft, { bytes, undefinedBehind }: Probe): void {
  draft.code.push(...bytes);
  setUndefined(draft, undefinedBehind(draft.undefinedFlags));
}

function setUndefined(draft: Draft, flags: number): void {
  draft.undefinedFlags = flags;
  draft.undefinedFrom.push({ offset: draft.code.length, flags });
}

function newDraft(random: Random, codeAddress: number): Draft {
  return {
    random,
    codeAddress,
    branched: false,
    registers: Int32Array.from({ length: 8 }, () => random.operand()),
    window: windowOf(random),
    xmm: wordsFrom(random, 32),
    code: [],
    fixed: new Set(),
    undefinedFlags: 0,
    undefinedFrom: [],
  };
}

function windowOf(random: Random): Uint8Array {
  const { buffer, byteOffset } = wordsFrom(random, WINDOW / 4);
  return new Uint8Array(buffer, byteOffset, WINDOW);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Operand values from a small pool: making each anew would take most of a case's time. */
function wordsFrom(random: Random, length: number): Int32Array {
  const pool = Array.from({ length: 8 }, () => random.operand());
  const words = pooledWords(length);
  for (let i = 0, bits = 0; i < length; i++, bits >>>= 3) {
    if (i % 10 === 0) bits = random.word();
    words[i] = pool[bits & 7];
  }
  return words;
}

function finish(draft: Draft, codes: readonly string[]): InstructionCase {
  const { random, codeAddress, undefinedFrom } = draft;
  const direction = random.chance(25) ? Flag.DIRECTION : 0;
  return {
    registers: draft.registers,
    eflags: (random.word() & ALL_FLAGS) | direction | FIXED_FLAGS,
    codeAddress,
    entry: codeAddress,
    code: Uint8Array.from(draft.code),
    xmm: draft.xmm,
    memory: draft.window,
    codes,
    undefinedAt: (eip) => {
      const inside = eip >= codeAddress && eip < codeAddress + draft.code.length;
      const known = inside ? undefinedFrom.findLast(({ offset }) => codeAddress + offset <= eip) : undefinedFrom.at(-1);
      return known?.flags ?? 0;
    },
  };
}

/** Adds an instruction; false when it does not fit there. */
function append(draft: Draft, template: Template, last: boolean): boolean {
  const bytes = encode(draft.random, template);
  if (bytes === undefined) return false;
  const start = draft.codeAddress + draft.code.length;
  return withDecoded(bytes, start, (instruction, decoder) => {
    if (Code[instruction.code] !== template.name) return false;
    const branches = template.entry.forms[0] === "rel" || /^(jmp|call|ret)/.test(template.entry.semantics);
    if (branches && !last) return false;
    // Flags read must be defined.
    if ((flagMask(template.entry.reads) & draft.undefinedFlags) !== 0) return false;
    prepareRegisters(draft, template, instruction);
    const used = bytes.slice(0, instruction.length);
    if (template.entry.forms[0] === "rel") aimBranch(draft, used, template);
    else if (hasMemoryOperand(instruction)) aimMemory(draft, used, instruction, decoder, usesVectors(template));
    if (/^(jmp|call) indirect$/.test(template.entry.semantics)) aimIndirect(draft, instruction);
    if (template.entry.semantics === "ret") aimReturn(draft);
    const undefinedFlags = undefinedFlagsOf(template.entry, instruction, draft.registers[Gpr.ECX]);
    if (undefinedFlags === "result" || (!last && undefinedFlags !== 0)) return false;
    // A count in CL that an earlier instruction changed is not known here.
    if (draft.code.length > 0 && isShift(template.entry) && usesCl(instruction)) return false;
    if (isShift(template.entry) && usesCl(instruction)) draft.fixed.add(Gpr.ECX);
    // A shift by 0 writes no flags: what was undefined stays so.
    const mayWriteNone = isShift(template.entry) || isRepeatedComparison(template, instruction);
    const before = draft.undefinedFlags;
    const kept = mayWriteNone ? before : before & ~flagMask(template.entry.writes);
    draft.branched = branches;
    if (isRepeatedComparison(template, instruction)) setUndefined(draft, ALL_FLAGS);
    draft.code.push(...used);
    setUndefined(draft, kept | undefinedFlags);
    return true;
  });
}

/** After a fault within one, Intel's CPUs have the flags of before it, AMD's those of the last comparison. */
const isRepeatedComparison = (template: Template, instruction: Instruction): boolean =>
  /^(scas|cmps)$/.test(template.entry.semantics) && (instruction.hasRepePrefix || instruction.hasRepnePrefix);

const usesCl = (instruction: Instruction): boolean =>
  instruction.opCount > 1 && instruction.opRegister(instruction.opCount - 1) === Register.CL;

/** Prefixes, opcode, a ModRM byte of the template's group and random bytes behind it; undefined if that is no instruction. */
function encode(random: Random, template: Template): Uint8Array | undefined {
  const encoding = random.pick(template.encodings);
  const prefixes: number[] = [];
  if (random.chance(8)) prefixes.push(0xf0);
  if (random.chance(3)) prefixes.push(random.pick([0x26, 0x36, 0x3e]));
  if (template.entry.forms[0].startsWith("[") || template.entry.forms[0].endsWith("]")) {
    if (random.chance(60)) prefixes.push(random.pick([0xf2, 0xf3]));
  }
  // Without operands the byte is part of the opcode, as in MFENCE, or of no matter.
  const free = template.entry.forms[0] === "" ? 0 : ~MODRM_GROUP & 0xff;
  const modRm = (encoding.modRm & ~free) | (random.word() & free);
  const operand = random.operand();
  const tail = [random.word(), operand, operand >> 8, operand >> 16, operand >> 24, ...random.bytes(8)];
  const encoded = Uint8Array.from([...prefixes, ...encoding.bytes, modRm, ...tail]).slice(0, LONGEST);
  if (prefixes.length === 0) return entryOf(encoded) === undefined ? undefined : encoded;
  return entryOf(encoded) === undefined ? encode(random, template) : encoded;
}

// --- registers ---

function prepareRegisters(draft: Draft, template: Template, instruction: Instruction): void {
  const { random, registers } = draft;
  const { semantics } = template.entry;
  if (usesVectors(template)) fillVectors(draft);
  if (/^(push|pop|call|ret)/.test(semantics)) setRegister(draft, Gpr.ESP, pointer(random));
  if (semantics === "leave") setRegister(draft, Gpr.EBP, pointer(random));
  if (semantics === "xlat") setRegister(draft, Gpr.EBX, pointer(random) - (registers[Gpr.EAX] & 0xff));
  if (/^(movs|stos|lods|scas|cmps)$/.test(semantics)) {
    setRegister(draft, Gpr.ESI, pointer(random));
    setRegister(draft, Gpr.EDI, random.chance(20) ? registers[Gpr.ESI] + random.below(9) - 4 : pointer(random));
    setRegister(draft, Gpr.ECX, random.below(20));
    if (random.chance(60)) equalElements(draft);
  }
  if (usesCl(instruction) && random.chance(70)) setRegister(draft, Gpr.ECX, random.pick(COUNTS));
  if (/^i?div$/.test(semantics) && random.chance(70)) dividableAccumulator(draft, semantics === "idiv");
  if (/^loop/.test(semantics) && random.chance(50)) setRegister(draft, Gpr.ECX, random.below(3));
  if (semantics === "jecxz" && random.chance(50)) setRegister(draft, Gpr.ECX, 0);
  if (/^cmpxchg/.test(semantics) && random.chance(60)) matchAccumulator(draft);
}

const COUNTS = [0, 1, 2, 7, 8, 9, 15, 16, 17, 18, 24, 27, 31, 32, 33, 63, 64, 255, 256];

function setRegister(draft: Draft, register: number, value: number): void {
  if (draft.fixed.has(register)) return;
  draft.registers[register] = value;
  draft.fixed.add(register);
}

/** An address: mostly inside the window, sometimes across its end or beyond. */
function pointer(random: Random): number {
  const start = MEMORY_END - WINDOW;
  if (random.chance(85))
    return start + 64 + random.below(WINDOW - 128) * (random.chance(30) ? 1 : 0) + random.below(32) * 4;
  if (random.chance(80)) return MEMORY_END - random.below(20);
  return random.pick([
    MEMORY_END,
    MEMORY_END + random.below(4096),
    -1 - random.below(8),
    0x8000_0000 | random.below(99),
  ]);
}

/** Strings whose elements are the same for a while, so that comparisons go on. */
function equalElements(draft: Draft): void {
  draft.window.fill(draft.registers[Gpr.EAX] & 0xff);
  if (draft.random.chance(70)) draft.window[draft.random.below(WINDOW)] = draft.random.word();
}

/** Double-width dividends whose quotient fits, or just does not. */
function dividableAccumulator(draft: Draft, signed: boolean): void {
  const { random, registers } = draft;
  const wide = signed && random.chance(60) ? registers[Gpr.EAX] >> 31 : random.below(5) - (signed ? 2 : 0);
  setRegister(draft, Gpr.EDX, wide);
  if (random.chance(50)) setRegister(draft, Gpr.EAX, random.below(0x8000));
}

/** Makes words of memory equal to the accumulator, so that half of the comparisons succeed. */
function matchAccumulator(draft: Draft): void {
  const view = viewOf(draft.window);
  for (let i = 0; i + 8 <= WINDOW; i += 8) {
    view.setInt32(i, draft.registers[Gpr.EAX], true);
    view.setInt32(i + 4, draft.random.chance(80) ? draft.registers[Gpr.EDX] : draft.random.word(), true);
  }
}

/** Instructions with an XMM operand. */
const usesVectors = (template: Template): boolean => /\bxm?\b/.test(template.entry.forms[0]);

/** Registers and memory full of numbers, so that arithmetic has something to do. */
function fillVectors(draft: Draft): void {
  const pool = Array.from({ length: 6 }, () => draft.random.vector());
  const view = viewOf(draft.window);
  for (let i = 0; i < 32; i++) draft.xmm[i] = pool[(i >> 2) % 6][i & 3];
  for (let i = 0; i < WINDOW / 4; i++) view.setInt32(i * 4, pool[(i >> 2) % 6][i & 3], true);
}

// --- addresses ---

function hasMemoryOperand(instruction: Instruction): boolean {
  for (let i = 0; i < instruction.opCount; i++) if (instruction.opKind(i) === OpKind.Memory) return true;
  return false;
}

const slot = (register: Register): number => register - Register.EAX;

/** Makes the effective address a pointer: by the base or index register, or where there is none by the displacement. */
function aimMemory(
  draft: Draft,
  bytes: Uint8Array,
  instruction: Instruction,
  decoder: Decoder,
  aligned: boolean,
): void {
  const { registers, random } = draft;
  const base = instruction.memoryBase;
  const index = instruction.memoryIndex;
  // Most 16-byte operands must be aligned; in one case of five they are not.
  const target = aligned && random.chance(80) ? pointer(random) & ~15 : pointer(random);
  const displacement = Number(BigInt.asIntN(32, instruction.memoryDisplacement));
  const indexed = index === Register.None ? 0 : Math.imul(registers[slot(index)], instruction.memoryIndexScale);
  if (base !== Register.None && base !== index) {
    setRegister(draft, slot(base), (target - displacement - indexed) | 0);
    if (index !== Register.None) draft.fixed.add(slot(index));
  } else if (base !== Register.None) {
    setRegister(draft, slot(base), Math.floor((target - displacement) / (1 + instruction.memoryIndexScale)));
  } else {
    const offsets = decoder.getConstantOffsets(instruction);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (offsets.displacementSize === 4) view.setInt32(offsets.displacementOffset, (target - indexed) | 0, true);
    offsets.free();
    if (index !== Register.None) draft.fixed.add(slot(index));
  }
}

/** Somewhere before or behind the case's code, where INT3 ends it, or rarely out of the text. */
function codeTarget({ random, codeAddress }: Draft): number {
  if (random.chance(10)) return random.pick([0x7000_0000, 0xffff_fff0, MEMORY_END, 0x5000]) + random.below(8);
  const room = CODE_OFFSET - 8;
  return random.chance(50)
    ? codeAddress - CODE_OFFSET + random.below(room)
    : codeAddress + CODE_BYTES + random.below(room);
}

/** A near branch's distance is its last one or four bytes. It may not reach back into the case's own code. */
function aimBranch(draft: Draft, bytes: Uint8Array, template: Template): void {
  const { random } = draft;
  const end = draft.codeAddress + draft.code.length + bytes.length;
  const isShort = template.name.includes("_rel8");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (isShort) bytes[bytes.length - 1] = random.chance(50) ? CODE_BYTES + random.below(32) : 0x80 + random.below(32);
  else view.setInt32(bytes.length - 4, (codeTarget(draft) - end) | 0, true);
}

/** JMP and CALL through a register or memory. */
function aimIndirect(draft: Draft, instruction: Instruction): void {
  if (instruction.opKind(0) === OpKind.Register) {
    setRegister(draft, slot(instruction.opRegister(0)), codeTarget(draft));
  } else {
    fillWithTargets(draft);
  }
}

function aimReturn(draft: Draft): void {
  fillWithTargets(draft);
}

/** All of the window: whatever word is taken, it is a place that ends the case. */
function fillWithTargets(draft: Draft): void {
  const target = codeTarget(draft);
  // The same word at every offset, aligned or not, would need equal bytes: so unaligned reads jump out of the text.
  const view = viewOf(draft.window);
  for (let i = 0; i + 4 <= WINDOW; i += 4) view.setInt32(i, target, true);
}
