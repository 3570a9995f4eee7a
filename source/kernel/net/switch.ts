/**
 * An emulated switched Ethernet (Denali's virtual network): a queue to send and a queue to receive for each port; senders
 * are served round robin, one frame each; no port can send from another's address; a frame for nobody is dropped and
 * disturbs nobody.
 *
 * The switch works when the kernel lets it, in `drain`, and does no more per frame than queue it: a frame sent to many is
 * one array in many queues. Except for broadcasts, no cost grows with the number of ports. These are carried in parts, between
 * which it is other senders' turn, so that nobody waits for all of a frame's receivers; and the owner of the port that sent one is
 * told of each part, to charge it. What one port sends stays in order, at every receiver.
 */

import { invariant } from "../errors.js";
import { BROADCAST_PART, FULL_QUEUE_WORK } from "../params.js";
import { destinationOf, isFrameLength, isGroupAddressed, sourceOf } from "./ethernet.js";
import { makeRoom } from "./fair-drop.js";
import { MacTable } from "./mac-table.js";
import { SenderRing } from "./sender-ring.js";
import type { DropReason, FrameUnderWay, SwitchPort } from "./switch-port.js";

/** What became of a frame handed to the switch: taken, or the reason why not. */
export type TransmitResult = "queued" | "full" | "foreign source" | "bad length";

/** Sees every frame the switch moves, delivered or not, in the order of moving. */
export type Tap = (frame: Uint8Array, sender: SwitchPort) => void;

export class EthernetSwitch {
  readonly #table = new MacTable<SwitchPort>();
  readonly #promiscuous = new Set<SwitchPort>();
  readonly #bridges = new Set<SwitchPort>();
  /** Those whose next frame is to be moved, and those that have a broadcast under way. */
  readonly #senders = new SenderRing();
  readonly #broadcasters = new SenderRing();
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

  /** True when some port has a frame to send, or one that is not with all of its receivers. */
  get busy(): boolean {
    return this.hasFrames || !this.#broadcasters.empty;
  }

  /** True when some port has a frame to send. */
  get hasFrames(): boolean {
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
    if (queue.length === 1 && !port.underWay) {
      const wasIdle = !this.busy;
      this.#senders.push(port);
      if (wasIdle) this.#onBusy?.();
    }
    return "queued";
  }

  /**
   * Moves frames, one for each sender in turn, and after each a part of a broadcast.
   * @param limit work to do at most: a frame counts once, a broadcast once more for each receiver, and a full queue as params.ts says;
   *   the last may exceed it
   * @param carries false where broadcasts are to wait: they are begun, and put to nobody
   * @returns how many frames were moved; a broadcast counts when it is begun
   */
  drain(limit: number, carries = true): number {
    let moved = 0;
    for (let work = 0; work < limit; ) {
      const sender = this.#senders.shift();
      if (sender !== undefined) {
        const frame = sender.transmitQueue.shift();
        invariant(frame !== undefined, "a port in the ring of senders has a frame to send");
        work += this.#move(frame, sender);
        moved++;
        if (sender.underWay !== undefined) this.#broadcasters.push(sender);
        else if (sender.transmitQueue.length > 0) this.#senders.push(sender);
        if (sender.refused) this.#tellRoom(sender);
      }
      if (carries && work < limit && !this.#broadcasters.empty) work += this.#carry(limit - work);
      else if (sender === undefined) break;
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
    if (isGroupAddressed(frame)) {
      this.#begin(frame, sender, this.#table);
      return 1;
    }
    const destination = this.#table.find(destinationOf(frame));
    let work = 1;
    if (destination === undefined && this.#leadsOn(sender)) this.#begin(frame, sender, this.#bridges);
    else if (destination === undefined || destination === sender) this.#drop(sender, "no such destination");
    else {
      if (sender.attached) sender.partner = destination;
      work = this.#deliver(frame, destination);
    }
    if (this.#promiscuous.size > 0) this.#deliverToListeners(frame, sender, destination);
    return work;
  }

  #deliverToListeners(frame: Uint8Array, sender: SwitchPort, destination: SwitchPort | undefined): void {
    for (const port of this.#promiscuous) {
      if (port !== sender && port !== destination) this.#deliver(frame, port);
    }
  }

  /** Whether a frame for an address that nobody here has may be for somebody beyond a bridge. */
  #leadsOn(sender: SwitchPort): boolean {
    return this.#bridges.size > (sender.bridge ? 1 : 0);
  }

  /** Whoever is unplugged before its turn does not get the frame, and whoever is plugged in does: that is how sets and maps are walked. */
  #begin(frame: Uint8Array, sender: SwitchPort, receivers: Iterable<SwitchPort>): void {
    sender.underWay = { frame, receivers: receivers[Symbol.iterator]() };
  }

  /** Puts a frame that is under way to some more of its receivers. @returns the work it was */
  #carry(limit: number): number {
    const sender = this.#broadcasters.shift() as SwitchPort;
    const { frame, receivers } = sender.underWay as FrameUnderWay;
    const most = Math.min(limit, BROADCAST_PART);
    sender.onCarrying(sender);
    let work = 0;
    while (work < most) {
      const { done, value: port } = receivers.next();
      if (done) {
        sender.underWay = undefined;
        break;
      }
      work += port === sender ? 1 : this.#deliver(frame, port);
    }
    if (sender.underWay !== undefined) this.#broadcasters.push(sender);
    else if (sender.transmitQueue.length > 0) this.#senders.push(sender);
    sender.onCarried(sender, work);
    return work;
  }

  /** @returns the work it was */
  #deliver(frame: Uint8Array, port: SwitchPort): number {
    const queue = port.receiveQueue;
    const isFull = queue.length === queue.capacity;
    if (!isFull || makeRoom(queue, sourceOf(frame))) {
      queue.push(frame);
      port.onReceive(port, frame);
    }
    if (!isFull) return 1;
    this.#drop(port, "receive queue full");
    return FULL_QUEUE_WORK;
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
