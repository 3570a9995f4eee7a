/**
 * A file past the host's page cache (O_DIRECT): what is written is on its way to the disk and nowhere else, what is read comes
 * from it, and the host keeps no copy in memory that is wanted for VMs.
 *
 * The host then transfers whole logical blocks of the disk only, to and from memory that is aligned to them. Buffers here are
 * whatever the caller has: bytes are copied by way of an arena, a WebAssembly.Memory, which the host always puts on a page.
 */

import { closeSync, constants, readSync } from "node:fs";
import { invariant, UserError } from "../errors.js";
import { DIRECT_ARENA } from "../params.js";
import { AsynchronousFile, type BlockFile, type TransferDone } from "./block-file.js";
import { type HostFile, openFile } from "./host-file.js";
import { TransfersUnderWay } from "./transfers-under-way.js";

/** Bytes: a multiple of every usual disk's logical block. Positions and lengths are multiples of it. */
export const DIRECT_GRANULE = 4096;

/** A WebAssembly.Memory's own unit, bytes. */
const PAGE = 65_536;

/**
 * Opens a file that is there and has at least {@link DIRECT_GRANULE} bytes past the page cache.
 * @returns undefined where host or file system cannot: not on macOS, nor on some file systems in memory or of a network
 */
export function openDirectly(path: string): HostFile | undefined {
  if (constants.O_DIRECT === undefined) return undefined;
  let file: HostFile;
  try {
    file = openFile(path, { direct: true });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
  if (canRead(file)) return file;
  closeSync(file.descriptor);
  return undefined;
}

/** Some refuse when it comes to reading: where the disk's logical block is larger. */
function canRead({ descriptor }: HostFile): boolean {
  try {
    return readSync(descriptor, arena(PAGE), 0, DIRECT_GRANULE, 0) === DIRECT_GRANULE;
  } catch {
    return false;
  }
}

/** @param bytes a multiple of {@link PAGE} */
function arena(bytes: number): Uint8Array {
  const pages = bytes / PAGE;
  return new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer);
}

export class DirectFile implements BlockFile {
  readonly #file: AsynchronousFile;
  readonly #transfers = new TransfersUnderWay();
  /** Pieces of the arena that nobody uses, and who waits for one. */
  readonly #free: Uint8Array[];
  readonly #waiting: ((piece: Uint8Array) => void)[] = [];

  /** @param file from {@link openDirectly}; closed with this one */
  constructor(file: HostFile) {
    this.#file = new AsynchronousFile(file, DIRECT_GRANULE);
    const { pieces, pieceBytes } = DIRECT_ARENA;
    const all = arena(pieces * pieceBytes);
    this.#free = Array.from({ length: pieces }, (_, index) =>
      all.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    );
  }

  read(target: Uint8Array, position: number, done: TransferDone): void {
    this.#start(target.length, position, done, (piece, from, ended) => {
      this.#file.read(piece, position + from, (error) => {
        if (!error) target.set(piece, from);
        ended(error);
      });
    });
  }

  write(source: Uint8Array | readonly Uint8Array[], position: number, done: TransferDone): void {
    const sources = source instanceof Uint8Array ? [source] : source;
    const length = sources.reduce((sum, { length: bytes }) => sum + bytes, 0);
    const gather = gatherer(sources);
    this.#start(length, position, done, (piece, from, ended) => {
      gather(piece);
      this.#file.write(piece, position + from, ended);
    });
  }

  close(): Promise<void> {
    return this.#transfers.close(() => this.#file.close());
  }

  /** Transfers a length piece by piece. @param each begins one, `from` bytes behind the start */
  #start(
    length: number,
    position: number,
    done: TransferDone,
    each: (piece: Uint8Array, from: number, ended: TransferDone) => void,
  ): void {
    invariant(
      length % DIRECT_GRANULE === 0 && position % DIRECT_GRANULE === 0,
      "past the page cache whole blocks are moved",
    );
    this.#transfers.start(done, (ended) => {
      const next = (from: number): void => {
        if (from >= length) {
          ended();
          return;
        }
        this.#withPiece((whole) => {
          const piece = whole.subarray(0, Math.min(whole.length, length - from));
          each(piece, from, (error) => {
            this.#give(whole);
            if (error) ended(error);
            else next(from + piece.length);
          });
        });
      };
      if (length === 0) process.nextTick(ended);
      else next(0);
    });
  }

  #withPiece(use: (piece: Uint8Array) => void): void {
    const piece = this.#free.pop();
    if (piece) use(piece);
    else this.#waiting.push(use);
  }

  #give(piece: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next) next(piece);
    else this.#free.push(piece);
  }
}

/** Fills one buffer after another from pieces that lie one behind the other. */
function gatherer(sources: readonly Uint8Array[]): (target: Uint8Array) => void {
  let index = 0;
  let used = 0;
  return (target) => {
    for (let filled = 0; filled < target.length; ) {
      const source = sources[index];
      const part = source.subarray(used, used + target.length - filled);
      target.set(part, filled);
      filled += part.length;
      used += part.length;
      if (used < source.length) continue;
      index++;
      used = 0;
    }
  };
}
