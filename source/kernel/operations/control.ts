/** The virtual instruction of the control device, which only the supervisor VM has. */

import { GuestFault, guestBytes } from "../run/guest-access.js";
import { Register } from "../x86/machine.js";
import { type Operation, Outcome } from "./operation.js";

/** CONTROL: operation EAX on the object of handle EBX, with EDX bytes of arguments and room for results at ECX. */
export const control: Operation = (context, vm, memory) => {
  const { state } = vm;
  if (!vm.supervisor) {
    throw new GuestFault("bad virtual instruction", "the control device belongs to the supervisor VM alone");
  }
  const buffer = guestBytes(memory.bytes, state[Register.ECX], state[Register.EDX], "control buffer");
  state[Register.EAX] = context.control.perform(state[Register.EAX], state[Register.EBX], buffer);
  return vm.ended || vm.paused ? Outcome.LEAVE : Outcome.CONTINUE;
};
