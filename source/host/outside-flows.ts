/**
 * Who outside of the machine talks to whom in it: the clients of published ports, and the VMs that went out to allowed
 * destinations, each with what both ends sent. As many are kept as fit a screen; a new one takes the place of that which was
 * silent for longest, of those that are over while there are any.
 */

import type { UplinkGuest } from "../kernel/index.js";
import { OUTSIDE_FLOWS } from "./params.js";
import type { PortCounter } from "./uplink-figures.js";
import type { OutboundHost, Transport } from "./uplink-plan.js";

/** A connection from outside, or the datagrams of one sender; or all that one VM and one destination exchange. */
export interface OutsideFlow {
  /** Unlike an address, never used twice. */
  readonly number: number;
  /** The client, as `127.0.0.1:50000`; the destination, as `example.org:80`. */
  readonly outside: string;
  /** What a client talks to, or who went out; the supervisor's own ports have an empty name. */
  readonly vm: string;
  /** The VM's port that a client talks to; who goes out has one for each connection. */
  readonly vmPort?: number;
  readonly transport: Transport;
  /** The VM began it. Recordings of earlier versions have none such. */
  readonly outward?: true;
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

/** A flow while it is counted. */
interface Counted {
  readonly ends: Omit<OutsideFlow, "open" | "received" | "sent">;
  /** Number of the VM, of what goes outward: its name may be another's later. */
  readonly guest: number | undefined;
  connections: number;
  received: number;
  sent: number;
}

export class OutsideFlows {
  /** By when they were active last, the longest silent first. */
  readonly #flows = new Map<number, Counted>();
  #begun = 0;

  /** Counts for a client's connection, and with it for its port. @param outside address and port */
  begin(counter: PortCounter, outside: string): ConnectionCounter {
    const { vm, vmPort, transport } = counter.port;
    return this.#count(counter, this.#create({ outside, vm, vmPort, transport }));
  }

  /** Counts for a connection, or for datagrams, of a VM to a destination, and with it for that. */
  beginOutward(counter: PortCounter<OutboundHost>, { id, name }: UplinkGuest): ConnectionCounter {
    const { host, port, transport } = counter.port;
    const outside = `${host}:${port}`;
    const isSame = ({ guest, ends }: Counted) =>
      guest === id && ends.outside === outside && ends.transport === transport;
    const flow = [...this.#flows.values()].find(isSame);
    return this.#count(counter, flow ?? this.#create({ outside, vm: name, transport, outward: true }, id));
  }

  /** Those that are kept, the one active last at the end. */
  figures(): OutsideFlow[] {
    return Array.from(this.#flows.values(), ({ ends, connections, received, sent }) => ({
      ...ends,
      open: connections > 0,
      received,
      sent,
    }));
  }

  /** It is kept from when it is active. */
  #create(ends: Omit<Counted["ends"], "number">, guest?: number): Counted {
    return { ends: { number: ++this.#begun, ...ends }, guest, connections: 0, received: 0, sent: 0 };
  }

  #count(counter: ConnectionCounter, flow: Counted): ConnectionCounter {
    return {
      opened: () => {
        counter.opened();
        flow.connections++;
        this.#active(flow);
      },
      closed: () => {
        counter.closed();
        flow.connections--;
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

  #active(flow: Counted): void {
    const { number } = flow.ends;
    this.#flows.delete(number);
    this.#flows.set(number, flow);
    if (this.#flows.size <= OUTSIDE_FLOWS) return;
    const all = [...this.#flows.values()];
    const { ends: silent } = all.find(({ connections }) => connections === 0) ?? all[0];
    this.#flows.delete(silent.number);
  }
}
