/**
 * Weights with running sums (P. Fenwick, "A New Data Structure for Cumulative Frequency Tables", 1994): changing a weight
 * and finding the entry that a point of the whole falls into both take time in the logarithm of the number of entries.
 * Weights are whole numbers, so sums are exact below 2^53.
 */

const FIRST_CAPACITY = 64;

export class FenwickTree {
  /** Weight of each entry. */
  #weights = new Float64Array(FIRST_CAPACITY);
  /** Entry `i` (counted from 1) is the sum of the `i & -i` weights that end there. */
  #sums = new Float64Array(FIRST_CAPACITY + 1);
  #total = 0;

  /** Sum of all weights. */
  get total(): number {
    return this.#total;
  }

  weight(index: number): number {
    return index < this.#weights.length ? this.#weights[index] : 0;
  }

  set(index: number, weight: number): void {
    if (index >= this.#weights.length) this.#grow(index + 1);
    const change = weight - this.#weights[index];
    this.#weights[index] = weight;
    this.#total += change;
    this.#add(index, change);
  }

  /** The entry that `point` falls into, when the weights are laid end to end. @param point from 0 to below `total` */
  find(point: number): number {
    let position = 0;
    let rest = point;
    for (let step = this.#weights.length; step > 0; step >>>= 1) {
      const end = position + step;
      if (end < this.#sums.length && this.#sums[end] <= rest) {
        position = end;
        rest -= this.#sums[end];
      }
    }
    return position;
  }

  #add(index: number, change: number): void {
    for (let at = index + 1; at < this.#sums.length; at += at & -at) this.#sums[at] += change;
  }

  /** Capacities are powers of two, which `find` relies on. */
  #grow(needed: number): void {
    let capacity = this.#weights.length;
    while (capacity < needed) capacity *= 2;
    const weights = this.#weights;
    this.#weights = new Float64Array(capacity);
    this.#weights.set(weights);
    this.#sums = new Float64Array(capacity + 1);
    for (let index = 0; index < weights.length; index++) {
      if (weights[index] !== 0) this.#add(index, weights[index]);
    }
  }
}
