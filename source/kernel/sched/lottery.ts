/**
 * Lottery scheduling with compensation tickets (Waldspurger & Weihl, "Lottery Scheduling: Flexible Proportional-Share
 * Resource Management", OSDI 1994): each turn goes to the VM that holds the ticket drawn, so CPU time follows tickets.
 *
 * An idling VM takes no part in the draw. A VM that used only a fraction f of its quantum before it went idle competes with
 * 1/f times its tickets until it next runs, so that one that often idles still gets its share.
 */

import { invariant } from "../errors.js";
import { MAXIMUM_COMPENSATION, MAXIMUM_TICKETS } from "../params.js";
import type { Random } from "../random.js";
import { FenwickTree } from "./fenwick-tree.js";
import type { Policy, Schedulable } from "./schedulable.js";

/** Parts a ticket is divided into, so that compensated tickets can be summed exactly as whole numbers. */
const TICKET_PARTS = 256;

export class LotteryPolicy<T extends Schedulable> implements Policy<T> {
  readonly name = "lottery";
  /** Ticket parts in the draw, by row. */
  readonly #draw = new FenwickTree();
  /** The VMs in the draw, by row. */
  readonly #tasks: (T | undefined)[] = [];
  readonly #random: Random;
  #size = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#size;
  }

  enqueue(task: T, _wokeFromIdle: boolean): void {
    while (this.#tasks.length <= task.row) this.#tasks.push(undefined);
    invariant(this.#tasks[task.row] === undefined, "a VM is enqueued once");
    this.#draw.set(task.row, parts(task));
    this.#tasks[task.row] = task;
    this.#size++;
  }

  /** Nothing: there is no line in which anybody could go first. */
  hurry(_task: T): void {}

  remove(task: T): void {
    if (this.#tasks[task.row] !== task) return;
    this.#tasks[task.row] = undefined;
    this.#draw.set(task.row, 0);
    this.#size--;
  }

  next(): T | undefined {
    if (this.#size === 0) return undefined;
    const winner = this.#tasks[this.#draw.find(Math.floor(this.#random() * this.#draw.total))];
    invariant(winner !== undefined, "every ticket in the draw has a VM");
    this.remove(winner);
    return winner;
  }

  charge(task: T, usedNs: number, quantumNs: number, wentIdle: boolean): void {
    const compensated = wentIdle && usedNs < quantumNs;
    task.compensation = compensated ? Math.min(quantumNs / usedNs, MAXIMUM_COMPENSATION) : 1;
  }

  /** Nobody: who is next is drawn when it is time. */
  foresee(): number {
    return 0;
  }

  *waiting(): Iterable<T> {
    for (const task of this.#tasks) if (task !== undefined) yield task;
  }

  ticketsChanged(task: T): void {
    if (this.#tasks[task.row] === task) this.#draw.set(task.row, parts(task));
  }
}

function parts(task: Schedulable): number {
  invariant(task.tickets >= 1 && task.tickets <= MAXIMUM_TICKETS, "a VM holds 1 to MAXIMUM_TICKETS tickets");
  return Math.round(task.tickets * task.compensation * TICKET_PARTS);
}
