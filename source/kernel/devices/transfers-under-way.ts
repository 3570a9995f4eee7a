/** Counts a file's transfers, so that it is closed when the last has ended and none begins afterwards. */

import type { TransferDone } from "./block-file.js";

export class TransfersUnderWay {
  #underWay = 0;
  #whenClosed: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  /** Begins a transfer; once the file is closed it fails, later, with the code ECANCELED. */
  start(done: TransferDone, transfer: (ended: TransferDone) => void): void {
    if (this.#whenClosed !== undefined) {
      process.nextTick(done, closedError());
      return;
    }
    this.#underWay++;
    transfer((error) => {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
      done(error);
    });
  }

  /** Lets no transfer begin any more, and closes the file, once, when none is under way. */
  close(closeFile: () => Promise<void>): Promise<void> {
    this.#whenClosed ??= this.#idle().then(closeFile);
    return this.#whenClosed;
  }

  async #idle(): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
  }
}

/** What a transfer of a closed file fails with. */
export function closedError(): Error {
  return Object.assign(new Error("ECANCELED: the file was closed"), { code: "ECANCELED" });
}
