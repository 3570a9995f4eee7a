/**
 * The Ethernets of the kernel, by name, and who sends to whom on them. Those with frames to move take turns; the others are not
 * looked at, however many there are.
 */

import type { Clock } from "./clock.js";
import { FIGURE, type InstrumentPanel } from "./instruments.js";
import type { CaptureSink } from "./net/capture.js";
import { FlowTable } from "./net/flow-table.js";
import { EthernetSwitch } from "./net/switch.js";
import { NETWORK_BURST, SWITCH_BURST_FRAMES } from "./params.js";

/** An Ethernet, and what of it the panel has. */
interface Entry {
  readonly network: EthernetSwitch;
  framesDropped: number;
  /** The next one with frames to move. */
  next: Entry | undefined;
}

export class Networks {
  readonly #panel: InstrumentPanel;
  readonly #clock: Clock;
  readonly #byName = new Map<string, EthernetSwitch>();
  /** Those with frames to move, in the order of their turns. */
  #first: Entry | undefined;
  #last: Entry | undefined;
  readonly flows = new FlowTable();
  /** Handed every frame that is moved, while somebody captures. */
  capture: CaptureSink | undefined;
  /** How many VMs that are not forgotten are, or were, on each. */
  readonly #members = new Map<EthernetSwitch, number>();

  constructor(panel: InstrumentPanel, clock: Clock) {
    this.#panel = panel;
    this.#clock = clock;
  }

  [Symbol.iterator](): IterableIterator<EthernetSwitch> {
    return this.#byName.values();
  }

  /** True when some VM has sent a frame that was not moved yet, or not to all that it is for. */
  get hasTraffic(): boolean {
    return this.#first !== undefined;
  }

  /** True when one of those whose turn is next has a frame that was not moved yet: unlike a broadcast under way, it need not wait. */
  get hasFrames(): boolean {
    let entry = this.#first;
    for (let turn = 0; entry && turn < NETWORK_BURST; turn++, entry = entry.next) {
      if (entry.network.hasFrames) return true;
    }
    return false;
  }

  /** The Ethernet of that name, for one VM more. */
  join(name: string): EthernetSwitch {
    const network = this.#named(name);
    this.#members.set(network, (this.#members.get(network) ?? 0) + 1);
    return network;
  }

  /** Made when it is first asked for. */
  #named(name: string): EthernetSwitch {
    const existing = this.#byName.get(name);
    if (existing) return existing;
    const network: EthernetSwitch = new EthernetSwitch(
      name,
      (frame) => this.#tap(name, frame),
      () => this.#push(entry),
    );
    const entry: Entry = { network, framesDropped: 0, next: undefined };
    this.#byName.set(name, network);
    return network;
  }

  /** A VM of the Ethernet is forgotten; the Ethernet is with the last one, its figures too. What is under way there still goes out. */
  leave(network: EthernetSwitch): void {
    const left = (this.#members.get(network) as number) - 1;
    if (left > 0) this.#members.set(network, left);
    else {
      this.#members.delete(network);
      this.#byName.delete(network.name);
    }
  }

  /**
   * Moves frames, at most so many on each Ethernet and on so many Ethernets as params.ts says.
   * @param carries whether broadcasts are carried, too
   */
  drain(carries: boolean): void {
    // Those that have more to move queue behind it, and have their next turn another time.
    const last = this.#last;
    let served: Entry | undefined;
    for (let turn = 0; turn < NETWORK_BURST && this.#first && served !== last; turn++) {
      served = this.#first;
      this.#drainOne(this.#shift(served), carries);
    }
  }

  #drainOne(entry: Entry, carries: boolean): void {
    const { network } = entry;
    const bytes = network.bytesSwitched;
    const moved = network.drain(SWITCH_BURST_FRAMES, carries);
    if (network.busy) this.#push(entry);
    const { figures } = this.#panel;
    figures[FIGURE.packetsSwitched] += moved;
    figures[FIGURE.bytesSwitched] += network.bytesSwitched - bytes;
    figures[FIGURE.packetsDropped] += network.framesDropped - entry.framesDropped;
    entry.framesDropped = network.framesDropped;
  }

  #tap(network: string, bytes: Uint8Array): void {
    this.flows.count(bytes);
    this.capture?.({ time: this.#clock.now(), epoch: this.#clock.epoch, network, bytes });
  }

  #push(entry: Entry): void {
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
  }

  /** Takes out the first one. */
  #shift(first: Entry): Entry {
    this.#first = first.next;
    if (!this.#first) this.#last = undefined;
    first.next = undefined;
    return first;
  }
}
