/**
 * The kernel's one clock, real or virtual. Nothing in the kernel asks the host for the time in any other way.
 *
 * In virtual time the clock moves only when a guest retires instructions or when the kernel skips to the next event, so a
 * run is a pure function of its inputs and seed.
 */

import { VIRTUAL_EPOCH } from "./params.js";

const NANOSECONDS_PER_MILLISECOND = 1e6;

export interface Clock {
  readonly virtual: boolean;
  /** Nanoseconds since the kernel booted. */
  now(): number;
  /** Milliseconds since 1970 at which {@link now} was 0. */
  readonly epoch: number;
  /** Virtual time only: moves the clock forward to `time` nanoseconds, never back. */
  advanceTo(time: number): void;
}

/** The host's monotonic clock. */
export class RealClock implements Clock {
  readonly virtual = false;
  readonly #start = performance.now();
  readonly epoch = performance.timeOrigin + this.#start;

  now(): number {
    return Math.round((performance.now() - this.#start) * NANOSECONDS_PER_MILLISECOND);
  }

  /** Real time passes by itself. */
  advanceTo(): void {}
}

/** A clock that stands still unless it is advanced. */
export class VirtualClock implements Clock {
  readonly virtual = true;
  readonly epoch = VIRTUAL_EPOCH;
  #now = 0;

  now(): number {
    return this.#now;
  }

  advanceTo(time: number): void {
    if (time > this.#now) this.#now = time;
  }
}
