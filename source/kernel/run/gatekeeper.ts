/**
 * The gatekeeper (Denali, section on CPU and memory): decides which VMs are in core. VMs that want the CPU are admitted
 * first come first served as long as the memory budget holds them; to make room it swaps out whole VMs, paused ones first,
 * then those idle for longest, then, when everyone in core computes, the one whose first turn since its admission is longest
 * ago, `MINIMUM_RESIDENCY` at least. So nobody is brought in for nothing, however many compute. The supervisor VM stays in core.
 */

import { FIGURE } from "../instruments.js";
import { ADMISSION_BURST, MAXIMUM_RESIDENTS, MINIMUM_RESIDENCY, SWAP_RETRY_TIME, SWAP_TRANSFERS } from "../params.js";
import { TaskList } from "../sched/policy.js";
import { Timer } from "../timers.js";
import { NO_CPU, Residency, type Vm } from "../vm/vm.js";
import type { Core } from "./core.js";
import { ResidentList } from "./resident-list.js";
import type { Swapper, SwapperEvents } from "./swapper.js";

/** What the gatekeeper tells the rest of the kernel. */
export interface GatekeeperEvents {
  /** The VM's first admission: its memory is in core, all zero. */
  load(vm: Vm): void;
  /** The VM is in core and may run. */
  admitted(vm: Vm): void;
  /** The VM is about to be swapped out: it may not run any more. */
  leaving(vm: Vm): void;
  /** What was swapped out cannot be had back. */
  lost(vm: Vm, reason: string): void;
}

export class Gatekeeper implements SwapperEvents {
  readonly #core: Core;
  readonly #swapper: Swapper;
  readonly #events: GatekeeperEvents;
  /** VMs that want in, first come first. A VM is in one list of these and the scheduling policy's at most. */
  readonly #queue: TaskList<Vm>;
  /** VMs in core that are paused; those that are idle, in the order in which they became so. */
  readonly #paused: TaskList<Vm>;
  readonly #idle: TaskList<Vm>;
  /** All VMs in core that may be put out although they compute. */
  readonly #residents = new ResidentList();
  /** Wakes the kernel when somebody can be spared; its loop calls {@link advance} after every timer. */
  readonly #wakeUp = new Timer(() => {}, undefined);
  /** Set when the swap file refused a write; nobody is put out before this time. */
  #noSwapUntil = 0;
  /** The operator was told that VMs cannot be swapped out, and nothing has changed since. */
  #complained = false;

  constructor(core: Core, swapper: Swapper, events: GatekeeperEvents) {
    this.#core = core;
    this.#swapper = swapper;
    this.#events = events;
    this.#queue = new TaskList(core.links);
    this.#paused = new TaskList(core.links);
    this.#idle = new TaskList(core.links);
    swapper.events = this;
  }

  /** The VM wants the CPU and is not in core: puts it at the end of the queue. */
  request(vm: Vm): void {
    if (vm.residency === Residency.OUT && !this.#queue.has(vm)) this.#queue.push(vm);
  }

  /** The VM does not want the CPU: if it is in core it may be put out, if it is not it need not come in. */
  canSpare(vm: Vm): void {
    this.needs(vm);
    if (this.#queue.has(vm)) this.#queue.remove(vm);
    if (vm.residency !== Residency.RESIDENT || vm.supervisor) return;
    if (vm.paused) this.#paused.push(vm);
    else this.#idle.push(vm);
  }

  /** The VM in core wants the CPU. */
  needs(vm: Vm): void {
    if (!this.#core.links.hold(vm)) return;
    if (this.#idle.has(vm)) this.#idle.remove(vm);
    else if (this.#paused.has(vm)) this.#paused.remove(vm);
  }

  /** The VMs that want in, the first in line first. */
  waiting(): Iterable<Vm> {
    return this.#queue;
  }

  /** The VM has ended. */
  release(vm: Vm): void {
    if (this.#queue.has(vm)) this.#queue.remove(vm);
    this.needs(vm);
    this.#residents.delete(vm);
    this.#swapper.release(vm);
  }

  /**
   * Starts whatever can be started: admissions while there is room, swap-outs while there is not, or while the budget is
   * exceeded because it was lowered. Called before every dispatch.
   * @returns whether more can be started at once
   */
  advance(): boolean {
    let more = false;
    if (this.#queue.length > 0 || this.#excess(0) > 0) {
      more = this.#admit();
      this.#makeRoom(this.#nextWanted());
      this.#swapper.publish();
    }
    this.#core.panel.figures[FIGURE.gatekeeperQueue] = this.#queue.length;
    return more;
  }

  load(vm: Vm): void {
    this.#events.load(vm);
  }

  arrived(vm: Vm): void {
    if (!vm.supervisor) vm.awaitsTurn = true;
    this.#events.admitted(vm);
  }

  /** The VM has its first turn since it was admitted. */
  hasTurn(vm: Vm): void {
    vm.awaitsTurn = false;
    this.#residents.add(vm, this.#core.clock.now());
  }

  left(vm: Vm): void {
    if (this.#complained) this.#core.notices.information("VMs can be swapped out again");
    this.#complained = false;
    if (vm.runnable) this.request(vm);
  }

  /** The VM stays in core and others wait. */
  refused(vm: Vm, error: Error): void {
    this.#noSwapUntil = this.#core.clock.now() + SWAP_RETRY_TIME;
    if (!this.#complained) this.#core.notices.error(`cannot swap out ${vm.name}, it stays in core: ${error.message}`);
    this.#complained = true;
    this.arrived(vm);
  }

  /** The VM waits and is tried again. */
  unread(vm: Vm, error: Error): void {
    const { clock, notices, timers } = this.#core;
    this.#residents.delete(vm);
    notices.warning(`cannot swap in ${vm.name}, it is tried again: ${error.message}`);
    timers.at(clock.now() + SWAP_RETRY_TIME, () => {
      if (vm.runnable) this.request(vm);
    });
  }

  lost(vm: Vm, reason: string): void {
    this.#events.lost(vm, reason);
  }

  /** Lets in as many as may come in, a few at a time; true when there are more. */
  #admit(): boolean {
    for (let admitted = 0; this.#mayComeIn(this.#queue.first); admitted++) {
      if (admitted >= ADMISSION_BURST) return true;
      this.#swapper.bringIn(this.#queue.shift() as Vm);
    }
    return false;
  }

  #mayComeIn(vm: Vm | undefined): boolean {
    if (!vm || this.#swapper.residents >= MAXIMUM_RESIDENTS) return false;
    if (this.#swapper.residentBytes + vm.memorySize > this.#core.settings.memoryBudget) return false;
    return !vm.started || this.#swapper.coming < this.#transfers;
  }

  /** Bytes that the first in the queue want: a few at a time, and no more of them than fit together. */
  #nextWanted(): number {
    let wanted = 0;
    let ahead = 0;
    for (const vm of this.#queue) {
      if (ahead > 0 && wanted + vm.memorySize > this.#core.settings.memoryBudget) break;
      wanted += vm.memorySize;
      if (++ahead >= this.#transfers) break;
    }
    return wanted;
  }

  #makeRoom(wanted: number): void {
    while ((this.#excess(wanted) > 0 || this.#crowded) && this.#swapper.leaving < this.#transfers) {
      const victim = this.#victim();
      if (!victim) return;
      this.needs(victim);
      this.#residents.delete(victim);
      this.#events.leaving(victim);
      this.#swapper.putOut(victim);
    }
  }

  /** Bytes by which the budget would be exceeded with `wanted` more in core and those leaving gone. */
  #excess(wanted: number): number {
    const { residentBytes, leavingBytes } = this.#swapper;
    return residentBytes - leavingBytes + wanted - this.#core.settings.memoryBudget;
  }

  /** Whether there are too many in core for the first in the queue, however small they are. */
  get #crowded(): boolean {
    const { residents, leaving } = this.#swapper;
    return residents - leaving + Math.min(this.#queue.length, this.#transfers) > MAXIMUM_RESIDENTS;
  }

  /** VMs that may be on the way in, and as many on the way out. */
  get #transfers(): number {
    const { least, most, share } = SWAP_TRANSFERS;
    return Math.min(most, Math.max(least, Math.floor(this.#swapper.residents / share)));
  }

  /** Whom to put out next; undefined when nobody can be spared yet. */
  #victim(): Vm | undefined {
    const now = this.#core.clock.now();
    if (now < this.#noSwapUntil) return this.#later(this.#noSwapUntil);
    const spared = this.#paused.first ?? this.#idle.first;
    if (spared) return spared;
    for (const { vm, since } of this.#residents) {
      if (vm.cpu !== NO_CPU) continue;
      const until = since + MINIMUM_RESIDENCY;
      return until <= now ? vm : this.#later(until);
    }
    return undefined;
  }

  #later(time: number): undefined {
    if (!this.#wakeUp.armed) this.#core.timers.arm(this.#wakeUp, time);
    return undefined;
  }
}
