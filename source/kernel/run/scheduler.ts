/**
 * Who may have the CPU: turns what a VM wants (ready, idle, paused, ended) and where its memory is into membership of the
 * scheduling policy's queue, of the gatekeeper's queue, or of neither. Every change of a VM's activity goes through here, so
 * time is charged and the panel is right at every moment.
 */

import { type Policy, TaskList } from "../sched/policy.js";
import { Activity, Residency, type Vm } from "../vm/vm.js";
import type { Accounting } from "./accounting.js";
import type { Core } from "./core.js";
import { Debts } from "./debts.js";
import { Foresight } from "./foresight.js";
import type { Gatekeeper } from "./gatekeeper.js";

export class Scheduler {
  readonly #core: Core;
  readonly #accounting: Accounting;
  /** Set once, before the first VM is created. */
  gatekeeper!: Gatekeeper;
  policy: Policy<Vm>;
  readonly debts: Debts;
  /** VMs that were taken out of the policy's queue and passed over: they run next. */
  readonly #passedOver: TaskList<Vm>;
  readonly #foresight = new Foresight();

  constructor(core: Core, accounting: Accounting, policy: Policy<Vm>) {
    this.#core = core;
    this.#accounting = accounting;
    this.policy = policy;
    this.debts = new Debts(core, accounting);
    this.#passedOver = new TaskList(core.links);
  }

  /** VMs that are ready and do not run. */
  get waitingCount(): number {
    return this.policy.size + this.#passedOver.length;
  }

  /** They, the first in line first where there is a line. */
  *waiting(): Iterable<Vm> {
    yield* this.#passedOver;
    yield* this.policy.waiting();
  }

  /** Takes the VM to run next out of the queue. */
  next(): Vm | undefined {
    this.#foresight.turn(this.policy, this.#core.timers);
    return this.#passedOver.shift() ?? this.policy.next();
  }

  /** Has a VM that was taken out of the queue pay with its turn, if it owes one; true when it did, and waits for the next. */
  pay(vm: Vm): boolean {
    if (!this.debts.owesTurn(vm)) return false;
    const time = this.debts.payTurn(vm);
    if (vm.awaitsTurn) this.gatekeeper.hasTurn(vm);
    vm.wokeFromIdle = false;
    this.policy.charge(vm, time, time, false);
    this.#place(vm);
    return true;
  }

  /** Takes the next VM that suits, and has a turn to itself, out of the queue, passing over so many others; undefined when there is none among them. */
  nextSuch(suits: (vm: Vm) => boolean, most: number): Vm | undefined {
    const may = (vm: Vm) => suits(vm) && !this.debts.owesTurn(vm);
    for (const vm of this.#passedOver) {
      if (!may(vm)) continue;
      this.#passedOver.remove(vm);
      return vm;
    }
    while (this.#passedOver.length < most) {
      const vm = this.policy.next();
      if (!vm || may(vm)) return vm;
      this.#passedOver.push(vm);
    }
    return undefined;
  }

  #unqueue(vm: Vm): void {
    if (this.#passedOver.has(vm)) this.#passedOver.remove(vm);
    else this.policy.remove(vm);
  }

  /** A VM that has just been created wants the CPU. */
  introduce(vm: Vm): void {
    this.#place(vm);
  }

  /** An interrupt or its timeout ends a VM's idling. Does nothing for one that is not idle. */
  wake(vm: Vm): void {
    if (vm.activity !== Activity.IDLE) return;
    this.#accounting.charge(vm, this.#core.clock.now());
    this.#core.timers.disarm(vm);
    vm.activity = Activity.READY;
    vm.wokeFromIdle = true;
    this.#place(vm);
  }

  /** The VM is to have the CPU before those that merely compute, if it waits for it. */
  hurry(vm: Vm): void {
    this.policy.hurry(vm);
  }

  /** The running VM idles until `deadline` (kernel time, Infinity for no timeout). */
  idle(vm: Vm, deadline: number): void {
    vm.activity = Activity.IDLE;
    vm.returningFromIdle = true;
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.#core.timers.arm(vm, deadline);
  }

  /** The VM has left the CPU: puts it where it belongs now. */
  left(vm: Vm): void {
    if (!vm.ended) this.#place(vm);
  }

  pause(vm: Vm): void {
    this.#accounting.charge(vm, this.#core.clock.now());
    vm.paused = true;
    this.#place(vm);
  }

  resume(vm: Vm): void {
    this.#accounting.charge(vm, this.#core.clock.now());
    vm.paused = false;
    this.#place(vm);
  }

  /** The VM has ended and never runs again. */
  retire(vm: Vm): void {
    this.#accounting.charge(vm, this.#core.clock.now());
    vm.activity = Activity.ENDED;
    this.#unqueue(vm);
    this.debts.forget(vm);
    this.#core.timers.disarm(vm);
    this.#core.timers.disarm(vm.timer);
    this.gatekeeper.release(vm);
    this.#accounting.show(vm);
  }

  /** The VM's memory is in core and its own again. */
  admitted(vm: Vm): void {
    this.#place(vm);
  }

  /** The VM is being swapped out. */
  leaving(vm: Vm): void {
    this.#unqueue(vm);
  }

  /** Puts a VM that is not running into the queue it belongs in. */
  #place(vm: Vm): void {
    this.#unqueue(vm);
    if (!vm.runnable) this.gatekeeper.canSpare(vm);
    else if (vm.residency === Residency.RESIDENT) {
      this.gatekeeper.needs(vm);
      this.policy.enqueue(vm, vm.wokeFromIdle);
    } else this.gatekeeper.request(vm);
    this.#accounting.show(vm);
  }
}
