/**
 * Fetches what the next VMs to run will need into the host CPU's caches, several VMs at a time.
 *
 * Every VM's memory is far from every other's, so that with thousands of VMs the first access of a turn finds neither the page's
 * translation nor its contents in a cache. One after another, each a turn apart, these accesses wait for the host's memory each
 * by itself; close together, none depending on another, the CPU waits for all of them at once.
 *
 * Who is next is known of the run queue, and where that is all but empty, of the timers: VMs that idle run when theirs fires.
 */

import { VirtualRegister } from "../abi.js";
import { FORESEEN_TIMERS, FORESEEN_VMS } from "../params.js";
import type { Policy } from "../sched/schedulable.js";
import type { Timed, TimerQueue } from "../timers.js";
import type { VmMemory } from "../vm/memory.js";
import { Vm } from "../vm/vm.js";
import { type MachineState, Register, StateWord } from "../x86/machine.js";

export class Foresight {
  /** Turns until those that were fetched for have had theirs. */
  #turns = 0;
  /** Those that are fetched for; kept so that no array is made each time. */
  readonly #ready: (Vm | undefined)[] = [];
  readonly #armed: (Timed | undefined)[] = [];
  readonly #memories: VmMemory[] = [];
  readonly #states: MachineState[] = [];
  /** What was read; kept because a compiler leaves reads out that nothing is done with. */
  #read = 0;

  /** Call before every turn, before the VM is taken out of the policy's queue. */
  turn(policy: Policy<Vm>, timers: TimerQueue): void {
    if (--this.#turns > 0) return;
    // A few VMs stay in the caches between their turns.
    if (policy.size > FORESEEN_VMS) {
      this.#turns = FORESEEN_VMS;
      this.#fetch(this.#ready, policy.foresee(FORESEEN_VMS, this.#ready), false);
    } else if (timers.size > FORESEEN_TIMERS.looked) {
      this.#turns = FORESEEN_TIMERS.turns;
      this.#fetch(this.#armed, timers.foresee(FORESEEN_TIMERS.looked, this.#armed), true);
    }
  }

  /**
   * Reads of each VM's record, registers and register page, changes nothing. Step by step, each for all VMs: what a CPU looks ahead
   * of an access that waits is some hundred instructions, and one VM's part of a step is a few.
   * @param withStacks the top of the stack too: a VM that returns from IDLE needs it, one that computes perhaps not
   */
  #fetch(tasks: readonly (Timed | undefined)[], count: number, withStacks: boolean): void {
    const memories = this.#memories;
    const states = this.#states;
    let read = 0;
    let found = 0;
    for (let index = 0; index < count; index++) {
      const vm = tasks[index];
      if (!(vm instanceof Vm)) continue;
      read ^= vm.handle;
      const { memory } = vm;
      if (!memory) continue;
      memories[found] = memory;
      states[found++] = vm.state;
    }
    for (let index = 0; index < found; index++) read ^= memories[index].bytes[VirtualRegister.SYSTEM_TIME];
    for (let index = 0; index < found; index++) read ^= states[index][StateWord.EIP];
    for (let index = 0; withStacks && index < found; index++) {
      const { bytes } = memories[index];
      const stack = states[index][Register.ESP];
      if (stack >= 0 && stack < bytes.length) read ^= bytes[stack];
    }
    this.#read ^= read;
  }
}
