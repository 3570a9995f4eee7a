/** What a virtual instruction's implementation is given, and what it answers. */

import type { Core } from "../run/core.js";
import type { Interrupts } from "../run/interrupts.js";
import type { Scheduler } from "../run/scheduler.js";
import type { ControlDevice } from "../supervisor/control-device.js";
import type { UplinkDevice } from "../supervisor/uplink-device.js";
import type { VmMemory } from "../vm/memory.js";
import type { Vm } from "../vm/vm.js";
import type { RegisterNics } from "./register-nic.js";

/** What happens to the VM after its virtual instruction. */
export const Outcome = {
  /** It goes on with the rest of its quantum. */
  CONTINUE: 0,
  /** It gives the CPU up: it idles, yields or has ended. */
  LEAVE: 1,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** The kernel's parts that virtual instructions use. */
export interface OperationContext {
  readonly core: Core;
  readonly scheduler: Scheduler;
  readonly interrupts: Interrupts;
  readonly control: ControlDevice;
  readonly uplink: UplinkDevice;
  /** Of an experiment; undefined in every other machine, where no VM has such an interface. */
  readonly registerNics: RegisterNics | undefined;
  /** Ends the running VM of its own will. */
  terminate(vm: Vm, status: number): void;
  /** Told of every byte a VM prints, if anybody wants to know; the bytes are a copy. */
  readonly consoleOutput: ((vm: Vm, bytes: Uint8Array) => void) | undefined;
}

/**
 * Carries out one virtual instruction of the running VM. Arguments are read from and results written to `vm.state`.
 * @throws GuestFault when the VM cannot survive it
 */
export type Operation = (context: OperationContext, vm: Vm, memory: VmMemory) => Outcome;
