/**
 * When interpreted code is worth translating: not once it has run much in all, which whatever wakes now and then does some day,
 * but once it has run much within a time. What idles stays interpreted for ever, and takes no memory for machine code.
 */

export interface Worthwhile {
  /** Instructions that must retire... */
  readonly instructions: number;
  /** ...within so many nanoseconds. */
  readonly within: number;
  /** Nanoseconds of the kernel's clock. */
  now(): number;
}

export class Hotness {
  readonly #worthwhile: Worthwhile;
  #instructions = 0;
  /** When the first of them were counted. */
  #since: number;

  constructor(worthwhile: Worthwhile) {
    this.#worthwhile = worthwhile;
    this.#since = worthwhile.now();
  }

  /**
   * Counts instructions that were interpreted. Asks for the time only when there are enough of them: once in so many
   * instructions, not at every slice.
   * @returns whether it is time to translate; where they took too long, they are forgotten and counting begins anew
   */
  add(instructions: number): boolean {
    this.#instructions += instructions;
    if (this.#instructions < this.#worthwhile.instructions) return false;
    const now = this.#worthwhile.now();
    if (now - this.#since <= this.#worthwhile.within) return true;
    this.#instructions = 0;
    this.#since = now;
    return false;
  }
}
