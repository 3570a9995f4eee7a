/**
 * Who had the CPU when: the last slices, in a ring in shared memory. The kernel writes a slice when it ends; a reader takes
 * the number of slices written from the panel's `slices` and reads backwards. The oldest ones may be overwritten meanwhile,
 * so a reader that wants every slice it shows to be whole stays a few behind the end of the ring.
 */

/** Why a slice ended. */
export const SliceEnd = {
  /** The quantum was used up. */
  QUANTUM: 0,
  /** The VM idled or yielded. */
  IDLE: 1,
  /** It was paused, killed, ended or crashed. */
  ENDED: 2,
  /** An interrupt for somebody else took the CPU away, where interrupts are delivered immediately. */
  INTERRUPT: 3,
} as const;
export type SliceEnd = (typeof SliceEnd)[keyof typeof SliceEnd];

/** Numbers kept of a slice: VM, start, end (nanoseconds of the kernel's clock), why it ended, the CPU. */
export const TRACE_FIELDS = 5;

/** Nanoseconds by which a slice may have ended before the one written before it: those of other CPUs are written when they are met. */
const DISORDER = 20_000_000;

/** One stretch of time in which a VM had the CPU. */
export interface Slice {
  readonly vm: number;
  readonly start: number;
  readonly end: number;
  readonly why: SliceEnd;
  /** Number of the CPU; 0 is the kernel's own thread. */
  readonly cpu: number;
}

export class Trace {
  readonly #ring: Float64Array;
  /** Slices that the ring holds. */
  readonly length: number;

  constructor(ring: Float64Array) {
    this.#ring = ring;
    this.length = ring.length / TRACE_FIELDS;
  }

  /** @param number how many slices were written before this one */
  write(number: number, vm: number, start: number, end: number, why: SliceEnd, cpu: number): void {
    const place = (number % this.length) * TRACE_FIELDS;
    this.#ring[place] = vm;
    this.#ring[place + 1] = start;
    this.#ring[place + 2] = end;
    this.#ring[place + 3] = why;
    this.#ring[place + 4] = cpu;
  }

  /** @param number of the slice, counted from 0 over the kernel's life; one that is in the ring */
  read(number: number): Slice {
    const place = (number % this.length) * TRACE_FIELDS;
    const ring = this.#ring;
    return {
      vm: ring[place],
      start: ring[place + 1],
      end: ring[place + 2],
      why: ring[place + 3] as SliceEnd,
      cpu: ring[place + 4],
    };
  }

  /**
   * The slices that end at or after a time, oldest first.
   * @param written how many slices were written so far; @param most that are answered, the latest ones
   */
  since(time: number, written: number, most = this.length - 1): Slice[] {
    const slices: Slice[] = [];
    const oldest = Math.max(0, written - Math.min(most, this.length - 1));
    for (let number = written - 1; number >= oldest; number--) {
      const slice = this.read(number);
      if (slice.end < time - DISORDER) break;
      if (slice.end >= time) slices.push(slice);
    }
    return slices.reverse();
  }

  /** Copies another ring of the same length. */
  copy(other: Trace): void {
    this.#ring.set(other.#ring);
  }
}
