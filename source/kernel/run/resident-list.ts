/**
 * The VMs in core that may be put out, in the order of their first turns since they were admitted. Each knows its place while
 * it is in the list, so that taking any of them out costs the same however many there are, and nothing is kept for one that is
 * out of core. (A Set would do but for its cost: what was deleted at its front is walked over again and again until it is
 * rehashed.)
 */

import { invariant } from "../errors.js";
import type { ResidentPlace, Vm } from "../vm/vm.js";

export class ResidentList {
  #oldest: ResidentPlace | undefined = undefined;
  #newest: ResidentPlace | undefined = undefined;

  /** Adds a VM whose first turn begins, at `since` by the kernel's clock. */
  add(vm: Vm, since: number): void {
    invariant(!vm.residentPlace, "a VM has one first turn");
    const place: ResidentPlace = { vm, since, older: this.#newest, newer: undefined };
    vm.residentPlace = place;
    if (this.#newest) this.#newest.newer = place;
    else this.#oldest = place;
    this.#newest = place;
  }

  /** Takes a VM out; one that is not in the list stays out. */
  delete(vm: Vm): void {
    const place = vm.residentPlace;
    if (!place) return;
    const { older, newer } = place;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    vm.residentPlace = undefined;
  }

  /** From the one whose first turn is longest ago on. */
  *[Symbol.iterator](): IterableIterator<ResidentPlace> {
    for (let place = this.#oldest; place; place = place.newer) yield place;
  }
}
