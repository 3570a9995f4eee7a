/**
 * Memory for virtual machines: each VM's is a WebAssembly.Memory of its own, so that the host's page protection bounds
 * every access of translated code and a RangeError every access of interpreted code. It is `shared` because an unshared one
 * counts as garbage-collector pressure and costs a thousand times as much to make, and so that any CPU can run the VM; one
 * thread at a time touches it.
 *
 * The pool keeps memories that VMs gave back, scrubbed, large ones piece by piece: a VM never sees what another left. Those beyond what it may keep are
 * dropped; the host has their pages back once they are collected as garbage, which V8 puts off for long, since to it they are
 * small. Whoever owns the pool is told of them.
 */

import { invariant } from "../errors.js";
import { CLEARED_AT_ONCE, MEMORY_GRANULE, POOLED_BYTES, POOLED_MEMORIES } from "../params.js";
import { nonZeroBlocks } from "../swap/zero-blocks.js";
import type { GuestMemory } from "../x86/machine.js";

/** A guest's memory with the object that owns it. */
export interface VmMemory extends GuestMemory {
  readonly wasm: WebAssembly.Memory;
}

const SCRUB_BLOCK = 4096;

/** Rounds a size in bytes up to what a VM's memory can have. */
export function roundMemorySize(bytes: number): number {
  return Math.ceil(bytes / MEMORY_GRANULE) * MEMORY_GRANULE;
}

export class MemoryPool {
  readonly #free = new Map<number, VmMemory[]>();
  #pooled = 0;
  #pooledBytes = 0;
  /** Memories dropped since {@link collected} was called last, and their bytes. */
  #dropped = 0;
  #droppedBytes = 0;
  /** Large ones that are still to be cleared, the first of them from this address on. */
  readonly #soiled: VmMemory[] = [];
  #cleared = 0;
  /** Told that there is something for {@link clearSome}. Where nobody is, what is given is cleared at once, however large. */
  onSoiled: (() => void) | undefined;
  /** Told of every memory that is dropped, and of how many and how much were since they were collected last. */
  onDropped: ((memories: number, bytes: number, memory: VmMemory) => void) | undefined;

  /** A memory of `size` bytes (a multiple of `MEMORY_GRANULE`), all zero. */
  take(size: number): VmMemory {
    invariant(size > 0 && size % MEMORY_GRANULE === 0, `memory size ${size} is not a multiple of ${MEMORY_GRANULE}`);
    const kept = this.#free.get(size)?.pop();
    if (kept) {
      this.#pooled--;
      this.#pooledBytes -= size;
      return kept;
    }
    const pages = size / MEMORY_GRANULE;
    const wasm = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return { wasm, view: new DataView(wasm.buffer), bytes: new Uint8Array(wasm.buffer), instance: undefined };
  }

  /** Takes a memory back. The caller keeps no reference to it or its views. */
  give(memory: VmMemory): void {
    const size = memory.bytes.length;
    if (this.#pooled >= POOLED_MEMORIES || this.#pooledBytes + size > POOLED_BYTES) {
      this.#drop(memory);
      return;
    }
    this.#pooled++;
    this.#pooledBytes += size;
    if (size > CLEARED_AT_ONCE && this.onSoiled) {
      this.#soiled.push(memory);
      this.onSoiled();
    } else {
      scrub(memory.bytes, 0, size);
      this.#keep(memory);
    }
  }

  /** Clears a piece of what is to be cleared; true when there is more. */
  clearSome(): boolean {
    const memory = this.#soiled[0];
    if (!memory) return false;
    const end = Math.min(this.#cleared + CLEARED_AT_ONCE, memory.bytes.length);
    scrub(memory.bytes, this.#cleared, end);
    this.#cleared = end;
    if (end === memory.bytes.length) {
      this.#soiled.shift();
      this.#cleared = 0;
      this.#keep(memory);
    }
    return this.#soiled.length > 0;
  }

  /** The same of a VM that has ended, whose memory is kept where it is cleared quickly: nobody may ever want one of its size again. */
  giveForGood(memory: VmMemory): void {
    if (memory.bytes.length > CLEARED_AT_ONCE) this.#drop(memory);
    else this.give(memory);
  }

  #keep(memory: VmMemory): void {
    const size = memory.bytes.length;
    const sameSize = this.#free.get(size);
    if (sameSize) sameSize.push(memory);
    else this.#free.set(size, [memory]);
  }

  #drop(memory: VmMemory): void {
    this.#dropped++;
    this.#droppedBytes += memory.bytes.length;
    this.onDropped?.(this.#dropped, this.#droppedBytes, memory);
  }

  /** Says that what was dropped has been collected. */
  collected(): void {
    this.#dropped = 0;
    this.#droppedBytes = 0;
  }
}

/** Zeroes what is not zero: writing zeros over untouched pages would make the host back them. */
function scrub(bytes: Uint8Array, start: number, end: number): void {
  nonZeroBlocks(bytes, start, end, SCRUB_BLOCK, (at) => bytes.fill(0, at, at + SCRUB_BLOCK));
}
