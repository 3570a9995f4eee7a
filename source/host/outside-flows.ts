/**
 * Who outside of the machine talks to whom in it: the clients of published ports, each with what it and its VM sent. As many
 * are kept as fit a screen; a new one takes the place of that which was silent for longest.
 */

import { OUTSIDE_FLOWS } from "./params.js";
import type { PortCounter } from "./uplink-figures.js";
import type { PublishedPort } from "./uplink-plan.js";

/** A connection from outside, or the datagrams of one sender. */
export interface OutsideFlow {
  /** Unlike an address, never used twice. */
  readonly number: number;
  /** The client, as `127.0.0.1:50000`. */
  readonly outside: string;
  /** What it talks to; the supervisor's own ports have an empty name. */
  readonly vm: string;
  readonly vmPort: number;
  readonly transport: PublishedPort["transport"];
  readonly open: boolean;
  /** Bytes into the machine, and out of it. */
  readonly received: number;
  readonly sent: number;
}

/** Told what happens on one connection. */
export interface ConnectionCounter {
  opened(): void;
  closed(): void;
  received(bytes: Uint8Array): void;
  sent(bytes: Uint8Array): void;
}

type Counted = { -readonly [Key in keyof OutsideFlow]: OutsideFlow[Key] };

export class OutsideFlows {
  /** By when they were active last, the longest silent first. */
  readonly #flows = new Map<number, Counted>();
  #begun = 0;

  /** Counts for a client's connection, and with it for its port. @param outside address and port */
  begin(counter: PortCounter, outside: string): ConnectionCounter {
    const { vm, vmPort, transport } = counter.port;
    const number = ++this.#begun;
    const flow: Counted = { number, outside, vm, vmPort, transport, open: true, received: 0, sent: 0 };
    return {
      opened: () => {
        counter.opened();
        this.#active(flow);
      },
      closed: () => {
        counter.closed();
        flow.open = false;
      },
      received: (bytes) => {
        counter.received(bytes);
        flow.received += bytes.length;
        this.#active(flow);
      },
      sent: (bytes) => {
        counter.sent(bytes);
        flow.sent += bytes.length;
        this.#active(flow);
      },
    };
  }

  /** Those that are kept, the one active last at the end. */
  figures(): OutsideFlow[] {
    return Array.from(this.#flows.values(), (flow) => ({ ...flow }));
  }

  #active(flow: Counted): void {
    this.#flows.delete(flow.number);
    this.#flows.set(flow.number, flow);
    if (this.#flows.size <= OUTSIDE_FLOWS) return;
    const [silent] = this.#flows.keys();
    this.#flows.delete(silent);
  }
}
