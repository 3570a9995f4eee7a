/**
 * Fetches what the next VMs to run will need into the host CPU's caches, several VMs at a time.
 *
 * Every VM's memory is far from every other's, so that with thousands of VMs the first access of a turn finds neither the page's
 * translation nor its contents in a cache. One after another, each a turn apart, these accesses wait for the host's memory each
 * by itself; close together, none depending on another, the CPU waits for all of them at once.
 *
 * Who is next is known of the run queue, and where that is all but empty, of the timers: VMs that idle run when theirs fires. Of a
 * VM that sends frames the one that it sent to last is taken to be the one that it will wake.
 */

import { VirtualRegister } from "../abi.js";
import { FORESEEN_TIMERS, FORESEEN_VMS } from "../params.js";
import type { Policy } from "../sched/schedulable.js";
import type { Timed, TimerQueue } from "../timers.js";
import type { VmMemory } from "../vm/memory.js";
import type { NetworkInterface } from "../vm/network-interface.js";
import { Vm } from "../vm/vm.js";
import { type MachineState, Register, StateWord } from "../x86/machine.js";

/** Bytes: a stack is read at its top and so far above, in what the host fetches next. */
const NEXT_LINE = 64;

export class Foresight {
  /** Turns until those in the run queue that were fetched for have had theirs. */
  #turns = 0;
  /** Timers that will have fired when all those have that were fetched for. */
  #fired = 0;
  /** Those that are fetched for; kept so that no array is made each time, and empty in between: a VM that ends is to be collected. */
  readonly #ready: (Vm | undefined)[] = [];
  readonly #armed: (Timed | undefined)[] = [];
  readonly #memories: VmMemory[] = [];
  readonly #states: MachineState[] = [];
  readonly #views: DataView[] = [];
  readonly #interfaces: NetworkInterface[] = [];
  /** What was read; kept because a compiler leaves reads out that nothing is done with. */
  #read = 0;

  /** Call before every turn, before the VM is taken out of the policy's queue. */
  turn(policy: Policy<Vm>, timers: TimerQueue): void {
    // A few VMs stay in the caches between their turns.
    if (policy.size > FORESEEN_VMS) {
      if (--this.#turns > 0) return;
      this.#turns = FORESEEN_VMS;
      this.#fetchReady(policy.foresee(FORESEEN_VMS, this.#ready));
    } else if (timers.size > FORESEEN_VMS && timers.fired >= this.#fired) {
      this.#fired = timers.fired + FORESEEN_TIMERS;
      this.#fetchArmed(timers.foresee(FORESEEN_TIMERS, this.#armed));
    }
  }

  /**
   * Reads of each VM's record, registers and register page, changes nothing. Step by step, each for all VMs: what a CPU looks ahead
   * of an access that waits is some hundred instructions, and one VM's part of a step is a few.
   */
  #fetchReady(count: number): void {
    let found = 0;
    for (let index = 0; index < count; index++) found = this.#note(this.#ready[index] as Vm, found);
    this.#fetchRegisters(found);
    forget(this.#ready, count);
    this.#forgetMachines(found);
  }

  /** Reads of each VM the stack and the buffer for frames too, which one needs that returns from IDLE, and the same of its partner. */
  #fetchArmed(count: number): void {
    const interfaces = this.#interfaces;
    let found = 0;
    let senders = 0;
    for (let index = 0; index < count; index++) {
      const vm = this.#armed[index];
      if (!(vm instanceof Vm)) continue;
      found = this.#note(vm, found);
      if (vm.sends) interfaces[senders++] = vm.networkInterface;
    }
    for (let index = 0; index < senders; index++) {
      const partner = interfaces[index].partnerVm;
      if (partner) found = this.#note(partner, found);
    }
    this.#fetchRegisters(found);
    this.#fetchStacks(found);
    this.#fetchInterfaces(senders);
    forget(this.#armed, count);
    forget(interfaces, senders);
    this.#forgetMachines(found);
  }

  /** Puts a VM in core to those that are fetched for, of whom there are so many. @returns how many there are now */
  #note(vm: Vm, found: number): number {
    this.#read ^= vm.timerSlot;
    if (!vm.memory) return found;
    this.#memories[found] = vm.memory;
    this.#states[found] = vm.state;
    return found + 1;
  }

  #forgetMachines(count: number): void {
    forget(this.#memories, count);
    forget(this.#states, count);
    forget(this.#views, count);
  }

  #fetchRegisters(count: number): void {
    const views = this.#views;
    const states = this.#states;
    let read = 0;
    for (let index = 0; index < count; index++) {
      views[index] = this.#memories[index].view;
      read ^= states[index].length;
    }
    for (let index = 0; index < count; index++) {
      read ^= views[index].getUint8(VirtualRegister.SYSTEM_TIME) ^ states[index][StateWord.EIP];
    }
    this.#read ^= read;
  }

  #fetchStacks(count: number): void {
    let read = 0;
    for (let index = 0; index < count; index++) {
      const view = this.#views[index];
      const stack = this.#states[index][Register.ESP];
      if (stack >= 0 && stack + NEXT_LINE < view.byteLength)
        read ^= view.getUint8(stack) ^ view.getUint8(stack + NEXT_LINE);
    }
    this.#read ^= read;
  }

  #fetchInterfaces(count: number): void {
    let read = 0;
    for (let index = 0; index < count; index++) {
      const own = this.#interfaces[index];
      read ^= own.lookAhead() ^ (own.partnerVm?.networkInterface.lookAhead() ?? 0);
    }
    this.#read ^= read;
  }
}

function forget(things: unknown[], count: number): void {
  things.fill(undefined, 0, count);
}
