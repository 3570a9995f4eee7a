/** The virtual instruction of the uplink device, which only the supervisor VM has. */

import { GuestFault, guestBytes } from "../run/guest-access.js";
import { Register } from "../x86/machine.js";
import { type Operation, Outcome } from "./operation.js";

/** UPLINK: operation EAX on the connection of handle EBX, with EDX bytes at ECX. */
export const uplink: Operation = (context, vm, memory) => {
  const { state } = vm;
  if (!vm.supervisor) {
    throw new GuestFault("bad virtual instruction", "the uplink device belongs to the supervisor VM alone");
  }
  const buffer = guestBytes(memory.bytes, state[Register.ECX], state[Register.EDX], "uplink buffer");
  state[Register.EAX] = context.uplink.perform(state[Register.EAX], state[Register.EBX], buffer);
  return Outcome.CONTINUE;
};
