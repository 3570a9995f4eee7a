/**
 * Counts what is interpreted because it was not found ahead of running: code that only computed addresses lead to. Where so
 * much runs that it is worth it, the image is translated once more, with that to be entered too.
 */

import { MOST_PLACES_NOTED } from "../params.js";

/** Instructions interpreted from an address, in all and each time on average, that make it worth translating. */
const WORTHWHILE = 200_000;
const WORTHWHILE_EACH = 100;
/** Times that an image is translated again, at most. */
const MOST_TRANSLATIONS = 8;

export class MissedCode {
  readonly #counts = new Map<number, { instructions: number; times: number }>();
  readonly #found: number[] = [];
  #translations = 0;

  /** Addresses to be entered at, as far as they are known by now. */
  get addresses(): readonly number[] {
    return this.#found;
  }

  /**
   * Notes that so many instructions were interpreted from an address on.
   * @returns whether it is time to translate again, with {@link addresses}
   */
  note(address: number, instructions: number): boolean {
    // What runs much is soon counted anew.
    if (this.#counts.size >= MOST_PLACES_NOTED) this.#counts.clear();
    const count = this.#counts.get(address) ?? { instructions: 0, times: 0 };
    count.instructions += instructions;
    count.times++;
    this.#counts.set(address, count);
    const worthwhile = count.instructions >= WORTHWHILE && count.instructions >= WORTHWHILE_EACH * count.times;
    return worthwhile && this.add([address]);
  }

  /**
   * Adds addresses at which enough was interpreted.
   * @returns whether it is time to translate again, with {@link addresses}
   */
  add(addresses: readonly number[]): boolean {
    const unknown = addresses.filter((address) => !this.#found.includes(address));
    if (unknown.length === 0 || this.#translations >= MOST_TRANSLATIONS) return false;
    this.#translations++;
    this.#found.push(...unknown);
    this.#counts.clear();
    return true;
  }
}
