/** Tells apart what is all zeros in a memory, which takes no room on a disk and needs no clearing. */

/** Bytes compared at once first: most of a memory was never written, and a call costs as much as comparing a page. */
const STRETCH = 32 * 1024;

const ZEROS = Buffer.alloc(STRETCH);

/** Calls `visit` with the address of each block between two addresses that is not all zeros; all are multiples of its size. */
export function nonZeroBlocks(
  memory: Uint8Array,
  start: number,
  end: number,
  blockSize: number,
  visit: (address: number) => void,
): void {
  const stretch = Math.max(STRETCH, blockSize);
  for (let from = start; from < end; from += stretch) {
    const to = Math.min(from + stretch, end);
    if (isZero(memory, from, to)) continue;
    for (let at = from; at < to; at += blockSize) if (!isZero(memory, at, at + blockSize)) visit(at);
  }
}

function isZero(memory: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += STRETCH) {
    const length = Math.min(STRETCH, end - at);
    if (ZEROS.compare(memory, at, at + length, 0, length) !== 0) return false;
  }
  return true;
}
