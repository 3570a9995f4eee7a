/**
 * Writes VMs' memories, those of a batch together: the blocks that are neither zero nor stored already, in ascending order of
 * their slots, adjacent ones in one gathered write straight from the memories. What is much goes slice by slice, whether it
 * is one large memory or many small ones, so that no step holds the kernel up for long.
 */

import type { BlockFile } from "../devices/block-file.js";
import { SWAP_SLICE } from "../params.js";
import type { BlockStore } from "./block-store.js";
import type { BlockTable } from "./block-table.js";
import { HEADER_SIZE } from "./swap-format.js";
import type { SwapRegion } from "./swap-region.js";
import { nonZeroBlocks } from "./zero-blocks.js";

const NOTHING = new Uint8Array(0);

/** A VM on its way out. */
export interface SwapOut {
  readonly region: SwapRegion;
  readonly memory: Uint8Array;
  /** Bytes of the memory looked at. */
  scanned: number;
  /** Blocks found that are not zero. */
  stored: number;
  /** Blocks of its present slice that are being written. */
  writing: number;
  error: Error | undefined;
  readonly done: (error: Error | undefined) => void;
}

/** A block to be written. */
interface Piece {
  readonly slot: number;
  readonly bytes: Uint8Array;
  readonly owner: SwapOut;
}

/**
 * Writes one slice of as many as a step may look at, the first of them first.
 * @param sliceEnded called for each, when its own slice is written or has failed; at once for those of which nothing was looked at
 * @param ended called when that is so of all
 */
export function writeSlices(
  file: BlockFile,
  store: BlockStore,
  table: BlockTable,
  blockSize: number,
  transfers: readonly SwapOut[],
  sliceEnded: (transfer: SwapOut) => void,
  ended: () => void,
): void {
  const pieces: Piece[] = [];
  // Of what is all shared or zero the last word is said later as well.
  const nothing: SwapOut[] = [];
  let room = SWAP_SLICE;
  for (const transfer of transfers) {
    if (room === 0) sliceEnded(transfer);
    else {
      const from = transfer.scanned;
      pieces.push(...placeSlice(store, table, blockSize, transfer, room));
      if (transfer.writing === 0) nothing.push(transfer);
      room -= transfer.scanned - from;
    }
  }
  const runs = adjacent(pieces);
  if (nothing.length > 0) runs.push([]);
  let left = runs.length;
  for (const run of runs) {
    const position = HEADER_SIZE + (run[0]?.slot ?? 0) * blockSize;
    const bytes = run.length === 0 ? NOTHING : run.map((piece) => piece.bytes);
    file.write(bytes, position, (error) => {
      if (run.length === 0) nothing.forEach(sliceEnded);
      for (const { owner, slot, bytes: written } of run) {
        if (error) owner.error = error;
        else store.written(slot, written);
        if (--owner.writing === 0) sliceEnded(owner);
      }
      if (--left === 0) ended();
    });
  }
}

/** Finds slots for the next slice of a memory, of at most so many bytes; answers what is to be written. */
function placeSlice(store: BlockStore, table: BlockTable, blockSize: number, transfer: SwapOut, most: number): Piece[] {
  const { region, memory } = transfer;
  const pieces: Piece[] = [];
  const end = Math.min(transfer.scanned + most, memory.length);
  nonZeroBlocks(memory, transfer.scanned, end, blockSize, (at) => {
    const bytes = memory.subarray(at, at + blockSize);
    const slot = store.place(bytes, (fresh) => pieces.push({ slot: fresh, bytes, owner: transfer }));
    region.chain = table.prepend(region.chain, at / blockSize, slot);
    transfer.stored++;
  });
  transfer.scanned = end;
  transfer.writing = pieces.length;
  return pieces;
}

/** Pieces whose slots follow each other, together. */
function adjacent(pieces: Piece[]): Piece[][] {
  const runs: Piece[][] = [];
  let next = -1;
  for (const piece of pieces.sort((one, other) => one.slot - other.slot)) {
    if (piece.slot === next) runs[runs.length - 1].push(piece);
    else runs.push([piece]);
    next = piece.slot + 1;
  }
  return runs;
}
