/**
 * The whole machine at one moment, as plain objects: what `--json` prints. The figures are the sampler's, as on the
 * screen, with each VM's fault and the tail of its console.
 */

import { CONSOLE_TAIL, type FaultSummary, IDLE_MODES, INTERRUPT_MODES } from "../kernel/index.js";
import type { KernelClient } from "./client.js";
import { type MachineFigures, Sampler, type VmFigures } from "./sampler.js";

/** What is measured and not simulated: it would differ between equal runs, and so is left out in virtual time. */
type Measured = "translationMilliseconds" | "translationKept";

export interface VmSnapshot extends Omit<VmFigures, "row" | "status" | Measured>, Partial<Pick<VmFigures, Measured>> {
  /** Last characters of the console. */
  console: string;
  /** Why it crashed. */
  fault: FaultSummary | null;
  /** Exit status, null before the VM terminated. */
  status: number | null;
}

/** The machine's figures; `kernelPercent` is measured, not simulated, and so left out in virtual time. */
export interface KernelSnapshot
  extends Omit<MachineFigures, "policy" | "interruptMode" | "idleMode" | "kernelPercent"> {
  policy: string;
  interruptMode: string;
  idleMode: string;
  kernelPercent?: number;
}

export interface Snapshot {
  /** Seconds of the kernel's clock since boot. */
  time: number;
  kernel: KernelSnapshot;
  vms: VmSnapshot[];
}

/** Names of what is told of a VM, in the order in which it is told. */
export type VmNames = readonly (keyof VmSnapshot)[];

/** Takes snapshots; rates are over the time since the one before. */
export class Snapshots {
  readonly #client: KernelClient;
  readonly #virtualTime: boolean;
  readonly #sampler: Sampler;
  readonly #select: (sampler: Sampler) => readonly number[];
  /** By number, of the VMs that there are: a fault never changes. */
  readonly #faults = new Map<number, FaultSummary | null>();

  /**
   * @param virtualTime leave out what would differ between equal runs
   * @param select answers the rows of the VMs that are told of, in order; all where it is left out
   */
  constructor(client: KernelClient, virtualTime: boolean, select = (sampler: Sampler) => sampler.rows()) {
    this.#client = client;
    this.#virtualTime = virtualTime;
    this.#select = select;
    this.#sampler = new Sampler(client.panel);
  }

  /** Known also where there is no VM to tell of. */
  get vmNames(): VmNames {
    return Object.keys(this.#figures(this.#sampler.vm(0))) as (keyof VmSnapshot)[];
  }

  async take(): Promise<Snapshot> {
    this.#sampler.take();
    for (const id of this.#faults.keys()) if (this.#sampler.rowOf(id) === undefined) this.#faults.delete(id);
    const figures = this.#select(this.#sampler).map((row) => this.#sampler.vm(row));
    const kernel = this.#kernel();
    return { time: kernel.time, kernel, vms: await Promise.all(figures.map((vm) => this.#vm(vm))) };
  }

  #kernel(): KernelSnapshot {
    const { kernelPercent, ...figures } = this.#sampler.kernel();
    const snapshot = {
      ...figures,
      policy: this.#client.policies[figures.policy],
      interruptMode: INTERRUPT_MODES[figures.interruptMode],
      idleMode: IDLE_MODES[figures.idleMode],
    };
    return this.#virtualTime ? snapshot : { ...snapshot, kernelPercent };
  }

  async #vm(vm: VmFigures): Promise<VmSnapshot> {
    const figures = this.#figures(vm);
    const console = figures.consoleBytes > 0 ? await this.#console(figures) : "";
    const fault = figures.state === "crashed" ? await this.#fault(figures.id) : null;
    return { ...figures, console, fault };
  }

  /** What the panel has of a VM, and places for the rest. */
  #figures({ row: _, translationMilliseconds, translationKept, ...figures }: VmFigures): VmSnapshot {
    const measured = this.#virtualTime ? {} : { translationMilliseconds, translationKept };
    return { ...figures, ...measured, console: "", fault: null, status: figures.status ?? null };
  }

  async #console({ id, consoleBytes }: Pick<VmFigures, "id" | "consoleBytes">): Promise<string> {
    const { bytes } = await this.#client.readConsole(id, Math.max(0, consoleBytes - CONSOLE_TAIL));
    return new TextDecoder().decode(bytes.subarray(firstCharacter(bytes)));
  }

  async #fault(id: number): Promise<FaultSummary | null> {
    const known = this.#faults.get(id);
    if (known !== undefined) return known;
    const fault = (await this.#client.inspect(id)).fault ?? null;
    this.#faults.set(id, fault);
    return fault;
  }
}

/** Where the first whole UTF-8 character starts: a tail may begin in the middle of one. */
function firstCharacter(bytes: Uint8Array): number {
  let start = 0;
  while (start < 3 && (bytes[start] & 0xc0) === 0x80) start++;
  return start;
}
