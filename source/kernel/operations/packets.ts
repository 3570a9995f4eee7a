/** Virtual instructions of the network interface: one instruction sends a frame, one receives a frame. */

import { AbiError } from "../abi.js";
import { checkGuestBytes, guestBytes } from "../run/guest-access.js";
import { Register } from "../x86/machine.js";
import { type Operation, Outcome } from "./operation.js";

const SEND_RESULTS = {
  queued: 0,
  full: AbiError.AGAIN,
  "foreign source": AbiError.DENIED,
  "bad length": AbiError.TOO_BIG,
} as const;

/** PACKET_SEND: copies the frame of ECX bytes at EAX into the transmit queue. */
export const packetSend: Operation = (_context, vm, memory) => {
  vm.sends = true;
  const frame = guestBytes(memory.bytes, vm.state[Register.EAX], vm.state[Register.ECX], "packet");
  vm.state[Register.EAX] = SEND_RESULTS[vm.networkInterface.send(frame)];
  return Outcome.CONTINUE;
};

/** PACKET_RECEIVE: copies the oldest frame received to EAX; one that exceeds the capacity in ECX stays queued. */
export const packetReceive: Operation = (_context, vm, memory) => {
  const { state, networkInterface } = vm;
  const frame = networkInterface.peek();
  if (!frame) {
    checkGuestBytes(memory.view, state[Register.EAX], state[Register.ECX], "packet buffer");
    state[Register.EAX] = 0;
    return Outcome.CONTINUE;
  }
  const target = guestBytes(memory.bytes, state[Register.EAX], state[Register.ECX], "packet buffer");
  if (frame.length > target.length) state[Register.EAX] = AbiError.TOO_BIG;
  else {
    target.set(frame);
    networkInterface.dropOldest();
    networkInterface.buffer = target.byteOffset;
    state[Register.EAX] = frame.length;
  }
  return Outcome.CONTINUE;
};
