/**
 * The uplink device: the supervisor VM's way out of the machine, and the only one there is. It carries byte streams and
 * datagrams of host sockets; what they mean, which VM they are for and how they get there is the supervisor's matter, so the
 * kernel has no TCP/IP. Each connection is a handle that is never used twice.
 */

import { AbiError, NAME_SIZE, UplinkDestination, UplinkEvent, UplinkHandle, UplinkOperation } from "../abi.js";
import { CONTROL_CHANNELS, MAXIMUM_UPLINK_CHANNELS, UPLINK_SHARE } from "../params.js";
import { UplinkChannel, type UplinkGuest, type UplinkTarget } from "./uplink-channel.js";

/** Handles of connections start here, clear of the device's own. */
const FIRST_CHANNEL_HANDLE = 16;

/** What the supervisor may connect to, and who does it: gives the channel its peer. */
export interface Outbound {
  readonly destinations: readonly UplinkTarget[];
  connect(index: number, channel: UplinkChannel): void;
}

/** What the device asks of the kernel. */
export interface UplinkSurroundings {
  /** Interrupts the supervisor; false when there is none. */
  post(): boolean;
  /**
   * The name of the Ethernet that a living VM is on where the supervisor lives on another, and so could never reach it; undefined
   * where it can, and where there is no such VM.
   */
  ethernetApart(vmName: string): string | undefined;
  /** What the VM with this number is, or was, called; undefined where no VM has had it. */
  nameOf(id: number): string | undefined;
}

/** Bytes of CONNECT's request: a destination's number, and maybe that of the VM that wants to get there. */
const DESTINATION_SIZE = 4;
const REQUEST_SIZE = 8;

const NO_TOKEN = new Uint8Array(0);

export class UplinkDevice {
  #outbound: Outbound | undefined;
  #token = NO_TOKEN;
  readonly #surroundings: UplinkSurroundings;
  readonly #channels = new Map<number, UplinkChannel>();
  /** Those of them that the supervisor asked for. */
  readonly #outward = new Set<UplinkChannel>();
  /** How many of them lead to the same target, by {@link keyOf}. */
  readonly #loads = new Map<string, number>();
  /** Those with something to tell, in the order in which it happened. */
  readonly #telling = new Set<UplinkChannel>();
  #next = FIRST_CHANNEL_HANDLE;

  constructor(surroundings: UplinkSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Connections that exist. */
  get size(): number {
    return this.#channels.size;
  }

  /** Says what the supervisor may connect to from now on: nothing, unless something is given. */
  allow(outbound: Outbound | undefined): void {
    this.#outbound = outbound;
    this.#surroundings.post();
  }

  /** Says what clients of the supervisor itself must show. Without it they get nothing. */
  protect(token: string): void {
    this.#token = Buffer.from(token, "utf8");
    this.#surroundings.post();
  }

  /** @see UplinkSurroundings.ethernetApart */
  ethernetApart(vmName: string): string | undefined {
    return this.#surroundings.ethernetApart(vmName);
  }

  /**
   * A connection from outside.
   * @returns undefined when there are too many already, or to the same port, no supervisor, or none on the VM's Ethernet: frames to the
   * VM would be lost without a word, and the client would wait for half a minute
   */
  open(target: UplinkTarget): UplinkChannel | undefined {
    if (this.ethernetApart(target.name) !== undefined) return undefined;
    const channel = this.#add(target, false);
    if (!channel) return undefined;
    channel.opened();
    if (this.#surroundings.post()) return channel;
    this.#forget(channel);
    return undefined;
  }

  /** Gives up all connections: the supervisor has ended, and nobody would ever answer. */
  abandon(): void {
    for (const channel of this.#channels.values()) {
      this.#forget(channel);
      channel.release();
    }
  }

  /** @param buffer view of the supervisor's memory */
  perform(operation: number, handle: number, buffer: Uint8Array): number {
    if (handle === UplinkHandle.DEVICE) return this.#device(operation, buffer);
    const channel = this.#channels.get(handle);
    if (!channel) return AbiError.NOT_FOUND;
    switch (operation) {
      case UplinkOperation.RECEIVE:
        return channel.receive(buffer);
      case UplinkOperation.SEND:
        return channel.send(buffer);
      case UplinkOperation.FINISH:
        return channel.finish();
      case UplinkOperation.CLOSE:
        this.#forget(channel);
        channel.release();
        return 0;
      default:
        return AbiError.DENIED;
    }
  }

  #device(operation: number, buffer: Uint8Array): number {
    switch (operation) {
      case UplinkOperation.NEXT:
        return this.#tell(buffer);
      case UplinkOperation.CONNECT:
        return this.#connect(buffer);
      case UplinkOperation.LIST_DESTINATIONS:
        return this.#list(buffer);
      case UplinkOperation.TOKEN:
        if (buffer.length < this.#token.length) return AbiError.TOO_BIG;
        buffer.set(this.#token);
        return this.#token.length;
      default:
        return AbiError.DENIED;
    }
  }

  #tell(buffer: Uint8Array): number {
    if (buffer.length < UplinkEvent.SIZE) return AbiError.TOO_BIG;
    for (const channel of this.#telling) {
      this.#telling.delete(channel);
      const record = viewOf(buffer, 0, UplinkEvent.SIZE);
      record.setUint32(UplinkEvent.HANDLE, channel.handle, true);
      record.setUint32(UplinkEvent.FLAGS, channel.flags, true);
      record.setUint32(UplinkEvent.KIND, channel.target.kind, true);
      record.setUint32(UplinkEvent.PORT, channel.target.port, true);
      setText(buffer, UplinkEvent.NAME, NAME_SIZE, channel.target.name);
      channel.flags = 0;
      return 1;
    }
    return 0;
  }

  #connect(buffer: Uint8Array): number {
    if (buffer.length !== DESTINATION_SIZE && buffer.length !== REQUEST_SIZE) return AbiError.INVALID;
    const request = viewOf(buffer, 0, buffer.length);
    const index = request.getUint32(0, true);
    let guest: UplinkGuest | undefined;
    if (buffer.length === REQUEST_SIZE) {
      const id = request.getUint32(DESTINATION_SIZE, true);
      const name = this.#surroundings.nameOf(id);
      if (name === undefined) return AbiError.INVALID;
      guest = { id, name };
    }
    const target = this.#outbound?.destinations[index];
    if (!target) return AbiError.NOT_FOUND;
    const channel = this.#add(target, true, guest);
    if (!channel) return AbiError.NO_SPACE;
    this.#outbound?.connect(index, channel);
    return channel.handle;
  }

  #list(buffer: Uint8Array): number {
    const destinations = this.#outbound?.destinations ?? [];
    destinations.slice(0, Math.floor(buffer.length / UplinkDestination.SIZE)).forEach((target, index) => {
      const at = index * UplinkDestination.SIZE;
      const record = viewOf(buffer, at, UplinkDestination.SIZE);
      record.setUint32(UplinkDestination.KIND, target.kind, true);
      record.setUint32(UplinkDestination.PORT, target.port, true);
      setText(buffer, at + UplinkDestination.HOST, UplinkDestination.SIZE - UplinkDestination.HOST, target.name);
    });
    return destinations.length;
  }

  #add(target: UplinkTarget, outward: boolean, guest?: UplinkGuest): UplinkChannel | undefined {
    if (!this.#admits(target, outward)) return undefined;
    const channel = new UplinkChannel(this.#next++, target, (raised, flag) => this.#raise(raised, flag), guest);
    this.#channels.set(channel.handle, channel);
    if (outward) this.#outward.add(channel);
    this.#load(keyOf(target, outward), 1);
    return channel;
  }

  /**
   * Whether there may be another connection to it. A port whose clients take ever more leaves some to the others, however many
   * ports do so (Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998).
   */
  #admits(target: UplinkTarget, outward: boolean): boolean {
    const free = MAXIMUM_UPLINK_CHANNELS - this.#channels.size;
    if (isSupervisor(target)) return free > 0;
    return (this.#loads.get(keyOf(target, outward)) ?? 0) < UPLINK_SHARE * (free - CONTROL_CHANNELS);
  }

  #load(key: string, change: 1 | -1): void {
    const load = (this.#loads.get(key) ?? 0) + change;
    if (load === 0) this.#loads.delete(key);
    else this.#loads.set(key, load);
  }

  #forget(channel: UplinkChannel): void {
    if (!this.#channels.delete(channel.handle)) return;
    this.#load(keyOf(channel.target, this.#outward.delete(channel)), -1);
    this.#telling.delete(channel);
  }

  /** What the supervisor was not told yet is told once, however often it happened. */
  #raise(channel: UplinkChannel, flag: number): void {
    if (!this.#channels.has(channel.handle)) return;
    channel.flags |= flag;
    this.#telling.add(channel);
    this.#surroundings.post();
  }
}

/** The supervisor's own ports have no VM's name. */
const isSupervisor = ({ name }: UplinkTarget): boolean => name === "";

/** A VM that a port is published for and a host outside may have the same name. */
const keyOf = ({ kind, name, port }: UplinkTarget, outward: boolean): string =>
  `${outward ? "out" : "in"} ${kind} ${port} ${name}`;

function viewOf(buffer: Uint8Array, offset: number, length: number): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset + offset, length);
}

function setText(buffer: Uint8Array, offset: number, size: number, value: string): void {
  const field = buffer.subarray(offset, offset + size);
  field.fill(0);
  field.set(Buffer.from(value, "utf8").subarray(0, size - 1));
}
