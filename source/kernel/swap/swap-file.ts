/**
 * The swap file: blocks of one size, each stored once however many VMs have it in their memory ({@link BlockStore}). A VM has
 * room reserved when it is created, for all of its memory, so that it finds a place in the file when it is moved out. The file is
 * sparse: what is reserved takes space on the disk when it is written, which a full disk refuses then, and zero blocks are not.
 *
 * A failed write leaves the VM's memory as the truth: the caller keeps it. A block that was damaged on the disk is found out when
 * it is read, see {@link SwapDamage}, and harms the VMs that share it. The file belongs to one running kernel, which locks it,
 * and is removed when it closes.
 */

import { ftruncateSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { BlockFile, BlockFileFactory } from "../devices/block-file.js";
import { FileLock } from "../devices/file-lock.js";
import { attempt, explainFileError, type HostFile } from "../devices/host-file.js";
import { invariant } from "../errors.js";
import { DEFAULT_SWAP_BLOCK, SWAP_GROWTH, SWAP_SHARED_BYTES } from "../params.js";
import { removeAbandonedFiles, removeLockedFile } from "./abandoned-files.js";
import { Batch } from "./batch.js";
import { BlockStore } from "./block-store.js";
import { BlockTable, EMPTY_CHAIN } from "./block-table.js";
import { createFile } from "./create-file.js";
import { SwapDamage } from "./swap-damage.js";
import { HEADER_SIZE } from "./swap-format.js";
import { readAll, type SwapIn } from "./swap-in.js";
import { type SwapOut, writeSlices } from "./swap-out.js";
import { NOTHING_STORED, SwapRegion } from "./swap-region.js";

export { SwapDamage, SwapRegion };

/** @param bytes moved between core and file, 0 when it failed. @param error a UserError, or SwapDamage after swapIn */
export type SwapDone = (error: Error | undefined, bytes: number) => void;

export interface SwapOptions {
  /** Bytes of a block, a power of two: what is found to be zero, shared and checked. */
  readonly blockSize?: number;
  /** Bytes of contents kept in core to compare with. */
  readonly sharedBytes?: number;
  /** Past the host's page cache, where the host can: see {@link SwapFile.direct}. */
  readonly direct?: boolean;
}

export class SwapFile {
  readonly #host: HostFile;
  readonly #file: BlockFile;
  readonly #lock: FileLock;
  readonly #blockSize: number;
  readonly #store: BlockStore;
  readonly #table = new BlockTable();
  readonly #leaving: Batch<SwapOut>;
  readonly #coming: Batch<SwapIn>;
  /** Blocks that regions have room for, and that the file is long enough for. */
  #reserved = 0;
  #length = 0;
  #regions = 0;

  private constructor(host: HostFile, file: BlockFile, lock: FileLock, options: SwapOptions) {
    this.#host = host;
    this.#file = file;
    this.#lock = lock;
    const blockSize = options.blockSize ?? DEFAULT_SWAP_BLOCK;
    this.#blockSize = blockSize;
    const store = new BlockStore(Math.floor((options.sharedBytes ?? SWAP_SHARED_BYTES) / blockSize));
    this.#store = store;
    this.#leaving = new Batch((transfers, ended) =>
      writeSlices(file, store, this.#table, blockSize, transfers, (transfer) => this.#written(transfer), ended),
    );
    this.#coming = new Batch((transfers, ended) => readAll(file, store, this.#table, blockSize, transfers, ended));
  }

  /**
   * Makes the file, which must not exist yet. Swap files that a killed kernel left in the same folder are removed, one of
   * the same name included.
   * @throws UserError when the host refuses, or another kernel uses the file
   */
  static open(path: string, makeFile: BlockFileFactory, options: SwapOptions = {}): SwapFile {
    const lock = FileLock.acquire(path);
    try {
      removeLockedFile(path);
      removeAbandonedFiles(dirname(path));
      const host = createFile(path, options.blockSize ?? DEFAULT_SWAP_BLOCK, options.direct ?? false);
      return new SwapFile(host, makeFile(host), lock, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Whether transfers go past the host's page cache. */
  get direct(): boolean {
    return this.#host.direct;
  }

  /** Bytes of the file that are reserved for VMs. */
  get reservedBytes(): number {
    return this.#reserved * this.#blockSize;
  }

  /** Bytes of the file that hold something. */
  get storedBytes(): number {
    return this.#store.stored * this.#blockSize;
  }

  /** Bytes that would be stored if VMs shared none. */
  get usedBytes(): number {
    return this.#store.uses * this.#blockSize;
  }

  /**
   * How much of each part of the file is reserved for VMs, and how much of it holds data: shares of 0 to 1. What is stored stays
   * where it is when VMs in front of it end, and so may lie further back than what is reserved would reach; the room that is
   * reserved and empty is what will be filled first.
   */
  map(cells: number): { bytes: number; regions: number; reserved: number[]; stored: number[] } {
    const store = this.#store;
    const length = Math.max(this.#reserved, store.end);
    const filledFirst = store.end > this.#reserved ? store.endOfFree(this.#reserved - store.stored) : length;
    const each = Math.max(1, length) / cells;
    const shares = (count: (first: number, end: number) => number) =>
      Array.from({ length: cells }, (_, cell) => {
        const first = Math.floor(cell * each);
        const end = Math.max(first + 1, Math.floor((cell + 1) * each));
        return count(first, end) / (end - first);
      });
    return {
      bytes: HEADER_SIZE + length * this.#blockSize,
      regions: this.#regions,
      reserved: shares((first, end) => {
        const [until, from] = [Math.min(end, filledFirst), Math.max(first, filledFirst)];
        return Math.max(0, until - first) + store.storedBetween(from, end);
      }),
      stored: shares((first, end) => store.storedBetween(first, end)),
    };
  }

  /** Where a block of a VM that is out lies in the file, in bytes; undefined when it is zero. */
  positionOf(region: SwapRegion, block: number): number | undefined {
    let position: number | undefined;
    this.#table.forEach(region.chain, (stored, slot) => {
      if (stored === block) position = HEADER_SIZE + slot * this.#blockSize;
    });
    return position;
  }

  /**
   * Reserves room for a VM. @param memoryBytes whole blocks @param vmId whose it is, for messages
   * @throws UserError when the file may not grow; nothing is reserved then
   */
  reserve(memoryBytes: number, vmId: number): SwapRegion {
    invariant(memoryBytes > 0 && memoryBytes % this.#blockSize === 0, "a VM's memory is whole blocks");
    const blocks = memoryBytes / this.#blockSize;
    if (this.#reserved + blocks > this.#length) this.#grow(this.#reserved + blocks);
    this.#reserved += blocks;
    this.#regions++;
    return new SwapRegion(blocks, vmId);
  }

  /** Gives a region back; one with a transfer under way when that has ended. */
  release(region: SwapRegion): void {
    invariant(!region.released, "a region is released once");
    region.released = true;
    if (!region.busy) this.#free(region);
  }

  /** Writes a VM's memory. The memory must not change until `done` is called. */
  swapOut(region: SwapRegion, memory: Uint8Array, done: SwapDone): void {
    this.#begin(region, memory);
    this.#forget(region);
    const transfer: SwapOut = {
      ...{ region, memory, scanned: 0, stored: 0, writing: 0, error: undefined },
      done: (error) => {
        if (error) this.#forget(region);
        else region.stored = transfer.stored;
        this.#end(region, error, "write", done);
      },
    };
    this.#leaving.add(transfer);
  }

  /**
   * Reads a VM's memory, which is all zeros, back. What was stored is given up then: the VM will change it. On an error the
   * memory is worthless and must not be run; what is stored stays.
   */
  swapIn(region: SwapRegion, memory: Uint8Array, said: SwapDone): void {
    invariant(region.stored !== NOTHING_STORED, "only a VM that was swapped out is swapped in");
    this.#begin(region, memory);
    const done = (error: Error | undefined) => this.#end(region, error, "read", said);
    this.#coming.add({ region, memory, reading: 0, error: undefined, done });
  }

  /** Removes the file, at once, where nobody has done so before, ends the transfers under way and closes it. */
  async close(): Promise<void> {
    try {
      attempt(this.#host.path, "remove", () => rmSync(this.#host.path, { force: true }));
    } finally {
      this.#lock.release();
      await this.#file.close();
    }
  }

  /** Ends it where its memory was looked at to the end; if not, it goes on with its next slice. */
  #written(transfer: SwapOut): void {
    const { error, memory, scanned } = transfer;
    if (error === undefined && scanned < memory.length) this.#leaving.add(transfer);
    else transfer.done(error);
  }

  #begin(region: SwapRegion, memory: Uint8Array): void {
    invariant(!region.busy && !region.released, "a region has one transfer at a time");
    invariant(memory.length === region.blocks * this.#blockSize, "a region is as large as its VM");
    region.busy = true;
  }

  #end(region: SwapRegion, error: Error | undefined, what: string, done: SwapDone): void {
    region.busy = false;
    const bytes = Math.max(0, region.stored) * this.#blockSize;
    if (region.released) this.#free(region);
    else if (!error && what === "read") this.#forget(region);
    if (error === undefined) done(undefined, bytes);
    else if (error instanceof SwapDamage) done(error, 0);
    else done(explainFileError(this.#host.path, `${what} swap file`, error), 0);
  }

  /** Gives up what is stored of a VM. */
  #forget(region: SwapRegion): void {
    this.#table.forEach(region.chain, (_, slot) => this.#store.release(slot));
    this.#table.free(region.chain);
    region.chain = EMPTY_CHAIN;
    region.stored = NOTHING_STORED;
  }

  #free(region: SwapRegion): void {
    this.#forget(region);
    this.#reserved -= region.blocks;
    this.#regions--;
    if (this.#reserved === 0 && this.#length > 0) this.#resize(0);
  }

  /** Makes room for so many blocks, and for more, so that few creations find none. */
  #grow(blocks: number): void {
    const ample = Math.ceil(Math.max(blocks * SWAP_GROWTH.factor, blocks + SWAP_GROWTH.bytes / this.#blockSize));
    try {
      this.#resize(ample);
    } catch {
      this.#resize(blocks);
    }
  }

  #resize(blocks: number): void {
    const bytes = HEADER_SIZE + blocks * this.#blockSize;
    attempt(this.#host.path, "resize swap file", () => ftruncateSync(this.#host.descriptor, bytes));
    this.#length = blocks;
  }
}
