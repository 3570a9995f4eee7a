/**
 * Drives a kernel in real time: calls `step()` whenever there is something to do, lets the thread's event loop turn in
 * between, and sleeps when there is not.
 *
 * Contract: the kernel is used in one thread only, the driver's. While it waits, commands and completed I/O wake it
 * through the kernel's `onWork`.
 */

import { type EventLoop, NodeEventLoop } from "./event-loop.js";
import { COARSE_WAIT, FINE_WAIT, FINE_WAIT_FOR_TRANSFERS, LONGEST_WAIT } from "./params.js";

/** The part of `Kernel` that a driver needs. */
export interface Steppable {
  /** Works for a few milliseconds at most; nanoseconds until there is more to do, 0 for at once, Infinity for no time known. */
  step(): number;
  onWork: (() => void) | undefined;
  /** Whether transfers are under way whose completion it waits for. */
  readonly transferring: boolean;
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000;

export class KernelDriver {
  readonly #kernel: Steppable;
  readonly #onDefect: (error: unknown) => void;
  readonly #loop: EventLoop;
  #running = false;
  /** Cancels the next turn, where one is arranged. */
  #cancel: (() => void) | undefined;
  /** Whether the next turn comes as soon as the event loop has turned, not only after a wait. */
  #soon = false;
  /** Milliseconds of the event loop's clock at which to step again. */
  #due = 0;
  /** Whether work has arrived since the last step began. */
  #woken = false;

  /** @param onDefect told once when the kernel throws; the driver has stopped then */
  constructor(kernel: Steppable, onDefect: (error: unknown) => void, loop: EventLoop = new NodeEventLoop()) {
    this.#kernel = kernel;
    this.#onDefect = onDefect;
    this.#loop = loop;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#kernel.onWork = () => this.#wake();
    this.#wake();
  }

  /** May be called from within a step, and be followed by a start. */
  stop(): void {
    this.#running = false;
    this.#kernel.onWork = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#soon = false;
  }

  /** Brings the kernel's figures up to date now: they are those of its last step, and the next may be a moment away. */
  refresh(): void {
    if (this.#running && this.#step() && !this.#soon) this.#arrange(this.#due - this.#loop.now());
  }

  #wake(): void {
    this.#woken = true;
    this.#due = 0;
    if (this.#running && !this.#soon) this.#arrange(0);
  }

  readonly #turn = (): void => {
    this.#cancel = undefined;
    this.#soon = false;
    if (this.#loop.now() >= this.#due && !this.#step()) return;
    // A wake-up from within the step has arranged the next turn already.
    if (!this.#soon) this.#arrange(this.#due - this.#loop.now());
  };

  /** Answers whether the driver still runs. */
  #step(): boolean {
    try {
      this.#woken = false;
      const wait = this.#kernel.step();
      const atOnce = wait === 0 || this.#woken;
      this.#due = atOnce ? 0 : this.#loop.now() + Math.min(wait / NANOSECONDS_PER_MILLISECOND, LONGEST_WAIT);
    } catch (error) {
      this.stop();
      this.#onDefect(error);
    }
    return this.#running;
  }

  /** Arranges the next turn: a long wait for its greater part, a short one for a fraction of a millisecond at a time. */
  #arrange(milliseconds: number): void {
    this.#cancel?.();
    this.#soon = milliseconds < COARSE_WAIT;
    if (!this.#soon) {
      this.#cancel = this.#loop.after(Math.floor(milliseconds) - 1, this.#turn);
      return;
    }
    const longest = this.#kernel.transferring ? FINE_WAIT_FOR_TRANSFERS : FINE_WAIT;
    if (milliseconds > 0) this.#loop.sleep(Math.min(milliseconds, longest));
    this.#cancel = this.#loop.soon(this.#turn);
  }
}
