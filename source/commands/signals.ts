/** Signals that ask a command to end, as something it can wait for. */

import { ExitStatus } from "./failure.js";

/** Thrown out of a wait when a signal came. */
export class Interrupted extends Error {
  constructor(readonly exitStatus: number) {
    super("interrupted");
  }
}

const SIGNALS = { SIGINT: ExitStatus.INTERRUPTED, SIGTERM: ExitStatus.TERMINATED, SIGHUP: 129 } as const;

/** Watches until `dispose`; a second signal then ends the process as usual. */
export class SignalWatch {
  readonly #controller = new AbortController();
  readonly #listeners = Object.entries(SIGNALS).map(([signal, status]) => {
    const listener = () => {
      this.dispose();
      this.#controller.abort(new Interrupted(status));
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });

  /** Aborted with an {@link Interrupted} when a signal comes. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Rejects with an {@link Interrupted} when a signal comes. */
  get interrupted(): Promise<never> {
    return new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
  }

  dispose(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
