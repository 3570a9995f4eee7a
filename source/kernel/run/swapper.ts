/**
 * Moves whole VMs between core and the swap file; whom and when is the gatekeeper's to say.
 *
 * A VM moves OUT -> COMING_IN -> RESIDENT -> GOING_OUT -> OUT. Interrupts posted on the way wait in its record. A VM that
 * ends while its memory moves gives memory and swap region back when the transfer has ended.
 */

import { invariant } from "../errors.js";
import { SwapDamage } from "../swap/swap-damage.js";
import type { SwapFile } from "../swap/swap-file.js";
import type { MemoryPool } from "../vm/memory.js";
import { Residency, type Vm } from "../vm/vm.js";
import type { Accounting } from "./accounting.js";
import type { Core } from "./core.js";

/** What became of a VM that was moved. None is called for a VM that has ended. */
export interface SwapperEvents {
  /** The VM is in core for the first time, its memory all zero: it is to be filled. */
  load(vm: Vm): void;
  /** The VM is in core and may run. */
  arrived(vm: Vm): void;
  /** The VM is out of core. */
  left(vm: Vm): void;
  /** The VM could not be written; it is in core still, and whole. */
  refused(vm: Vm, error: Error): void;
  /** The VM could not be read; it is out still, and may be whole. */
  unread(vm: Vm, error: Error): void;
  /** What was written of the VM cannot be had back. */
  lost(vm: Vm, reason: string): void;
}

export class Swapper {
  readonly #core: Core;
  readonly #accounting: Accounting;
  readonly #pool: MemoryPool;
  readonly #swapFile: SwapFile;
  /** Set once, before the first VM is created. */
  events!: SwapperEvents;
  /** Bytes of VM memory in core, that of VMs coming and going included. */
  residentBytes = 0;
  /** Bytes of VMs going out. */
  leavingBytes = 0;
  /** The VMs that these bytes belong to. */
  residents = 0;
  leaving = 0;
  /** VMs on their way in. */
  coming = 0;

  constructor(core: Core, accounting: Accounting, pool: MemoryPool, swapFile: SwapFile) {
    this.#core = core;
    this.#accounting = accounting;
    this.#pool = pool;
    this.#swapFile = swapFile;
  }

  /** Brings a VM into core: at once when it has never run, by a transfer when it was swapped out. */
  bringIn(vm: Vm): void {
    vm.memory = this.#pool.take(vm.memorySize);
    this.residentBytes += vm.memorySize;
    this.residents++;
    this.#core.panel.vm.admissions[vm.row]++;
    if (vm.started) {
      this.#read(vm);
      return;
    }
    vm.started = true;
    vm.residency = Residency.RESIDENT;
    this.events.load(vm);
    this.#arrive(vm);
  }

  /** Starts to swap a VM out. It must be in core and may not run any more. */
  putOut(vm: Vm): void {
    const { panel } = this.#core;
    invariant(vm.memory && vm.region, `VM ${vm.id} goes out without memory or region`);
    vm.residency = Residency.GOING_OUT;
    this.#accounting.show(vm);
    this.leavingBytes += vm.memorySize;
    this.leaving++;
    this.#swapFile.swapOut(vm.region, vm.memory.bytes, (error, bytes) => {
      this.leavingBytes -= vm.memorySize;
      this.leaving--;
      vm.residency = Residency.RESIDENT;
      if (vm.ended || !error) this.#leaveCore(vm);
      if (vm.ended) this.#releaseRegion(vm);
      else if (error) {
        this.#accounting.show(vm);
        this.events.refused(vm, error);
      } else {
        panel.vm.swapOuts[vm.row]++;
        panel.vm.swappedBytes[vm.row] = bytes;
        panel.add("swapOuts", 1);
        panel.add("swapBytesOut", bytes);
        this.events.left(vm);
      }
      this.publish();
    });
  }

  /** The VM has ended: takes its memory and its swap region, at once or when its transfer ends. */
  release(vm: Vm): void {
    this.#core.panel.vm.swappedBytes[vm.row] = 0;
    if (vm.residency === Residency.COMING_IN || vm.residency === Residency.GOING_OUT) return;
    if (vm.residency === Residency.RESIDENT) this.#leaveCore(vm);
    this.#releaseRegion(vm);
    this.publish();
  }

  /** Shows the figures that have changed. */
  publish(): void {
    const { panel } = this.#core;
    panel.set("memoryResident", this.residentBytes);
    panel.set("swapsUnderWay", this.coming + this.leaving);
    panel.set("swapReserved", this.#swapFile.reservedBytes);
  }

  #read(vm: Vm): void {
    const { panel } = this.#core;
    invariant(vm.memory && vm.region, `VM ${vm.id} comes in without memory or region`);
    vm.residency = Residency.COMING_IN;
    this.#accounting.show(vm);
    this.coming++;
    this.#swapFile.swapIn(vm.region, vm.memory.bytes, (error, bytes) => {
      this.coming--;
      vm.residency = Residency.RESIDENT;
      if (vm.ended || error) this.#notArrived(vm, error);
      else {
        panel.vm.swapIns[vm.row]++;
        panel.vm.swappedBytes[vm.row] = 0;
        panel.add("swapIns", 1);
        panel.add("swapBytesIn", bytes);
        this.#arrive(vm);
      }
      this.publish();
    });
  }

  /** The VM ended on its way in, or could not be read: what came of its memory is worth nothing. */
  #notArrived(vm: Vm, error: Error | undefined): void {
    this.#leaveCore(vm);
    if (vm.ended) this.#releaseRegion(vm);
    else if (error instanceof SwapDamage) this.events.lost(vm, error.message);
    else if (error) this.events.unread(vm, error);
  }

  #arrive(vm: Vm): void {
    this.#accounting.show(vm);
    this.events.arrived(vm);
  }

  #leaveCore(vm: Vm): void {
    invariant(vm.memory, `VM ${vm.id} leaves core without memory`);
    if (vm.ended) this.#pool.giveForGood(vm.memory);
    else this.#pool.give(vm.memory);
    vm.memory = undefined;
    vm.forgetViews();
    vm.residency = Residency.OUT;
    this.residentBytes -= vm.memorySize;
    this.residents--;
    this.#accounting.show(vm);
  }

  #releaseRegion(vm: Vm): void {
    if (vm.region) this.#swapFile.release(vm.region);
    vm.region = undefined;
  }
}
