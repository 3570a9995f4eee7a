/**
 * Which blocks of a VM's memory are stored where: for each VM that is out a chain of entries, all chains in one buffer, so that
 * a block costs twelve bytes and a VM without any costs none.
 */

const WORDS = 3;

/** Entries that there is room for at first. */
const FIRST_ROOM = 1024;

/** The chain without entries. */
export const EMPTY_CHAIN = 0;

export class BlockTable {
  /** Of each entry: the block's number in the memory, its slot, the next entry. Entry 0 is none. */
  #words = new Uint32Array(FIRST_ROOM * WORDS);
  #entries = 1;
  /** The first of those that were given back. */
  #free = EMPTY_CHAIN;

  /** Puts an entry before a chain; answers the chain that begins with it. */
  prepend(chain: number, block: number, slot: number): number {
    const entry = this.#free === EMPTY_CHAIN ? this.#more() : this.#free;
    const at = entry * WORDS;
    if (entry === this.#free) this.#free = this.#words[at + 2];
    this.#words[at] = block;
    this.#words[at + 1] = slot;
    this.#words[at + 2] = chain;
    return entry;
  }

  /** Calls `visit` with each entry of a chain; it may not change the table. */
  forEach(chain: number, visit: (block: number, slot: number) => void): void {
    for (let entry = chain; entry !== EMPTY_CHAIN; entry = this.#words[entry * WORDS + 2]) {
      visit(this.#words[entry * WORDS], this.#words[entry * WORDS + 1]);
    }
  }

  /** Gives the entries of a chain back. */
  free(chain: number): void {
    if (chain === EMPTY_CHAIN) return;
    let last = chain;
    while (this.#words[last * WORDS + 2] !== EMPTY_CHAIN) last = this.#words[last * WORDS + 2];
    this.#words[last * WORDS + 2] = this.#free;
    this.#free = chain;
  }

  #more(): number {
    if ((this.#entries + 1) * WORDS > this.#words.length) {
      const words = new Uint32Array(Math.ceil(this.#entries * 1.25) * WORDS);
      words.set(this.#words);
      this.#words = words;
    }
    return this.#entries++;
  }
}
