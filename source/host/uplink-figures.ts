/** What was carried through published ports, for the screen. */

import type { ControlPorts, OutboundHost, PublishedPort } from "./uplink-plan.js";

/** A published port and what went through it. Of datagrams, a connection is a sender that was heard lately. */
export interface PortFigures extends PublishedPort {
  /** Open now, and all since the start. */
  readonly open: number;
  readonly total: number;
  /** Bytes into the machine, and out of it. */
  readonly received: number;
  readonly sent: number;
}

export interface UplinkStatus {
  /** Those of the control interface last; for a VM's name they have an empty one. */
  readonly ports: readonly PortFigures[];
  readonly outbound: readonly OutboundHost[];
  readonly control?: ControlPorts;
}

export const NO_UPLINK: UplinkStatus = { ports: [], outbound: [] };

/** Counts for one port. */
export class PortCounter {
  #open = 0;
  #total = 0;
  #received = 0;
  #sent = 0;

  constructor(readonly port: PublishedPort) {}

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

  figures(): PortFigures {
    return { ...this.port, open: this.#open, total: this.#total, received: this.#received, sent: this.#sent };
  }
}
