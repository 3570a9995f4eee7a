/**
 * Which parts of the swap file are reserved. Free extents are kept in order of address; reserving takes the first that is
 * large enough, giving back merges neighbours. Sizes and offsets are whole pages.
 *
 * VMs of a fleet have few sizes and come and go in bulk, so there are few free extents and looking through them is cheap:
 * what costs is bounded by their number, not by the number of regions.
 */

import { invariant } from "../errors.js";

/** A run of pages. */
export interface Extent {
  readonly offset: number;
  readonly pages: number;
}

export class RegionAllocator {
  /** Free extents below `#end`, ascending, never adjacent: offsets and sizes. */
  readonly #offsets: number[] = [];
  readonly #sizes: number[] = [];
  #end = 0;
  #reserved = 0;

  /** One past the last page ever reserved and not given back at the end. */
  get end(): number {
    return this.#end;
  }

  /** Pages reserved. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Free extents below `end`. */
  get fragments(): number {
    return this.#offsets.length;
  }

  /** Reserves pages. @returns the first page */
  reserve(pages: number): number {
    invariant(pages > 0 && Number.isSafeInteger(pages), "a region has a whole number of pages");
    this.#reserved += pages;
    const index = this.#sizes.findIndex((size) => size >= pages);
    if (index < 0) {
      const offset = this.#end;
      this.#end += pages;
      return offset;
    }
    const offset = this.#offsets[index];
    if (this.#sizes[index] === pages) this.#removeAt(index);
    else {
      this.#offsets[index] += pages;
      this.#sizes[index] -= pages;
    }
    return offset;
  }

  /** Gives pages back. They must be reserved. */
  release({ offset, pages }: Extent): void {
    const index = this.#firstFreeBehind(offset);
    const previousEnd = index > 0 ? this.#offsets[index - 1] + this.#sizes[index - 1] : 0;
    const nextStart = index < this.#offsets.length ? this.#offsets[index] : this.#end;
    invariant(offset >= previousEnd && offset + pages <= nextStart, "only reserved pages are given back");
    this.#reserved -= pages;
    const joinsPrevious = index > 0 && previousEnd === offset;
    const joinsNext = index < this.#offsets.length && offset + pages === nextStart;
    if (joinsPrevious && joinsNext) {
      this.#sizes[index - 1] += pages + this.#sizes[index];
      this.#removeAt(index);
    } else if (joinsPrevious) {
      this.#sizes[index - 1] += pages;
    } else if (joinsNext) {
      this.#offsets[index] = offset;
      this.#sizes[index] += pages;
    } else {
      this.#offsets.splice(index, 0, offset);
      this.#sizes.splice(index, 0, pages);
    }
    this.#trimEnd();
  }

  /** A free extent at the end is no extent: the file is shorter. */
  #trimEnd(): void {
    const last = this.#offsets.length - 1;
    if (last < 0 || this.#offsets[last] + this.#sizes[last] !== this.#end) return;
    this.#end = this.#offsets[last];
    this.#removeAt(last);
  }

  /** Index of the first free extent at or behind an offset (binary search). */
  #firstFreeBehind(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offsets[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #removeAt(index: number): void {
    this.#offsets.splice(index, 1);
    this.#sizes.splice(index, 1);
  }
}
