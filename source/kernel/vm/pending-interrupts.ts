/** What is kept of a VM's interrupts while some are pending: how many of each vector, and since when. */

import { INTERRUPT_COUNT } from "../abi.js";

export class PendingInterrupts {
  /** By vector two numbers, side by side: what one interrupt needs is in one line of the host's caches. */
  readonly #numbers = new Array<number>(2 * INTERRUPT_COUNT).fill(0);

  /** Posts not yet delivered. */
  count(vector: number): number {
    return this.#numbers[2 * vector];
  }

  /** Kernel time of the oldest of them; meaningful where there are some. */
  since(vector: number): number {
    return this.#numbers[2 * vector + 1];
  }

  /** Counts a post at a time of the kernel's clock. */
  post(vector: number, now: number): void {
    if (this.#numbers[2 * vector]++ === 0) this.#numbers[2 * vector + 1] = now;
  }

  /** All posts of a vector are delivered. */
  take(vector: number): void {
    this.#numbers[2 * vector] = 0;
  }
}
