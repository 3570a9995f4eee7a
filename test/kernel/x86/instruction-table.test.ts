/** The table's columns, judged by iced-x86's own knowledge of each instruction. */
import { type Instruction, RflagsBits } from "iced-x86";
import { describe, expect, it } from "vitest";
import { INSTRUCTION_TABLE, type InstructionEntry } from "../../../source/kernel/x86/instruction-table.js";
import { entryOf, findTemplates, MODRM_GROUP, withDecoded } from "../../conformance/templates.js";

const LETTERS: readonly [string, number][] = [
  ["o", RflagsBits.OF],
  ["s", RflagsBits.SF],
  ["z", RflagsBits.ZF],
  ["a", RflagsBits.AF],
  ["p", RflagsBits.PF],
  ["c", RflagsBits.CF],
  ["d", RflagsBits.DF],
];

const letters = (bits: number): string =>
  LETTERS.filter(([, bit]) => bits & bit)
    .map(([letter]) => letter)
    .join("");
const sorted = (flags: string): string =>
  LETTERS.map(([letter]) => letter)
    .filter((l) => flags.includes(l))
    .join("");

/** Flags of the instruction with a shift count of 4, where there is one, so that nothing depends on it. */
function flagsOf(instruction: Instruction) {
  const { rflagsRead, rflagsWritten, rflagsCleared, rflagsSet, rflagsUndefined } = instruction;
  return {
    reads: letters(rflagsRead),
    writes: letters(rflagsWritten | rflagsCleared | rflagsSet),
    undefined: letters(rflagsUndefined),
  };
}

const TAIL = [4, 4, 4, 4, 4, 4, 4, 4];

const examples = findTemplates().flatMap(({ name, entry, encodings }) => {
  const { bytes, modRm } = encodings[0];
  const group = modRm & MODRM_GROUP;
  // A register operand where there may be one, otherwise a memory operand; without operands, as it was found.
  const [register, memory] = [0xc1, 0x01].map((mode) => Uint8Array.from([...bytes, mode | group, ...TAIL]));
  return { name, entry, code: entryOf(register) === entry ? register : memory };
});

/** Shifts' counts, which iced looks at or assumes the worst of: stated by the SDM and judged by the host's CPU. */
const isShift = ({ semantics }: InstructionEntry): boolean => /^(sh[lr]d?|sar|ro[lr]|rc[lr])$/.test(semantics);

describe("the instruction table", () => {
  it.each(examples.filter(({ entry }) => !isShift(entry)))("has the flags of $name", ({ entry, code }) => {
    withDecoded(code, 0, (instruction) => {
      expect(instruction.isInvalid).toBe(false);
      const expected = flagsOf(instruction);
      expect({ reads: sorted(entry.reads), writes: sorted(entry.writes), undefined: sorted(entry.undefined) }).toEqual(
        expected,
      );
    });
  });

  it("has no form twice", () => {
    const keys = INSTRUCTION_TABLE.flatMap(({ mnemonic, forms }) => forms.map((form) => `${mnemonic} ${form}`));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
