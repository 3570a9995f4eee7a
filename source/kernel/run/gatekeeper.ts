/**
 * The gatekeeper (Denali, section on CPU and memory): decides which VMs are in core. VMs that want the CPU are admitted
 * first come first served as long as the memory budget holds them; to make room it swaps out whole VMs, paused ones first,
 * then those idle for longest, then, when everyone in core computes, the one that was admitted longest ago and has had at
 * least `MINIMUM_RESIDENCY`.
 *
 * A VM moves OUT -> COMING_IN -> RESIDENT -> GOING_OUT -> OUT. Interrupts posted on the way wait in its record. A VM that
 * ends while its memory moves gives the memory back when the transfer has ended.
 */

import { invariant } from "../errors.js";
import { MINIMUM_RESIDENCY, SWAP_RETRY_TIME, SWAP_TRANSFERS } from "../params.js";
import type { SwapFile } from "../swap/swap-file.js";
import { Timer } from "../timers.js";
import type { MemoryPool } from "../vm/memory.js";
import { Residency, type Vm } from "../vm/vm.js";
import type { Accounting } from "./accounting.js";
import type { Core } from "./core.js";

/** What the gatekeeper tells the rest of the kernel. */
export interface GatekeeperEvents {
  /** The VM's memory is in core and is the VM's again. */
  admitted(vm: Vm): void;
  /** The VM's first admission: its memory is in core, all zero. */
  load(vm: Vm): void;
  /** The VM is about to be swapped out: it may not run any more. */
  leaving(vm: Vm): void;
  /** What was swapped out cannot be had back. */
  lost(vm: Vm, reason: string): void;
}

export class Gatekeeper {
  readonly #core: Core;
  readonly #accounting: Accounting;
  readonly #pool: MemoryPool;
  readonly #swapFile: SwapFile;
  readonly #events: GatekeeperEvents;
  /** VMs that want in, first come first. A Set keeps order and lets any of them leave at once. */
  readonly #queue = new Set<Vm>();
  /** VMs in core that do not want the CPU, in the order in which they stopped wanting it; and the paused ones. */
  readonly #idle = new Set<Vm>();
  readonly #paused = new Set<Vm>();
  /** All VMs in core that may be put out, in the order of their admission. */
  readonly #residents = new Set<Vm>();
  readonly #retry = new Timer(() => {});
  /** Bytes in core, of VMs coming and going included; and bytes of those going. */
  #resident = 0;
  #leaving = 0;
  #transfers = 0;
  /** Set when the swap file refused a write; nothing is put out before this time. */
  #noSwapUntil = 0;

  constructor(core: Core, accounting: Accounting, pool: MemoryPool, swapFile: SwapFile, events: GatekeeperEvents) {
    this.#core = core;
    this.#accounting = accounting;
    this.#pool = pool;
    this.#swapFile = swapFile;
    this.#events = events;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** The VM wants the CPU and is not in core: puts it at the end of the queue. */
  request(vm: Vm): void {
    if (vm.residency === Residency.OUT) this.#queue.add(vm);
  }

  /** The VM in core no longer wants the CPU, or is paused: it may be put out. */
  canSpare(vm: Vm): void {
    this.#idle.delete(vm);
    this.#paused.delete(vm);
    this.#queue.delete(vm);
    if (vm.residency !== Residency.RESIDENT || vm.supervisor) return;
    if (vm.paused) this.#paused.add(vm);
    else this.#idle.add(vm);
  }

  /** The VM in core wants the CPU again. */
  needs(vm: Vm): void {
    this.#idle.delete(vm);
    this.#paused.delete(vm);
  }

  /** The VM has ended: takes its memory and its swap region, at once or when its transfer ends. */
  release(vm: Vm): void {
    this.#queue.delete(vm);
    this.needs(vm);
    if (vm.residency === Residency.COMING_IN || vm.residency === Residency.GOING_OUT) return;
    if (vm.residency === Residency.RESIDENT) this.#leaveCore(vm);
    this.#releaseRegion(vm);
  }

  /** Starts whatever can be started: admissions while there is room, swap-outs while there is not. */
  advance(): void {
    if (this.#queue.size === 0) return;
    for (const vm of this.#queue) {
      if (this.#resident + vm.memorySize > this.#core.settings.memoryBudget) break;
      if (vm.started && this.#transfers >= SWAP_TRANSFERS) break;
      this.#queue.delete(vm);
      this.#admit(vm);
    }
    if (this.#queue.size > 0) this.#makeRoom();
    this.#publish();
  }

  /** The budget was lowered: puts out what no longer fits, as far as it can be spared. */
  shrink(): void {
    while (this.#excess(0) > 0 && this.#transfers < SWAP_TRANSFERS) {
      const victim = this.#victim();
      if (!victim) break;
      this.#putOut(victim);
    }
    this.#publish();
  }

  #admit(vm: Vm): void {
    const now = this.#core.clock.now();
    vm.memory = this.#pool.take(vm.memorySize);
    this.#resident += vm.memorySize;
    this.#core.panel.vm.admissions[vm.row]++;
    if (vm.started) {
      this.#bringIn(vm);
      return;
    }
    vm.residency = Residency.RESIDENT;
    vm.started = true;
    this.#events.load(vm);
    this.#arrive(vm, now);
  }

  #bringIn(vm: Vm): void {
    const { panel } = this.#core;
    invariant(vm.memory && vm.region, `VM ${vm.id} comes in without memory or region`);
    vm.residency = Residency.COMING_IN;
    this.#accounting.show(vm);
    this.#transfers++;
    this.#swapFile.swapIn(vm.region, vm.memory.bytes, (error, bytes) => {
      this.#transfers--;
      if (vm.ended || error) {
        vm.residency = Residency.RESIDENT;
        this.#leaveCore(vm);
        if (vm.ended) this.#releaseRegion(vm);
        else this.#events.lost(vm, (error as Error).message);
        return;
      }
      vm.residency = Residency.RESIDENT;
      panel.vm.swapIns[vm.row]++;
      panel.vm.swappedBytes[vm.row] = 0;
      panel.add("swapIns", 1);
      panel.add("swapBytesIn", bytes);
      this.#arrive(vm, this.#core.clock.now());
    });
  }

  #arrive(vm: Vm, now: number): void {
    vm.residentSince = now;
    if (!vm.supervisor) this.#residents.add(vm);
    this.#accounting.show(vm);
    this.#events.admitted(vm);
  }

  /** Makes room for the first in the queue, a few at a time, and for no more of them than fit together. */
  #makeRoom(): void {
    let wanted = 0;
    let ahead = 0;
    for (const vm of this.#queue) {
      if (ahead > 0 && wanted + vm.memorySize > this.#core.settings.memoryBudget) break;
      wanted += vm.memorySize;
      if (++ahead >= SWAP_TRANSFERS) break;
    }
    while (this.#excess(wanted) > 0 && this.#transfers < SWAP_TRANSFERS) {
      const victim = this.#victim();
      if (!victim) break;
      this.#putOut(victim);
    }
  }

  /** Bytes by which the budget would be exceeded with `wanted` more in core and those leaving gone. */
  #excess(wanted: number): number {
    return this.#resident - this.#leaving + wanted - this.#core.settings.memoryBudget;
  }

  /** Whom to put out next; undefined when nobody can be spared yet. */
  #victim(): Vm | undefined {
    const now = this.#core.clock.now();
    if (now < this.#noSwapUntil) return this.#later(this.#noSwapUntil);
    for (const vm of this.#paused) return vm;
    for (const vm of this.#idle) return vm;
    for (const vm of this.#residents) {
      if (this.#accounting.running === vm) continue;
      const until = vm.residentSince + MINIMUM_RESIDENCY;
      return until <= now ? vm : this.#later(until);
    }
    return undefined;
  }

  /** Wakes the kernel when somebody can be spared; its loop calls {@link advance} after every timer. */
  #later(time: number): undefined {
    if (!this.#retry.armed) this.#core.timers.arm(this.#retry, time);
    return undefined;
  }

  #putOut(vm: Vm): void {
    const { panel } = this.#core;
    invariant(vm.memory && vm.region, `VM ${vm.id} goes out without memory or region`);
    this.needs(vm);
    this.#residents.delete(vm);
    this.#events.leaving(vm);
    vm.residency = Residency.GOING_OUT;
    this.#accounting.show(vm);
    this.#leaving += vm.memorySize;
    this.#transfers++;
    this.#swapFile.swapOut(vm.region, vm.memory.bytes, (error, bytes) => {
      this.#transfers--;
      this.#leaving -= vm.memorySize;
      vm.residency = Residency.RESIDENT;
      if (error && !vm.ended) {
        this.#refuse(vm, error);
        return;
      }
      this.#leaveCore(vm);
      if (vm.ended) {
        this.#releaseRegion(vm);
        return;
      }
      panel.vm.swapOuts[vm.row]++;
      panel.vm.swappedBytes[vm.row] = bytes;
      panel.add("swapOuts", 1);
      panel.add("swapBytesOut", bytes);
      this.#accounting.show(vm);
      if (vm.runnable) this.request(vm);
    });
  }

  /** The swap file could not take the VM: it stays in core, whole, and others wait. */
  #refuse(vm: Vm, error: Error): void {
    this.#noSwapUntil = this.#core.clock.now() + SWAP_RETRY_TIME;
    this.#core.notices.warning(`cannot swap out ${vm.name}, it stays in core: ${error.message}`);
    this.#residents.add(vm);
    this.#accounting.show(vm);
    this.#events.admitted(vm);
  }

  #leaveCore(vm: Vm): void {
    invariant(vm.memory, `VM ${vm.id} leaves core without memory`);
    this.#pool.give(vm.memory);
    vm.memory = undefined;
    vm.residency = Residency.OUT;
    this.#residents.delete(vm);
    this.#resident -= vm.memorySize;
    this.#accounting.show(vm);
    this.#publish();
  }

  #releaseRegion(vm: Vm): void {
    if (vm.region) this.#swapFile.release(vm.region);
    vm.region = undefined;
    this.#core.panel.vm.swappedBytes[vm.row] = 0;
    this.#publish();
  }

  #publish(): void {
    const { panel } = this.#core;
    panel.set("memoryResident", this.#resident);
    panel.set("swapsUnderWay", this.#transfers);
    panel.set("gatekeeperQueue", this.#queue.size);
    panel.set("swapReserved", this.#swapFile.reservedBytes);
  }
}
