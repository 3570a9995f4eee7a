/**
 * The blocks of the swap file: by how many VMs each is used, and its checksum, by which a block that is not what was written is
 * found out. The same contents are stored once where that is noticed, see {@link SharedBlocks}; what a VM changes later is its
 * memory, never a stored block.
 */

import { crc32 } from "node:zlib";
import { SharedBlocks } from "./shared-blocks.js";
import { SlotAllocator } from "./slot-allocator.js";

export class BlockStore {
  readonly #slots = new SlotAllocator();
  readonly #shared: SharedBlocks;
  /** By slot. */
  #references = new Uint32Array(0);
  #checksums = new Uint32Array(0);
  #uses = 0;

  /** @param sharedRoom blocks whose contents are kept to compare with */
  constructor(sharedRoom: number) {
    this.#shared = new SharedBlocks(sharedRoom);
  }

  /** Blocks stored. */
  get stored(): number {
    return this.#slots.taken;
  }

  /** One past the last slot that holds something. */
  get end(): number {
    return this.#slots.end;
  }

  /** One past so many slots, counted from the first, that hold nothing. */
  endOfFree(slots: number): number {
    let slot = 0;
    for (let left = slots; left > 0; slot++) if (!this.#slots.isTaken(slot)) left--;
    return slot;
  }

  /** Of the slots from `first` up to `end`, those that hold something. */
  storedBetween(first: number, end: number): number {
    let stored = 0;
    for (let slot = first; slot < end; slot++) if (this.#slots.isTaken(slot)) stored++;
    return stored;
  }

  /** Blocks stored as VMs count them: one that two VMs share counts twice. */
  get uses(): number {
    return this.#uses;
  }

  /** A slot for a block's contents. @param written told of a slot that is new: the contents are to be written there */
  place(bytes: Uint8Array, written: (slot: number) => void): number {
    this.#uses++;
    const checksum = crc32(bytes);
    const known = this.#shared.find(checksum, bytes);
    if (known !== undefined) {
      this.#references[known]++;
      return known;
    }
    const slot = this.#slots.take();
    if (slot >= this.#references.length) this.#grow(slot + 1);
    this.#references[slot] = 1;
    this.#checksums[slot] = checksum;
    written(slot);
    return slot;
  }

  /** The contents of a slot are in the file: others may share them from now on. */
  written(slot: number, bytes: Uint8Array): void {
    this.#shared.written(this.#checksums[slot], slot, bytes);
  }

  /** One VM less uses the slot. */
  release(slot: number): void {
    this.#uses--;
    if (--this.#references[slot] > 0) return;
    this.#shared.forget(slot);
    this.#slots.give(slot);
  }

  /** Contents of a slot that need not be read from the file. */
  contents(slot: number): Uint8Array | undefined {
    return this.#shared.contents(slot);
  }

  /** Whether these bytes are what was written to the slot. */
  isIntact(slot: number, bytes: Uint8Array): boolean {
    return crc32(bytes) === this.#checksums[slot];
  }

  #grow(needed: number): void {
    const length = Math.ceil(needed * 1.25) + 1024;
    const [references, checksums] = [new Uint32Array(length), new Uint32Array(length)];
    references.set(this.#references);
    checksums.set(this.#checksums);
    this.#references = references;
    this.#checksums = checksums;
  }
}
