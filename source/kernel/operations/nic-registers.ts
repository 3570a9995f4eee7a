/**
 * A network interface as hardware has it, emulated: registers that are selected by one port and read or written by another,
 * as the AMD PCnet's are. It is there to be measured against the interface of one instruction a packet (Denali, section on
 * the virtual NIC): every access leaves the guest, ten of them to receive a frame and twelve to send one, as the paper counts for
 * its emulated pcnet32. No VM has it but in that experiment.
 *
 * Receiving: STATUS is read and acknowledged, RECEIVE_ADDRESS and RECEIVE_CAPACITY give a buffer, which the oldest frame is
 * put into, RECEIVE_LENGTH is read and set to 0 again. Sending: STATUS is read, SEND_ADDRESS and SEND_LENGTH name the frame,
 * COMMAND sends it, SEND_RESULT is read, STATUS acknowledged.
 */

import { AbiError } from "../abi.js";
import { GuestFault, guestBytes } from "../run/guest-access.js";
import type { NetworkInterface } from "../vm/network-interface.js";

export const NicPort = { ADDRESS: 0, DATA: 1 } as const;

export const NicRegister = {
  /** Bits of {@link NicStatus}; writing ones acknowledges. */
  STATUS: 0,
  RECEIVE_ADDRESS: 1,
  /** Bytes of the buffer; writing it receives. */
  RECEIVE_CAPACITY: 2,
  /** Of the frame received, 0 when there was none. */
  RECEIVE_LENGTH: 3,
  SEND_ADDRESS: 4,
  SEND_LENGTH: 5,
  /** Writing it sends. */
  COMMAND: 6,
  /** 0, or an error as of the one-instruction interface. */
  SEND_RESULT: 7,
} as const;

export const NicStatus = { RECEIVED: 1, SENT: 2 } as const;

const REGISTERS = Object.keys(NicRegister).length;

export class RegisterNic {
  readonly #interface: NetworkInterface;
  readonly #memory: () => Uint8Array;
  #selected = 0;
  #sent = false;
  readonly #values = new Uint32Array(REGISTERS);

  /** @param memory of its VM, which may be another one whenever that was swapped out */
  constructor(networkInterface: NetworkInterface, memory: () => Uint8Array) {
    this.#interface = networkInterface;
    this.#memory = memory;
  }

  /** @throws GuestFault for a port that there is not */
  read(port: number): number {
    this.#check(port);
    if (port === NicPort.ADDRESS) return this.#selected;
    return this.#selected === NicRegister.STATUS ? this.#status() : this.#values[this.#selected];
  }

  /** @throws GuestFault for a port or register that there is not, and a buffer outside memory */
  write(port: number, value: number): void {
    this.#check(port);
    if (port === NicPort.ADDRESS) {
      if (value >= REGISTERS) throw new GuestFault("bad virtual instruction", `the NIC has no register ${value}`);
      this.#selected = value;
      return;
    }
    this.#values[this.#selected] = value;
    if (this.#selected === NicRegister.STATUS) this.#sent &&= (value & NicStatus.SENT) === 0;
    else if (this.#selected === NicRegister.RECEIVE_CAPACITY) this.#receive();
    else if (this.#selected === NicRegister.COMMAND) this.#send();
  }

  #check(port: number): void {
    if (port !== NicPort.ADDRESS && port !== NicPort.DATA)
      throw new GuestFault("bad virtual instruction", `the NIC has no port ${port}`);
  }

  #status(): number {
    return (this.#interface.peek() ? NicStatus.RECEIVED : 0) | (this.#sent ? NicStatus.SENT : 0);
  }

  #receive(): void {
    const values = this.#values;
    const capacity = values[NicRegister.RECEIVE_CAPACITY];
    const target = guestBytes(this.#memory(), values[NicRegister.RECEIVE_ADDRESS], capacity, "packet buffer");
    const frame = this.#interface.peek();
    const fits = frame !== undefined && frame.length <= target.length;
    values[NicRegister.RECEIVE_LENGTH] = fits ? frame.length : 0;
    if (!fits) return;
    target.set(frame);
    this.#interface.dropOldest();
  }

  #send(): void {
    const values = this.#values;
    const { SEND_ADDRESS, SEND_LENGTH, SEND_RESULT } = NicRegister;
    const result = this.#interface.send(
      guestBytes(this.#memory(), values[SEND_ADDRESS], values[SEND_LENGTH], "packet"),
    );
    this.#sent = result === "queued";
    values[SEND_RESULT] = this.#sent ? 0 : result === "full" ? AbiError.AGAIN : AbiError.INVALID;
  }
}
