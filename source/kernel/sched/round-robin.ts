/**
 * Round robin with priority for idlers, as Denali schedules (section on the CPU): a VM that wakes from idle runs before
 * the others, for its next quantum only; when that ends it queues like any other.
 *
 * VMs that wake each other all the time would starve the computing ones that way. So all woken VMs together run for at
 * most one quantum's worth of CPU time between two turns of the others.
 */

import type { Policy, Schedulable } from "./schedulable.js";
import { type TaskLinks, TaskList } from "./task-list.js";

export class RoundRobinPolicy<T extends Schedulable> implements Policy<T> {
  readonly name = "round-robin";
  readonly #woken: TaskList<T>;
  readonly #others: TaskList<T>;
  /** CPU time woken VMs used since one of the others last ran, in nanoseconds. */
  #wokenTime = 0;
  /** True once that reached a quantum. */
  #wokenSpent = false;

  constructor(links?: TaskLinks<T>) {
    this.#woken = new TaskList(links);
    this.#others = new TaskList(links);
  }

  get size(): number {
    return this.#woken.length + this.#others.length;
  }

  enqueue(task: T, wokeFromIdle: boolean): void {
    if (wokeFromIdle) this.#woken.push(task);
    else this.#others.push(task);
  }

  remove(task: T): void {
    if (this.#woken.has(task)) this.#woken.remove(task);
    else if (this.#others.has(task)) this.#others.remove(task);
  }

  next(): T | undefined {
    if (this.#others.length === 0 || (this.#woken.length > 0 && !this.#wokenSpent)) {
      return dispatch(this.#woken.shift(), true);
    }
    this.#wokenTime = 0;
    this.#wokenSpent = false;
    return dispatch(this.#others.shift(), false);
  }

  charge(task: T, usedNs: number, quantumNs: number, _wentIdle: boolean): void {
    // What another policy owed the VM is paid: it has run.
    task.compensation = 1;
    if (!task.onPriority) return;
    this.#wokenTime += usedNs;
    this.#wokenSpent = this.#wokenTime >= quantumNs;
  }

  foresee(most: number, tasks: (T | undefined)[]): number {
    return this.#others.copy(most, tasks, this.#woken.copy(most, tasks, 0));
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
