/**
 * Reads a VM's memory back from its region and checks all of it. A VM that fits one staging buffer is checked before its
 * memory is touched; a larger one is copied buffer by buffer, and its memory is worthless when `done` reports damage.
 */

import { crc32 } from "node:zlib";
import type { BlockFile } from "../devices/block-file.js";
import { invariant } from "../errors.js";
import { SWAP_STAGING, SWAP_TRANSFERS } from "../params.js";
import { SwapDamage } from "./swap-damage.js";
import { headerSize, PAGE_SIZE, RegionHeaderBlock } from "./swap-format.js";
import type { SwapRegion } from "./swap-region.js";

export type SwapInDone = (error: Error | undefined) => void;

/** Starts reading into a memory that is all zeros; nobody else may touch it until `done` is called. */
export function swapIn(file: BlockFile, region: SwapRegion, memory: Uint8Array, done: SwapInDone): void {
  new SwapIn(file, region, memory, done).step();
}

/** Staging buffers not in use; new ones cost page faults. */
const spareBuffers: Buffer[] = [];

class SwapIn {
  readonly #staging = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(SWAP_STAGING);
  /** Known once the first bytes were read. */
  #header: RegionHeaderBlock | undefined;
  /** Bytes of the region read, header included. */
  #read = 0;
  #checksum = 0;
  /** The page of memory to look at next for where stored pages belong. */
  #page = 0;

  constructor(
    readonly file: BlockFile,
    readonly region: SwapRegion,
    readonly memory: Uint8Array,
    readonly done: SwapInDone,
  ) {}

  /** Reads the next bytes, as many as fit. */
  step(): void {
    const chunk = this.#staging.subarray(0, Math.min(SWAP_STAGING, this.region.storedBytes - this.#read));
    this.file.read(chunk, this.region.firstPage * PAGE_SIZE + this.#read, (error) => {
      const failure = error ?? this.#take(chunk);
      if (failure !== undefined || this.#read === this.region.storedBytes) this.#finish(failure);
      else this.step();
    });
  }

  /** Checks and copies what was read. */
  #take(chunk: Buffer): SwapDamage | undefined {
    this.#read += chunk.length;
    if (this.#header !== undefined) return this.#takePages(chunk, this.#header);
    const size = headerSize(this.region.pages);
    this.#header = new RegionHeaderBlock(Buffer.from(chunk.subarray(0, size)));
    return this.#header.damage(this.region) ?? this.#takePages(chunk.subarray(size), this.#header);
  }

  #takePages(pages: Buffer, header: RegionHeaderBlock): SwapDamage | undefined {
    this.#checksum = crc32(pages, this.#checksum);
    const last = this.#read === this.region.storedBytes;
    if (last && this.#checksum !== header.dataChecksum) {
      return new SwapDamage(this.region.vmId, "the checksum of its pages is wrong");
    }
    for (let at = 0; at < pages.length; at += PAGE_SIZE) {
      while (!header.isStored(this.#page)) this.#page++;
      invariant(this.#page < this.region.pages, "a region's bitmap names as many pages as it stores");
      this.memory.set(pages.subarray(at, at + PAGE_SIZE), this.#page * PAGE_SIZE);
      this.#page++;
    }
    return undefined;
  }

  #finish(failure: Error | undefined): void {
    if (spareBuffers.length < SWAP_TRANSFERS) spareBuffers.push(this.#staging);
    this.done(failure);
  }
}
