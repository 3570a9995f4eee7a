/** The second copy of a machine's memory, on which the reference runs, and a third of how it was when the run began. */

import type { GuestMemory } from "../x86/machine.js";

/** Bytes compared and copied together: most of a memory does not change in a run. */
const PAGE = 4096;

export class Twin {
  readonly memory: GuestMemory;
  readonly #before: Uint8Array;

  /** @param size in bytes */
  constructor(size: number) {
    const bytes = new Uint8Array(size);
    this.memory = { bytes, view: new DataView(bytes.buffer) };
    this.#before = new Uint8Array(size);
  }

  /** Takes over what the machine's memory is now: the kernel may have changed it since the last run. */
  begin(bytes: Uint8Array): void {
    copyPages(bytes, this.memory.bytes);
    copyPages(bytes, this.#before);
  }

  /** Makes both memories what they were when the run began. */
  restart(bytes: Uint8Array): void {
    copyPages(this.#before, this.memory.bytes);
    copyPages(this.#before, bytes);
  }
}

/** Copies the pages that differ. */
function copyPages(from: Uint8Array, to: Uint8Array): void {
  const source = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  for (let start = 0; start < from.length; start += PAGE) {
    const end = Math.min(start + PAGE, from.length);
    if (source.compare(to, start, end, start, end) !== 0) to.set(from.subarray(start, end), start);
  }
}
