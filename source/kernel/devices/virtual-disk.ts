/** One user's view of a virtual disk. */

import { DISK_BLOCK_SIZE } from "../abi.js";
import { invariant } from "../errors.js";
import type { BlockFile, TransferDone } from "./block-file.js";
import { blockPosition } from "./disk-format.js";

/**
 * Contract: whoever holds it checks what the guest asks for; a block out of range or a write to a read-only disk is a defect
 * of the kernel. Transfers end in any order.
 */
export class VirtualDisk {
  readonly #file: BlockFile;
  readonly #onRelease: (unused: boolean) => void;
  #released = false;

  constructor(
    file: BlockFile,
    readonly blocks: number,
    readonly readOnly: boolean,
    onRelease: (unused: boolean) => void,
  ) {
    this.#file = file;
    this.#onRelease = onRelease;
  }

  /** Reads a block. @param target 4,096 bytes, the transfer's until `done` */
  read(block: number, target: Uint8Array, done: TransferDone): void {
    this.#check(block, target);
    this.#file.read(target, blockPosition(block), done);
  }

  /** Writes a block. @param source 4,096 bytes, the transfer's until `done` */
  write(block: number, source: Uint8Array, done: TransferDone): void {
    invariant(!this.readOnly, "a read-only disk is not written");
    this.#check(block, source);
    this.#file.write(source, blockPosition(block), done);
  }

  /** Gives the disk back, once. No transfer of this user may be under way. */
  release(): void {
    this.#giveBack(false);
  }

  /** The same where its user came to nothing: a disk that was made for it goes, too. Nothing may have been written. */
  discard(): void {
    this.#giveBack(true);
  }

  #giveBack(unused: boolean): void {
    invariant(!this.#released, "a disk is released once");
    this.#released = true;
    this.#onRelease(unused);
  }

  #check(block: number, bytes: Uint8Array): void {
    invariant(!this.#released, "a disk is not used after it was released");
    invariant(Number.isInteger(block) && block >= 0 && block < this.blocks, "a block of the disk");
    invariant(bytes.length === DISK_BLOCK_SIZE, "a whole block");
  }
}
