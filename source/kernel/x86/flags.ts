/**
 * The arithmetic flags, computed from the processor's last result and its carries when something reads them; the fields'
 * meaning is in cpu.ts.
 */
import { processor } from "./cpu.js";
import { Flag } from "./machine.js";

/** The part of `carries` that stands for CF and OF, given as 0 or 1. */
export const carryAndOverflow = (carry: number, overflow: number): number => (carry << 31) | ((carry ^ overflow) << 30);

/** A function because of the rule in cpu.ts. */
function createFlags() {
  const cpu = processor;
  const carryBits = carryAndOverflow;
  const { CARRY, PARITY, AUXILIARY: AUXILIARY_FLAG, ZERO, SIGN, OVERFLOW } = Flag;
  const TOP_TWO = 0xc000_0000 | 0;
  const SIGN_DIFFERS = 1;
  const PARITY_DIFFERS = 2;
  const AUXILIARY = 8;

  const carryFlag = (): boolean => cpu.carries < 0;
  const overflowFlag = (): boolean => (cpu.carries ^ (cpu.carries << 1)) < 0;
  const zeroFlag = (): boolean => cpu.result === 0;
  const signFlag = (): boolean => (cpu.result ^ (cpu.carries << 31)) < 0;
  /** SF differs from OF: "less" after a signed comparison. */
  const lessFlag = (): boolean => (cpu.result ^ (cpu.carries << 31) ^ cpu.carries ^ (cpu.carries << 1)) < 0;

  /** PF: the result's lowest byte has an even number of ones. */
  function parityFlag(): boolean {
    let byte = cpu.result & 0xff;
    byte ^= byte >> 4;
    // 0x9669 has a one at each index, 0 to 15, of even parity.
    return (((0x9669 >> (byte & 15)) ^ (cpu.carries >> 1)) & 1) !== 0;
  }

  /** CF, PF, AF, ZF, SF and OF at their places in EFLAGS. */
  function arithmeticFlags(): number {
    return (
      (carryFlag() ? CARRY : 0) |
      (parityFlag() ? PARITY : 0) |
      ((cpu.carries & AUXILIARY) !== 0 ? AUXILIARY_FLAG : 0) |
      (zeroFlag() ? ZERO : 0) |
      (signFlag() ? SIGN : 0) |
      (overflowFlag() ? OVERFLOW : 0)
    );
  }

  /** Sets CF, PF, AF, ZF, SF and OF from their places in EFLAGS. */
  function setArithmeticFlags(flags: number): void {
    const carry = flags & CARRY ? 1 : 0;
    const overflow = flags & OVERFLOW ? 1 : 0;
    const sign = flags & SIGN ? SIGN_DIFFERS : 0;
    const parity = flags & PARITY ? 1 : 0;
    // A result of 0 reads as ZF=1, SF=0, PF=1; one of 1 as ZF=0, SF=0, PF=0. The rest is said to differ.
    const zero = (flags & ZERO) !== 0;
    cpu.result = zero ? 0 : 1;
    const parityDiffers = parity !== (zero ? 1 : 0) ? PARITY_DIFFERS : 0;
    const auxiliary = flags & AUXILIARY_FLAG ? AUXILIARY : 0;
    cpu.carries = carryBits(carry, overflow) | auxiliary | sign | parityDiffers;
  }

  /** Changes CF and nothing else. */
  function setCarry(carry: boolean): void {
    // Turning both top bits over turns CF over and leaves OF, their difference.
    if (carry !== cpu.carries < 0) cpu.carries ^= TOP_TWO;
  }

  /** Changes ZF and nothing else. */
  function setZero(zero: boolean): void {
    setArithmeticFlags((arithmeticFlags() & ~ZERO) | (zero ? ZERO : 0));
  }

  /** CF and OF set as given (0 or 1), ZF, SF and PF by the result; AF cleared. */
  function setFlags(result: number, carry: number, overflow: number): void {
    cpu.result = result;
    cpu.carries = carryBits(carry, overflow);
  }

  /** What the condition codes 0 to 15 ask (Intel SDM vol. 1, appendix B). */
  function holds(condition: number): boolean {
    switch (condition) {
      case 0:
        return overflowFlag();
      case 1:
        return !overflowFlag();
      case 2:
        return carryFlag();
      case 3:
        return !carryFlag();
      case 4:
        return zeroFlag();
      case 5:
        return !zeroFlag();
      case 6:
        return carryFlag() || zeroFlag();
      case 7:
        return !carryFlag() && !zeroFlag();
      case 8:
        return signFlag();
      case 9:
        return !signFlag();
      case 10:
        return parityFlag();
      case 11:
        return !parityFlag();
      case 12:
        return lessFlag();
      case 13:
        return !lessFlag();
      case 14:
        return zeroFlag() || lessFlag();
      default:
        return !zeroFlag() && !lessFlag();
    }
  }

  return {
    carryFlag,
    overflowFlag,
    zeroFlag,
    signFlag,
    lessFlag,
    parityFlag,
    arithmeticFlags,
    setArithmeticFlags,
    setCarry,
    setZero,
    setFlags,
    holds,
  };
}

export const flags = createFlags();
