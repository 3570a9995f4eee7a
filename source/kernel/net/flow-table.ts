/**
 * Who sends to whom: frames and bytes for each pair of addresses, of all the frames that the switches move. Bounded: when
 * the table is full, the flow that was seen first makes room, so a guest that invents addresses cannot fill the host.
 */

import { MAXIMUM_FLOWS } from "../params.js";
import { destinationOf, type MacNumber, sourceOf } from "./ethernet.js";

export interface Flow {
  readonly source: MacNumber;
  readonly destination: MacNumber;
  frames: number;
  bytes: number;
}

export class FlowTable {
  /** By source, then by destination: two numbers of 48 bits make no key that a number could hold. */
  readonly #bySource = new Map<MacNumber, Map<MacNumber, Flow>>();
  /** In the order of first appearance. */
  readonly #flows = new Set<Flow>();
  readonly #limit: number;

  constructor(limit = MAXIMUM_FLOWS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#flows.size;
  }

  /** Counts a frame that a switch moved. */
  count(frame: Uint8Array): void {
    const source = sourceOf(frame);
    const destination = destinationOf(frame);
    const flow = this.#bySource.get(source)?.get(destination) ?? this.#add(source, destination);
    flow.frames++;
    flow.bytes += frame.length;
  }

  /** The flows that moved most bytes, the largest first. */
  largest(howMany: number): Flow[] {
    return [...this.#flows].sort((left, right) => right.bytes - left.bytes).slice(0, howMany);
  }

  #add(source: MacNumber, destination: MacNumber): Flow {
    if (this.#flows.size >= this.#limit) this.#forgetOldest();
    const flow = { source, destination, frames: 0, bytes: 0 };
    const destinations = this.#bySource.get(source) ?? new Map<MacNumber, Flow>();
    destinations.set(destination, flow);
    this.#bySource.set(source, destinations);
    this.#flows.add(flow);
    return flow;
  }

  #forgetOldest(): void {
    for (const flow of this.#flows) {
      const destinations = this.#bySource.get(flow.source);
      destinations?.delete(flow.destination);
      if (destinations?.size === 0) this.#bySource.delete(flow.source);
      this.#flows.delete(flow);
      return;
    }
  }
}
