/**
 * Standard output for commands that draw nothing. A reader that goes away (`| head`) and a full disk are conditions to
 * end on, not defects.
 */

import { once } from "node:events";
import { hostReason } from "../host/reasons.js";
import { UserError } from "../kernel/index.js";

/** The reader of our output went away; nothing is left to be said to anybody. */
export class BrokenPipe extends Error {}

/** All that a command prints. Answers its exit status when that has left the process. */
export async function print(text: string): Promise<number> {
  const output = new Output();
  output.write(text);
  await output.flush();
  return 0;
}

/** Standard output, with the first thing that went wrong on it. */
export class Output {
  #failure: Error | undefined;
  #onFailure: ((error: Error) => void) | undefined;

  /** Rejects when output can no longer be written. */
  readonly failed = new Promise<never>((_, reject) => {
    this.#onFailure = reject;
  });

  constructor() {
    this.failed.catch(() => {}); // Whoever waits for it sees the rejection; nobody has to.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      this.#failure ??=
        error.code === "EPIPE" ? new BrokenPipe() : new UserError(`cannot write the output: ${hostReason(error)}`);
      this.#onFailure?.(this.#failure);
    });
  }

  write(text: string | Uint8Array): void {
    if (!this.#failure) process.stdout.write(text);
  }

  /** Whether its reader is behind: what is written now waits in memory. */
  get isFull(): boolean {
    return !this.#failure && process.stdout.writableNeedDrain;
  }

  /** Waits until its reader has taken what was written, where that is much; not longer than until the signal. */
  async ready(signal?: AbortSignal): Promise<void> {
    if (!this.isFull) return;
    // What goes wrong meanwhile is told below, and by `failed`.
    await once(process.stdout, "drain", { signal }).catch(() => {});
    if (this.#failure) throw this.#failure;
    signal?.throwIfAborted();
  }

  /** Waits until everything written has left the process. */
  async flush(): Promise<void> {
    if (!this.#failure) await Promise.race([this.failed, new Promise((resolve) => process.stdout.write("", resolve))]);
    if (this.#failure) throw this.#failure;
  }
}
