/**
 * Chains of floating-point instructions, in which NaNs are looked at late: whatever is computed, stored, copied and read as
 * bits on the way, registers and memory are the interpreter's to the last bit. Cases are made from fixed seeds.
 */
import { describe, expect, it } from "vitest";
import { StateWord } from "../../../source/kernel/x86/machine.js";
import { Random } from "../../conformance/random.js";
import { compareEngines, difference, type Piece, stateOf } from "./both-engines.js";

/** Prefix and opcode behind 0x0f of register forms: arithmetic, moves, logic, conversions. */
const ARITHMETIC_OPCODES = [0x58, 0x59, 0x5c, 0x5e, 0x51];
const DOUBLE_OPCODES: [number, number][] = [...ARITHMETIC_OPCODES, 0x5d, 0x5f, 0x10, 0x5a].map((opcode) => [
  0xf2,
  opcode,
]);
const SINGLE_OPCODES: [number, number][] = [...ARITHMETIC_OPCODES, 0x5d, 0x5f, 0x10, 0x5a].map((opcode) => [
  0xf3,
  opcode,
]);
const PACKED: [number, number][] = [0x28, 0x54, 0x57, 0x14, 0x58].map((opcode) => [0x66, opcode]);
const MOVSD_STORE = 0x11;

const DATA = 0x1_0000;
const LENGTH = 14;

type Kind = "doubles" | "singles" | "all";

function instruction(random: Random, kind: Kind): number[] {
  const operations =
    kind === "doubles" ? DOUBLE_OPCODES : kind === "singles" ? SINGLE_OPCODES : [...DOUBLE_OPCODES, ...SINGLE_OPCODES];
  const plain = operations.filter(([, opcode]) => kind === "all" || opcode !== 0x5a);
  const register = random.below(4) << 3;
  const scalarPrefix = kind === "singles" ? 0xf3 : 0xf2;
  const address = DATA + 16 * random.below(8);
  const inMemory = [0x05 | register, address, address >> 8, address >> 16, address >> 24];
  switch (random.below(8)) {
    case 0:
      return [scalarPrefix, 0x0f, MOVSD_STORE, ...inMemory];
    case 1: {
      const [prefix, opcode] = random.pick(plain);
      return [prefix, 0x0f, opcode, ...inMemory];
    }
    case 2: {
      const [prefix, opcode] = random.pick(PACKED);
      return [prefix, 0x0f, opcode, 0xc0 | register | random.below(4)];
    }
    default: {
      const [prefix, opcode] = random.pick(plain);
      return [prefix, 0x0f, opcode, 0xc0 | register | random.below(4)];
    }
  }
}

function piece(random: Random, kind: Kind): Piece {
  const code = Array.from({ length: LENGTH }, () => instruction(random, kind)).flat();
  const state = stateOf({});
  for (let register = 0; register < 8; register++) state.set(random.vector(), StateWord.XMM + register * 4);
  const memory = new Int32Array(Array.from({ length: 8 }, () => random.vector()).flat());
  return { code: [...code, 0xcd, 0x80], state, memory: new Map([[DATA, new Uint8Array(memory.buffer)]]) };
}

describe("chains of floating-point instructions", () => {
  it.each<Kind>(["doubles", "singles", "all"])("of %s agree to the last bit", (kind) => {
    const pieces = Array.from({ length: 500 }, (_, index) => piece(new Random(2026, index), kind));
    const comparisons = compareEngines(pieces);
    const wrong = comparisons.flatMap((comparison, index) => {
      const found = difference(comparison);
      return found === "" ? [] : [`${Buffer.from(pieces[index].code).toString("hex")}: ${found}`];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(comparisons.filter(({ leftOver }) => leftOver > 1)).toEqual([]);
  });
});
