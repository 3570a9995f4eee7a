/**
 * Fetches what the next VMs in line will need into the host CPU's caches, several VMs at a time.
 *
 * Every VM's memory is far from every other's, so that with thousands of VMs the first access of a turn finds neither the page's
 * translation nor its contents in a cache. One after another, each a turn apart, these accesses wait for the host's memory each
 * by itself; close together, none depending on another, the CPU waits for all of them at once.
 */

import { VirtualRegister } from "../abi.js";
import { FORESEEN_VMS } from "../params.js";
import type { Policy } from "../sched/schedulable.js";
import type { Vm } from "../vm/vm.js";
import { Register } from "../x86/machine.js";

export class Foresight {
  /** Turns until those that were fetched for have had theirs. */
  #turns = 0;
  /** What was read; kept because a compiler leaves reads out that nothing is done with. */
  #read = 0;

  /** Call before every turn, before the VM is taken out of the policy's queue. */
  turn(policy: Policy<Vm>): void {
    if (--this.#turns > 0) return;
    this.#turns = FORESEEN_VMS;
    // A few VMs stay in the caches between their turns.
    if (policy.size > FORESEEN_VMS) policy.foresee(FORESEEN_VMS, this.#fetch);
  }

  /** Reads of the VM's registers, of its register page and of the top of its stack; changes nothing. */
  readonly #fetch = ({ memory, state }: Vm): void => {
    if (!memory) return;
    const { bytes } = memory;
    this.#read ^=
      bytes[VirtualRegister.SYSTEM_TIME] ^
      bytes[VirtualRegister.INTERRUPTS_PENDING] ^
      bytes[(state[Register.ESP] >>> 0) % bytes.length];
  };
}
