/**
 * The virtual instruction of the emulated register-level network interface, which no VM has but where a machine is booted to
 * measure it: it is no part of the virtual architecture.
 */

import { GuestFault } from "../run/guest-access.js";
import type { Vm } from "../vm/vm.js";
import { Register } from "../x86/machine.js";
import { RegisterNic } from "./nic-registers.js";
import { type Operation, Outcome } from "./operation.js";

/** N of `int N`, clear of the architecture's own. guests/apps/nic.c has the same number. */
export const REGISTER_NIC_VECTOR = 0xe0;

/** In EDX: the access is a write. */
const WRITE = 1;

/** The VMs' register-level interfaces, each made when it is first used. */
export type RegisterNics = WeakMap<Vm, RegisterNic>;

/** Accesses port EAX: writes ECX where EDX is 1, else reads into EAX. */
export const registerNic: Operation = ({ registerNics }, vm) => {
  const { state } = vm;
  if (!registerNics) {
    throw new GuestFault("bad virtual instruction", "the register-level NIC is there in an experiment alone");
  }
  let nic = registerNics.get(vm);
  if (!nic) {
    nic = new RegisterNic(vm.networkInterface, () => (vm.memory as NonNullable<Vm["memory"]>).bytes);
    registerNics.set(vm, nic);
  }
  if (state[Register.EDX] === WRITE) nic.write(state[Register.EAX], state[Register.ECX] >>> 0);
  else state[Register.EAX] = nic.read(state[Register.EAX]);
  return Outcome.CONTINUE;
};
