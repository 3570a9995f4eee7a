/**
 * The swap file: a region for each VM, reserved when the VM is created and large enough for all of its memory, so that a VM
 * that was admitted to the machine can always be moved out. The file is sparse: a region takes space on the disk when it is
 * written, and then only for pages that are not all zeros.
 *
 * A failed write leaves the VM's memory as the truth: the caller keeps it. A region that was damaged on the disk is found
 * out when it is read, see {@link SwapDamage}. The file belongs to one running kernel, which locks it, and is removed when it closes.
 */

import { closeSync, ftruncateSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { BlockFile, BlockFileFactory } from "../devices/block-file.js";
import { FileLock } from "../devices/file-lock.js";
import { attempt, explainFileError, type HostFile, openFile } from "../devices/host-file.js";
import { invariant } from "../errors.js";
import { removeAbandonedFiles, removeLockedFile } from "./abandoned-files.js";
import { RegionAllocator } from "./region-allocator.js";
import { SwapDamage } from "./swap-damage.js";
import { fileHeader, headerSize, PAGE_SIZE } from "./swap-format.js";
import { swapIn } from "./swap-in.js";
import { swapOut } from "./swap-out.js";
import { NOTHING_STORED, SwapRegion } from "./swap-region.js";

export { SwapDamage, SwapRegion };

/** @param bytes moved between core and file, 0 when it failed. @param error a UserError, or SwapDamage after swapIn */
export type SwapDone = (error: Error | undefined, bytes: number) => void;

export class SwapFile {
  readonly #host: HostFile;
  readonly #file: BlockFile;
  readonly #lock: FileLock;
  readonly #allocator = new RegionAllocator();
  /** Pages of the file, its header's included. */
  #filePages = 1;

  private constructor(host: HostFile, file: BlockFile, lock: FileLock) {
    this.#host = host;
    this.#file = file;
    this.#lock = lock;
    this.#allocator.reserve(this.#filePages);
  }

  /**
   * Makes the file, which must not exist yet. Swap files that a killed kernel left in the same folder are removed, one of
   * the same name included.
   * @throws UserError when the host refuses, or another kernel uses the file
   */
  static open(path: string, makeFile: BlockFileFactory): SwapFile {
    const lock = FileLock.acquire(path);
    try {
      removeLockedFile(path);
      removeAbandonedFiles(dirname(path));
      const host = createFile(path);
      return new SwapFile(host, makeFile(host), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Bytes of the file that are reserved for VMs. */
  get reservedBytes(): number {
    return (this.#allocator.reserved - 1) * PAGE_SIZE;
  }

  /**
   * Reserves room for a VM. @param memoryBytes whole pages @param vmId is written into the region, to tell whose it is
   * @throws UserError when the file may not grow; nothing is reserved then
   */
  reserve(memoryBytes: number, vmId: number): SwapRegion {
    invariant(memoryBytes % PAGE_SIZE === 0, "a VM's memory is whole pages");
    const pages = memoryBytes / PAGE_SIZE;
    const extent = { pages: headerSize(pages) / PAGE_SIZE + pages, offset: 0 };
    extent.offset = this.#allocator.reserve(extent.pages);
    try {
      if (this.#allocator.end > this.#filePages) this.#resize();
    } catch (error) {
      this.#allocator.release(extent);
      throw error;
    }
    return new SwapRegion(extent.offset, pages, vmId);
  }

  /** Gives a region back; one with a transfer under way when that has ended. */
  release(region: SwapRegion): void {
    invariant(!region.released, "a region is released once");
    region.released = true;
    if (!region.busy) this.#free(region);
  }

  /** Writes a VM's memory to its region. The memory must not change until `done` is called. */
  swapOut(region: SwapRegion, memory: Uint8Array, done: SwapDone): void {
    this.#begin(region, memory);
    region.generation++;
    region.stored = NOTHING_STORED;
    swapOut(this.#file, region, memory, (error, stored) => {
      if (error === undefined) region.stored = stored;
      this.#end(region, error, "write", done);
    });
  }

  /**
   * Reads a VM's memory, which is all zeros, back from its region. On an error the memory is worthless and must not be run;
   * the region keeps what it has.
   */
  swapIn(region: SwapRegion, memory: Uint8Array, done: SwapDone): void {
    invariant(region.stored !== NOTHING_STORED, "only a VM that was swapped out is swapped in");
    this.#begin(region, memory);
    swapIn(this.#file, region, memory, (error) => this.#end(region, error, "read", done));
  }

  /** Removes the file, at once, ends the transfers under way and closes it. */
  async close(): Promise<void> {
    attempt(this.#host.path, "remove", () => unlinkSync(this.#host.path));
    this.#lock.release();
    await this.#file.close();
  }

  #begin(region: SwapRegion, memory: Uint8Array): void {
    invariant(!region.busy && !region.released, "a region has one transfer at a time");
    invariant(memory.length === region.pages * PAGE_SIZE, "a region is as large as its VM");
    region.busy = true;
  }

  #end(region: SwapRegion, error: Error | undefined, what: string, done: SwapDone): void {
    region.busy = false;
    const bytes = region.storedBytes;
    if (region.released) this.#free(region);
    if (error === undefined) done(undefined, bytes);
    else if (error instanceof SwapDamage) done(error, 0);
    else done(explainFileError(this.#host.path, `${what} swap file`, error), 0);
  }

  #free(region: SwapRegion): void {
    this.#allocator.release({ offset: region.firstPage, pages: region.extentPages });
    if (this.#allocator.end < this.#filePages) this.#resize();
  }

  /** Brings the file to the length the regions need. */
  #resize(): void {
    const pages = this.#allocator.end;
    attempt(this.#host.path, "resize swap file", () => ftruncateSync(this.#host.descriptor, pages * PAGE_SIZE));
    this.#filePages = pages;
  }
}

/** Makes the file with its header, or nothing. */
function createFile(path: string): HostFile {
  const host = openFile(path, { create: true, exclusive: true });
  try {
    attempt(path, "write", () => writeFileSync(host.descriptor, fileHeader()));
    return host;
  } catch (error) {
    closeSync(host.descriptor);
    unlinkSync(path);
    throw error;
  }
}
