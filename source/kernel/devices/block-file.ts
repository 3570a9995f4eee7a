/**
 * Reading and writing at positions of a file, in kinds that behave alike: {@link AsynchronousFile} lets the host do
 * it meanwhile; {@link ScheduledFile} does it at once and says so after a fixed time of the kernel's clock, so that a run
 * in virtual time repeats exactly; DirectFile, in direct-file.ts, goes past the host's page cache.
 *
 * Contract: until `done` is called the buffers belong to the transfer. `done` is called exactly once, never before the
 * call returns, and gets every error there is: nothing is thrown. Bytes behind the end of the file read as zeros.
 */

import { close, closeSync, read, readSync, write, writev, writevSync } from "node:fs";
import { promisify } from "node:util";
import type { HostFile } from "./host-file.js";
import { closedError, TransfersUnderWay } from "./transfers-under-way.js";

/** Called when a transfer has ended; with the host's error (code ENOSPC, EFBIG, EIO, ...) when it failed. */
export type TransferDone = (error?: Error) => void;

export interface BlockFile {
  /** Fills `target` with the bytes from `position` on. */
  read(target: Uint8Array, position: number, done: TransferDone): void;
  /** Writes the bytes, or the pieces one behind the other, from `position` on. A failed write may have written a part. */
  write(source: Uint8Array | readonly Uint8Array[], position: number, done: TransferDone): void;
  /** Closes the file once the transfers under way have ended; later ones fail with the code ECANCELED. */
  close(): Promise<void> | void;
}

/** Makes a block file of an open file, which it then owns. */
export type BlockFileFactory = (file: HostFile) => BlockFile;

/** Calls back after a time of the kernel's clock, in nanoseconds. */
export type Schedule = (latencyNs: number, callback: () => void) => void;

/** Pieces handed to the host in one call; the usual IOV_MAX. */
const MOST_PIECES = 1024;

/** Transfers by the host's own threads. */
export class AsynchronousFile implements BlockFile {
  readonly #descriptor: number;
  readonly #granule: number;
  readonly #transfers = new TransfersUnderWay();

  /** @param granule bytes that the host transfers whole, except for those before the end of the file */
  constructor(file: HostFile, granule = 1) {
    this.#descriptor = file.descriptor;
    this.#granule = granule;
  }

  read(target: Uint8Array, position: number, done: TransferDone): void {
    this.#transfers.start(done, (ended) => this.#read(target, position, ended));
  }

  write(source: Uint8Array | readonly Uint8Array[], position: number, done: TransferDone): void {
    this.#transfers.start(done, (ended) => {
      if (source instanceof Uint8Array) this.#write(source, position, ended);
      else this.#writePieces(source, position, ended);
    });
  }

  close(): Promise<void> {
    return this.#transfers.close(() => promisify(close)(this.#descriptor));
  }

  #read(target: Uint8Array, position: number, ended: TransferDone): void {
    read(this.#descriptor, target, 0, target.length, position, (error, count) => {
      if (error) return ended(error);
      const more = count > 0 && count < target.length && count % this.#granule === 0;
      if (more) return this.#read(target.subarray(count), position + count, ended);
      target.fill(0, count);
      ended();
    });
  }

  #write(source: Uint8Array, position: number, ended: TransferDone): void {
    write(this.#descriptor, source, 0, source.length, position, (error, count) => {
      if (error) ended(error);
      else if (count === source.length) ended();
      else if (count === 0) ended(stuck());
      else this.#write(source.subarray(count), position + count, ended);
    });
  }

  #writePieces(pieces: readonly Uint8Array[], position: number, ended: TransferDone): void {
    writev(this.#descriptor, pieces.slice(0, MOST_PIECES), position, (error, count) => {
      if (error) return ended(error);
      const rest = after(pieces, count);
      if (rest.length === 0) ended();
      else if (count === 0) ended(stuck());
      else this.#writePieces(rest, position + count, ended);
    });
  }
}

/** Transfers at once, completed after `latencyNs` of the kernel's clock. */
export class ScheduledFile implements BlockFile {
  readonly #descriptor: number;
  readonly #schedule: Schedule;
  readonly #latencyNs: number;
  #closed = false;

  constructor(file: HostFile, schedule: Schedule, latencyNs: number) {
    this.#descriptor = file.descriptor;
    this.#schedule = schedule;
    this.#latencyNs = latencyNs;
  }

  read(target: Uint8Array, position: number, done: TransferDone): void {
    this.#complete(done, () => {
      let filled = 0;
      while (filled < target.length) {
        const count = readSync(this.#descriptor, target, filled, target.length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      target.fill(0, filled);
    });
  }

  write(source: Uint8Array | readonly Uint8Array[], position: number, done: TransferDone): void {
    this.#complete(done, () => {
      let rest = source instanceof Uint8Array ? [source] : source;
      let at = position;
      while (rest.length > 0) {
        const count = writevSync(this.#descriptor, rest.slice(0, MOST_PIECES), at);
        rest = after(rest, count);
        if (count === 0 && rest.length > 0) throw stuck();
        at += count;
      }
    });
  }

  close(): void {
    if (!this.#closed) closeSync(this.#descriptor);
    this.#closed = true;
  }

  #complete(done: TransferDone, transfer: () => void): void {
    let failure: Error | undefined;
    try {
      if (this.#closed) throw closedError();
      transfer();
    } catch (error) {
      failure = error as Error;
    }
    this.#schedule(this.#latencyNs, () => done(failure));
  }
}

/** What is left of the pieces behind their first `count` bytes; empty pieces are left out. */
function after(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = count;
  for (const piece of pieces) {
    if (piece.length > skip) rest.push(skip === 0 ? piece : piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return rest;
}

function stuck(): Error {
  return Object.assign(new Error("EIO: the host wrote nothing, write"), { code: "EIO" });
}
