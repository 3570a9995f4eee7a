/** What the kernel keeps in core of what is stored of a VM: a few numbers, and the chain of its blocks in the block table. */

import { EMPTY_CHAIN } from "./block-table.js";

/** {@link SwapRegion.stored} of a region that holds no complete copy of its VM. */
export const NOTHING_STORED = -1;

export class SwapRegion {
  /** Blocks stored, its own and shared ones; zero blocks are not. */
  stored = NOTHING_STORED;
  chain = EMPTY_CHAIN;
  /** A transfer is under way. */
  busy = false;
  /** Given back, perhaps while a transfer was under way. */
  released = false;

  /** @param blocks that the VM's memory has, for which there is room in the file */
  constructor(
    readonly blocks: number,
    readonly vmId: number,
  ) {}
}
