/** What was carried through published ports and to allowed destinations, for the screen. */

import type { OutsideFlow } from "./outside-flows.js";
import type { ControlPorts, OutboundHost, PublishedPort } from "./uplink-plan.js";

export interface Carried {
  /** Connections open now, and all since the start; of datagrams, senders that were heard lately. */
  readonly open: number;
  readonly total: number;
  /** Bytes into the machine, and out of it. */
  readonly received: number;
  readonly sent: number;
}

/** A published port and what went through it. */
export type PortFigures = PublishedPort & Carried;

/** A destination that guests may reach, and what they and it sent; a connection counts from when a guest asks for it. */
export type DestinationFigures = OutboundHost & Carried;

export interface UplinkStatus {
  /** Those of the control interface last; for a VM's name they have an empty one. */
  readonly ports: readonly PortFigures[];
  readonly outbound: readonly DestinationFigures[];
  /** Who talks through published ports and to destinations; recordings of earlier versions have none. */
  readonly flows?: readonly OutsideFlow[];
  readonly control?: ControlPorts;
}

export const NO_UPLINK: UplinkStatus = { ports: [], outbound: [] };

/** Counts for one port, of this host or of a destination. */
export class PortCounter<Port extends PublishedPort | OutboundHost = PublishedPort> {
  #open = 0;
  #total = 0;
  #received = 0;
  #sent = 0;
  readonly #refusals = new Set<string>();

  constructor(readonly port: Port) {}

  opened(): void {
    this.#open++;
    this.#total++;
  }

  closed(): void {
    this.#open--;
  }

  received(bytes: Uint8Array): void {
    this.#received += bytes.length;
  }

  sent(bytes: Uint8Array): void {
    this.#sent += bytes.length;
  }

  /** Somebody was refused. @returns whether nobody had been for that reason before: it is said once, however many follow */
  refused(reason: string): boolean {
    const before = this.#refusals.size;
    return this.#refusals.add(reason).size > before;
  }

  figures(): Port & Carried {
    return { ...this.port, open: this.#open, total: this.#total, received: this.#received, sent: this.#sent };
  }
}
