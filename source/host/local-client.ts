/**
 * A kernel in this thread behind the same interface as one in a worker: for tests, for `denali exec` and `denali run`,
 * where nothing is drawn. In virtual time its owner drives it,
 * through {@link LocalClient.passUntil}.
 */

import { setImmediate, setTimeout } from "node:timers/promises";
import {
  type ConsoleChunk,
  type DisassemblyLine,
  type ImageSummary,
  type InstrumentPanel,
  Kernel,
  type KernelNotice,
  type KernelOptions,
  type MachineInspection,
  type Quantum,
  type VmInspection,
  type VmSpec,
} from "../kernel/index.js";
import { BackgroundTranslator } from "./background-translator.js";
import type { CaptureSummary, KernelClient } from "./client.js";
import { KernelDriver } from "./kernel-driver.js";
import { Services } from "./services.js";
import type { UplinkStatus } from "./uplink-figures.js";
import type { UplinkPlan } from "./uplink-plan.js";

const NANOSECONDS_PER_MILLISECOND = 1_000_000;

export class LocalClient implements KernelClient {
  readonly panel: InstrumentPanel;
  readonly policies: readonly string[];
  readonly stopped: Promise<void>;
  readonly #kernel: Kernel;
  readonly #driver: KernelDriver | undefined;
  readonly #services: Services;
  /** Those who wait for time to pass: called when the kernel has stopped. */
  readonly #waiting = new Set<() => void>();
  #hasStopped = false;
  #closing: Promise<void> | undefined;
  #settleStopped!: { resolve: () => void; reject: (error: unknown) => void };

  /**
   * Boots a kernel; in real time it runs at once.
   * @param onEnd told when a VM has ended
   * @throws UserError when the kernel cannot be booted so
   */
  constructor(options: Partial<KernelOptions>, onEnd?: (id: number) => void) {
    const translations = new BackgroundTranslator();
    this.#kernel = Kernel.boot({ translations, ...options });
    this.#kernel.onEnd = onEnd;
    this.#services = new Services(this.#kernel, translations, options.clock === "virtual");
    this.panel = this.#kernel.panel;
    this.policies = this.#kernel.policies;
    this.stopped = new Promise((resolve, reject) => {
      this.#settleStopped = { resolve, reject };
    });
    // Whoever waits for it sees the rejection; nobody has to wait for it.
    this.stopped.then(this.#release, this.#release);
    if (options.clock === "virtual") return;
    this.#driver = new KernelDriver(this.#kernel, (error) => this.#settleStopped.reject(error));
    this.#driver.start();
  }

  /** Nanoseconds of the kernel's clock; in real time the panel's figure is that of the kernel's last step. */
  get time(): number {
    return this.#driver ? this.#kernel.now : this.panel.get("time");
  }

  /**
   * Lets the kernel's time pass until it is `time` nanoseconds: runs it there in virtual time, waits in real time. Other
   * events of this thread are handled meanwhile, in virtual time at the end.
   * @throws what broke the kernel; the signal's reason when it is aborted
   */
  async passUntil(time: number, signal?: AbortSignal): Promise<void> {
    if (!this.#driver) this.#kernel.runUntil(time);
    // Node's timers may fire up to a millisecond early.
    do {
      const left = this.#driver ? (time - this.time) / NANOSECONDS_PER_MILLISECOND : 0;
      await this.#wait(left, signal);
    } while (this.#driver && this.time < time && !this.#hasStopped && !signal?.aborted);
    this.#driver?.refresh();
  }

  /**
   * Waits, at least for one turn of the event loop, and not on when the kernel has stopped. Nothing waits for `stopped` itself:
   * a promise keeps whoever waits for it until it is settled, this one for as long as the kernel lives.
   */
  async #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#hasStopped) {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      this.#waiting.add(release);
      try {
        await Promise.race([released, pause(milliseconds, signal)]);
      } finally {
        this.#waiting.delete(release);
      }
    }
    if (this.#hasStopped) await this.stopped;
  }

  readonly #release = (): void => {
    this.#hasStopped = true;
    for (const release of this.#waiting) release();
  };

  /**
   * Virtual time only: runs a few milliseconds of it, then lets this thread's other events be handled.
   * @returns false when nothing can happen any more unless somebody types or commands
   */
  async step(signal?: AbortSignal): Promise<boolean> {
    const wait = this.#kernel.step();
    await pause(0, signal);
    return wait !== Number.POSITIVE_INFINITY;
  }

  /**
   * Lets no VM run until {@link release}. Also in the middle of the kernel's work, which is finished. Does nothing in virtual time,
   * where its owner drives it.
   */
  hold(): void {
    this.#driver?.stop();
  }

  release(): void {
    if (!this.#closing && !this.#hasStopped) this.#driver?.start();
  }

  async spawn(spec: VmSpec): Promise<number[]> {
    return this.#kernel.spawn(spec);
  }
  async spawnAll(specs: readonly VmSpec[], places?: readonly string[]): Promise<number[]> {
    return this.#kernel.spawnAll(specs, places);
  }
  async pause(id: number): Promise<void> {
    this.#kernel.pause(id);
  }
  async resume(id: number): Promise<void> {
    this.#kernel.resume(id);
  }
  async kill(id: number): Promise<void> {
    this.#kernel.kill(id);
  }
  async reap(id: number): Promise<void> {
    this.#kernel.reap(id);
  }
  async setQuantum(quantum: Quantum): Promise<void> {
    this.#kernel.setQuantum(quantum);
  }
  async setPolicy(name: string): Promise<void> {
    this.#kernel.setPolicy(name);
  }
  async setMemoryBudget(bytes: number): Promise<void> {
    this.#kernel.setMemoryBudget(bytes);
  }
  async setInterruptMode(mode: string): Promise<void> {
    this.#kernel.setInterruptMode(mode);
  }
  async setIdleMode(mode: string): Promise<void> {
    this.#kernel.setIdleMode(mode);
  }
  async setTickets(id: number, tickets: number): Promise<void> {
    this.#kernel.setTickets(id, tickets);
  }
  async type(id: number, bytes: Uint8Array): Promise<number> {
    return this.#kernel.type(id, bytes);
  }
  async inspect(id: number): Promise<VmInspection> {
    return this.#kernel.inspect(id);
  }
  async inspectMachine(cells: number): Promise<MachineInspection> {
    return this.#kernel.inspectMachine(cells);
  }
  async readMemory(id: number, address: number, length: number): Promise<Uint8Array> {
    return this.#kernel.readMemory(id, address, length);
  }
  async searchMemory(id: number, pattern: Uint8Array, from: number): Promise<number | undefined> {
    return this.#kernel.searchMemory(id, pattern, from);
  }
  async disassemble(id: number, address: number, before: number, after: number): Promise<DisassemblyLine[]> {
    return this.#kernel.disassemble(id, address, before, after);
  }
  async readConsole(id: number, position: number): Promise<ConsoleChunk> {
    return this.#kernel.readConsole(id, position);
  }
  async images(): Promise<ImageSummary[]> {
    return this.#kernel.images();
  }
  async notices(after: number): Promise<KernelNotice[]> {
    return this.#kernel.notices(after);
  }
  async complain(text: string): Promise<void> {
    this.#kernel.complain(text);
  }

  async startCapture(path: string, id?: number): Promise<void> {
    return this.#services.startCapture(path, id);
  }
  stopCapture(): Promise<CaptureSummary | undefined> {
    return this.#services.stopCapture();
  }

  openUplink(plan: UplinkPlan): Promise<void> {
    return this.#services.openUplink(plan);
  }
  async uplinkStatus(): Promise<UplinkStatus> {
    return this.#services.uplinkStatus();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#driver?.stop();
    await this.#services.close();
    await this.#kernel.shutdown();
    this.#settleStopped.resolve();
  }
}

/** Waits, at least for one turn of the event loop. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await (milliseconds > 0 ? setTimeout(milliseconds, undefined, { signal }) : setImmediate(undefined, { signal }));
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
