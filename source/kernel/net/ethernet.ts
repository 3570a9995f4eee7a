/** Ethernet frames and addresses on the wire (IEEE 802.3, RFC 7042). Formats only: behaviour is in switch.ts. */

import { MAXIMUM_FRAME_SIZE } from "../abi.js";
import { invariant, UserError } from "../errors.js";

/** Bytes in an address. */
export const MAC_SIZE = 6;

/** Bytes in a frame's header: destination, source, type. */
export const HEADER_SIZE = 14;

const DESTINATION = 0;
const SOURCE = MAC_SIZE;
const TYPE = 2 * MAC_SIZE;

/** First three bytes of a VM's address: locally administered, unicast (RFC 7042, section 2.1), then "DN". */
const VM_PREFIX = [0x02, 0x44, 0x4e] as const;

/** A VM's number is the rest of its address. */
export const LARGEST_VM_ID = 0xffffff;

/** Where VMs' addresses begin: that of a VM is as much further as its number is. */
export const FIRST_VM_ADDRESS = ((VM_PREFIX[0] << 16) | (VM_PREFIX[1] << 8) | VM_PREFIX[2]) * (LARGEST_VM_ID + 1);

/** An address as one number, its first byte the most significant: 48 bits, which a double holds exactly. */
export type MacNumber = number;

/** ff:ff:ff:ff:ff:ff */
export const BROADCAST: MacNumber = 0xffffffffffff;

/** The address of a VM's interface. @param vmId 1 to 16,777,215 */
export function macOf(vmId: number): Uint8Array {
  return macBytes(macNumberOf(vmId));
}

/** The same as a number. */
export function macNumberOf(vmId: number): MacNumber {
  invariant(vmId >= 0 && vmId <= LARGEST_VM_ID, "a VM's number fits the 24 bits of its address");
  return FIRST_VM_ADDRESS + vmId;
}

/** `02:44:4e:00:00:01` */
export function formatMac(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Reads `02:44:4e:00:00:01`. @throws UserError when the text is no address */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new UserError(
      `${JSON.stringify(text)} is no MAC address: write six hexadecimal bytes, such as 02:44:4e:00:00:01`,
    );
  }
  return Uint8Array.from(text.split(":"), (byte) => Number.parseInt(byte, 16));
}

export function macNumber(mac: Uint8Array): MacNumber {
  return addressAt(mac, 0);
}

/** The six bytes of an address. */
export function macBytes(mac: MacNumber): Uint8Array {
  return Uint8Array.from({ length: MAC_SIZE }, (_, index) => Math.floor(mac / 256 ** (MAC_SIZE - 1 - index)) & 0xff);
}

/** As {@link formatMac}. */
export function formatMacNumber(mac: MacNumber): string {
  return mac
    .toString(16)
    .padStart(2 * MAC_SIZE, "0")
    .replace(/..(?!$)/g, "$&:");
}

/** The VM that an address was given to, undefined for any other address. */
export function vmOfMac(mac: MacNumber): number | undefined {
  const prefix = Math.floor(mac / 2 ** 24);
  const [high, middle, low] = VM_PREFIX;
  return prefix === (high << 16) + (middle << 8) + low ? mac % 2 ** 24 : undefined;
}

/** True when the length is one that can be sent: a header at least, {@link MAXIMUM_FRAME_SIZE} at most. */
export function isFrameLength(length: number): boolean {
  return length >= HEADER_SIZE && length <= MAXIMUM_FRAME_SIZE;
}

export function destinationOf(frame: Uint8Array): MacNumber {
  return addressAt(frame, DESTINATION);
}

export function sourceOf(frame: Uint8Array): MacNumber {
  return addressAt(frame, SOURCE);
}

/** EtherType, or the length in IEEE 802.3 framing. */
export function etherTypeOf(frame: Uint8Array): number {
  return (frame[TYPE] << 8) | frame[TYPE + 1];
}

/** True when the frame is for a group: multicast or broadcast. */
export function isGroupAddressed(frame: Uint8Array): boolean {
  return (frame[DESTINATION] & 1) !== 0;
}

function addressAt(bytes: Uint8Array, at: number): MacNumber {
  const high = (bytes[at] << 8) | bytes[at + 1];
  const low = (bytes[at + 2] << 24) | (bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5];
  return high * 0x100000000 + (low >>> 0);
}
