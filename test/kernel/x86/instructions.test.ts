/** What the Intel SDM, volume 2, says of each group of instructions, by hand-assembled examples. */
import { describe, expect, it } from "vitest";
import { Exit } from "../../../source/kernel/x86/machine.js";
import { type Before, DATA, makeGuest, type RegisterName } from "./guest.js";

interface Example {
  readonly what: string;
  readonly code: string;
  readonly before?: Before;
  readonly after?: Partial<Record<RegisterName, number>>;
  /** All flags that must be set afterwards; those in `ignore` are undefined. */
  readonly flags?: string;
  readonly ignore?: string;
  readonly memory?: Record<number, readonly number[]>;
  /** Instructions in the code, and what repeated ones count as beyond one. */
  readonly count?: number;
}

function check({ code, before, after = {}, flags, ignore = "", memory = {}, count = 1 }: Example): void {
  const guest = makeGuest(code, before);
  expect(guest.run(count)).toBe(Exit.FUEL);
  expect(guest.engine.retired).toBe(count);
  for (const [name, value] of Object.entries(after)) {
    expect(guest.register(name as RegisterName).toString(16), name).toBe((value >>> 0).toString(16));
  }
  const defined = (text: string) => text.split(" ").filter((flag) => flag !== "" && !ignore.includes(flag));
  if (flags !== undefined) expect(defined(guest.flags())).toEqual(defined(flags));
  for (const [address, bytes] of Object.entries(memory)) {
    expect(guest.bytes(Number(address), bytes.length)).toEqual(bytes);
  }
}

function group(name: string, examples: readonly Example[]): void {
  describe(name, () => {
    it.each(examples)("$what", check);
  });
}

group("data transfer", [
  { what: "mov eax, ebx", code: "89 d8", before: { registers: { EBX: 7 } }, after: { EAX: 7 }, flags: "" },
  {
    what: "mov ah, 0x12 leaves the other three bytes",
    code: "b4 12",
    before: { registers: { EAX: 0xaabb_ccdd } },
    after: { EAX: 0xaabb_12dd },
  },
  {
    what: "mov ax, imm16 leaves the upper half",
    code: "66 b8 34 12",
    before: { registers: { EAX: 0xaabb_ccdd } },
    after: { EAX: 0xaabb_1234 },
  },
  {
    what: "mov is little-endian",
    code: "89 05 00 20 00 00",
    before: { registers: { EAX: 0x1122_3344 } },
    memory: { [DATA]: [0x44, 0x33, 0x22, 0x11, 0] },
  },
  {
    what: "mov eax, [ebx+esi*4+8]",
    code: "8b 44 b3 08",
    before: { registers: { EBX: DATA - 16, ESI: 3 }, memory: { [DATA + 4]: [1, 2, 3, 4] } },
    after: { EAX: 0x0403_0201 },
  },
  {
    what: "addresses wrap at 4 GB",
    code: "8b 43 08",
    before: { registers: { EBX: 0xffff_fffc }, memory: { 4: [9, 0, 0, 0] } },
    after: { EAX: 9 },
  },
  {
    what: "movzx and movsx of a byte",
    code: "0f b6 c1 0f be d1",
    count: 2,
    before: { registers: { ECX: 0x180 } },
    after: { EAX: 0x80, EDX: 0xffff_ff80 },
  },
  {
    what: "lea computes and does not read",
    code: "8d 84 19 f0 ff ff ff",
    before: { registers: { ECX: 8, EBX: 4 } },
    after: { EAX: 0xffff_fffc },
    flags: "",
  },
  {
    what: "xchg al, ah",
    code: "86 c4",
    before: { registers: { EAX: 0x1122_3344 } },
    after: { EAX: 0x1122_4433 },
  },
  { what: "bswap", code: "0f c8", before: { registers: { EAX: 0x1122_3344 } }, after: { EAX: 0x4433_2211 } },
  {
    what: "xlat takes AL as an unsigned index",
    code: "d7",
    before: { registers: { EAX: 0x5ff, EBX: DATA }, memory: { [DATA + 255]: [0x42] } },
    after: { EAX: 0x542 },
  },
  {
    what: "cmovne does not move when ZF",
    code: "0f 45 c3",
    before: { flags: "ZF", registers: { EBX: 5 } },
    after: { EAX: 0 },
  },
  { what: "sete", code: "0f 94 c0", before: { flags: "ZF" }, after: { EAX: 1 }, flags: "ZF" },
]);

group("stack", [
  {
    what: "push stores below ESP",
    code: "50",
    before: { registers: { EAX: 0x0403_0201, ESP: DATA + 4 } },
    after: { ESP: DATA },
    memory: { [DATA]: [1, 2, 3, 4] },
  },
  {
    what: "push esp stores the value of before",
    code: "54",
    before: { registers: { ESP: DATA + 4 } },
    memory: { [DATA]: [4, 0x20, 0, 0] },
  },
  {
    what: "pop esp is what was popped",
    code: "5c",
    before: { registers: { ESP: DATA }, memory: { [DATA]: [8, 0, 0, 0] } },
    after: { ESP: 8 },
  },
  {
    what: "pop [esp] uses ESP after the increment",
    code: "8f 04 24",
    before: { registers: { ESP: DATA }, memory: { [DATA]: [1, 2, 3, 4] } },
    after: { ESP: DATA + 4 },
    memory: { [DATA + 4]: [1, 2, 3, 4] },
  },
  {
    what: "push imm8 is sign-extended",
    code: "6a ff",
    before: { registers: { ESP: DATA + 4 } },
    memory: { [DATA]: [255, 255, 255, 255] },
  },
  {
    what: "leave",
    code: "c9",
    before: { registers: { EBP: DATA, ESP: 0 }, memory: { [DATA]: [7, 0, 0, 0] } },
    after: { EBP: 7, ESP: DATA + 4 },
  },
]);

group("arithmetic and its flags", [
  {
    what: "add: 0x7fffffff + 1 overflows",
    code: "83 c0 01",
    before: { registers: { EAX: 0x7fff_ffff } },
    after: { EAX: 0x8000_0000 },
    flags: "OF SF AF PF",
  },
  {
    what: "add: 0xffffffff + 1 carries",
    code: "83 c0 01",
    before: { registers: { EAX: -1 } },
    after: { EAX: 0 },
    flags: "ZF AF PF CF",
  },
  {
    what: "add al, 0x80 + 0x80",
    code: "00 c0",
    before: { registers: { EAX: 0x180 } },
    after: { EAX: 0x100 },
    flags: "OF ZF PF CF",
  },
  {
    what: "adc adds CF",
    code: "83 d0 00",
    before: { flags: "CF", registers: { EAX: -1 } },
    after: { EAX: 0 },
    flags: "ZF AF PF CF",
  },
  { what: "sub: 0 - 1 borrows", code: "83 e8 01", after: { EAX: -1 }, flags: "SF AF PF CF" },
  {
    what: "sbb subtracts CF: 0 - 0xffffffff - 1",
    code: "83 d8 ff",
    before: { flags: "CF" },
    after: { EAX: 0 },
    flags: "ZF AF PF CF",
  },
  {
    what: "cmp changes flags only: -128 with 1 in AL",
    code: "3c 01",
    before: { registers: { EAX: 0x80 } },
    after: { EAX: 0x80 },
    flags: "OF AF",
  },
  { what: "neg 0 clears CF", code: "f7 d8", flags: "ZF PF" },
  {
    what: "neg 0x80000000 overflows",
    code: "f7 d8",
    before: { registers: { EAX: 0x8000_0000 } },
    after: { EAX: 0x8000_0000 },
    flags: "OF SF PF CF",
  },
  {
    what: "inc keeps CF",
    code: "40",
    before: { flags: "CF", registers: { EAX: 0x7fff_ffff } },
    after: { EAX: 0x8000_0000 },
    flags: "OF SF AF PF CF",
  },
  {
    what: "dec keeps CF clear",
    code: "48",
    before: { registers: { EAX: 0x8000_0000 } },
    after: { EAX: 0x7fff_ffff },
    flags: "OF AF PF",
  },
  {
    what: "not changes no flag",
    code: "f7 d0",
    before: { flags: "OF SF ZF AF PF CF" },
    after: { EAX: -1 },
    flags: "OF SF ZF AF PF CF",
  },
  {
    what: "and clears CF and OF",
    code: "21 d8",
    before: { flags: "OF CF", registers: { EAX: 12, EBX: 10 } },
    after: { EAX: 8 },
    flags: "",
    ignore: "AF",
  },
  {
    what: "xor of itself",
    code: "31 c0",
    before: { flags: "CF", registers: { EAX: 5 } },
    after: { EAX: 0 },
    flags: "ZF PF",
    ignore: "AF",
  },
  { what: "test", code: "85 c0", before: { registers: { EAX: -1 } }, flags: "SF PF", ignore: "AF" },
  {
    what: "a 64-bit addition: add, adc",
    code: "01 d8 11 ca",
    count: 2,
    before: { registers: { EAX: 0xffff_fff0, EDX: 1, EBX: 0x20, ECX: 2 } },
    after: { EAX: 0x10, EDX: 4 },
    flags: "",
  },
]);

const UNDEFINED_BY_MUL = "SF ZF AF PF";
group("multiplication and division", [
  {
    what: "mul: the product's upper half is EDX",
    code: "f7 e3",
    before: { registers: { EAX: -1, EBX: -1 } },
    after: { EAX: 1, EDX: 0xffff_fffe },
    flags: "OF CF",
    ignore: UNDEFINED_BY_MUL,
  },
  {
    what: "mul bl: the product is AX",
    code: "f6 e3",
    before: { registers: { EAX: 0x1_0010, EBX: 0x10 } },
    after: { EAX: 0x1_0100 },
    flags: "OF CF",
    ignore: UNDEFINED_BY_MUL,
  },
  {
    what: "imul: -2 * 3 fits",
    code: "f7 eb",
    before: { registers: { EAX: -2, EBX: 3 } },
    after: { EAX: -6, EDX: -1 },
    flags: "",
    ignore: UNDEFINED_BY_MUL,
  },
  {
    what: "imul eax, ebx, 0x40000000 does not fit",
    code: "69 c3 00 00 00 40",
    before: { registers: { EBX: 4 } },
    after: { EAX: 0 },
    flags: "OF CF",
    ignore: UNDEFINED_BY_MUL,
  },
  {
    what: "div of 64 bits",
    code: "f7 f3",
    before: { registers: { EDX: 0xffff_fffe, EAX: -1, EBX: -1 } },
    after: { EAX: -1, EDX: 0xffff_fffe },
  },
  {
    what: "idiv truncates towards zero",
    code: "f7 fb",
    before: { registers: { EDX: -1, EAX: -7, EBX: 2 } },
    after: { EAX: -3, EDX: -1 },
  },
  {
    what: "div bl leaves the remainder in AH",
    code: "f6 f3",
    before: { registers: { EAX: 0x5_0065, EBX: 7 } },
    after: { EAX: 0x5_030e },
  },
  { what: "cdq", code: "99", before: { registers: { EAX: 0x8000_0000 } }, after: { EDX: -1 } },
  { what: "cwde", code: "98", before: { registers: { EAX: 0x1_8000 } }, after: { EAX: 0xffff_8000 } },
  {
    what: "cbw leaves the upper half",
    code: "66 98",
    before: { registers: { EAX: 0x1_0080 } },
    after: { EAX: 0x1_ff80 },
  },
]);

group("shifts and rotates", [
  {
    what: "shl 1 into CF and OF",
    code: "d1 e0",
    before: { registers: { EAX: 0x8000_0001 } },
    after: { EAX: 2 },
    flags: "OF CF",
    ignore: "AF",
  },
  {
    what: "shr 1: OF is the old sign",
    code: "d1 e8",
    before: { registers: { EAX: 0x8000_0001 } },
    after: { EAX: 0x4000_0000 },
    flags: "OF PF CF",
    ignore: "AF",
  },
  {
    what: "sar rounds down",
    code: "c1 f8 04",
    before: { registers: { EAX: -17 } },
    after: { EAX: -2 },
    flags: "SF CF",
    ignore: "AF OF",
  },
  {
    what: "a count of 0 changes no flag",
    code: "d3 e0",
    before: { flags: "OF SF ZF AF PF CF", registers: { EAX: 5, ECX: 0 } },
    after: { EAX: 5 },
    flags: "OF SF ZF AF PF CF",
  },
  {
    what: "counts are modulo 32",
    code: "d3 e0",
    before: { flags: "OF ZF", registers: { EAX: 5, ECX: 0x120 } },
    after: { EAX: 5 },
    flags: "OF ZF",
  },
  {
    what: "shl al, 9 leaves nothing",
    code: "c0 e0 09",
    before: { registers: { EAX: 0x1ff } },
    after: { EAX: 0x100 },
    flags: "ZF PF",
    ignore: "AF OF CF",
  },
  {
    what: "rol al, 8 keeps the value and sets CF",
    code: "c0 c0 08",
    before: { registers: { EAX: 0x81 } },
    after: { EAX: 0x81 },
    flags: "CF",
    ignore: "OF",
  },
  {
    what: "ror 1: OF from the two highest bits",
    code: "d1 c8",
    before: { registers: { EAX: 1 } },
    after: { EAX: 0x8000_0000 },
    flags: "OF CF",
  },
  {
    what: "rcl shifts CF in",
    code: "d1 d0",
    before: { flags: "CF", registers: { EAX: 0x4000_0000 } },
    after: { EAX: 0x8000_0001 },
    flags: "OF",
  },
  {
    what: "rcr al, 9 is the same again",
    code: "c0 d8 09",
    before: { flags: "CF", registers: { EAX: 0x5a } },
    after: { EAX: 0x5a },
    flags: "CF",
    ignore: "OF",
  },
  {
    what: "shld fills from the second",
    code: "0f a4 d8 08",
    before: { registers: { EAX: 0x1234_5678, EBX: 0xabcd_ef01 } },
    after: { EAX: 0x3456_78ab },
    flags: "",
    ignore: "OF AF PF",
  },
  {
    what: "shrd fills from the second",
    code: "0f ad d8",
    before: { registers: { EAX: 0x1234_5678, EBX: 0xabcd_ef01, ECX: 8 } },
    after: { EAX: 0x0112_3456 },
    flags: "PF",
    ignore: "OF AF",
  },
]);

group("bits and single flags", [
  {
    what: "bsf",
    code: "0f bc c3",
    before: { registers: { EBX: 0x50 } },
    after: { EAX: 4 },
    flags: "",
    ignore: "OF SF AF PF CF",
  },
  {
    what: "bsr of 0 sets ZF and leaves the destination",
    code: "0f bd c3",
    before: { registers: { EAX: 9 } },
    after: { EAX: 9 },
    flags: "ZF",
    ignore: "OF SF AF PF CF",
  },
  {
    what: "bt takes a register operand's offset modulo 32",
    code: "0f a3 d8",
    before: { registers: { EAX: 2, EBX: 33 } },
    flags: "CF",
    ignore: "OF SF AF PF",
  },
  {
    what: "bts reaches outside its memory operand, downwards too",
    code: "0f ab 1d 00 20 00 00",
    before: { registers: { EBX: -1 } },
    memory: { [DATA - 4]: [0, 0, 0, 0x80] },
    flags: "",
    ignore: "OF SF AF PF",
  },
  {
    what: "btr imm8 in memory is modulo the size",
    code: "0f ba 35 00 20 00 00 21",
    before: { memory: { [DATA]: [0xff] } },
    memory: { [DATA]: [0xfd] },
  },
  { what: "cmc", code: "f5", before: { flags: "OF ZF" }, flags: "OF ZF CF" },
  { what: "lahf", code: "9f", before: { flags: "SF ZF AF PF CF" }, after: { EAX: 0xd700 } },
  { what: "sahf leaves OF", code: "9e", before: { flags: "OF ZF", registers: { EAX: 0x8100 } }, flags: "OF SF CF" },
]);

group("strings", [
  {
    what: "std; movsb goes down",
    code: "fd a4",
    count: 2,
    before: { registers: { ESI: DATA, EDI: DATA + 9 }, memory: { [DATA]: [5] } },
    after: { ESI: DATA - 1, EDI: DATA + 8 },
    memory: { [DATA + 9]: [5] },
  },
  {
    what: "rep movsb upwards into an overlap repeats a pattern",
    code: "f3 a4",
    before: { registers: { ESI: DATA, EDI: DATA + 2, ECX: 6 }, memory: { [DATA]: [1, 2] } },
    after: { ECX: 0 },
    memory: { [DATA]: [1, 2, 1, 2, 1, 2, 1, 2, 0] },
    count: 2,
  },
  {
    what: "rep stosd",
    code: "f3 ab",
    before: { registers: { EAX: 0x0403_0201, EDI: DATA, ECX: 2 } },
    after: { EDI: DATA + 8, ECX: 0 },
    memory: { [DATA]: [1, 2, 3, 4, 1, 2, 3, 4, 0] },
  },
  {
    what: "rep with ECX 0 does nothing",
    code: "f3 aa",
    before: { flags: "CF", registers: { EDI: 0xffff_0000 } },
    after: { EDI: 0xffff_0000 },
    flags: "CF",
  },
  {
    what: "repne scasb finds",
    code: "f2 ae",
    before: { registers: { EDI: DATA, ECX: -1 }, memory: { [DATA]: [1, 2, 0] } },
    after: { EDI: DATA + 3, ECX: -4 },
    flags: "ZF PF",
    count: 3,
  },
  {
    what: "repe cmpsb stops at a difference",
    code: "f3 a6",
    before: { registers: { ESI: DATA, EDI: DATA + 16, ECX: 9 }, memory: { [DATA]: [1, 2, 3], [DATA + 16]: [1, 2, 4] } },
    after: { ESI: DATA + 3, ECX: 6 },
    flags: "SF AF PF CF",
    count: 3,
  },
  {
    what: "lodsb leaves the upper bytes",
    code: "ac",
    before: { registers: { EAX: 0x100, ESI: DATA }, memory: { [DATA]: [7] } },
    after: { EAX: 0x107, ESI: DATA + 1 },
  },
]);

group("locked", [
  {
    what: "lock cmpxchg that succeeds",
    code: "f0 0f b1 0d 00 20 00 00",
    before: { registers: { EAX: 5, ECX: 6 }, memory: { [DATA]: [5] } },
    after: { EAX: 5 },
    flags: "ZF PF",
    memory: { [DATA]: [6, 0, 0, 0] },
  },
  {
    what: "lock cmpxchg that fails loads EAX",
    code: "f0 0f b1 0d 00 20 00 00",
    before: { registers: { EAX: 5, ECX: 6 }, memory: { [DATA]: [4] } },
    after: { EAX: 4 },
    flags: "",
    memory: { [DATA]: [4] },
  },
  {
    what: "cmpxchg8b changes ZF only",
    code: "0f c7 0d 00 20 00 00",
    before: {
      flags: "OF SF CF",
      registers: { EAX: 1, EDX: 2, EBX: 3, ECX: 4 },
      memory: { [DATA]: [1, 0, 0, 0, 2, 0, 0, 0] },
    },
    flags: "OF SF ZF CF",
    memory: { [DATA]: [3, 0, 0, 0, 4, 0, 0, 0] },
  },
  {
    what: "lock xadd",
    code: "f0 0f c1 05 00 20 00 00",
    before: { registers: { EAX: 3 }, memory: { [DATA]: [4] } },
    after: { EAX: 4 },
    flags: "",
    memory: { [DATA]: [7] },
  },
]);

describe("control transfer", () => {
  const endsAt = (code: string, before: Before, fuel = 1): number => {
    const guest = makeGuest(code, before);
    guest.run(fuel);
    return guest.state[8] - 0x1000;
  };

  it.each([
    ["70 10", "jo", "OF"],
    ["72 10", "jb", "CF"],
    ["74 10", "je", "ZF"],
    ["76 10", "jbe", "CF"],
    ["76 10", "jbe", "ZF"],
    ["78 10", "js", "SF"],
    ["7a 10", "jp", "PF"],
    ["7c 10", "jl", "SF"],
    ["7c 10", "jl", "OF"],
    ["7e 10", "jle", "ZF"],
    ["7e 10", "jle", "OF"],
    ["71 10", "jno", "SF ZF PF CF"],
    ["73 10", "jae", "OF SF ZF PF"],
    ["77 10", "ja", "OF SF PF"],
    ["7d 10", "jge", "SF OF"],
    ["7f 10", "jg", "SF OF CF"],
  ])("%s: %s jumps with %s, and its opposite does not", (code, _name, flags) => {
    expect(endsAt(code, { flags })).toBe(0x12);
    const opposite = (Number.parseInt(code.slice(0, 2), 16) ^ 1).toString(16);
    expect(endsAt(`${opposite} 10`, { flags })).toBe(2);
  });

  it("call pushes the address behind it and ret comes back", () => {
    const guest = makeGuest("e8 01 00 00 00 90 c3", { registers: { ESP: DATA } });
    guest.run(2);
    expect(guest.state[8]).toBe(0x1005);
    expect(guest.register("ESP")).toBe(DATA);
    expect(guest.bytes(DATA - 4, 4)).toEqual([5, 0x10, 0, 0]);
  });

  it("ret imm16 also drops arguments", () => {
    const guest = makeGuest("c2 08 00", { registers: { ESP: DATA }, memory: { [DATA]: [0, 0x10] } });
    guest.run(1);
    expect(guest.register("ESP")).toBe(DATA + 12);
  });

  it("loop counts ECX down without touching flags", () => {
    const guest = makeGuest("e2 fe", { flags: "OF ZF", registers: { ECX: 3 } });
    expect(guest.run(3)).toBe(Exit.FUEL);
    expect([guest.register("ECX"), guest.flags(), guest.state[8]]).toEqual([0, "OF ZF", 0x1002]);
  });

  it("jecxz, and jumps through registers and memory", () => {
    expect(endsAt("e3 10", { registers: { ECX: 1 } })).toBe(2);
    expect(endsAt("e3 10", {})).toBe(0x12);
    expect(endsAt("ff e0", { registers: { EAX: 0x1004 } })).toBe(4);
    expect(endsAt("ff 25 00 20 00 00", { memory: { [DATA]: [8, 0x10, 0, 0] } })).toBe(8);
  });

  it("a jump into the middle of an instruction executes what is there", () => {
    // mov eax, 0x90c38966 has `mov bx, ax` (66 89 c3) inside.
    const guest = makeGuest("b8 66 89 c3 90 eb fa", {});
    guest.run(1);
    expect(guest.register("EAX")).toBe(0x90c3_8966);
    guest.run(2);
    expect(guest.state[8]).toBe(0x1004);
    expect(guest.register("EBX")).toBe(0x8966);
  });

  it("int N ends the run behind itself and says N", () => {
    const guest = makeGuest("90 cd 42 90");
    expect(guest.run(10)).toBe(Exit.VIRTUAL_INSTRUCTION);
    expect([guest.engine.vector, guest.engine.retired, guest.state[8]]).toEqual([0x42, 2, 0x1003]);
  });
});
