/**
 * Things to be done at a time: a binary heap in which everybody knows its place, so that arming, disarming and firing
 * cost O(log n) for any number of VMs. What is due at the same time fires in the order it was armed, which keeps runs in
 * virtual time repeatable.
 *
 * Times are in arrays of numbers beside the heap: to find who is next nothing is looked at that belongs to a VM, and a VM that
 * only waits needs no object for it.
 */

/** Something that can be armed, in one {@link TimerQueue} at a time: a {@link Timer}, or a VM. */
export interface Timed {
  /** Place in the heap, {@link UNARMED} while not armed. Touched by the queue only. */
  timerPlace: number;
  /** Its time has come. */
  timeOver(): void;
}

/** In the place of a place. */
export const UNARMED = -1;

/** A timer that can be armed over and over. */
export class Timer<Target = undefined> implements Timed {
  timerPlace: number = UNARMED;

  /** @param fire called with the target: one function serves the timers of all VMs */
  constructor(
    readonly fire: (target: Target) => void,
    readonly target: Target,
  ) {}

  get armed(): boolean {
    return this.timerPlace !== UNARMED;
  }

  timeOver(): void {
    this.fire(this.target);
  }
}

/** Places made at first. */
const FIRST_ROOM = 64;

/** The arrays grow by half: twice as much would often be room for nobody. */
const GROWTH = 1.5;

export class TimerQueue {
  readonly #heap: Timed[] = [];
  /** By place: nanoseconds of the kernel's clock, and order of arming. */
  #deadlines = new Float64Array(FIRST_ROOM);
  #sequences = new Float64Array(FIRST_ROOM);
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Deadline of what fires next, Infinity when nothing is armed. */
  get next(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#deadlines[0];
  }

  /** When it fires; undefined while it is not armed. */
  deadlineOf({ timerPlace }: Timed): number | undefined {
    return timerPlace === UNARMED ? undefined : this.#deadlines[timerPlace];
  }

  /** Arms it for `deadline`, replacing an earlier one. */
  arm(timed: Timed, deadline: number): void {
    this.disarm(timed);
    const place = this.#heap.length;
    if (place === this.#deadlines.length) this.#grow();
    this.#heap.push(timed);
    this.#rise(place, timed, deadline, this.#sequence++);
  }

  /** Runs `action` once at `deadline`. */
  at(deadline: number, action: () => void): Timer {
    const timer = new Timer(action, undefined);
    this.arm(timer, deadline);
    return timer;
  }

  /** Disarms it; what is not armed stays so. */
  disarm(timed: Timed | undefined): void {
    if (!timed || timed.timerPlace === UNARMED) return;
    const place = timed.timerPlace;
    timed.timerPlace = UNARMED;
    const last = this.#heap.pop() as Timed;
    if (last === timed) return;
    const end = this.#heap.length;
    const deadline = this.#deadlines[end];
    const sequence = this.#sequences[end];
    if (place > 0 && this.#isBefore(deadline, sequence, (place - 1) >> 1)) this.#rise(place, last, deadline, sequence);
    else this.#sink(place, last, deadline, sequence);
  }

  /** Fires everything that is due at `now`, what is armed meanwhile included, oldest deadline first. */
  fireDue(now: number): void {
    while (this.#heap.length > 0 && this.#deadlines[0] <= now) {
      const timed = this.#heap[0];
      this.disarm(timed);
      timed.timeOver();
    }
  }

  /** Puts somebody at a place, or nearer to the top if it is due before those above. */
  #rise(from: number, timed: Timed, deadline: number, sequence: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(deadline, sequence, parent)) break;
      this.#put(place, this.#heap[parent], this.#deadlines[parent], this.#sequences[parent]);
      place = parent;
    }
    this.#put(place, timed, deadline, sequence);
  }

  /** Puts somebody at a place, or further down if those below are due before it. */
  #sink(from: number, timed: Timed, deadline: number, sequence: number): void {
    const { length } = this.#heap;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#isBefore(this.#deadlines[child + 1], this.#sequences[child + 1], child)) child++;
      if (this.#isBefore(deadline, sequence, child)) break;
      this.#put(place, this.#heap[child], this.#deadlines[child], this.#sequences[child]);
      place = child;
    }
    this.#put(place, timed, deadline, sequence);
  }

  #put(place: number, timed: Timed, deadline: number, sequence: number): void {
    this.#heap[place] = timed;
    this.#deadlines[place] = deadline;
    this.#sequences[place] = sequence;
    timed.timerPlace = place;
  }

  /** Whether it is due before what is at a place. */
  #isBefore(deadline: number, sequence: number, place: number): boolean {
    const there = this.#deadlines[place];
    return deadline < there || (deadline === there && sequence < this.#sequences[place]);
  }

  #grow(): void {
    const room = Math.ceil(this.#deadlines.length * GROWTH);
    const [deadlines, sequences] = [new Float64Array(room), new Float64Array(room)];
    deadlines.set(this.#deadlines);
    sequences.set(this.#sequences);
    this.#deadlines = deadlines;
    this.#sequences = sequences;
  }
}
