/** What the kernel keeps in core of a VM's place in the swap file: a few numbers, however large the VM. */

import { headerSize, PAGE_SIZE, type RegionHeader } from "./swap-format.js";

/** {@link SwapRegion.stored} of a region that holds no complete copy of its VM. */
export const NOTHING_STORED = -1;

export class SwapRegion implements RegionHeader {
  /** Swap-outs begun. */
  generation = 0;
  /** Pages the region holds, zero pages not counted. */
  stored = NOTHING_STORED;
  /** A transfer is under way. */
  busy = false;
  /** Given back while a transfer was under way. */
  released = false;

  /** @param firstPage place in the swap file; @param pages of the VM's memory */
  constructor(
    readonly firstPage: number,
    readonly pages: number,
    readonly vmId: number,
  ) {}

  /** Pages of the swap file that the region takes: enough for a VM without a zero page. */
  get extentPages(): number {
    return headerSize(this.pages) / PAGE_SIZE + this.pages;
  }

  /** Bytes of the swap file that hold data now. */
  get storedBytes(): number {
    return this.stored === NOTHING_STORED ? 0 : headerSize(this.pages) + this.stored * PAGE_SIZE;
  }
}
