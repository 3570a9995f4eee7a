/**
 * Drives a kernel in real time: calls `step()` whenever there is something to do, lets the thread's event loop turn in
 * between, and sleeps when there is not.
 *
 * Contract: the kernel is used in one thread only, the driver's. While it waits, commands and completed I/O wake it
 * through the kernel's `onWork`.
 */

import { COARSE_WAIT, FINE_WAIT, LONGEST_WAIT } from "./params.js";

/** The part of `Kernel` that a driver needs. */
export interface Steppable {
  /** Works for a few milliseconds at most; nanoseconds until there is more to do, 0 for at once, Infinity for no time known. */
  step(): number;
  onWork: (() => void) | undefined;
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000;

export class KernelDriver {
  readonly #kernel: Steppable;
  readonly #onDefect: (error: unknown) => void;
  /** Never notified: waiting on it is a sleep of a fraction of a millisecond, which timers do not offer. */
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** `performance.now()` at which to step again. */
  #due = 0;
  /** Whether work has arrived since the last step began. */
  #woken = false;

  /** @param onDefect told once when the kernel throws; the driver has stopped then */
  constructor(kernel: Steppable, onDefect: (error: unknown) => void) {
    this.#kernel = kernel;
    this.#onDefect = onDefect;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.running) return;
    this.#running = true;
    this.#kernel.onWork = () => this.#wake();
    this.#wake();
  }

  stop(): void {
    this.#running = false;
    this.#kernel.onWork = undefined;
    this.#cancel();
  }

  /** Brings the kernel's figures up to date now, where it has been waiting. */
  refresh(): void {
    if (this.running && this.#immediate === undefined) this.#step();
  }

  #wake(): void {
    this.#woken = true;
    this.#due = 0;
    if (this.#immediate !== undefined || !this.running) return;
    this.#cancel();
    this.#immediate = setImmediate(this.#turn);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }

  readonly #turn = (): void => {
    this.#timer = undefined;
    this.#immediate = undefined;
    if (performance.now() >= this.#due && !this.#step()) return;
    this.#wait(this.#due - performance.now());
  };

  /** Answers whether the driver still runs. */
  #step(): boolean {
    try {
      this.#woken = false;
      const wait = this.#kernel.step();
      this.#due =
        wait === 0 || this.#woken ? 0 : performance.now() + Math.min(wait / NANOSECONDS_PER_MILLISECOND, LONGEST_WAIT);
    } catch (error) {
      this.stop();
      this.#onDefect(error);
    }
    return this.running;
  }

  #wait(milliseconds: number): void {
    // A command may have woken the kernel from within step().
    if (this.#immediate !== undefined) return;
    if (milliseconds >= COARSE_WAIT) {
      this.#timer = setTimeout(this.#turn, Math.floor(milliseconds) - 1);
      return;
    }
    if (milliseconds > 0) Atomics.wait(this.#sleeper, 0, 0, Math.min(milliseconds, FINE_WAIT));
    this.#immediate = setImmediate(this.#turn);
  }
}
