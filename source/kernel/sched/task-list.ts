/**
 * A first-in, first-out list of VMs, linked through the VMs themselves: every operation takes the same time however many
 * wait, and none allocates. A VM is in at most one list.
 */

import { invariant } from "../errors.js";
import type { Schedulable } from "./schedulable.js";

export class TaskList<T extends Schedulable> {
  #first: T | undefined = undefined;
  #last: T | undefined = undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The one that waits for longest. */
  get first(): T | undefined {
    return this.#first;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let task = this.#first; task !== undefined; task = task.scheduling.next as T | undefined) yield task;
  }

  /** Shows at most so many, those that wait for longest first. @returns how many were shown */
  show(most: number, show: (task: T) => void): number {
    let shown = 0;
    let task = this.#first;
    for (; task !== undefined && shown < most; shown++) {
      show(task);
      task = task.scheduling.next as T | undefined;
    }
    return shown;
  }

  push(task: T): void {
    const link = task.scheduling;
    invariant(link.list === undefined, "a VM is enqueued once");
    link.list = this as unknown as TaskList<Schedulable>;
    link.previous = this.#last;
    link.next = undefined;
    if (this.#last === undefined) this.#first = task;
    else this.#last.scheduling.next = task;
    this.#last = task;
    this.#length++;
  }

  shift(): T | undefined {
    const task = this.#first;
    if (task !== undefined) this.remove(task);
    return task;
  }

  has(task: T): boolean {
    return task.scheduling.list === (this as unknown as TaskList<Schedulable>);
  }

  /** The VM must be in this list. */
  remove(task: T): void {
    invariant(this.has(task), "a VM is removed from the list it is in");
    const link = task.scheduling;
    const { next, previous } = link;
    if (previous === undefined) this.#first = next as T | undefined;
    else previous.scheduling.next = next;
    if (next === undefined) this.#last = previous as T | undefined;
    else next.scheduling.previous = previous;
    link.list = undefined;
    link.next = undefined;
    link.previous = undefined;
    this.#length--;
  }
}
