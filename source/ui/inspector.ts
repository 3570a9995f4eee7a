/**
 * What has to be asked of the kernel because it is not in the panel: the selected VM from inside, queues, flows, memory.
 * Asked at every refresh for what is on the screen, and never twice at once: a kernel that is slow to answer is not asked
 * more often. The first answer is drawn when it comes, later ones at the next refresh, which saves every second frame.
 */

import type { KernelClient } from "../host/client.js";
import type { OutsideFlow } from "../host/outside-flows.js";
import {
  type Carried,
  type DestinationFigures,
  NO_UPLINK,
  type PortFigures,
  type UplinkStatus,
} from "../host/uplink-figures.js";
import { FLOWS_SHOWN, type FlowSummary, type MachineInspection, type VmInspection } from "../kernel/index.js";

/** What the screen shows now. */
export interface Wanted {
  /** The VM to look into. */
  readonly vm?: number | undefined;
  /** Parts of the swap file's map, where the machine is looked at. */
  readonly machineCells?: number | undefined;
  /** Published ports. */
  readonly uplink?: boolean | undefined;
  /** Memory of that VM. */
  readonly memory?: { readonly address: number; readonly length: number } | undefined;
}

export interface MemoryPart {
  readonly id: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Why there is none. */
  readonly refusal?: string;
}

/** A flow with its rates since the look before. */
export interface FlowRate extends FlowSummary {
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** What is carried a second since the look before, bytes. */
export interface CarriedRate extends Carried {
  readonly receivedPerSecond: number;
  readonly sentPerSecond: number;
}

export type PortRate = PortFigures & CarriedRate;
export type DestinationRate = DestinationFigures & CarriedRate;

/** A client of a published port, or a VM that goes out, and what is carried a second since the look before, bytes. */
export type OutsideRate = OutsideFlow & Pick<CarriedRate, "receivedPerSecond" | "sentPerSecond">;

export interface UplinkRates extends UplinkStatus {
  readonly ports: readonly PortRate[];
  readonly outbound: readonly DestinationRate[];
  readonly flows: readonly OutsideRate[];
}

/** What both ways of a connection carried. */
type Bytes = Pick<Carried, "received" | "sent">;

export class Inspector {
  readonly #client: KernelClient;
  readonly #onFirst: () => void;
  #vm: VmInspection | undefined;
  /** The VM that was asked for last. */
  #wanted: number | undefined;
  #before: readonly number[] | undefined;
  /** Why there was no look into a VM. */
  #refusal: { readonly id: number; readonly text: string } | undefined;
  #machine: MachineInspection | undefined;
  #flows: FlowRate[] = [];
  #flowsAt = 0;
  #uplinkStatus: UplinkStatus | undefined;
  #uplink: UplinkRates | undefined;
  #uplinkAt = 0;
  #memory: MemoryPart | undefined;
  readonly #asking = new Set<string>();

  /** @param onFirst called when an answer came of which nothing was shown before */
  constructor(client: KernelClient, onFirst: () => void) {
    this.#client = client;
    this.#onFirst = onFirst;
  }

  /** The last look into a VM, undefined while there is none of it. */
  vm(id: number | undefined): VmInspection | undefined {
    return this.#vm?.id === id ? this.#vm : undefined;
  }

  /** Why a VM cannot be looked into, or not yet, where it was tried. */
  refusal(id: number | undefined): string | undefined {
    if (this.#refusal?.id === id) return this.#refusal?.text;
    // A kernel answers at once; for a VM that long did nothing, much of a recording may have to be read.
    const isSought = this.#client.playback !== undefined && this.#asking.has(`vm ${id}`) && this.#vm?.id !== id;
    return isSought ? "looking for it in the recording ..." : undefined;
  }

  /** EAX to EDI and EIP at the look before, undefined for a VM just selected. */
  get before(): readonly number[] | undefined {
    return this.#before;
  }

  get machine(): MachineInspection | undefined {
    return this.#machine;
  }

  get flows(): readonly FlowRate[] {
    return this.#flows;
  }

  /** What is published; nothing until the kernel answered. */
  get uplink(): UplinkRates {
    return this.#uplink ?? { ...NO_UPLINK, ports: [], outbound: [], flows: [] };
  }

  memory(id: number | undefined): MemoryPart | undefined {
    return this.#memory?.id === id ? this.#memory : undefined;
  }

  /** Asks for what is wanted. @param now kernel seconds */
  ask({ vm, machineCells, memory, uplink }: Wanted, now: number): void {
    if (vm !== undefined) {
      this.#wanted = vm;
      this.#once(`vm ${vm}`, () => this.#askVm(vm));
    }
    if (machineCells !== undefined) this.#once("machine", () => this.#askMachine(machineCells, now));
    if (uplink) this.#once("uplink", () => this.#askUplink(now));
    if (vm !== undefined && memory) {
      this.#once(`memory ${vm} ${memory.address}`, () => this.#askMemory(vm, memory.address, memory.length));
    }
  }

  /** A VM that was reaped since cannot be inspected; the table shows soon that it is gone. */
  #once(what: string, ask: () => Promise<boolean>): void {
    if (this.#asking.has(what)) return;
    this.#asking.add(what);
    ask()
      .then(
        (first) => first && this.#onFirst(),
        () => {},
      )
      .finally(() => this.#asking.delete(what));
  }

  async #askVm(id: number): Promise<boolean> {
    let inspection: VmInspection;
    try {
      inspection = await this.#client.inspect(id);
    } catch (error) {
      if (this.#wanted !== id) return false;
      const first = this.#refusal?.id !== id;
      this.#refusal = { id, text: (error as Error).message };
      this.#vm = undefined;
      return first;
    }
    // In a recording it may have been sought for long: by now another may be on the screen.
    if (this.#wanted !== id) return false;
    const last = this.#vm?.id === id ? this.#vm : undefined;
    this.#refusal = undefined;
    this.#before = last && [...last.registers, last.eip];
    this.#vm = inspection;
    return last === undefined;
  }

  async #askMachine(cells: number, now: number): Promise<boolean> {
    const first = this.#machine === undefined;
    const machine = await this.#client.inspectMachine(cells).catch(() => undefined);
    if (!machine) {
      // A recording that has no answer by then, or a damaged one: what it answered for another moment is none.
      this.#machine = undefined;
      this.#flows = [];
      return false;
    }
    // A recording has an answer a second, and is asked more often.
    if (machine === this.#machine) return false;
    const elapsed = now - this.#flowsAt;
    // A recording may have gone back: then there is nothing to take rates from.
    if (elapsed !== 0 || first) {
      const listed = this.#machine?.flows ?? [];
      const before = new Map(listed.map((flow) => [flow.source + flow.destination, flow]));
      // One that comes into a full list of the largest was no larger than the smallest there.
      const unlisted = listed.length < FLOWS_SHOWN ? undefined : listed.at(-1);
      const rate = (gain: number) => (first || elapsed < 0 ? 0 : Math.max(0, gain / elapsed));
      this.#flows = machine.flows.map((flow) => {
        const last = before.get(flow.source + flow.destination);
        const bytesPerSecond = rate(flow.bytes - ((last ?? unlisted)?.bytes ?? 0));
        const framesPerSecond =
          last || !unlisted ? rate(flow.frames - (last?.frames ?? 0)) : (bytesPerSecond * flow.frames) / flow.bytes;
        return { ...flow, framesPerSecond, bytesPerSecond };
      });
      this.#flowsAt = now;
    }
    this.#machine = machine;
    return first;
  }

  async #askUplink(now: number): Promise<boolean> {
    const last = this.#uplink;
    const status = await this.#client.uplinkStatus();
    if (status === this.#uplinkStatus) return false;
    this.#uplinkStatus = status;
    const elapsed = now - this.#uplinkAt;
    if (last && elapsed === 0) return false;
    const rate = (gain: number) => (last && elapsed > 0 ? Math.max(0, gain / elapsed) : 0);
    const withRates = <Of extends Bytes>(now: Of, before: Bytes | undefined) => ({
      ...now,
      receivedPerSecond: rate(now.received - (before?.received ?? 0)),
      sentPerSecond: rate(now.sent - (before?.sent ?? 0)),
    });
    const rated = <Port extends Carried>(ports: readonly Port[], before: readonly Carried[] = []) =>
      ports.map((port, index) => withRates(port, before[index]));
    const known = new Map(last?.flows.map((flow) => [flow.number, flow]));
    const newest = Math.max(0, ...known.keys());
    // One that had been silent for so long that it was no longer listed did not begin just now.
    const lastOf = (flow: OutsideFlow) => known.get(flow.number) ?? (flow.number > newest ? undefined : flow);
    const flows = (status.flows ?? []).map((flow) => withRates(flow, lastOf(flow)));
    const [ports, outbound] = [rated(status.ports, last?.ports), rated(status.outbound, last?.outbound)];
    this.#uplink = { ...status, ports, outbound, flows };
    this.#uplinkAt = now;
    return last === undefined && ports.length + outbound.length > 0;
  }

  async #askMemory(id: number, address: number, length: number): Promise<boolean> {
    const first = this.#memory?.id !== id || this.#memory.address !== address;
    try {
      this.#memory = { id, address, bytes: await this.#client.readMemory(id, address, length) };
    } catch (error) {
      this.#memory = { id, address, bytes: new Uint8Array(), refusal: (error as Error).message };
    }
    return first;
  }
}
