/**
 * A file on a disk that is slower than the host's: it makes so many transfers a second, one after another, however large they
 * are, as where the time goes into seeking. The transfers themselves are those of the file within.
 */

import type { BlockFile, TransferDone } from "./block-file.js";

const SECOND = 1_000;

export class PacedFile implements BlockFile {
  readonly #file: BlockFile;
  /** Milliseconds that one takes. */
  readonly #each: number;
  readonly #waiting: { readonly due: number; readonly begin: () => void }[] = [];
  /** When the disk has done what was asked for so far, in milliseconds of the host's clock. */
  #free = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #whenDone: (() => void) | undefined;

  /** @param file closed with this one @param rate transfers a second */
  constructor(file: BlockFile, rate: number) {
    this.#file = file;
    this.#each = SECOND / rate;
  }

  read(target: Uint8Array, position: number, done: TransferDone): void {
    this.#inTurn(target.length === 0, () => this.#file.read(target, position, done));
  }

  write(source: Uint8Array | readonly Uint8Array[], position: number, done: TransferDone): void {
    this.#inTurn(source.length === 0, () => this.#file.write(source, position, done));
  }

  /** Those that wait for their turn still have it. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#whenDone = resolve;
      });
    }
    await this.#file.close();
  }

  /** @param nothing whether there is nothing to move: the disk is not asked then */
  #inTurn(nothing: boolean, begin: () => void): void {
    if (nothing || this.#closed) {
      begin();
      return;
    }
    const now = performance.now();
    this.#free = Math.max(this.#free, now) + this.#each;
    this.#waiting.push({ due: this.#free, begin });
    this.#timer ??= setTimeout(this.#beginDue, this.#free - now);
  }

  readonly #beginDue = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    const due = this.#waiting.findIndex((each) => each.due > now);
    const ready = this.#waiting.splice(0, due < 0 ? this.#waiting.length : due);
    for (const { begin } of ready) begin();
    const [next] = this.#waiting;
    if (next) this.#timer ??= setTimeout(this.#beginDue, next.due - performance.now());
    else this.#whenDone?.();
  };
}
