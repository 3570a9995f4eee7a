/**
 * Things to be done at a time: a binary heap in which every timer knows its place, so that arming, disarming and firing
 * cost O(log n) for any number of VMs. Timers due at the same time fire in the order they were armed, which keeps runs in
 * virtual time repeatable.
 */

/** A timer that can be armed over and over. Belongs to one {@link TimerQueue} while armed. */
export class Timer<Target = undefined> {
  /** Kernel time at which it fires, in nanoseconds; meaningful while armed. */
  deadline = 0;
  /** Place in the heap, -1 while not armed. Touched by the queue only. */
  place = -1;
  /** Order of arming. Touched by the queue only. */
  sequence = 0;

  /** @param fire called with the target: one function serves the timers of all VMs */
  constructor(
    readonly fire: (target: Target) => void,
    readonly target: Target,
  ) {}

  get armed(): boolean {
    return this.place >= 0;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a queue fires timers with the target that each has, and looks into none.
type AnyTimer = Timer<any>;

export class TimerQueue {
  readonly #heap: AnyTimer[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Deadline of the timer that fires next, Infinity when none is armed. */
  get next(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0].deadline;
  }

  /** Arms a timer for `deadline`, replacing an earlier one. */
  arm(timer: AnyTimer, deadline: number): void {
    if (timer.armed) this.disarm(timer);
    timer.deadline = deadline;
    timer.sequence = this.#sequence++;
    timer.place = this.#heap.length;
    this.#heap.push(timer);
    this.#rise(timer);
  }

  /** Runs `action` once at `deadline`. */
  at(deadline: number, action: () => void): Timer {
    const timer = new Timer(action, undefined);
    this.arm(timer, deadline);
    return timer;
  }

  /** Disarms a timer; one that is not armed stays so. */
  disarm(timer: AnyTimer | undefined): void {
    if (!timer || timer.place < 0) return;
    const { place } = timer;
    timer.place = -1;
    const last = this.#heap.pop() as AnyTimer;
    if (last === timer) return;
    last.place = place;
    this.#heap[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  /** Fires every timer that is due at `now`, those armed meanwhile included, oldest deadline first. */
  fireDue(now: number): void {
    while (this.#heap.length > 0 && this.#heap[0].deadline <= now) {
      const timer = this.#heap[0];
      this.disarm(timer);
      timer.fire(timer.target);
    }
  }

  #rise(timer: AnyTimer): void {
    const heap = this.#heap;
    let place = timer.place;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = heap[parentPlace];
      if (!before(timer, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = parentPlace;
    }
    heap[place] = timer;
    timer.place = place;
  }

  #sink(timer: AnyTimer): void {
    const heap = this.#heap;
    let place = timer.place;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], timer)) break;
      heap[place] = heap[child];
      heap[place].place = place;
      place = child;
    }
    heap[place] = timer;
    timer.place = place;
  }
}

function before(a: AnyTimer, b: AnyTimer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.sequence < b.sequence);
}
