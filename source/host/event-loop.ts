/** The thread's event loop, as far as driving a kernel needs it. An interface, so that tests can be exact about time. */

export interface EventLoop {
  /** Milliseconds, with fractions. */
  now(): number;
  /** Calls back as soon as messages and completed I/O have had their turn; answers what cancels it. */
  soon(callback: () => void): () => void;
  /** Calls back after whole milliseconds, up to about one late; answers what cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Holds up the thread for a fraction of a millisecond. */
  sleep(milliseconds: number): void;
}

/** Node's. */
export class NodeEventLoop implements EventLoop {
  /** Never notified: waiting on it is a sleep of a fraction of a millisecond, which timers do not offer. */
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));

  now(): number {
    return performance.now();
  }

  soon(callback: () => void): () => void {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  }

  sleep(milliseconds: number): void {
    Atomics.wait(this.#sleeper, 0, 0, milliseconds);
  }
}
