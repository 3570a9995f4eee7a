/**
 * The instruction set of the virtual machine, one row a mnemonic and group of operand forms. Whatever is not here is an
 * illegal instruction. The decoder, the documentation, the check of committed images and the conformance tests are fed
 * from it.
 *
 * Mnemonics are the decoder's (iced-x86), which are the Intel SDM's with the operand size in string instructions' names.
 * Forms name operands in order: `r` register, `rm` register or memory, `m` memory, `imm` immediate, `cl`, `rel`
 * branch distance, `x` XMM register, `xm` XMM register or memory, `[esi]` `[edi]` `[ebx+al]` string operands.
 */

/** One letter a flag: o s z a p c d for OF SF ZF AF PF CF DF. */
export interface FlagUse {
  /** Flags read, in all cases or some. */
  readonly reads: string;
  /** Flags given a defined value, in all cases or some. */
  readonly writes: string;
  /** Flags the architecture leaves undefined. */
  readonly undefined: string;
}

export interface InstructionEntry extends FlagUse {
  readonly mnemonic: string;
  /** Operand forms, `""` for none: `rm,r`. */
  readonly forms: readonly string[];
  /** Operand sizes in bits; undefined where the mnemonic has one fixed size or none. */
  readonly sizes: readonly number[] | undefined;
  /** Which handler family executes it. */
  readonly semantics: Semantics;
  /** Condition code 0 to 15 for Jcc, SETcc and CMOVcc. */
  readonly condition: number | undefined;
}

/** What an instruction does; several mnemonics may share one. */
export type Semantics =
  | "mov" | "movzx" | "movsx" | "lea" | "push" | "pop" | "xchg" | "bswap" | "xlat" | "leave"
  | "add" | "adc" | "sub" | "sbb" | "cmp" | "and" | "or" | "xor" | "test" | "not" | "neg" | "inc" | "dec"
  | "shl" | "shr" | "sar" | "rol" | "ror" | "rcl" | "rcr" | "shld" | "shrd"
  | "mul" | "imul" | "imul2" | "imul3" | "div" | "idiv" | "cbw" | "cwde" | "cwd" | "cdq"
  | "bsf" | "bsr" | "bt" | "bts" | "btr" | "btc"
  | "jcc" | "jecxz" | "loop" | "loope" | "loopne" | "jmp" | "jmp indirect" | "call" | "call indirect" | "ret"
  | "setcc" | "cmovcc"
  | "movs" | "stos" | "lods" | "scas" | "cmps" | "cld" | "std"
  | "clc" | "stc" | "cmc" | "lahf" | "sahf"
  | "cmpxchg" | "cmpxchg8b" | "xadd"
  | "nop" | "int" | "trap"
  | "movss"
  | "movsd scalar"
  | "movq"
  | "move aligned"
  | "move unaligned"
  | "movd to vector"
  | "movd from vector"
  | "pand"
  | "pandn"
  | "por"
  | "pxor"
  | "unpcklpd"
  | "pslld"
  | "addsd"
  | "subsd"
  | "mulsd"
  | "divsd"
  | "addss"
  | "subss"
  | "mulss"
  | "divss"
  | "addpd"
  | "subpd"
  | "mulpd"
  | "divpd"
  | "sqrtsd"
  | "sqrtss"
  | "minsd"
  | "maxsd"
  | "minss"
  | "maxss"
  | "comisd"
  | "comiss"
  | "cmpsd scalar"
  | "cmpss"
  | "cmppd"
  | "cvtsi2sd"
  | "cvtsi2ss"
  | "cvtsd2ss"
  | "cvtss2sd"
  | "cvtsd2si"
  | "cvttsd2si"
  | "cvtss2si"
  | "cvttss2si"
  | "cvttpd2dq"; // biome-ignore format: one line a group

/** Names of the condition codes 0 to 15, as in the mnemonics. */
const CONDITIONS = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"];

/** Flags each condition reads, in the same order. */
const CONDITION_READS = ["o", "o", "c", "c", "z", "z", "zc", "zc", "s", "s", "p", "p", "so", "so", "szo", "szo"];

const ALL = [8, 16, 32];
const WIDE = [16, 32];
const LONG = [32];

const BINARY = ["rm,r", "r,rm", "r,imm", "rm,imm"];
const SHIFT = ["rm,imm", "rm,cl"];
const BIT = ["rm,r", "rm,imm"];

const NO_FLAGS: FlagUse = { reads: "", writes: "", undefined: "" };

function flags(writes: string, undefinedFlags = "", reads = ""): FlagUse {
  return { reads, writes, undefined: undefinedFlags };
}

function row(
  mnemonic: string,
  semantics: Semantics,
  forms: readonly string[],
  sizes: readonly number[] | undefined,
  flagUse: FlagUse = NO_FLAGS,
  condition?: number,
): InstructionEntry {
  const { reads, writes, undefined: unknown } = flagUse;
  // The same properties in every row: to V8 all are of one kind, and decoding looks at them for each instruction.
  return { mnemonic, semantics, forms, sizes, reads, writes, undefined: unknown, condition };
}

/** Jcc, SETcc or CMOVcc: a row a condition. */
function conditional(
  prefix: string,
  semantics: Semantics,
  forms: readonly string[],
  sizes: readonly number[],
): InstructionEntry[] {
  return CONDITIONS.map((name, condition) =>
    row(prefix + name, semantics, forms, sizes, flags("", "", CONDITION_READS[condition]), condition),
  );
}

const ARITHMETIC = flags("oszapc");
const WITH_CARRY = flags("oszapc", "", "c");
const LOGIC = flags("oszpc", "a");
const ROTATE = flags("oc");
const ROTATE_CARRY = flags("oc", "", "c");

const DATA_TRANSFER: readonly InstructionEntry[] = [
  row("mov", "mov", ["rm,r", "r,rm", "r,m", "m,r", "r,imm", "rm,imm"], ALL),
  row("movzx", "movzx", ["r,rm"], WIDE),
  row("movsx", "movsx", ["r,rm"], WIDE),
  row("lea", "lea", ["r,m"], WIDE),
  row("push", "push", ["r", "rm", "imm"], WIDE),
  row("pop", "pop", ["r", "rm"], WIDE),
  row("xchg", "xchg", ["rm,r", "r,r"], ALL),
  row("bswap", "bswap", ["r"], LONG),
  row("xlatb", "xlat", ["[ebx+al]"], undefined),
  row("leave", "leave", [""], LONG),
  ...conditional("set", "setcc", ["rm"], [8]),
  ...conditional("cmov", "cmovcc", ["r,rm"], WIDE),
];

const ARITHMETIC_AND_LOGIC: readonly InstructionEntry[] = [
  row("add", "add", BINARY, ALL, ARITHMETIC),
  row("adc", "adc", BINARY, ALL, WITH_CARRY),
  row("sub", "sub", BINARY, ALL, ARITHMETIC),
  row("sbb", "sbb", BINARY, ALL, WITH_CARRY),
  row("cmp", "cmp", BINARY, ALL, ARITHMETIC),
  row("and", "and", BINARY, ALL, LOGIC),
  row("or", "or", BINARY, ALL, LOGIC),
  row("xor", "xor", BINARY, ALL, LOGIC),
  row("test", "test", BINARY, ALL, LOGIC),
  row("not", "not", ["rm"], ALL),
  row("neg", "neg", ["rm"], ALL, ARITHMETIC),
  row("inc", "inc", ["r", "rm"], ALL, flags("oszap")),
  row("dec", "dec", ["r", "rm"], ALL, flags("oszap")),
  row("mul", "mul", ["rm"], ALL, flags("oc", "szap")),
  row("imul", "imul", ["rm"], ALL, flags("oc", "szap")),
  row("imul", "imul2", ["r,rm"], WIDE, flags("oc", "szap")),
  row("imul", "imul3", ["r,rm,imm"], WIDE, flags("oc", "szap")),
  row("div", "div", ["rm"], ALL, flags("", "oszapc")),
  row("idiv", "idiv", ["rm"], ALL, flags("", "oszapc")),
  row("cbw", "cbw", [""], undefined),
  row("cwde", "cwde", [""], undefined),
  row("cwd", "cwd", [""], undefined),
  row("cdq", "cdq", [""], undefined),
];

/** Shifts and rotates write no flags at all when their count is 0, and leave OF undefined when it is not 1. */
const SHIFTS_AND_BITS: readonly InstructionEntry[] = [
  row("shl", "shl", SHIFT, ALL, LOGIC),
  row("sal", "shl", SHIFT, ALL, LOGIC),
  row("shr", "shr", SHIFT, ALL, LOGIC),
  row("sar", "sar", SHIFT, ALL, LOGIC),
  row("rol", "rol", SHIFT, ALL, ROTATE),
  row("ror", "ror", SHIFT, ALL, ROTATE),
  row("rcl", "rcl", SHIFT, ALL, ROTATE_CARRY),
  row("rcr", "rcr", SHIFT, ALL, ROTATE_CARRY),
  row("shld", "shld", ["rm,r,imm", "rm,r,cl"], WIDE, LOGIC),
  row("shrd", "shrd", ["rm,r,imm", "rm,r,cl"], WIDE, LOGIC),
  row("bsf", "bsf", ["r,rm"], WIDE, flags("z", "osapc")),
  row("bsr", "bsr", ["r,rm"], WIDE, flags("z", "osapc")),
  row("bt", "bt", BIT, WIDE, flags("c", "osap")),
  row("bts", "bts", BIT, WIDE, flags("c", "osap")),
  row("btr", "btr", BIT, WIDE, flags("c", "osap")),
  row("btc", "btc", BIT, WIDE, flags("c", "osap")),
];

const CONTROL: readonly InstructionEntry[] = [
  ...conditional("j", "jcc", ["rel"], LONG),
  row("jecxz", "jecxz", ["rel"], LONG),
  row("loop", "loop", ["rel"], LONG),
  row("loope", "loope", ["rel"], LONG, flags("", "", "z")),
  row("loopne", "loopne", ["rel"], LONG, flags("", "", "z")),
  row("jmp", "jmp", ["rel"], LONG),
  row("jmp", "jmp indirect", ["rm"], LONG),
  row("call", "call", ["rel"], LONG),
  row("call", "call indirect", ["rm"], LONG),
  row("ret", "ret", ["", "imm"], LONG),
  row("nop", "nop", ["", "rm"], undefined),
  row("endbr32", "nop", [""], undefined),
  row("pause", "nop", [""], undefined),
  row("mfence", "nop", [""], undefined),
  row("lfence", "nop", [""], undefined),
  row("sfence", "nop", [""], undefined),
  row("int", "int", ["imm"], undefined),
  // In images because compilers and libraries end a program with them; executing one is an illegal instruction.
  row("ud2", "trap", [""], undefined),
  row("hlt", "trap", [""], undefined),
];

const STRINGS_AND_FLAGS: readonly InstructionEntry[] = [
  ...["b", "w", "d"].flatMap((size) => [
    row(`movs${size}`, "movs", ["[edi],[esi]"], undefined, flags("", "", "d")),
    row(`stos${size}`, "stos", ["[edi],r"], undefined, flags("", "", "d")),
    row(`lods${size}`, "lods", ["r,[esi]"], undefined, flags("", "", "d")),
    row(`scas${size}`, "scas", ["r,[edi]"], undefined, flags("oszapc", "", "d")),
    row(`cmps${size}`, "cmps", ["[esi],[edi]"], undefined, flags("oszapc", "", "d")),
  ]),
  row("cld", "cld", [""], undefined, flags("d")),
  row("std", "std", [""], undefined, flags("d")),
  row("clc", "clc", [""], undefined, flags("c")),
  row("stc", "stc", [""], undefined, flags("c")),
  row("cmc", "cmc", [""], undefined, flags("c", "", "c")),
  row("lahf", "lahf", [""], undefined, flags("", "", "szapc")),
  row("sahf", "sahf", [""], undefined, flags("szapc")),
];

/** Usable with a lock prefix, as are the arithmetic, logic and bit instructions with a destination in memory. */
const LOCKED: readonly InstructionEntry[] = [
  row("cmpxchg", "cmpxchg", ["rm,r"], ALL, ARITHMETIC),
  row("cmpxchg8b", "cmpxchg8b", ["m"], undefined, flags("z")),
  row("xadd", "xadd", ["rm,r"], ALL, ARITHMETIC),
];

/** With MXCSR at its default; memory operands of 16 bytes must be aligned, but for MOVUPS and its like. */
const SSE_MOVES: readonly InstructionEntry[] = [
  row("movss", "movss", ["x,xm", "xm,x"], undefined),
  row("movsd", "movsd scalar", ["x,xm", "xm,x"], undefined),
  row("movq", "movq", ["x,xm", "xm,x"], undefined),
  row("movd", "movd to vector", ["x,rm"], undefined),
  row("movd", "movd from vector", ["rm,x"], undefined),
  ...["movaps", "movapd", "movdqa"].map((name) => row(name, "move aligned", ["x,xm", "xm,x"], undefined)),
  ...["movups", "movupd", "movdqu"].map((name) => row(name, "move unaligned", ["x,xm", "xm,x"], undefined)),
  ...["pand", "andps", "andpd"].map((name) => row(name, "pand", ["x,xm"], undefined)),
  ...["pandn", "andnps", "andnpd"].map((name) => row(name, "pandn", ["x,xm"], undefined)),
  ...["por", "orps", "orpd"].map((name) => row(name, "por", ["x,xm"], undefined)),
  ...["pxor", "xorps", "xorpd"].map((name) => row(name, "pxor", ["x,xm"], undefined)),
  row("unpcklpd", "unpcklpd", ["x,xm"], undefined),
  row("pslld", "pslld", ["x,xm"], undefined),
  row("pslld", "pslld", ["x,imm"], undefined),
];

/** Mnemonics that name their own semantics, in one form. */
const sameName = (names: readonly Semantics[], form: string): InstructionEntry[] =>
  names.map((name) => row(name, name, [form], undefined));

const SSE_ARITHMETIC: readonly InstructionEntry[] = [
  ...sameName(["addsd", "subsd", "mulsd", "divsd", "sqrtsd", "minsd", "maxsd"], "x,xm"),
  ...sameName(["addss", "subss", "mulss", "divss", "sqrtss", "minss", "maxss"], "x,xm"),
  ...sameName(["addpd", "subpd", "mulpd", "divpd", "cvttpd2dq", "cvtsd2ss", "cvtss2sd"], "x,xm"),
  ...sameName(["cvtsi2sd", "cvtsi2ss"], "x,rm"),
  ...sameName(["cvtsd2si", "cvttsd2si", "cvtss2si", "cvttss2si"], "r,xm"),
  row("cmpsd", "cmpsd scalar", ["x,xm,imm"], undefined),
  ...sameName(["cmpss", "cmppd"], "x,xm,imm"),
  row("comisd", "comisd", ["x,xm"], undefined, ARITHMETIC),
  row("ucomisd", "comisd", ["x,xm"], undefined, ARITHMETIC),
  row("comiss", "comiss", ["x,xm"], undefined, ARITHMETIC),
  row("ucomiss", "comiss", ["x,xm"], undefined, ARITHMETIC),
];

export const INSTRUCTION_TABLE: readonly InstructionEntry[] = [
  ...DATA_TRANSFER,
  ...ARITHMETIC_AND_LOGIC,
  ...SHIFTS_AND_BITS,
  ...CONTROL,
  ...STRINGS_AND_FLAGS,
  ...LOCKED,
  ...SSE_MOVES,
  ...SSE_ARITHMETIC,
];

const byMnemonicAndForm = new Map(
  INSTRUCTION_TABLE.flatMap((entry) => entry.forms.map((form) => [`${entry.mnemonic} ${form}`, entry] as const)),
);

/** The row of an instruction, or undefined when it is outside the subset. `size` is its operand size in bits. */
export function findEntry(mnemonic: string, form: string, size: number): InstructionEntry | undefined {
  const entry = byMnemonicAndForm.get(`${mnemonic} ${form}`);
  return entry?.sizes === undefined || entry.sizes.includes(size) ? entry : undefined;
}
