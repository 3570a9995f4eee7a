/**
 * Reads VMs' memories back, those of a batch together: blocks in ascending order of their slots, adjacent ones and those that
 * several want in one read. Each is checked before it is copied; what is kept in core to compare with is not read.
 */

import type { BlockFile } from "../devices/block-file.js";
import { SWAP_STAGING } from "../params.js";
import type { BlockStore } from "./block-store.js";
import type { BlockTable } from "./block-table.js";
import { SwapDamage } from "./swap-damage.js";
import { HEADER_SIZE } from "./swap-format.js";
import type { SwapRegion } from "./swap-region.js";

/** A VM on its way in. */
export interface SwapIn {
  readonly region: SwapRegion;
  readonly memory: Uint8Array;
  /** Blocks that are still to be read. */
  reading: number;
  error: Error | undefined;
  readonly done: (error: Error | undefined) => void;
}

/** A block wanted: from where, by whom, and its address there. */
interface Wanted {
  readonly slot: number;
  readonly by: SwapIn;
  readonly address: number;
}

/** Slots that follow each other, and who wants them. */
interface Run {
  readonly first: number;
  slots: number;
  readonly wanted: Wanted[];
}

/** Staging buffers not in use; new ones cost page faults. */
const spareBuffers: Buffer[] = [];
const MOST_SPARE = 4;

/**
 * Reads all of each, and calls its `done`, later, when its own is read or has failed.
 * @param ended called when that is so of all
 */
export function readAll(
  file: BlockFile,
  store: BlockStore,
  table: BlockTable,
  blockSize: number,
  transfers: readonly SwapIn[],
  ended: () => void,
): void {
  const runs = adjacent(wantedBlocks(store, table, blockSize, transfers), SWAP_STAGING / blockSize);
  // Of what needs nothing from the file the last word is said later as well.
  const nothing = transfers.filter(({ reading }) => reading === 0);
  if (nothing.length > 0) runs.push({ first: 0, slots: 0, wanted: [] });
  let next = 0;
  let left = runs.length;
  const readNext = (): void => {
    if (next === runs.length) return;
    const run = runs[next++];
    const staging = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(SWAP_STAGING);
    const bytes = staging.subarray(0, run.slots * blockSize);
    file.read(bytes, HEADER_SIZE + run.first * blockSize, (error) => {
      if (run.slots === 0) for (const { done } of nothing) done(undefined);
      take(store, blockSize, run, bytes, error);
      if (spareBuffers.length < MOST_SPARE) spareBuffers.push(staging);
      if (--left === 0) ended();
      else readNext();
    });
  };
  // A few at a time: more would only hold more buffers.
  for (let reads = 0; reads < MOST_SPARE; reads++) readNext();
}

/** Copies what is in core; answers what is not, in the order of slots. */
function wantedBlocks(store: BlockStore, table: BlockTable, blockSize: number, transfers: readonly SwapIn[]): Wanted[] {
  const wanted: Wanted[] = [];
  for (const by of transfers) {
    table.forEach(by.region.chain, (block, slot) => {
      const address = block * blockSize;
      const contents = store.contents(slot);
      if (contents) by.memory.set(contents, address);
      else {
        wanted.push({ slot, by, address });
        by.reading++;
      }
    });
  }
  return wanted.sort((one, other) => one.slot - other.slot);
}

function adjacent(wanted: readonly Wanted[], mostSlots: number): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const each of wanted) {
    const place = run ? each.slot - run.first : 0;
    if (run && place <= run.slots && place < mostSlots) {
      run.slots = place + 1;
      run.wanted.push(each);
    } else {
      run = { first: each.slot, slots: 1, wanted: [each] };
      runs.push(run);
    }
  }
  return runs;
}

/** Checks and copies what was read; says so to those that have all. */
function take(store: BlockStore, blockSize: number, run: Run, bytes: Buffer, error: Error | undefined): void {
  let checked = -1;
  let intact = false;
  for (const { slot, by, address } of run.wanted) {
    if (error) by.error = error;
    else {
      const start = (slot - run.first) * blockSize;
      const block = bytes.subarray(start, start + blockSize);
      if (checked !== slot) intact = store.isIntact(slot, block);
      checked = slot;
      if (intact) by.memory.set(block, address);
      else by.error = new SwapDamage(by.region.vmId, `the checksum of its page at 0x${address.toString(16)} is wrong`);
    }
    if (--by.reading === 0) by.done(by.error);
  }
}
