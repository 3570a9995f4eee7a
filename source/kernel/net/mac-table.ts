/**
 * Which port an Ethernet address is reached through. Addresses of VMs are bound when they are plugged in and stay; those
 * behind a bridge are learned from what it sends, and never displace a bound one.
 */

import { invariant } from "../errors.js";
import { MAXIMUM_LEARNED_ADDRESSES } from "../params.js";
import { FIRST_VM_ADDRESS, type MacNumber } from "./ethernet.js";

export class MacTable<Port> {
  /** By distance from the first VM's address: a small number is part of the table, a large one an object of its own. */
  readonly #bound = new Map<number, Port>();
  readonly #learned = new Map<MacNumber, Port>();

  /** Addresses known. */
  get size(): number {
    return this.#bound.size + this.#learned.size;
  }

  /** Ports whose address is bound. */
  get ports(): number {
    return this.#bound.size;
  }

  /** Those ports, in the order of binding. */
  [Symbol.iterator](): IterableIterator<Port> {
    return this.#bound.values();
  }

  find(address: MacNumber): Port | undefined {
    return this.#bound.get(distance(address)) ?? this.#learned.get(address);
  }

  bind(address: MacNumber, port: Port): void {
    invariant(!this.#bound.has(distance(address)), "no two interfaces of one Ethernet have the same address");
    this.#bound.set(distance(address), port);
    this.#learned.delete(address);
  }

  unbind(address: MacNumber): void {
    this.#bound.delete(distance(address));
  }

  /** Notes that a frame from this address came in at the port. When the table is full the address learned first goes. */
  learn(address: MacNumber, port: Port): void {
    if (this.#bound.has(distance(address)) || this.#learned.get(address) === port) return;
    this.#learned.set(address, port);
    if (this.#learned.size <= MAXIMUM_LEARNED_ADDRESSES) return;
    for (const first of this.#learned.keys()) {
      this.#learned.delete(first);
      return;
    }
  }

  /** Forgets what was learned of a port. */
  forget(port: Port): void {
    for (const [address, via] of this.#learned) {
      if (via === port) this.#learned.delete(address);
    }
  }
}

function distance(address: MacNumber): number {
  return address - FIRST_VM_ADDRESS;
}
