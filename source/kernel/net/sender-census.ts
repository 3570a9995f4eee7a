/**
 * Counts the frames of a queue by their senders. One of these serves all queues, one after another, and nothing is made for it: where
 * many queues are full, each frame for all has the senders in each of them counted.
 */

import { SUPERVISOR_QUEUE_FRAMES } from "../params.js";
import { type MacNumber, sourceOf } from "./ethernet.js";
import type { FrameQueue } from "./frame-queue.js";

/** A power of two, and several times as many as there are senders in the longest queue, so that looking for one is short. */
const SLOTS = 2 ** Math.ceil(Math.log2(4 * SUPERVISOR_QUEUE_FRAMES));

export class SenderCensus {
  /** By slot, which an address's low bits are, or one behind: what of it is of an earlier census counts as free. */
  readonly #addresses = new Float64Array(SLOTS);
  readonly #counts = new Int32Array(SLOTS);
  readonly #census = new Float64Array(SLOTS);
  #number = 0;
  /** The slots that this census uses, in the order of the senders' first frames. */
  readonly #used = new Int32Array(SLOTS);
  #senders = 0;
  /** Who has most, of equal ones whose first frame is older. */
  heaviest: MacNumber = 0;
  /** Frames of that sender. */
  most = 0;

  /** Counts the frames of a queue that has some. */
  take(queue: FrameQueue): void {
    this.#number++;
    this.#senders = 0;
    for (let index = 0; index < queue.length; index++) this.#counts[this.#slotOf(sourceOf(queue.at(index)))]++;
    this.most = 0;
    for (let sender = 0; sender < this.#senders; sender++) {
      const slot = this.#used[sender];
      if (this.#counts[slot] <= this.most) continue;
      this.most = this.#counts[slot];
      this.heaviest = this.#addresses[slot];
    }
  }

  /** Frames of a sender. */
  countOf(address: MacNumber): number {
    return this.#counts[this.#slotOf(address)];
  }

  #slotOf(address: MacNumber): number {
    let slot = address & (SLOTS - 1);
    while (this.#census[slot] === this.#number && this.#addresses[slot] !== address) slot = (slot + 1) & (SLOTS - 1);
    if (this.#census[slot] !== this.#number) {
      this.#census[slot] = this.#number;
      this.#addresses[slot] = address;
      this.#counts[slot] = 0;
      this.#used[this.#senders++] = slot;
    }
    return slot;
  }
}
