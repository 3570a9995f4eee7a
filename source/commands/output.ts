/**
 * Standard output for commands that draw nothing. A reader that goes away (`| head`) and a full disk are conditions to
 * end on, not defects.
 */

import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { hostReason } from "../host/reasons.js";
import { UserError } from "../kernel/index.js";

/** Milliseconds that a reader who is behind has for the rest once a signal came: whoever sent it may send SIGKILL soon. */
const GRACE = 1_000;

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

  /**
   * Waits until everything written has left the process; a moment longer than until the signal, and no more.
   * @throws the signal's reason when that moment is over
   */
  async flush(signal?: AbortSignal): Promise<void> {
    if (!this.#failure) {
      const written = new Promise((resolve) => process.stdout.write("", resolve));
      await Promise.race([this.failed, written, ...(signal ? [graceAfter(signal)] : [])]);
    }
    if (this.#failure) throw this.#failure;
  }
}

/** Rejects a moment after the signal. */
async function graceAfter(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  await setTimeout(GRACE, undefined, { ref: false });
  throw signal.reason;
}
