/**
 * One socket of the switch and the interface plugged into it: its address, its queues, and whom to tell.
 *
 * Accounting is the owner's, by the events, so that each packet and each loss is charged to the VM that caused or suffered
 * it. An owner may be the VM itself; events name the port, so one object can serve many.
 */

import { RECEIVE_QUEUE_FRAMES, TRANSMIT_QUEUE_FRAMES } from "../params.js";
import { type MacNumber, macBytes } from "./ethernet.js";
import { FrameQueue } from "./frame-queue.js";

/**
 * Why a frame was lost. The first two are charged to the port that sent it, the last to the port that had no room for it: a
 * VM that does not collect its packets loses them, first those of whoever sends it most.
 */
export type DropReason = "foreign source" | "no such destination" | "receive queue full";

/** What a port's owner is told, in the middle of the switch's work: it may count and post interrupts, not send. */
export interface PortEvents {
  /** A frame was put into the port's receive queue; it is shared with other receivers and must not be changed. */
  onReceive(port: SwitchPort, frame: Uint8Array): void;
  /** A frame left the port's transmit queue. */
  onTransmit(port: SwitchPort, frame: Uint8Array): void;
  /** After a refusal as `full`, once: the transmit queue has drained to half. */
  onTransmitRoom(port: SwitchPort): void;
  /** A frame that the port sent is about to be put into some of many receive queues, and then was, which was so much work: also once it is unplugged. */
  onCarrying(port: SwitchPort): void;
  onCarried(port: SwitchPort, work: number): void;
  /** A frame was lost and is charged to this port. */
  onDrop(port: SwitchPort, reason: DropReason): void;
}

/** A frame for many that is not with all of them yet. */
export interface FrameUnderWay {
  readonly frame: Uint8Array;
  /** Those it is still to be put to. */
  readonly receivers: Iterator<SwitchPort>;
}

/** A port, which whoever is plugged in extends by what it does when it is told something: one object for both. */
export abstract class SwitchPort implements PortEvents {
  abstract readonly address: MacNumber;

  /** Made when they are first used: most interfaces are silent. */
  #transmitQueue: FrameQueue | undefined;
  #receiveQueue: FrameQueue | undefined;

  // The switch's.
  /** True while plugged in. */
  attached = false;
  /** The owner was refused and is to be told when there is room. */
  refused = false;
  /** Where the last frame went that it sent to one other. */
  partner: SwitchPort | undefined = undefined;
  /** The frame for many that it sent last, until all of them have it. */
  underWay: FrameUnderWay | undefined = undefined;
  /** The next port in the ring of those with something to send. */
  nextSender: SwitchPort | undefined = undefined;

  /** Hears every frame on the Ethernet, whoever it is for. */
  get promiscuous(): boolean {
    return false;
  }

  /** Leads to another Ethernet: may send from any address, and gets what is for addresses nobody here has. Not promiscuous too. */
  get bridge(): boolean {
    return false;
  }

  /** Frames that wait for it at most. */
  get receiveCapacity(): number {
    return RECEIVE_QUEUE_FRAMES;
  }

  abstract onReceive(port: SwitchPort, frame: Uint8Array): void;
  abstract onTransmit(port: SwitchPort, frame: Uint8Array): void;
  abstract onTransmitRoom(port: SwitchPort): void;
  abstract onCarrying(port: SwitchPort): void;
  abstract onCarried(port: SwitchPort, work: number): void;
  abstract onDrop(port: SwitchPort, reason: DropReason): void;

  get mac(): Uint8Array {
    return macBytes(this.address);
  }

  /** Frames in both queues. */
  get framesWaiting(): number {
    return (this.#transmitQueue?.length ?? 0) + (this.#receiveQueue?.length ?? 0);
  }

  /** Frames the owner sent and the switch has not moved yet. The switch's. */
  get transmitQueue(): FrameQueue {
    this.#transmitQueue ??= new FrameQueue(TRANSMIT_QUEUE_FRAMES);
    return this.#transmitQueue;
  }

  /** Frames for the owner, who takes them out when it asks for one: receiving is done in the receiver's own time. */
  get receiveQueue(): FrameQueue {
    this.#receiveQueue ??= new FrameQueue(this.receiveCapacity);
    return this.#receiveQueue;
  }
}
