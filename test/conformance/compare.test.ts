/** That the judges see what they are there to see, and nothing else. */

import { describe, expect, it } from "vitest";
import { Flag } from "../../source/kernel/x86/machine.js";
import { engineDifferences, hostDifferences } from "./compare.js";
import { makeProgram } from "./functions/program-generator.js";
import { makeCase } from "./generator.js";
import { LongModeCode } from "./long-mode.js";
import { MEMORY_END, type Outcome, TEXT } from "./machine-case.js";
import { Random } from "./random.js";
import { findTemplates } from "./templates.js";

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  registers: new Int32Array(8),
  eflags: 2,
  eip: TEXT,
  ending: "done",
  faultAddress: 0,
  stray: 0,
  xmm: new Int32Array(32),
  memory: new Uint8Array(16),
  retired: 3,
  ...changes,
});
const with1 = <T extends Int32Array | Uint8Array>(array: T, index: number): T => {
  array[index] = 1;
  return array;
};

describe("a comparison", () => {
  const testCase = makeCase(findTemplates(), new Random(1, 1));

  it.each<[string, Partial<Outcome>]>([
    ["ebx", { registers: with1(new Int32Array(8), 3) }],
    ["xmm1 word 2", { xmm: with1(new Int32Array(32), 6) }],
    [`byte at 0x${(MEMORY_END - 12).toString(16)}`, { memory: with1(new Uint8Array(16), 4) }],
    ["eip", { eip: TEXT + 1 }],
    ["ending", { ending: "divide error" }],
  ])("sees a difference of %s", (what, changes) => {
    expect(hostDifferences({ ...testCase, undefinedAt: () => 0 }, outcome(), outcome(changes))).toEqual([
      expect.stringContaining(`${what}: `),
    ]);
    expect(engineDifferences(outcome(), outcome(changes))).toEqual([expect.stringContaining(`${what}: `)]);
  });

  it("sees flags that are defined, and no others", () => {
    const carry = outcome({ eflags: 2 | Flag.CARRY });
    expect(hostDifferences({ ...testCase, undefinedAt: () => 0 }, outcome(), carry)).toHaveLength(1);
    expect(hostDifferences({ ...testCase, undefinedAt: () => Flag.CARRY }, outcome(), carry)).toEqual([]);
  });

  it("sees another number of instructions, and other memory than the case's", () => {
    expect(engineDifferences(outcome(), outcome({ retired: 4 }))).toHaveLength(1);
    expect(engineDifferences(outcome(), outcome({ stray: 5 }))).toHaveLength(1);
  });
});

describe("what a seed makes", () => {
  it("is the same every time", () => {
    const templates = findTemplates();
    const code = (index: number) => Buffer.from(makeCase(templates, new Random(7, index), index).code).toString("hex");
    expect(Array.from({ length: 20 }, (_, i) => code(i))).toEqual(Array.from({ length: 20 }, (_, i) => code(i)));
    const [first, second] = [makeProgram(7, 3), makeProgram(7, 3)];
    expect(first.code).toEqual(second.code);
    expect(first.memory).toEqual(second.memory);
    expect(makeProgram(8, 3).code).not.toEqual(first.code);
  });
});

describe("code for 64-bit mode", () => {
  // push eax; inc ecx; call +0; ret
  const code = Uint8Array.of(0x50, 0x41, 0xe8, 0, 0, 0, 0, 0xc3);
  const made = new LongModeCode(code, TEXT, TEXT + 1);

  it("begins where the case does, and has a place for each instruction", () => {
    expect(made.map.filter((_, i) => i % 2 === 0)).toEqual([TEXT, TEXT + 1, TEXT + 2, TEXT + 7]);
    expect(made.entry).toBe(made.map[3]);
  });

  it("knows which instruction an address within it belongs to", () => {
    expect(made.guestEip(made.map[3], false, 0)).toBe(TEXT + 1);
    expect(made.guestEip(made.map[5] + 3, false, 0)).toBe(TEXT + 2);
  });

  it("ends behind the case, or where an indirect jump went that leads nowhere", () => {
    expect(made.guestEip(made.offset + made.bytes.length, true, 0)).toBe(TEXT + code.length);
    expect(made.guestEip(1, true, 0x1234)).toBe(0x1234);
  });
});
