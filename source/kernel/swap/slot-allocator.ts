/**
 * Which blocks of the swap file are taken. The lowest free one is handed out first, so that the file stays short and what is
 * put out together lies together. A bit for each block, and above it bits that say where a word has some left: finding,
 * taking and giving back cost the logarithm, to the base 32, of the number of blocks.
 */

import { invariant } from "../errors.js";

const WORD_BITS = 32;
const ALL = 0xffffffff;

/** Blocks that there is room for at first. */
const FIRST_CAPACITY = WORD_BITS * WORD_BITS;

export class SlotAllocator {
  /** Level 0 has a bit for each slot, set while it is free; those above, for each word below, whether it has a bit set. */
  #levels: Uint32Array[] = [];
  #capacity = 0;
  #taken = 0;

  /** Slots taken. */
  get taken(): number {
    return this.#taken;
  }

  /** One past the highest slot taken. */
  get end(): number {
    const [words = []] = this.#levels;
    let word = words.length - 1;
    while (word >= 0 && words[word] === ALL) word--;
    return word < 0 ? 0 : (word + 1) * WORD_BITS - Math.clz32(~words[word]);
  }

  /** Takes the lowest free slot. */
  take(): number {
    if (this.#taken === this.#capacity) this.#grow();
    let place = 0;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      place = place * WORD_BITS + lowestBit(this.#levels[level][place]);
    }
    this.#mark(place, false);
    this.#taken++;
    return place;
  }

  /** Gives a slot back, which must be taken. */
  give(slot: number): void {
    invariant(this.isTaken(slot), "only a slot that is taken is given back");
    this.#mark(slot, true);
    this.#taken--;
  }

  isTaken(slot: number): boolean {
    return slot >= 0 && slot < this.#capacity && (this.#levels[0][slot >>> 5] & (1 << (slot & 31))) === 0;
  }

  /** Sets or clears a slot's bit, and those above that change with it. */
  #mark(slot: number, free: boolean): void {
    let place = slot;
    for (const words of this.#levels) {
      const index = place >>> 5;
      const before = words[index];
      const bit = 1 << (place & 31);
      words[index] = free ? before | bit : before & ~bit;
      if ((before === 0) === (words[index] === 0)) return;
      place = index;
    }
  }

  #grow(): void {
    const capacity = this.#capacity === 0 ? FIRST_CAPACITY : 2 * this.#capacity;
    const [old] = this.#levels;
    this.#levels = [];
    for (let bits = capacity; ; bits = Math.ceil(bits / WORD_BITS)) {
      this.#levels.push(new Uint32Array(Math.ceil(bits / WORD_BITS)));
      if (bits <= WORD_BITS) break;
    }
    this.#levels[0].fill(ALL);
    if (old) this.#levels[0].set(old);
    for (let level = 1; level < this.#levels.length; level++) {
      this.#levels[level - 1].forEach((word, index) => {
        if (word !== 0) this.#levels[level][index >>> 5] |= 1 << (index & 31);
      });
    }
    this.#capacity = capacity;
  }
}

/** Number of the lowest bit set. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
