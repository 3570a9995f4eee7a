/**
 * Things that are done together: what is asked for while a batch is under way makes up the next one, so that many small
 * transfers become few large ones exactly when there are many, and a single one waits for nothing.
 */

export class Batch<Item> {
  readonly #start: (items: Item[], ended: () => void) => void;
  #waiting: Item[] = [];
  #underWay = false;

  /** @param start begins a batch and calls `ended`, later, once */
  constructor(start: (items: Item[], ended: () => void) => void) {
    this.#start = start;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#underWay) this.#next();
  }

  #next(): void {
    const items = this.#waiting;
    this.#waiting = [];
    this.#underWay = items.length > 0;
    if (!this.#underWay) return;
    this.#start(items, () => this.#next());
  }
}
