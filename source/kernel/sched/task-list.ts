/**
 * First-in, first-out lists of VMs: every operation takes the same time however many wait, and none allocates. A VM is in at
 * most one list of those that share their {@link TaskLinks}.
 *
 * Who is in which list and beside whom is in an array of numbers, a few for each row. To walk along a list or to take somebody out
 * of its middle, nothing is looked at that belongs to a VM: with ten thousand of them that would be in no cache of the CPU.
 */

import { invariant } from "../errors.js";
import { MAXIMUM_VMS } from "../params.js";
import type { Schedulable } from "./schedulable.js";

/** Words of a row, in this order: the number of its list, the rows behind and before it there. A fourth makes it a whole part of a line. */
const [LIST, NEXT, PREVIOUS, WORDS] = [0, 1, 2, 4];

/** In the place of a row. */
const NOBODY = -1;

/** In the place of a list: what a new array holds. */
const NO_LIST = 0;

/** What lists keep of who is in them. Those that a VM moves between share one. */
export class TaskLinks<T extends Schedulable> {
  /** By row. Rows that are never used cost address space only. */
  readonly words = new Int32Array(WORDS * MAXIMUM_VMS);
  /** By row: who is in a list. */
  readonly tasks: (T | undefined)[] = [];
  #lists = NO_LIST;

  /** Whether a VM is in any list. */
  hold({ row }: T): boolean {
    return this.words[WORDS * row + LIST] !== NO_LIST;
  }

  /** A number for a list. */
  number(): number {
    return ++this.#lists;
  }
}

export class TaskList<T extends Schedulable> {
  readonly #words: Int32Array;
  readonly #tasks: (T | undefined)[];
  readonly #number: number;
  #first = NOBODY;
  #last = NOBODY;
  #length = 0;

  constructor(links: TaskLinks<T> = new TaskLinks()) {
    this.#words = links.words;
    this.#tasks = links.tasks;
    this.#number = links.number();
  }

  get length(): number {
    return this.#length;
  }

  /** The one that waits for longest. */
  get first(): T | undefined {
    return this.#first === NOBODY ? undefined : this.#tasks[this.#first];
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let row = this.#first; row !== NOBODY; row = this.#words[WORDS * row + NEXT]) yield this.#tasks[row] as T;
  }

  /** Puts at most so many into `tasks` from a place on, those that wait for longest first. @returns the place behind the last */
  copy(most: number, tasks: (T | undefined)[], from: number): number {
    let place = from;
    for (let row = this.#first; row !== NOBODY && place < most; row = this.#words[WORDS * row + NEXT]) {
      tasks[place++] = this.#tasks[row];
    }
    return place;
  }

  push(task: T): void {
    const { row } = task;
    const words = this.#words;
    const at = WORDS * row;
    invariant(words[at + LIST] === NO_LIST, "a VM is enqueued once");
    while (this.#tasks.length <= row) this.#tasks.push(undefined);
    this.#tasks[row] = task;
    words[at + LIST] = this.#number;
    words[at + PREVIOUS] = this.#last;
    words[at + NEXT] = NOBODY;
    if (this.#last === NOBODY) this.#first = row;
    else words[WORDS * this.#last + NEXT] = row;
    this.#last = row;
    this.#length++;
  }

  shift(): T | undefined {
    const task = this.first;
    if (task !== undefined) this.remove(task);
    return task;
  }

  has(task: T): boolean {
    return this.#words[WORDS * task.row + LIST] === this.#number && this.#tasks[task.row] === task;
  }

  /** The VM must be in this list. */
  remove(task: T): void {
    invariant(this.has(task), "a VM is removed from the list it is in");
    const words = this.#words;
    const at = WORDS * task.row;
    const next = words[at + NEXT];
    const previous = words[at + PREVIOUS];
    if (previous === NOBODY) this.#first = next;
    else words[WORDS * previous + NEXT] = next;
    if (next === NOBODY) this.#last = previous;
    else words[WORDS * next + PREVIOUS] = previous;
    words[at + LIST] = NO_LIST;
    this.#tasks[task.row] = undefined;
    this.#length--;
  }
}
