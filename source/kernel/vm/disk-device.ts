/**
 * A VM's side of a virtual disk: transfers that are under way and transfers that have ended and wait to be collected. What
 * was read waits outside the VM's memory until the VM collects it, so a transfer never touches a VM that is swapped out.
 */

import { AbiError, DISK_BLOCK_SIZE, Interrupt } from "../abi.js";
import type { VirtualDisk } from "../devices/disk-store.js";
import { DISK_QUEUE } from "../params.js";

/** A transfer that has ended. */
export interface DiskCompletion {
  /** The guest's own mark on the transfer. */
  readonly tag: number;
  /** 0 or an `AbiError`. */
  readonly result: number;
  /** Guest-physical address the data is for. */
  readonly address: number;
  /** What was read; undefined for a write or a failure. */
  readonly data: Uint8Array | undefined;
}

export class DiskDevice {
  readonly #disk: VirtualDisk;
  readonly #post: (vector: number) => void;
  readonly #completions: DiskCompletion[] = [];
  #underWay = 0;
  #released = false;

  /** @param post posts an interrupt to the VM */
  constructor(disk: VirtualDisk, post: (vector: number) => void) {
    this.#disk = disk;
    this.#post = post;
  }

  get blocks(): number {
    return this.#disk.blocks;
  }

  get readOnly(): boolean {
    return this.#disk.readOnly;
  }

  /** Starts reading a block; answers 0 or why it cannot be. */
  read(block: number, address: number, tag: number): number {
    const refusal = this.#refusal(block);
    if (refusal !== 0) return refusal;
    const data = new Uint8Array(DISK_BLOCK_SIZE);
    this.#underWay++;
    this.#disk.read(block, data, (error) => this.#complete(tag, error, address, data));
    return 0;
  }

  /** Starts writing a block; `bytes` are copied. Answers 0 or why it cannot be. */
  write(block: number, bytes: Uint8Array, tag: number): number {
    const refusal = this.readOnly ? AbiError.DENIED : this.#refusal(block);
    if (refusal !== 0) return refusal;
    this.#underWay++;
    this.#disk.write(block, bytes.slice(), (error) => this.#complete(tag, error, 0, undefined));
    return 0;
  }

  /** Hands over the oldest transfer that has ended. */
  collect(): DiskCompletion | undefined {
    return this.#completions.shift();
  }

  /** The VM has ended: the disk is let go as soon as the last transfer has ended. */
  release(): void {
    this.#released = true;
    this.#completions.length = 0;
    if (this.#underWay === 0) this.#disk.release();
  }

  /** The VM came to nothing before it ran. @see VirtualDisk.discard */
  discard(): void {
    this.#released = true;
    this.#disk.discard();
  }

  #refusal(block: number): number {
    if (block >= this.#disk.blocks) return AbiError.NOT_FOUND;
    return this.#underWay + this.#completions.length >= DISK_QUEUE ? AbiError.AGAIN : 0;
  }

  #complete(tag: number, error: Error | undefined, address: number, data: Uint8Array | undefined): void {
    this.#underWay--;
    if (this.#released) {
      if (this.#underWay === 0) this.#disk.release();
      return;
    }
    this.#completions.push({ tag, result: error ? AbiError.INPUT_OUTPUT : 0, address, data: error ? undefined : data });
    this.#post(Interrupt.DISK);
  }
}
