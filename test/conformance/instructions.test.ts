import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Code, EncodingKind, Instruction, Mnemonic } from "iced-x86";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { INSTRUCTION_TABLE } from "../../source/kernel/x86/instruction-table.js";
import { Campaign } from "./campaign.js";
import { findHostCpu, removeBuilds } from "./host-cpu.js";
import { findTemplates, type Template } from "./templates.js";

/** Cases in an ordinary test run. More, and other seeds: scripts/conformance.mjs. */
const CASES = 200_000;
const SEED = Number(process.env.CONFORMANCE_SEED ?? 1);
const MINUTE = 60_000;

const host = findHostCpu(dirname(fileURLToPath(import.meta.url)));
const missing = "missing" in host ? host.missing : "";
const skipped = missing === "" ? "" : ` (skipped: ${missing})`;
if (missing !== "") console.warn(`conformance with the host's CPU is skipped: ${missing}`);

afterAll(removeBuilds);

describe(`instructions in both engines, judged by the host's CPU${skipped}`, () => {
  let templates: Template[];
  beforeAll(() => {
    templates = findTemplates();
  });

  it("finds encodings of every row of the table but INT, which is a system call natively, and those that end a program", () => {
    const found = new Set(templates.map(({ entry }) => entry));
    const without = INSTRUCTION_TABLE.filter((entry) => !found.has(entry)).map(({ mnemonic }) => mnemonic);
    expect(without).toEqual(["int", "ud2", "hlt"]);
  });

  it.skipIf(missing !== "")(
    `agrees in ${CASES} random cases, seed ${SEED}`,
    async () => {
      if ("missing" in host) return;
      const result = await new Campaign(host, templates, SEED).run(0, CASES);
      expect(result.failures.slice(0, 5).join("\n\n")).toBe("");
      expect(result.compared).toBeGreaterThan(CASES * 0.95);
      expect(result.translated).toBe(CASES);
      expect(result.ranTranslated).toBeGreaterThan(CASES * 0.4);
      const untested = templates.filter(({ name }) => !result.coverage.has(name)).map(({ name }) => name);
      expect(untested).toEqual([]);
      for (const ending of ["done", "memory fault", "divide error"]) {
        expect(result.endings.get(ending), ending).toBeGreaterThan(CASES / 1000);
      }
    },
    20 * MINUTE,
  );
});

describe("the instruction table, judged by the decoder's own tables", () => {
  it("covers every operand size of each mnemonic that has one, 64-bit mode apart", () => {
    const names = new Set(findTemplates().map(({ name }) => name));
    const wanted = new Set([
      "Add",
      "Adc",
      "Sub",
      "Sbb",
      "Cmp",
      "And",
      "Or",
      "Xor",
      "Test",
      "Imul",
      "Shl",
      "Rcr",
      "Xadd",
    ]);
    const absent = legacyCodes().filter(({ mnemonic, name }) => wanted.has(mnemonic) && !names.has(name));
    expect(absent).toEqual([]);
  });
});

function legacyCodes(): { name: string; mnemonic: string }[] {
  const codes = Object.values(Code).filter((code): code is Code => typeof code === "number");
  return codes.flatMap((code) => {
    const instruction = new Instruction();
    instruction.code = code;
    const { opCode } = instruction;
    const usable = opCode.encoding === EncodingKind.Legacy && opCode.isAvailableInMode(32);
    const entry = { name: Code[code], mnemonic: Mnemonic[instruction.mnemonic] };
    opCode.free();
    instruction.free();
    return usable ? [entry] : [];
  });
}
