/**
 * The kernel's own accesses to guest memory, on behalf of a VM. An access outside the VM's memory is the VM's fault, as if
 * one of its own instructions had made it.
 */

import { bytesWithin, type FaultCause, isWithin } from "../x86/machine.js";

/** Thrown by a virtual instruction that the VM cannot survive; ends that VM alone. */
export class GuestFault extends Error {
  constructor(
    readonly faultCause: FaultCause,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/**
 * The bytes `address` to `address + length` of a guest's memory.
 * @param address any 32-bit number, taken as unsigned; @param length likewise
 * @throws GuestFault unless all of it is inside memory
 */
export function guestBytes(memory: Uint8Array, address: number, length: number, what: string): Uint8Array {
  const bytes = bytesWithin(memory, address, length);
  if (bytes) return bytes;
  throw outside(address, length, what);
}

function outside(address: number, length: number, what: string): GuestFault {
  const place = `${length >>> 0} bytes at 0x${(address >>> 0).toString(16)}`;
  return new GuestFault("memory fault", `${what} of ${place}, outside memory`);
}

/** What {@link guestBytes} checks, for bytes that nobody is to look at: a view of them would take longer than all the rest. */
export function checkGuestBytes(view: DataView, address: number, length: number, what: string): void {
  if (!isWithin(view.byteLength, address, length)) throw outside(address, length, what);
}

/** @throws GuestFault unless the word is inside memory */
export function writeWord(view: DataView, address: number, value: number, what: string): void {
  if (address + 4 > view.byteLength) {
    throw new GuestFault("memory fault", `${what} at 0x${address.toString(16)}, outside memory`);
  }
  view.setInt32(address, value, true);
}

/** @throws GuestFault unless the word is inside memory */
export function readWord(view: DataView, address: number, what: string): number {
  if (address + 4 > view.byteLength) {
    throw new GuestFault("memory fault", `${what} at 0x${address.toString(16)}, outside memory`);
  }
  return view.getInt32(address, true);
}
