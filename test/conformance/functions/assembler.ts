/**
 * A small i386 assembler: bytes, memory operands, labels. It also keeps, for every instruction, which flags the architecture
 * leaves undefined before it, so that nobody reads or compares those.
 */

/** A place in code; -1 until it is bound. */
export interface Label {
  offset: number;
}

export interface MemoryOperand {
  readonly base?: number;
  readonly index?: number;
  /** log2 of the factor. */
  readonly scale?: number;
  readonly displacement: number;
}

/** A register by number, or memory. */
export type Operand = number | MemoryOperand;

export const EAX = 0;
export const ECX = 1;
export const EDX = 2;
export const EBX = 3;
export const ESP = 4;
export const EBP = 5;
export const ESI = 6;
export const EDI = 7;

const SIB = 4;
const NO_INDEX = 4;
const NO_BASE = 5;

const bytesOf = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (value >> (8 * i)) & 0xff);

export class Assembler {
  readonly bytes: number[] = [];
  /** Flags undefined behind what was emitted so far: a mask of EFLAGS. */
  undefinedFlags = 0;
  readonly #undefinedAt = new Map<number, number>();
  readonly #fixups: { readonly at: number; readonly label: Label; readonly from?: Label }[] = [];

  constructor(readonly origin: number) {}

  get address(): number {
    return this.origin + this.bytes.length;
  }

  /** Flags undefined when the instruction at an address is next; undefined where none begins. */
  undefinedAt(address: number): number | undefined {
    return this.#undefinedAt.get(address - this.origin);
  }

  /** One instruction, as its bytes. */
  emit(...bytes: readonly number[]): void {
    this.#undefinedAt.set(this.bytes.length, this.undefinedFlags);
    this.bytes.push(...bytes);
  }

  /** An instruction with a ModRM byte. @param behind immediate bytes */
  modRm(opcode: readonly number[], reg: number, operand: Operand, behind: readonly number[] = []): void {
    this.emit(...opcode, ...encodeOperand(reg, operand), ...behind);
  }

  /** Near branch or call: `opcode` and a distance of 4 bytes. */
  branch(opcode: readonly number[], label: Label): void {
    this.emit(...opcode, 0, 0, 0, 0);
    this.#fixups.push({ at: this.bytes.length - 4, label, from: { offset: this.bytes.length } });
  }

  /** An instruction that ends with how far one label is behind another. */
  withDistance(bytes: readonly number[], from: Label, label: Label): void {
    this.emit(...bytes, 0, 0, 0, 0);
    this.#fixups.push({ at: this.bytes.length - 4, label, from });
  }

  /** An instruction that ends with a label's address. */
  withAddress(bytes: readonly number[], label: Label): void {
    this.emit(...bytes, 0, 0, 0, 0);
    this.#fixups.push({ at: this.bytes.length - 4, label });
  }

  label(): Label {
    return { offset: -1 };
  }

  bind(label: Label): void {
    label.offset = this.bytes.length;
  }

  /** The code, its labels filled in. */
  finish(): Uint8Array {
    for (const { at, label, from } of this.#fixups) {
      if (label.offset < 0) throw new Error("a label is nowhere");
      const value = label.offset + (from ? -from.offset : this.origin);
      bytesOf(value, 4).forEach((byte, i) => {
        this.bytes[at + i] = byte;
      });
    }
    return Uint8Array.from(this.bytes);
  }
}

export const immediate = (value: number, size: number): number[] => bytesOf(value, size / 8);

/** Opcode bytes: `opcode` for 8 bits, the one behind it else, with the prefix of 16 bits. */
export const sized = (size: number, ...opcode: number[]): number[] => {
  const last = opcode[opcode.length - 1] + (size === 8 ? 0 : 1);
  return [...(size === 16 ? [0x66] : []), ...opcode.slice(0, -1), last];
};

function encodeOperand(reg: number, operand: Operand): number[] {
  const field = (reg & 7) << 3;
  if (typeof operand === "number") return [0xc0 | field | operand];
  const { base, index, scale = 0, displacement } = operand;
  if (base === undefined) {
    if (index === undefined) return [field | NO_BASE, ...bytesOf(displacement, 4)];
    return [field | SIB, (scale << 6) | (index << 3) | NO_BASE, ...bytesOf(displacement, 4)];
  }
  const short = displacement >= -128 && displacement < 128;
  const none = displacement === 0 && base !== EBP;
  const mode = none ? 0 : short ? 0x40 : 0x80;
  const behind = none ? [] : bytesOf(displacement, short ? 1 : 4);
  if (index === undefined && base !== ESP) return [mode | field | base, ...behind];
  return [mode | field | SIB, (scale << 6) | ((index ?? NO_INDEX) << 3) | base, ...behind];
}
