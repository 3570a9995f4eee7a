/** JECXZ and LOOPcc in translated code, by the Intel SDM, vol. 2: they look at ECX and, but for ZF, at no flag. */
import { describe, expect, it } from "vitest";
import { Register } from "../../../source/kernel/x86/machine.js";
import { compareEngines, difference, type Piece, stateOf, TEXT } from "./both-engines.js";

const { EAX, ECX, EDX, ESP } = Register;

const piece = (code: string, ecx: number): Piece => ({
  code: [...Buffer.from(code.replaceAll(" ", ""), "hex")],
  state: stateOf({ [ECX]: ecx }),
  memory: new Map(),
});

/** What EAX counts. */
function count(code: string, ecx: number): number {
  const [comparison] = compareEngines([piece(code, ecx)]);
  expect(difference(comparison)).toBe("");
  expect(comparison.leftOver).toBeLessThanOrEqual(1);
  return comparison.translated.state[EAX];
}

describe("branches on ECX", () => {
  it.each([
    ["loop goes round ECX times", "40 e2 fd cd 80", 5, 5],
    ["loop goes round once for 1", "40 e2 fd cd 80", 1, 1],
    ["loope ends where ZF is clear", "83 c0 01 83 f8 03 e1 f8 cd 80", 9, 1],
    ["loopne ends where ZF is set", "83 c0 01 83 f8 03 e0 f8 cd 80", 9, 3],
    ["loopne ends where ECX is used up", "83 c0 01 83 f8 03 e0 f8 cd 80", 2, 2],
    ["jecxz jumps at 0", "e3 01 40 cd 80", 0, 0],
    ["jecxz falls through else", "e3 01 40 cd 80", 0x1_0000, 1],
  ])("%s", (_what, code, ecx, expected) => {
    expect(count(code, ecx)).toBe(expected);
  });

  it("loop with ECX 0 goes round 2^32 times: leaves in between, and agrees", () => {
    const [comparison] = compareEngines([piece("40 e2 fd cd 80", 0)], 1_001);
    expect(difference(comparison)).toBe("");
  });
});

it("translates branches one behind the other, more than the host's stack could nest", () => {
  const BRANCHES = 3_500;
  const out = (at: number): number[] => [...new Uint8Array(Int32Array.of(7 * (BRANCHES - at - 1)).buffer)];
  // dec eax; jz out
  const chain = Array.from({ length: BRANCHES }, (_, at) => [0x48, 0x0f, 0x84, ...out(at)]).flat();
  for (const eax of [1, 1_234, BRANCHES, BRANCHES + 1]) {
    const [comparison] = compareEngines([
      { ...piece("", 0), code: [...chain, 0xcd, 0x80], state: stateOf({ [EAX]: eax }) },
    ]);
    expect(difference(comparison)).toBe("");
    expect(comparison.translated.state[EAX]).toBe(Math.max(0, eax - BRANCHES));
    expect(comparison.leftOver).toBeLessThanOrEqual(1);
  }
});

describe("a jump through a pointer that stays within its function", () => {
  it("keeps the flags that its target reads", () => {
    // add eax, ecx; mov edx, [0x11000]; jmp edx; nops; setc al; setz ah; int 0x80: the first piece stands at 0x40000.
    const code = "01 c8 8b 15 00 10 01 00 ff e2 90 90 90 90 0f 92 c0 0f 94 c4 cd 80";
    const memory = new Map([[0x1_1000, Uint8Array.of(0x0e, 0x00, 0x04, 0x00)]]);
    for (const carry of [0, 1]) {
      const carried = { ...piece(code, carry), memory, state: stateOf({ [ECX]: carry, [EAX]: -1, [ESP]: 0x1_f000 }) };
      const [comparison] = compareEngines([carried]);
      expect(difference(comparison)).toBe("");
      expect(comparison.translated.state[EAX] & 0xffff).toBe(carry === 1 ? 0x0101 : 0x0000);
    }
  });
});

describe("a jump by a table that the guest has changed", () => {
  it("keeps the flags that its target reads, which another entry of the table names", () => {
    const TABLE = 0x1_1000;
    // cmp ecx, 5; jmp [TABLE + 4*ecx]; 10: int 0x80; 12: sets al; int 0x80
    const code = "83 f9 05 ff 24 8d 00 10 01 00 cd 80 0f 98 c0 cd 80";
    const targets = [TEXT + 10, TEXT + 12];
    const changed = new Uint8Array(Uint32Array.of(targets[1]).buffer);
    const read = (address: number) => targets[(address - TABLE) / 4];
    const [comparison] = compareEngines(
      [{ ...piece(code, 0), memory: new Map([[TABLE, changed]]) }],
      undefined,
      undefined,
      read,
    );
    expect(difference(comparison)).toBe("");
    expect(comparison.translated.state[EAX] & 0xff).toBe(1);
  });
});

describe("a jump beyond all memory", () => {
  /** From where the piece stands to an address. */
  const to = (address: number, from: number): number[] => [
    ...new Uint8Array(Int32Array.of(address - TEXT - from).buffer),
  ];

  it.each([0x4000_0000, 0x4000_0001, 0x4000_0002, 0x7fff_ffff, 0xffff_ffff])(
    "to %i faults where it goes, whatever is copied beside it",
    (target) => {
      // test eax, eax; jz target; call 22; mov ebx, 1234; int 0x80; 22: add ecx, 1; ret
      const code = [
        0x85,
        0xc0,
        0x0f,
        0x84,
        ...to(target | 0, 8),
        0xe8,
        9,
        0,
        0,
        0,
        0xbb,
        0xd2,
        4,
        0,
        0,
        0xcd,
        0x80,
        0x90,
        0x90,
      ];
      const called = [0x83, 0xc1, 0x01, 0xc3];
      for (const eax of [0, 1]) {
        const state = stateOf({ [EAX]: eax, [ESP]: 0x1_f000 });
        const [comparison] = compareEngines([{ code: [...code, ...called], state, memory: new Map() }]);
        expect(difference(comparison)).toBe("");
        expect(comparison.translated.fault).toBe(eax === 0 ? `memory fault at ${target - TEXT}` : "");
        expect(comparison.translated.state[ECX]).toBe(eax);
      }
    },
  );

  it.each([0x4000_0001, 0x4000_0003, 0x4000_0005])("to %i stands beside a loop that is unrolled", (target) => {
    // inc edx; dec ecx; jnz 0; test eax, eax; js target; 12: jc 12; int 0x80
    const code = [0x42, 0x49, 0x75, 0xfc, 0x85, 0xc0, 0x0f, 0x88, ...to(target, 12), 0x72, 0xfe, 0xcd, 0x80];
    const [comparison] = compareEngines([{ ...piece("", 0), code, state: stateOf({ [EAX]: 1, [ECX]: 3 }) }]);
    expect(difference(comparison)).toBe("");
    expect(comparison.translated.state[EDX]).toBe(3);
  });

  it("may be one without a condition", () => {
    const code = [0x40, 0x72, 0xfe, 0xe9, ...to(0x4000_0001, 8)];
    const [comparison] = compareEngines([{ ...piece("", 0), code }]);
    expect(difference(comparison)).toBe("");
    expect(comparison.translated.fault).toBe(`memory fault at ${0x4000_0001 - TEXT}`);
  });
});
