/** Random numbers that a seed repeats, and the operand values that find mistakes. */

export class Random {
  #state: number;

  /** Every pair of seed and index gives a sequence of its own, so that one case can be repeated without the others. */
  constructor(seed: number, index: number) {
    this.#state = Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b);
    this.word();
  }

  /** 32 random bits, as a signed number (mulberry32). */
  word(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return t ^ (t >>> 14);
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    return (this.word() >>> 0) % limit;
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** Four words of an XMM register: doubles, floats or anything. */
  vector(): number[] {
    const half = (): number[] => {
      if (this.chance(45)) return [this.chance(70) ? this.pick(LOW_WORDS) : this.word(), this.pick(HIGH_WORDS)];
      if (this.chance(60)) return [this.pick(FLOAT_WORDS), this.pick(FLOAT_WORDS)];
      return [this.operand(), this.operand()];
    };
    return [...half(), ...half()];
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 0xff);
  }

  /** A register's value: mostly one at which carries, signs or sizes turn over. */
  operand(): number {
    switch (this.below(6)) {
      case 0:
        return this.word();
      case 1:
        return this.below(64) - 32;
      case 2:
        return (1 << this.below(32)) - this.below(2);
      case 3:
        return Math.imul(this.pick(EDGES_8), 0x0101_0101) ^ (this.word() & this.pick([0, 0, 0xff00, 0xffff_0000]));
      default:
        return this.pick(EDGES);
    }
  }
}

const EDGES_8 = [0, 1, 2, 0x0f, 0x10, 0x7f, 0x80, 0x81, 0xfe, 0xff];
const EDGES = [
  0, 1, 2, -1, -2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001,
  0xffff_8000, 0xffff_ff80, 0x5555_5555, 0xaaaa_aaaa,
].map((value) => value | 0);

/** Upper words of doubles: zeros, ones, halves, 2^31 and around, denormals, infinities, quiet and signalling NaNs. */
const HIGH_WORDS = [
  0, 0x8000_0000, 0x3ff0_0000, 0xbff0_0000, 0x3fe0_0000, 0x3ff8_0000, 0xc004_0000, 0x41df_ffff, 0x41e0_0000,
  0xc1e0_0000, 0x41ef_ffff, 0x0000_0001, 0x800f_ffff, 0x0010_0000, 0x7fef_ffff, 0x7ff0_0000, 0xfff0_0000, 0x7ff8_0000,
  0xfff8_0000, 0x7ff0_0001, 0xfff4_5678, 0x36a0_0000, 0x380f_ffff, 0x47ef_ffff, 0x4340_0000,
].map((value) => value | 0);
const LOW_WORDS = [0, 0, 0, 1, 0xffff_ffff, 0xffc0_0000, 0xe000_0000, 0x1000_0000].map((value) => value | 0);

/** Floats of the same kinds. */
const FLOAT_WORDS = [
  0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x3f00_0000, 0x3fc0_0000, 0xc020_0000, 0x4eff_ffff, 0x4f00_0000,
  0xcf00_0000, 1, 0x807f_ffff, 0x0080_0000, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffc1_2345,
  0x7f80_0001, 0xffa0_0000, 0x3f80_0001, 0x4b7f_ffff,
].map((value) => value | 0);
