import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as abi from "../../source/kernel/abi.js";

/** The C headers' numbers, by name without `DENALI_`; what takes parameters or is computed is no number of the ABI. */
function headerNumbers(): Map<string, number | string> {
  const read = (name: string) => readFileSync(new URL(`../../guests/include/${name}`, import.meta.url), "utf8");
  const header = read("denali.h") + read("denali-control.h").replace("#define DENALI_CONSOLE_PIECE", "");
  const numbers = new Map<string, number | string>();
  for (const [, name, value] of header.matchAll(
    /^#define DENALI_(\w+) +(\(?-?(?:0x[0-9a-f]+|\d+)\)?|"[^"]*")(?=\s|$)/gm,
  )) {
    expect(numbers.has(name), `DENALI_${name} is defined twice`).toBe(false);
    numbers.set(name, value.startsWith('"') ? value.slice(1, -1) : Number(value.replace(/[()]/g, "")));
  }
  return numbers;
}

/** Groups whose C names leave out a word. */
const PREFIXES: Record<string, string> = {
  VirtualRegister: "REGISTER",
  VirtualInstruction: "INSTRUCTION",
  AbiError: "ERROR",
};

const screamingSnake = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

/** The numbers of abi.ts under the names that C gives them. Lists of names are for people and not part of it. */
function abiNumbers(): Map<string, number | string> {
  const numbers = new Map<string, number | string>();
  for (const [name, value] of Object.entries(abi)) {
    if (typeof value === "number" || typeof value === "string") numbers.set(name, value);
    else if (!Array.isArray(value))
      for (const [member, number] of Object.entries(value))
        numbers.set(`${PREFIXES[name] ?? screamingSnake(name)}_${member}`, number as number);
  }
  return numbers;
}

describe("the virtual architecture's numbers", () => {
  it("are the same in abi.ts and the C headers, and none is in one of them only", () => {
    const inAbi = abiNumbers();
    expect(inAbi.size).toBeGreaterThan(90);
    expect(Object.fromEntries([...headerNumbers()].sort())).toEqual(Object.fromEntries([...inAbi].sort()));
  });

  it("name every state and every interrupt", () => {
    expect(abi.VM_STATE_NAMES).toHaveLength(Object.keys(abi.VmState).length);
    expect(abi.INTERRUPT_NAMES).toHaveLength(abi.INTERRUPT_COUNT);
    expect(Object.values(abi.Interrupt).toSorted()).toEqual([...Array(abi.INTERRUPT_COUNT).keys()]);
  });

  it("leave the virtual registers apart from each other, inside page 0", () => {
    const offsets = Object.values(abi.VirtualRegister).toSorted((a, b) => a - b);
    expect(new Set(offsets).size).toBe(offsets.length);
    expect(abi.VirtualRegister.NAME + abi.NAME_SIZE).toBeLessThanOrEqual(abi.VirtualRegister.ARGUMENTS);
    expect(abi.VirtualRegister.ARGUMENTS + abi.ARGUMENTS_SIZE).toBe(abi.REGISTER_PAGE_SIZE);
    expect(abi.LOWEST_LOAD_ADDRESS).toBeGreaterThanOrEqual(abi.REGISTER_PAGE_SIZE);
  });
});
