/**
 * Writes a VM's memory to its region. A small VM is one write: its header, then its pages that are not all zeros, straight
 * from its memory. A large one goes slice by slice, so that no single step holds the kernel up for long; its header goes
 * last, and a copy without one is no copy.
 */

import { crc32 } from "node:zlib";
import type { BlockFile } from "../devices/block-file.js";
import { SWAP_SLICE } from "../params.js";
import { headerSize, PAGE_SIZE, RegionHeaderBlock } from "./swap-format.js";
import type { SwapRegion } from "./swap-region.js";

const ZERO_PAGE = Buffer.alloc(PAGE_SIZE);

/** @param stored pages written */
export type SwapOutDone = (error: Error | undefined, stored: number) => void;

/** Starts writing; the memory must not change until `done` is called. */
export function swapOut(file: BlockFile, region: SwapRegion, memory: Uint8Array, done: SwapOutDone): void {
  new SwapOut(file, region, memory, done).step();
}

class SwapOut {
  readonly #header: RegionHeaderBlock;
  /** Bytes of memory looked at. */
  #scanned = 0;
  #stored = 0;
  #checksum = 0;

  constructor(
    readonly file: BlockFile,
    readonly region: SwapRegion,
    readonly memory: Uint8Array,
    readonly done: SwapOutDone,
  ) {
    this.#header = RegionHeaderBlock.empty(region.pages);
  }

  /** Writes the next slice. */
  step(): void {
    const position = this.#dataPosition();
    const pieces = this.#collect(Math.min(this.#scanned + SWAP_SLICE, this.memory.length));
    const complete = this.#scanned === this.memory.length;
    if (complete) this.#seal();
    if (complete && this.memory.length <= SWAP_SLICE) {
      pieces.unshift(this.#header.bytes);
      this.file.write(pieces, this.#headerPosition(), (error) => this.done(error, this.#stored));
      return;
    }
    this.file.write(pieces, position, (error) => {
      if (error) this.done(error, 0);
      else if (complete) this.#writeHeader();
      else this.step();
    });
  }

  #writeHeader(): void {
    this.file.write(this.#header.bytes, this.#headerPosition(), (error) => this.done(error, this.#stored));
  }

  #headerPosition(): number {
    return this.region.firstPage * PAGE_SIZE;
  }

  #dataPosition(): number {
    return this.#headerPosition() + headerSize(this.region.pages) + this.#stored * PAGE_SIZE;
  }

  /** Looks at the memory up to `end`; answers its runs of pages that are not all zeros. */
  #collect(end: number): Uint8Array[] {
    const runs: Uint8Array[] = [];
    let start = -1;
    for (let at = this.#scanned; at < end; at += PAGE_SIZE) {
      if (ZERO_PAGE.compare(this.memory, at, at + PAGE_SIZE) === 0) {
        if (start >= 0) runs.push(this.#run(start, at));
        start = -1;
      } else {
        this.#header.markStored(at / PAGE_SIZE);
        this.#stored++;
        if (start < 0) start = at;
      }
    }
    if (start >= 0) runs.push(this.#run(start, end));
    this.#scanned = end;
    return runs;
  }

  #run(start: number, end: number): Uint8Array {
    const run = this.memory.subarray(start, end);
    this.#checksum = crc32(run, this.#checksum);
    return run;
  }

  #seal(): void {
    const { vmId, generation, pages } = this.region;
    this.#header.seal({ vmId, generation, pages, stored: this.#stored }, this.#checksum);
  }
}
