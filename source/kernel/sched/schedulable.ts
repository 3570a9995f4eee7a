/** What a scheduling policy and what it schedules know of each other. */

import type { TaskList } from "./task-list.js";

/** Something a policy can schedule: a VM. */
export interface Schedulable {
  /** Small number, unique among the VMs that exist at one time: the VM's row in the instrument panel. */
  readonly row: number;
  /** Lottery tickets, a whole number from 1 to `MAXIMUM_TICKETS`; after a change call {@link Policy.ticketsChanged}. */
  tickets: number;
  /** The policies' own; begins as `new SchedulingState()`, and may be a new one again once it is {@link SchedulingState.unused}. */
  readonly scheduling: SchedulingState;
}

/** What policies and other queues keep in a VM. Only files in this folder touch it. */
export class SchedulingState {
  /** The list the VM is in, and its neighbours there. */
  list: TaskList<Schedulable> | undefined = undefined;
  next: Schedulable | undefined = undefined;
  previous: Schedulable | undefined = undefined;
  /** Factor on the tickets until the VM next runs, at least 1. */
  compensation = 1;
  /** Whether the turn that the VM has, or had last, was its own because it woke from idle. */
  onPriority = false;

  /** Whether it says nothing that a new one would not say of a VM that has no turn. */
  get unused(): boolean {
    return this.list === undefined && this.compensation === 1;
  }
}

/** Decides which of the ready VMs runs next. */
export interface Policy<T extends Schedulable = Schedulable> {
  readonly name: string;
  /** VMs waiting. */
  readonly size: number;
  /** Adds a VM that became ready. @param wokeFromIdle true when it was idle, false when its quantum ended or it was admitted */
  enqueue(task: T, wokeFromIdle: boolean): void;
  /** Takes a VM out, wherever it stands; does nothing when it does not wait here. */
  remove(task: T): void;
  /** Removes and returns the VM to run next; undefined when none waits. */
  next(): T | undefined;
  /**
   * Says how a VM that was dispatched used its turn.
   * @param usedNs CPU time it used; @param quantumNs what it could have used; @param wentIdle whether it gave the rest up
   */
  charge(task: T, usedNs: number, quantumNs: number, wentIdle: boolean): void;
  /** Shows at most so many of those that will very likely run next, in that order; nobody where that is not known. */
  foresee(most: number, show: (task: T) => void): void;
  /** Those that wait, the first in line first where there is a line. */
  waiting(): Iterable<T>;
  /** Says that `task.tickets` has changed; the VM keeps its place. */
  ticketsChanged(task: T): void;
}
