/**
 * The processor: registers, flags and memory of the machine that is now running.
 *
 * There is one per thread, as a core runs one machine at a time; {@link loadMachine} and {@link storeMachine} are its
 * context switch. It is module state rather than an object handed around because V8 then folds the arrays' addresses
 * into the compiled handlers, which makes them about twice as fast. Only this folder touches it, and only during `run`.
 */
import { Flag, type GuestMemory, type MachineState, Register, StateWord } from "./machine.js";
import type { OperationSource } from "./operation.js";

/** General registers 0 to 7, and slot 8 (NO_REGISTER), which stays zero. */
export const registers = new Int32Array(new ArrayBuffer(36));

/** The XMM registers' 32-bit words, four each, lowest first. */
export const vectors = new Int32Array(32);

/** Parts of `carries` that mean something. */
const TOP_TWO = 0xc000_0000 | 0;
const SIGN_DIFFERS = 1;
const PARITY_DIFFERS = 2;
const AUXILIARY = 8;

const ARITHMETIC = Flag.CARRY | Flag.PARITY | Flag.AUXILIARY | Flag.ZERO | Flag.SIGN | Flag.OVERFLOW;

const NO_BYTES = new Uint8Array(0);
const NO_MEMORY = new DataView(NO_BYTES.buffer);

class Processor {
  /**
   * The last result, sign-extended to 32 bits. The flags are not computed until something reads them:
   * ZF, SF and PF are those of this value.
   */
  result = 1;
  /**
   * The carries of the last operation, moved so that they do not depend on its size: bit 31 is the carry (or borrow) out
   * of the operand's highest bit, bit 30 that out of the bit below, bit 3 that out of bit 3. So CF is bit 31, OF is
   * bit 31 xor bit 30, and AF is bit 3. Bits 0 and 1 say that SF and PF are the opposite of what `result` says, which
   * only an explicit load of the flags brings about; all others are zero.
   */
  carries = 0;
  /** DF as a step: 1 or -1. */
  step = 1;
  /** Bits of EFLAGS that nothing here interprets. */
  otherFlags = 2;
  /** Where execution goes on after a virtual instruction, and N of its `int N`. */
  resume = 0;
  vector = 0;

  /** Memory, and the highest addresses at which an access of 1, 2, 4, 8 and 16 bytes is inside. */
  view: DataView = NO_MEMORY;
  bytes: Uint8Array = NO_BYTES;
  last8 = -1;
  last16 = -2;
  last32 = -4;
  last64 = -8;
  last128 = -16;
  /** The text that runs. */
  text: OperationSource | undefined = undefined;
}

export const cpu = new Processor();

/** Makes a machine the running one. */
export function loadMachine(state: MachineState, memory: GuestMemory, text: OperationSource): void {
  for (let i = 0; i < 8; i++) registers[i] = state[i];
  for (let i = 0; i < 32; i++) vectors[i] = state[StateWord.XMM + i];
  const flags = state[StateWord.EFLAGS];
  setArithmeticFlags(flags);
  cpu.step = (flags & Flag.DIRECTION) === 0 ? 1 : -1;
  cpu.otherFlags = flags & ~(ARITHMETIC | Flag.DIRECTION);
  cpu.view = memory.view;
  cpu.bytes = memory.bytes;
  const size = memory.bytes.length;
  cpu.last8 = size - 1;
  cpu.last16 = size - 2;
  cpu.last32 = size - 4;
  cpu.last64 = size - 8;
  cpu.last128 = size - 16;
  cpu.text = text;
}

/** Brings a machine's state up to date, `eip` being its next instruction, and lets go of its memory. */
export function storeMachine(state: MachineState, eip: number): void {
  for (let i = 0; i < 8; i++) state[i] = registers[i];
  for (let i = 0; i < 32; i++) state[StateWord.XMM + i] = vectors[i];
  state[StateWord.EIP] = eip;
  state[StateWord.EFLAGS] = arithmeticFlags() | (cpu.step < 0 ? Flag.DIRECTION : 0) | cpu.otherFlags;
  cpu.view = NO_MEMORY;
  cpu.bytes = NO_BYTES;
}

// --- flags ---

export const carryFlag = (): boolean => cpu.carries < 0;
export const overflowFlag = (): boolean => (cpu.carries ^ (cpu.carries << 1)) < 0;
export const zeroFlag = (): boolean => cpu.result === 0;
export const signFlag = (): boolean => (cpu.result ^ (cpu.carries << 31)) < 0;
/** SF differs from OF: "less" after a signed comparison. */
export const lessFlag = (): boolean => (cpu.result ^ (cpu.carries << 31) ^ cpu.carries ^ (cpu.carries << 1)) < 0;

/** PF: the result's lowest byte has an even number of ones. */
export function parityFlag(): boolean {
  let byte = cpu.result & 0xff;
  byte ^= byte >> 4;
  // 0x9669 has a one at each index, 0 to 15, of even parity.
  return (((0x9669 >> (byte & 15)) ^ (cpu.carries >> 1)) & 1) !== 0;
}

/** CF, PF, AF, ZF, SF and OF at their places in EFLAGS. */
export function arithmeticFlags(): number {
  return (
    (carryFlag() ? Flag.CARRY : 0) |
    (parityFlag() ? Flag.PARITY : 0) |
    ((cpu.carries & AUXILIARY) !== 0 ? Flag.AUXILIARY : 0) |
    (zeroFlag() ? Flag.ZERO : 0) |
    (signFlag() ? Flag.SIGN : 0) |
    (overflowFlag() ? Flag.OVERFLOW : 0)
  );
}

/** Sets CF, PF, AF, ZF, SF and OF from their places in EFLAGS. */
export function setArithmeticFlags(flags: number): void {
  const carry = flags & Flag.CARRY ? 1 : 0;
  const overflow = flags & Flag.OVERFLOW ? 1 : 0;
  const sign = flags & Flag.SIGN ? SIGN_DIFFERS : 0;
  const parity = flags & Flag.PARITY ? 1 : 0;
  // A result of 0 reads as ZF=1, SF=0, PF=1; one of 1 as ZF=0, SF=0, PF=0. The rest is said to differ.
  const zero = (flags & Flag.ZERO) !== 0;
  cpu.result = zero ? 0 : 1;
  const parityDiffers = parity !== (zero ? 1 : 0) ? PARITY_DIFFERS : 0;
  const auxiliary = flags & Flag.AUXILIARY ? AUXILIARY : 0;
  cpu.carries = carryBits(carry, overflow) | auxiliary | sign | parityDiffers;
}

/** The part of `carries` that stands for CF and OF, given as 0 or 1. */
export const carryBits = (carry: number, overflow: number): number => (carry << 31) | ((carry ^ overflow) << 30);

/** Changes CF and nothing else. */
export function setCarry(carry: boolean): void {
  // Turning both top bits over turns CF over and leaves OF, their difference.
  if (carry !== cpu.carries < 0) cpu.carries ^= TOP_TWO;
}

/** Changes ZF and nothing else. */
export function setZero(zero: boolean): void {
  setArithmeticFlags((arithmeticFlags() & ~Flag.ZERO) | (zero ? Flag.ZERO : 0));
}

/** CF and OF set as given (0 or 1), ZF, SF and PF by the result; AF cleared. */
export function setFlags(result: number, carry: number, overflow: number): void {
  cpu.result = result;
  cpu.carries = carryBits(carry, overflow);
}

/** What the condition codes 0 to 15 ask (Intel SDM vol. 1, appendix B). */
export function holds(condition: number): boolean {
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

/** The stack pointer's register, by far the most used by name. */
export const ESP = Register.ESP;
