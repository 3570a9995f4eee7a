/** What was typed for a VM and not yet read by it: a bounded queue of bytes that takes no room while it is empty. */

import { KEYBOARD_QUEUE } from "../params.js";

const NOTHING = new Uint8Array(0);

export class KeyboardQueue {
  /** The waiting bytes, from `#start` on. */
  #bytes: Uint8Array = NOTHING;
  #start = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** Appends a copy of the bytes as far as there is room. @returns how many were taken, from the first on */
  push(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, KEYBOARD_QUEUE - this.length);
    if (taken === 0) return 0;
    const joined = new Uint8Array(this.length + taken);
    joined.set(this.#bytes.subarray(this.#start));
    joined.set(bytes.subarray(0, taken), this.length);
    this.#bytes = joined;
    this.#start = 0;
    return taken;
  }

  /** Removes and returns the oldest bytes, `capacity` at most. */
  take(capacity: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#start + Math.min(capacity, this.length));
    this.#start += taken.length;
    if (this.length === 0) {
      this.#bytes = NOTHING;
      this.#start = 0;
    }
    return taken;
  }
}
