/** VMs' interfaces that keep what they are told, and Ethernets of them. */

import { expect } from "vitest";
import { macOf } from "../../../source/kernel/net/ethernet.js";
import { EthernetSwitch } from "../../../source/kernel/net/switch.js";
import { EventPort, type PortOptions } from "./event-port.js";

/** The address of a frame for all. */
export const EVERYBODY = new Uint8Array(6).fill(0xff);

/** A limit of work that is none. */
export const ALL = Number.POSITIVE_INFINITY;

export class Station {
  readonly port: EventPort;
  readonly events: string[] = [];
  /** What it was told that carrying its frames for many was. */
  carried = 0;

  constructor(
    readonly ethernet: EthernetSwitch,
    readonly id: number,
    options: PortOptions = {},
  ) {
    this.port = new EventPort(
      macOf(id),
      {
        onReceive: (port, frame) => this.#note(port, `receive ${frame[14]}`),
        onTransmit: (port, frame) => this.#note(port, `transmit ${frame[14]}`),
        onTransmitRoom: (port) => this.#note(port, "room"),
        onCarrying: () => {},
        onCarried: (port, work) => {
          expect(port).toBe(this.port);
          this.carried += work;
        },
        onDrop: (port, reason) => this.#note(port, reason),
      },
      options,
    );
    ethernet.attach(this.port);
  }

  send(to: Uint8Array, payload: number, from = macOf(this.id)) {
    return this.ethernet.transmit(this.port, frame(to, from, payload));
  }

  /** Frames that wait, collecting them. */
  collectFrames(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let next = this.port.receiveQueue.shift(); next; next = this.port.receiveQueue.shift()) frames.push(next);
    return frames;
  }

  /** Their payloads. */
  collect(): number[] {
    return this.collectFrames().map((frame) => frame[14]);
  }

  #note(port: unknown, event: string): void {
    expect(port).toBe(this.port);
    this.events.push(event);
  }
}

export function frame(to: Uint8Array, from: Uint8Array, payload: number): Uint8Array {
  return Uint8Array.of(...to, ...from, 0x88, 0xb5, payload);
}

/** An Ethernet with so many stations, whose numbers begin at 1. */
export function lan(count: number): [EthernetSwitch, ...Station[]] {
  const ethernet = new EthernetSwitch("lan");
  return [ethernet, ...Array.from({ length: count }, (_, index) => new Station(ethernet, index + 1))];
}
