/** What a scheduling policy and what it schedules know of each other. */

/** Something a policy can schedule: a VM. */
export interface Schedulable {
  /** Small number, unique among the VMs that exist at one time: the VM's row in the instrument panel. */
  readonly row: number;
  /** Works for all others, so that they wait while it does. */
  readonly supervisor: boolean;
  /** Lottery tickets, a whole number from 1 to `MAXIMUM_TICKETS`; after a change call {@link Policy.ticketsChanged}. */
  tickets: number;
  /** The policies' own: factor on the tickets until the VM next runs, at least 1; 1 at first. */
  compensation: number;
  /** The policies' own: whether the turn that the VM has, or had last, was its own because it woke from idle. */
  onPriority: boolean;
}

/** Decides which of the ready VMs runs next. */
export interface Policy<T extends Schedulable = Schedulable> {
  readonly name: string;
  /** VMs waiting. */
  readonly size: number;
  /** Adds a VM that became ready. @param wokeFromIdle true when it was idle, false when its quantum ended or it was admitted */
  enqueue(task: T, wokeFromIdle: boolean): void;
  /** Has a VM that waits here go before those that did not wake. One that does already keeps its place, however often this is said. */
  hurry(task: T): void;
  /** Takes a VM out, wherever it stands; does nothing when it does not wait here. */
  remove(task: T): void;
  /** Removes and returns the VM to run next; undefined when none waits. */
  next(): T | undefined;
  /**
   * Says how a VM that was dispatched used its turn.
   * @param usedNs CPU time it used; @param quantumNs what it could have used; @param wentIdle whether it gave the rest up
   */
  charge(task: T, usedNs: number, quantumNs: number, wentIdle: boolean): void;
  /** Puts into `tasks` at most so many of those that will very likely run next, in that order; answers how many, 0 where that is not known. */
  foresee(most: number, tasks: (T | undefined)[]): number;
  /** Those that wait, the first in line first where there is a line. */
  waiting(): Iterable<T>;
  /** Says that `task.tickets` has changed; the VM keeps its place. */
  ticketsChanged(task: T): void;
}
