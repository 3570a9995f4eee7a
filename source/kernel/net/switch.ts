/**
 * An emulated switched Ethernet (Denali's virtual network): a queue to send and a queue to receive for each port; senders
 * are served round robin, one frame each; no port can send from another's address; a frame for nobody is dropped and
 * disturbs nobody.
 *
 * The switch works when the kernel lets it, in `drain`, and does no more per frame than queue it: a frame sent to many is
 * one array in many queues. Except for broadcasts, no cost grows with the number of ports.
 */

import { invariant } from "../errors.js";
import { destinationOf, isFrameLength, isGroupAddressed, sourceOf } from "./ethernet.js";
import { makeRoom } from "./fair-drop.js";
import { MacTable } from "./mac-table.js";
import { SenderRing } from "./sender-ring.js";
import type { DropReason, SwitchPort } from "./switch-port.js";

/** What became of a frame handed to the switch: taken, or the reason why not. */
export type TransmitResult = "queued" | "full" | "foreign source" | "bad length";

/** Sees every frame the switch moves, delivered or not, in the order of moving. */
export type Tap = (frame: Uint8Array, sender: SwitchPort) => void;

export class EthernetSwitch {
  readonly #table = new MacTable<SwitchPort>();
  readonly #promiscuous = new Set<SwitchPort>();
  readonly #bridges = new Set<SwitchPort>();
  readonly #senders = new SenderRing();
  readonly #onTap: Tap | undefined;
  readonly #onBusy: (() => void) | undefined;

  /** Frames moved, and their bytes. */
  framesSwitched = 0;
  bytesSwitched = 0;
  /** Losses; a broadcast counts once for each receiver that lost it. */
  framesDropped = 0;

  /** @param onBusy told when the switch, which had nothing to move, has been given a frame */
  constructor(
    readonly name: string,
    onTap?: Tap,
    onBusy?: () => void,
  ) {
    this.#onTap = onTap;
    this.#onBusy = onBusy;
  }

  /** True when some port has a frame to send. */
  get busy(): boolean {
    return !this.#senders.empty;
  }

  /** Ports plugged in. */
  get size(): number {
    return this.#table.ports;
  }

  attach(port: SwitchPort): void {
    invariant(!port.attached, "a port is attached once");
    invariant(!(port.promiscuous && port.bridge), "a port listens to all or leads elsewhere, not both");
    this.#table.bind(port.address, port);
    if (port.promiscuous) this.#promiscuous.add(port);
    if (port.bridge) this.#bridges.add(port);
    port.attached = true;
  }

  /** Unplugs a port: it gets no further frame and no event. What it had sent is still delivered in its turn. */
  detach(port: SwitchPort): void {
    if (!port.attached || this.#table.find(port.address) !== port) return;
    this.#promiscuous.delete(port);
    if (this.#bridges.delete(port)) this.#table.forget(port);
    this.#table.unbind(port.address);
    port.attached = false;
    port.partner = undefined;
  }

  /** Takes a frame to send. It is copied once it is taken and not before: what is refused may be of any length. */
  transmit(port: SwitchPort, frame: Uint8Array): TransmitResult {
    invariant(port.attached, "only an attached port sends");
    if (!isFrameLength(frame.length)) return "bad length";
    if (!port.bridge && sourceOf(frame) !== port.address) {
      this.#drop(port, "foreign source");
      return "foreign source";
    }
    const queue = port.transmitQueue;
    if (queue.length === queue.capacity) {
      port.refused = true;
      return "full";
    }
    queue.push(frame.slice());
    if (queue.length === 1) {
      const wasIdle = !this.busy;
      this.#senders.push(port);
      if (wasIdle) this.#onBusy?.();
    }
    return "queued";
  }

  /**
   * Moves frames, one for each sender in turn.
   * @param limit work to do at most: a frame counts once, a broadcast once for each receiver; the last may exceed it
   * @returns how many frames were moved
   */
  drain(limit: number): number {
    let moved = 0;
    for (let work = 0; work < limit; moved++) {
      const port = this.#senders.shift();
      if (port === undefined) break;
      const frame = port.transmitQueue.shift();
      invariant(frame !== undefined, "a port in the ring of senders has a frame to send");
      if (port.transmitQueue.length > 0) this.#senders.push(port);
      work += this.#move(frame, port);
      if (port.refused) this.#tellRoom(port);
    }
    return moved;
  }

  /** @returns the work it was */
  #move(frame: Uint8Array, sender: SwitchPort): number {
    this.framesSwitched++;
    this.bytesSwitched += frame.length;
    this.#onTap?.(frame, sender);
    if (sender.attached) sender.onTransmit(sender, frame);
    if (sender.bridge && sender.attached) this.#table.learn(sourceOf(frame), sender);
    if (isGroupAddressed(frame)) return this.#deliverToAll(frame, sender, this.#table);
    const destination = this.#table.find(destinationOf(frame));
    let work = 1;
    if (destination === undefined) work += this.#deliverUnknown(frame, sender);
    else if (destination === sender) this.#drop(sender, "no such destination");
    else {
      if (sender.attached) sender.partner = destination;
      this.#deliver(frame, destination);
    }
    if (this.#promiscuous.size > 0) this.#deliverToListeners(frame, sender, destination);
    return work;
  }

  #deliverToListeners(frame: Uint8Array, sender: SwitchPort, destination: SwitchPort | undefined): void {
    for (const port of this.#promiscuous) {
      if (port !== sender && port !== destination) this.#deliver(frame, port);
    }
  }

  /** A frame for an address nobody here has may be for somebody beyond a bridge. */
  #deliverUnknown(frame: Uint8Array, sender: SwitchPort): number {
    if (this.#bridges.size === 0 || (sender.bridge && this.#bridges.size === 1)) {
      this.#drop(sender, "no such destination");
      return 0;
    }
    return this.#deliverToAll(frame, sender, this.#bridges);
  }

  #deliverToAll(frame: Uint8Array, sender: SwitchPort, ports: Iterable<SwitchPort>): number {
    let looked = 0;
    for (const port of ports) {
      looked++;
      if (port !== sender) this.#deliver(frame, port);
    }
    return looked;
  }

  #deliver(frame: Uint8Array, port: SwitchPort): void {
    const queue = port.receiveQueue;
    const isFull = queue.length === queue.capacity;
    if (!isFull || makeRoom(queue, sourceOf(frame))) {
      queue.push(frame);
      port.onReceive(port, frame);
    }
    if (isFull) this.#drop(port, "receive queue full");
  }

  #drop(port: SwitchPort, reason: DropReason): void {
    this.framesDropped++;
    if (port.attached) port.onDrop(port, reason);
  }

  /** At half, not at the first free place: a flooder is interrupted once for many frames. */
  #tellRoom(port: SwitchPort): void {
    if (port.transmitQueue.length > port.transmitQueue.capacity / 2) return;
    port.refused = false;
    if (port.attached) port.onTransmitRoom(port);
  }
}
