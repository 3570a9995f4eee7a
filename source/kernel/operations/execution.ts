/** Virtual instructions about running: idle, terminate, return from an interrupt, set the timer. */

import { IDLE_FOREVER, Interrupt, VirtualRegister } from "../abi.js";
import { readWord } from "../run/guest-access.js";
import { wide } from "../vm/virtual-registers.js";
import type { Vm } from "../vm/vm.js";
import { INITIAL_EFLAGS, INT_LENGTH, Register, StateWord } from "../x86/machine.js";
import { type Operation, type OperationContext, Outcome } from "./operation.js";

/** Flags that INTERRUPT_RETURN restores: carry, parity, auxiliary, zero, sign, direction, overflow. */
const RESTORED_FLAGS = 0xcd5;

/**
 * IDLE: gives up the CPU until an interrupt is pending or the timeout is over. Answers at once when one is pending
 * already; with a timeout of 0 the VM only goes to the end of the queue.
 */
export const idle: Operation = (context, vm) => {
  const { core, scheduler, interrupts } = context;
  const low = vm.state[Register.EAX] >>> 0;
  const high = vm.state[Register.EDX] >>> 0;
  vm.returningFromIdle = true;
  const spunUntil = vm.spinsUntil;
  vm.spinsUntil = undefined;
  if (vm.pendingMask !== 0) {
    interrupts.deliver(vm);
    return Outcome.CONTINUE;
  }
  if (low === 0 && high === 0) return Outcome.LEAVE;
  const forever = low === IDLE_FOREVER && high === IDLE_FOREVER;
  const deadline = spunUntil ?? (forever ? Number.POSITIVE_INFINITY : core.clock.now() + wide(low, high));
  if (core.settings.idle === "spin") return spin(context, vm, deadline);
  scheduler.idle(vm, deadline);
  return Outcome.LEAVE;
};

/** Goes back to the IDLE instruction, so that it is executed over and over until its timeout is past. */
function spin({ core, interrupts }: OperationContext, vm: Vm, deadline: number): Outcome {
  if (core.clock.now() >= deadline) {
    interrupts.deliver(vm);
    return Outcome.CONTINUE;
  }
  vm.spinsUntil = deadline;
  vm.returningFromIdle = false;
  vm.state[StateWord.EIP] -= INT_LENGTH;
  return Outcome.CONTINUE;
}

/** TERMINATE: ends the VM with the status in EAX. */
export const terminate: Operation = (context, vm) => {
  context.terminate(vm, vm.state[Register.EAX]);
  return Outcome.LEAVE;
};

/** INTERRUPT_RETURN: pops what the delivery pushed and takes the next batch, if one is pending. */
export const interruptReturn: Operation = ({ interrupts }, vm, memory) => {
  const stack = vm.state[Register.ESP] >>> 0;
  const eip = readWord(memory.view, stack, "return from interrupt");
  const eflags = readWord(memory.view, (stack + 4) >>> 0, "return from interrupt");
  vm.state[Register.ESP] = stack + 8;
  vm.state[StateWord.EIP] = eip;
  vm.state[StateWord.EFLAGS] = (eflags & RESTORED_FLAGS) | INITIAL_EFLAGS;
  memory.view.setUint32(VirtualRegister.INTERRUPTS_ENABLED, 1, true);
  interrupts.deliver(vm);
  return Outcome.CONTINUE;
};

/** SET_TIMER: posts the timer interrupt at a system time, at once when that is past; 0 disarms it. */
export const setTimer: Operation = ({ core, interrupts }, vm) => {
  const deadline = wide(vm.state[Register.EAX], vm.state[Register.EDX]);
  core.timers.disarm(vm.timer);
  if (deadline === 0) return Outcome.CONTINUE;
  if (deadline <= core.clock.now()) interrupts.post(vm, Interrupt.TIMER);
  else interrupts.postTimerAt(vm, deadline);
  return Outcome.CONTINUE;
};
