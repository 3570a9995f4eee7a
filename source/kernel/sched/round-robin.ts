/**
 * Round robin with priority for idlers, as Denali schedules (section on the CPU): a VM that wakes from idle runs before
 * the others, for its next quantum only; when that ends it queues like any other.
 *
 * A VM has one quantum a round, however it spends it: for each part of a quantum it owes the same part of a round, which it pays by
 * letting others have their turns. Whoever owes a whole round when it wakes queues like any other. So a VM that uses less than its
 * share of the CPU is served at once whenever it wakes, and one that idles for a moment at the end of each quantum gains nothing.
 * The supervisor is excepted: what it does it does for others, and it would have them all wait.
 *
 * VMs that wake each other all the time could starve the others all the same, if they are many. So where both wait, all woken VMs together and all
 * others together run in turn, for one quantum's worth of CPU time each. Time and not turns: of a thousand that were just created
 * each uses a hundredth of a quantum and idles, and would wait a whole one for it behind the woken.
 */

import { MAXIMUM_VMS } from "../params.js";
import type { Policy, Schedulable } from "./schedulable.js";
import { type TaskLinks, TaskList } from "./task-list.js";

export class RoundRobinPolicy<T extends Schedulable> implements Policy<T> {
  readonly name = "round-robin";
  readonly #woken: TaskList<T>;
  readonly #others: TaskList<T>;
  /** Whether the others go first, because the woken have had a quantum's worth. */
  #othersFirst = false;
  /** Turns that the others have had. */
  #turns = 0;
  /** By row: how many that will be when the VM owes nothing any more. Rows that are never used cost address space only. */
  readonly #paidAt = new Float64Array(MAXIMUM_VMS);
  /** CPU time that those who go first have used since then, in nanoseconds. */
  #usedTime = 0;

  constructor(links?: TaskLinks<T>) {
    this.#woken = new TaskList(links);
    this.#others = new TaskList(links);
  }

  get size(): number {
    return this.#woken.length + this.#others.length;
  }

  enqueue(task: T, wokeFromIdle: boolean): void {
    if (wokeFromIdle && !this.#owesRound(task)) this.#woken.push(task);
    else this.#others.push(task);
  }

  hurry(task: T): void {
    if (!this.#others.has(task)) return;
    this.#others.remove(task);
    this.#woken.push(task);
  }

  remove(task: T): void {
    if (this.#woken.has(task)) this.#woken.remove(task);
    else if (this.#others.has(task)) this.#others.remove(task);
  }

  next(): T | undefined {
    if (this.#others.length === 0 || (this.#woken.length > 0 && !this.#othersFirst)) {
      return dispatch(this.#woken.shift(), true);
    }
    // The woken waited for nothing so far.
    if (!this.#othersFirst) this.#usedTime = 0;
    this.#turns++;
    return dispatch(this.#others.shift(), false);
  }

  charge(task: T, usedNs: number, quantumNs: number, _wentIdle: boolean): void {
    // What another policy owed the VM is paid: it has run.
    task.compensation = 1;
    if (this.#others.length > 0) this.#owe(task, Math.min(usedNs / quantumNs, 1));
    if (task.onPriority === this.#othersFirst) return;
    this.#usedTime += usedNs;
    if (this.#usedTime < quantumNs) return;
    this.#usedTime = 0;
    this.#othersFirst = !this.#othersFirst;
  }

  /** Adds what a part of a quantum costs. No more than a round is left of what it owed before, which may have been a longer one. */
  #owe(task: T, part: number): void {
    const round = this.#others.length + 1;
    const owed = Math.min(Math.max(this.#paidAt[task.row] - this.#turns, 0), round);
    this.#paidAt[task.row] = this.#turns + owed + part * round;
  }

  #owesRound(task: T): boolean {
    const round = this.#others.length + 1;
    return round > 1 && this.#paidAt[task.row] - this.#turns >= round && !task.supervisor;
  }

  foresee(most: number, tasks: (T | undefined)[]): number {
    const [first, last] = this.#othersFirst ? [this.#others, this.#woken] : [this.#woken, this.#others];
    return last.copy(most, tasks, first.copy(most, tasks, 0));
  }

  *waiting(): Iterable<T> {
    yield* this.#woken;
    yield* this.#others;
  }

  ticketsChanged(_task: T): void {}
}

function dispatch<T extends Schedulable>(task: T | undefined, onPriority: boolean): T | undefined {
  if (task) task.onPriority = onPriority;
  return task;
}
