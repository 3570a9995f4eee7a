/**
 * Who sends to whom: frames and bytes for each pair of addresses, of all the frames that the switches move. Bounded: when
 * the table is full, the flow that was seen first makes room, so a guest that invents addresses cannot fill the host.
 *
 * A frame is counted for nothing but a look at two lines of the CPU's caches, whatever the number of flows: flows are numbers
 * in arrays, found by a hash of both addresses. The hash is another one in every process, since a guest that knew it could invent
 * addresses that are all looked for in one place (J. L. Carter and M. N. Wegman, "Universal Classes of Hash Functions", 1979).
 */

import { MAXIMUM_FLOWS } from "../params.js";
import { destinationOf, type MacNumber, sourceOf } from "./ethernet.js";

export interface Flow {
  readonly source: MacNumber;
  readonly destination: MacNumber;
  readonly frames: number;
  readonly bytes: number;
}

/** Flows there is room for at first; a power of two. */
const FIRST_ROOM = 64;

/** Numbers of a flow, in this order. */
const [SOURCE, DESTINATION, FRAMES, BYTES, FIELDS] = [0, 1, 2, 3, 4];

const NONE = -1;

/** What an address's 16 high bits are worth. */
const HIGH_PART = 2 ** 32;

/** Odd, so that multiplying by it loses nothing. */
const randomFactor = () => Math.floor(Math.random() * 0x80000000) * 2 + 1;

export class FlowTable {
  readonly #limit: number;
  readonly #sourceFactor = randomFactor();
  readonly #destinationFactor = randomFactor();
  readonly #highFactor = randomFactor();
  readonly #factor = randomFactor();
  #size = 0;
  /** The flow seen first: they are in the order of first appearance from here on, the first place being behind the last. */
  #oldest = 0;
  #fields = new Float64Array(FIELDS * FIRST_ROOM);
  /** By flow: the next one with the same hash. */
  #next = new Int32Array(FIRST_ROOM);
  /** By hash: a flow. As many as there is room for. */
  #heads = new Int32Array(FIRST_ROOM).fill(NONE);

  constructor(limit = MAXIMUM_FLOWS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Flows that are looked through at most to find one: a few, whatever addresses there are. */
  get longestSearch(): number {
    let longest = 0;
    for (let flow of this.#heads) {
      let length = 0;
      for (; flow !== NONE; flow = this.#next[flow]) length++;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  /** Counts a frame that a switch moved. */
  count(frame: Uint8Array): void {
    const source = sourceOf(frame);
    const destination = destinationOf(frame);
    const at = FIELDS * this.#find(source, destination);
    this.#fields[at + FRAMES]++;
    this.#fields[at + BYTES] += frame.length;
  }

  /** The flows that moved most bytes, the largest first; of equal ones the one seen first. */
  largest(howMany: number): Flow[] {
    const found: Flow[] = [];
    for (let turn = 0; turn < this.#size; turn++) {
      const flow = (this.#oldest + turn) % this.#size;
      const bytes = this.#fields[FIELDS * flow + BYTES];
      if (found.length === howMany && bytes <= found[howMany - 1].bytes) continue;
      let place = found.length;
      while (place > 0 && found[place - 1].bytes < bytes) place--;
      found.splice(place, 0, this.#flow(flow));
      found.length = Math.min(found.length, howMany);
    }
    return found;
  }

  #flow(flow: number): Flow {
    const [source, destination, frames, bytes] = this.#fields.subarray(FIELDS * flow, FIELDS * (flow + 1));
    return { source, destination, frames, bytes };
  }

  #find(source: MacNumber, destination: MacNumber): number {
    const fields = this.#fields;
    for (let flow = this.#heads[this.#hash(source, destination)]; flow !== NONE; flow = this.#next[flow]) {
      if (fields[FIELDS * flow + SOURCE] === source && fields[FIELDS * flow + DESTINATION] === destination) return flow;
    }
    return this.#add(source, destination);
  }

  #add(source: MacNumber, destination: MacNumber): number {
    const flow = this.#size < this.#limit ? this.#takePlace() : this.#forgetOldest();
    this.#fields.set([source, destination, 0, 0], FIELDS * flow);
    this.#link(flow);
    return flow;
  }

  #takePlace(): number {
    if (this.#size === this.#next.length) this.#grow();
    return this.#size++;
  }

  /** @returns its place, which is the newest's from now on */
  #forgetOldest(): number {
    const oldest = this.#oldest;
    this.#oldest = (oldest + 1) % this.#size;
    const hash = this.#hashOf(oldest);
    if (this.#heads[hash] === oldest) {
      this.#heads[hash] = this.#next[oldest];
      return oldest;
    }
    let before = this.#heads[hash];
    while (this.#next[before] !== oldest) before = this.#next[before];
    this.#next[before] = this.#next[oldest];
    return oldest;
  }

  #link(flow: number): void {
    const hash = this.#hashOf(flow);
    this.#next[flow] = this.#heads[hash];
    this.#heads[hash] = flow;
  }

  #hashOf(flow: number): number {
    return this.#hash(this.#fields[FIELDS * flow + SOURCE], this.#fields[FIELDS * flow + DESTINATION]);
  }

  /**
   * Of all bits of both addresses: a guest chooses each of its frames' destinations freely. A product's low bits depend on the
   * factors' low bits only, so its high ones are folded into them, before the last multiplication and behind it.
   */
  #hash(source: MacNumber, destination: MacNumber): number {
    const high = ((source / HIGH_PART) << 16) | (destination / HIGH_PART);
    const sum =
      Math.imul(source, this.#sourceFactor) +
      Math.imul(destination, this.#destinationFactor) +
      Math.imul(high, this.#highFactor);
    const product = Math.imul(sum ^ (sum >>> 16), this.#factor);
    return (product ^ (product >>> 15)) & (this.#heads.length - 1);
  }

  #grow(): void {
    const room = 2 * this.#next.length;
    const fields = new Float64Array(FIELDS * room);
    fields.set(this.#fields);
    this.#fields = fields;
    this.#next = new Int32Array(room);
    this.#heads = new Int32Array(room).fill(NONE);
    for (let flow = 0; flow < this.#size; flow++) this.#link(flow);
  }
}
