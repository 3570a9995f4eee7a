/**
 * Things to be done at a time: a heap in which everybody's place is known, so that arming, disarming and firing
 * cost O(log n) for any number of VMs. What is due at the same time fires in the order it was armed, which keeps runs in
 * virtual time repeatable.
 *
 * Times and places are in arrays of numbers: whatever moves in the heap, nothing is looked at that belongs to a VM but the one
 * that is armed or fired, and a VM that only waits needs no object for it. Each node has four below it, whose times are one line
 * of the CPU's caches or two (A. LaMarca and R. Ladner, "The Influence of Caches on the Performance of Heaps", 1996).
 */

/** Something that can be armed, in one {@link TimerQueue} at a time: a {@link Timer}, or a VM. */
export interface Timed {
  /** Its number among what is armed, {@link UNARMED} while it is not. Touched by the queue only. */
  timerSlot: number;
  /** Its time has come. */
  timeOver(): void;
}

/** In the place of a slot. */
export const UNARMED = -1;

/** A timer that can be armed over and over. */
export class Timer<Target = undefined> implements Timed {
  timerSlot: number = UNARMED;

  /** @param fire called with the target: one function serves the timers of all VMs */
  constructor(
    readonly fire: (target: Target) => void,
    readonly target: Target,
  ) {}

  get armed(): boolean {
    return this.timerSlot !== UNARMED;
  }

  timeOver(): void {
    this.fire(this.target);
  }
}

/** Places made at first. */
const FIRST_ROOM = 64;

/** The arrays grow by half: twice as much would often be room for nobody. */
const GROWTH = 1.5;

/** Nodes below a node: those below the one at place `p` are at `4 p + 1` and on. */
const ARITY_SHIFT = 2;
const ARITY = 1 << ARITY_SHIFT;

export class TimerQueue {
  /** By slot: what is armed; undefined in a free slot. */
  readonly #timed: (Timed | undefined)[] = [];
  /** By slot: its place in the heap; in a free slot the next free one. */
  #places = new Int32Array(FIRST_ROOM);
  #freeSlot = UNARMED;
  /** By place: the slot; nanoseconds of the kernel's clock, and order of arming, two numbers each. */
  #slots = new Int32Array(FIRST_ROOM);
  #keys = new Float64Array(2 * FIRST_ROOM);
  #size = 0;
  #sequence = 0;
  /** Places that {@link foresee} has to look at; kept so that no array is made each time. */
  readonly #candidates: number[] = [];
  /** How many have ever fired. */
  fired = 0;

  get size(): number {
    return this.#size;
  }

  /** Deadline of what fires next, Infinity when nothing is armed. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#keys[0];
  }

  /** When it fires; undefined while it is not armed. */
  deadlineOf({ timerSlot }: Timed): number | undefined {
    return timerSlot === UNARMED ? undefined : this.#keys[2 * this.#places[timerSlot]];
  }

  /** Arms it for `deadline`, replacing an earlier one. */
  arm(timed: Timed, deadline: number): void {
    this.disarm(timed);
    const place = this.#size++;
    if (place === this.#slots.length) this.#grow();
    timed.timerSlot = this.#takeSlot(timed);
    this.#rise(place, timed.timerSlot, deadline, this.#sequence++);
  }

  /** Runs `action` once at `deadline`. */
  at(deadline: number, action: () => void): Timer {
    const timer = new Timer(action, undefined);
    this.arm(timer, deadline);
    return timer;
  }

  /** Disarms it; what is not armed stays so. */
  disarm(timed: Timed | undefined): void {
    if (!timed || timed.timerSlot === UNARMED) return;
    const slot = timed.timerSlot;
    const place = this.#places[slot];
    timed.timerSlot = UNARMED;
    this.#timed[slot] = undefined;
    this.#places[slot] = this.#freeSlot;
    this.#freeSlot = slot;
    const end = --this.#size;
    if (place === end) return;
    const deadline = this.#keys[2 * end];
    const sequence = this.#keys[2 * end + 1];
    const last = this.#slots[end];
    if (place > 0 && this.#isBefore(deadline, sequence, (place - 1) >> ARITY_SHIFT))
      this.#rise(place, last, deadline, sequence);
    else this.#sink(place, last, deadline, sequence);
  }

  /** Fires everything that is due at `now`, what is armed meanwhile included, oldest deadline first. */
  fireDue(now: number): void {
    while (this.#size > 0 && this.#keys[0] <= now) {
      const timed = this.#timed[this.#slots[0]] as Timed;
      this.disarm(timed);
      this.fired++;
      timed.timeOver();
    }
  }

  /** Puts into `timed` at most so many of those that fire next, in that order; answers how many. */
  foresee(most: number, timed: (Timed | undefined)[]): number {
    const count = Math.min(most, this.#size);
    const candidates = this.#candidates;
    candidates[0] = 0;
    let length = 1;
    for (let found = 0; found < count; found++) {
      const first = this.#firstOf(candidates, length);
      const place = candidates[first];
      timed[found] = this.#timed[this.#slots[place]];
      // Whoever is next is among those left over and those right below.
      candidates[first] = candidates[--length];
      const begin = (place << ARITY_SHIFT) + 1;
      const end = Math.min(begin + ARITY, this.#size);
      for (let child = begin; child < end; child++) candidates[length++] = child;
    }
    return count;
  }

  /** Which of the first so many places holds what is due first. */
  #firstOf(places: readonly number[], length: number): number {
    const keys = this.#keys;
    let first = 0;
    for (let other = 1; other < length; other++) {
      const place = places[other];
      if (this.#isBefore(keys[2 * place], keys[2 * place + 1], places[first])) first = other;
    }
    return first;
  }

  #takeSlot(timed: Timed): number {
    if (this.#freeSlot === UNARMED) return this.#timed.push(timed) - 1;
    const slot = this.#freeSlot;
    this.#freeSlot = this.#places[slot];
    this.#timed[slot] = timed;
    return slot;
  }

  /** Puts somebody at a place, or nearer to the top if it is due before those above. */
  #rise(from: number, slot: number, deadline: number, sequence: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> ARITY_SHIFT;
      if (!this.#isBefore(deadline, sequence, parent)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, slot, deadline, sequence);
  }

  /** Puts somebody at a place, or further down if those below are due before it. */
  #sink(from: number, slot: number, deadline: number, sequence: number): void {
    let place = from;
    for (;;) {
      const child = this.#firstBelow(place);
      if (child === place || this.#isBefore(deadline, sequence, child)) break;
      this.#move(child, place);
      place = child;
    }
    this.#put(place, slot, deadline, sequence);
  }

  /** Of those right below a place the one that is due first; the place itself when nobody is there. */
  #firstBelow(place: number): number {
    const keys = this.#keys;
    const begin = (place << ARITY_SHIFT) + 1;
    const end = Math.min(begin + ARITY, this.#size);
    if (begin >= end) return place;
    let first = begin;
    for (let child = begin + 1; child < end; child++) {
      if (this.#isBefore(keys[2 * child], keys[2 * child + 1], first)) first = child;
    }
    return first;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#slots[from], this.#keys[2 * from], this.#keys[2 * from + 1]);
  }

  #put(place: number, slot: number, deadline: number, sequence: number): void {
    this.#slots[place] = slot;
    this.#keys[2 * place] = deadline;
    this.#keys[2 * place + 1] = sequence;
    this.#places[slot] = place;
  }

  /** Whether it is due before what is at a place. */
  #isBefore(deadline: number, sequence: number, place: number): boolean {
    const there = this.#keys[2 * place];
    return deadline < there || (deadline === there && sequence < this.#keys[2 * place + 1]);
  }

  #grow(): void {
    const room = Math.ceil(this.#slots.length * GROWTH);
    const [places, slots, keys] = [new Int32Array(room), new Int32Array(room), new Float64Array(2 * room)];
    places.set(this.#places);
    slots.set(this.#slots);
    keys.set(this.#keys);
    [this.#places, this.#slots, this.#keys] = [places, slots, keys];
  }
}
