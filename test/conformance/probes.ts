/**
 * What surrounds the instruction that a case is about: instructions before it that set flags, so that the translator has
 * them from a computation and not from the entry of its function, and behind it some that read them: what nothing reads it
 * does not compute. They touch no register that the instruction uses but the flags.
 */
import { Flag } from "../../source/kernel/x86/machine.js";
import type { Random } from "./random.js";
import { CONDITION_READS, flagMask } from "./undefined-flags.js";

export interface Probe {
  readonly bytes: readonly number[];
  /** Flags undefined behind it, given those before it. */
  undefinedBehind(before: number): number;
}

const { CARRY, PARITY, AUXILIARY, ZERO, SIGN, OVERFLOW } = Flag;
const ALL = CARRY | PARITY | AUXILIARY | ZERO | SIGN | OVERFLOW;

const CMP = 0x39;
const TEST = 0x85;
const OPERAND_16 = 0x66;

/** ModRM of a memory operand that is an address alone. */
const absolute = (group: number): number => 0x05 | (group << 3);
const word = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];

const definesAll = (): number => 0;
const leavesAuxiliary = (): number => AUXILIARY;

/** One or two instructions that set flags: every way in which the translator keeps them. @param at memory they may change */
export function flagSetters(random: Random, at: number): Probe[] {
  const registers = 0xc0 | random.below(64);
  const address = word(at + random.below(60) * 4);
  const register = random.below(8);
  const compare: Probe = {
    bytes: random.pick([[CMP], [CMP - 1], [OPERAND_16, CMP]]).concat(registers),
    undefinedBehind: definesAll,
  };
  switch (random.below(9)) {
    case 0:
      return [{ bytes: [TEST, registers], undefinedBehind: leavesAuxiliary }];
    case 1: {
      // ADD or SUB [address], register
      const opcode = random.pick([0x01, 0x00, 0x29, 0x28]);
      return [{ bytes: [opcode, absolute(register), ...address], undefinedBehind: definesAll }];
    }
    case 2: {
      // OR, AND or XOR [address], register
      const opcode = random.pick([0x09, 0x08, 0x21, 0x20, 0x31, 0x30]);
      return [{ bytes: [opcode, absolute(register), ...address], undefinedBehind: leavesAuxiliary }];
    }
    case 3: {
      // ADC or SBB [address], register
      const opcode = random.pick([0x11, 0x10, 0x19, 0x18]);
      return [compare, { bytes: [opcode, absolute(register), ...address], undefinedBehind: definesAll }];
    }
    case 4:
      // INC or DEC [address]
      return [compare, incrementOf(random, address)];
    case 5: {
      // NEG [address]
      return [{ bytes: [random.pick([0xf7, 0xf6]), absolute(3), ...address], undefinedBehind: definesAll }];
    }
    case 6: {
      // SHL, SHR or SAR [address], 1 to 31
      const by = 1 + random.below(31);
      const overflow = by === 1 ? 0 : OVERFLOW;
      const bytes = [0xc1, absolute(random.pick([4, 5, 7])), ...address, by];
      return [compare, { bytes, undefinedBehind: () => AUXILIARY | overflow }];
    }
    default:
      return [compare];
  }
}

function incrementOf(random: Random, address: readonly number[]): Probe {
  const bytes = [random.pick([0xff, 0xfe]), absolute(random.below(2)), ...address];
  return { bytes, undefinedBehind: (before) => before & CARRY };
}

/** Instructions that read flags, but no undefined ones. @param at memory they may change */
export function flagReaders(random: Random, undefinedFlags: number, at: number): Probe[] {
  const conditions = CONDITION_READS.flatMap((reads, condition) =>
    (flagMask(reads) & undefinedFlags) === 0 ? [condition] : [],
  );
  const keep = (before: number): number => before;
  const setToMemory = (): Probe => ({
    bytes: [0x0f, 0x90 + random.pick(conditions), absolute(0), ...word(at + random.below(250))],
    undefinedBehind: keep,
  });
  const carryDefined = (undefinedFlags & CARRY) === 0;
  switch (random.below(6)) {
    case 0:
      if ((undefinedFlags & (ALL & ~OVERFLOW)) === 0) return [{ bytes: [LAHF], undefinedBehind: keep }];
      break;
    case 1:
      if (carryDefined) {
        const bytes = [random.pick([0x11, 0x10, 0x19, 0x18]), 0xc0 | random.below(64)];
        return [{ bytes, undefinedBehind: definesAll }];
      }
      break;
    case 2:
      if (conditions.length > 0) return [{ bytes: [0x70 + random.pick(conditions), 2], undefinedBehind: keep }];
      break;
    case 3:
      if (conditions.length > 0) {
        const bytes = [0x0f, 0x40 + random.pick(conditions), 0xc0 | random.below(64)];
        return [{ bytes, undefinedBehind: keep }];
      }
      break;
    default:
  }
  return conditions.length === 0 ? [] : Array.from({ length: 1 + random.below(5) }, setToMemory);
}

const LAHF = 0x9f;
