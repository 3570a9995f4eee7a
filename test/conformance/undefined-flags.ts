/** Which flags the architecture leaves undefined after an instruction, from the table and, for shifts, the count. */
import type { Instruction } from "iced-x86";
import { OpKind } from "iced-x86";
import type { InstructionEntry } from "../../source/kernel/x86/instruction-table.js";
import { Flag } from "../../source/kernel/x86/machine.js";

const FLAG_BITS: Readonly<Record<string, number>> = {
  o: Flag.OVERFLOW,
  s: Flag.SIGN,
  z: Flag.ZERO,
  a: Flag.AUXILIARY,
  p: Flag.PARITY,
  c: Flag.CARRY,
  d: Flag.DIRECTION,
};

/** The mask of EFLAGS that a table's letters stand for. */
export const flagMask = (letters: string): number => [...letters].reduce((mask, letter) => mask | FLAG_BITS[letter], 0);

/** Shifts and rotates, whose effect on flags depends on their count. */
export const isShift = ({ semantics }: InstructionEntry): boolean =>
  /^(shl|shr|sar|rol|ror|rcl|rcr|shld|shrd)$/.test(semantics);

/** A mask of EFLAGS, or "result" when even the result is undefined. `cl` is ECX before the instruction. */
export function undefinedFlagsOf(entry: InstructionEntry, instruction: Instruction, cl: number): number | "result" {
  const undefinedFlags = flagMask(entry.undefined);
  if (!isShift(entry)) return undefinedFlags;
  const last = instruction.opCount - 1;
  const count = (instruction.opKind(last) === OpKind.Register ? cl : Number(instruction.immediate(last))) & 31;
  if (count === 0) return 0;
  const size = operandSize(instruction);
  if (/^sh[lr]d$/.test(entry.semantics) && count > size) return "result";
  // Intel SDM vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR and SHLD: OF is for counts of 1; CF is not for all bits gone.
  const overflow = count === 1 ? 0 : Flag.OVERFLOW;
  const carry = /^sh[lr]$/.test(entry.semantics) && count >= size ? Flag.CARRY : 0;
  return undefinedFlags | overflow | carry;
}

/** Bits of the first operand, read off the name of iced's code or of the operand. */
function operandSize(instruction: Instruction): number {
  const opCode = instruction.opCode;
  const size = opCode.operandSize || 8;
  opCode.free();
  return size;
}

/** Flags each condition code reads, as the table's letters (Intel SDM vol. 1, appendix B). */
export const CONDITION_READS: readonly string[] = [
  ...["o", "o", "c", "c", "z", "z", "zc", "zc"],
  ...["s", "s", "p", "p", "so", "so", "szo", "szo"],
];
