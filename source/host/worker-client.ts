/**
 * A kernel in a thread of its own: figures through shared memory, commands through a message port. Every command is
 * answered, refused with a `UserError`, or (when the thread breaks) rejected with what broke it.
 */

import type { Worker } from "node:worker_threads";
import { type BirpcReturn, createBirpc } from "birpc";
import {
  type ConsoleChunk,
  type DisassemblyLine,
  type ImageSummary,
  InstrumentPanel,
  type KernelNotice,
  type KernelOptions,
  type MachineInspection,
  type Quantum,
  UserError,
  type VmInspection,
  type VmSpec,
} from "../kernel/index.js";
import type { BootingKernel, CaptureSummary, KernelClient } from "./client.js";
import { startKernelThread } from "./kernel-thread.js";
import type { UplinkStatus } from "./uplink-figures.js";
import type { UplinkPlan } from "./uplink-plan.js";
import { type BootMessage, type BootRequest, type KernelCalls, pack, unpack } from "./wire.js";

export class WorkerClient implements KernelClient {
  readonly stopped: Promise<void>;
  readonly #worker: Worker;
  readonly #calls: BirpcReturn<KernelCalls>;
  #booted: { readonly panel: InstrumentPanel; readonly policies: readonly string[] } | undefined;
  /** Why calls are refused, once the thread has ended. */
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Boots a kernel in a thread of its own.
   * @param thread one that {@link startKernelThread} started, and that nothing else was done with
   * @param prepare asks for what is to be done before any VM runs. What it asks for follows the options at once, and nobody
   *   waits in between; VMs are then held until {@link start}
   * @throws UserError when the kernel cannot be booted or prepared so; the thread has ended then
   */
  static async boot(
    options: Partial<KernelOptions>,
    thread = startKernelThread(),
    prepare?: (kernel: BootingKernel) => Promise<void>,
  ): Promise<WorkerClient> {
    const client = new WorkerClient(thread);
    thread.postMessage({ options, held: prepare !== undefined } satisfies BootRequest);
    const prepared = prepare?.(client);
    prepared?.catch(() => {}); // A failed boot is told first.
    const boot = await firstMessage(thread);
    if ("refused" in boot) {
      await thread.terminate();
      throw new UserError(boot.refused);
    }
    client.#booted = { panel: InstrumentPanel.attach(boot.memory, boot.capacity), policies: boot.policies };
    try {
      await prepared;
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#calls = createBirpc<KernelCalls>(
      {},
      {
        post: (message) => worker.postMessage(message),
        on: (receive) => {
          worker.on("message", receive);
        },
        serialize: pack,
        deserialize: unpack,
        timeout: -1, // A call is answered, or the thread ends.
      },
    );
    this.stopped = new Promise((resolve, reject) => {
      worker.once("error", (error) => this.#ended(error, () => reject(error)));
      worker.once("exit", () => this.#ended(new UserError("the kernel has stopped; start denali again"), resolve));
    });
    this.stopped.catch(() => {}); // Whoever waits for it sees the rejection; nobody has to wait for it.
  }

  #ended(error: Error, settle: () => void): void {
    this.#failure ??= error;
    this.#calls.$close(this.#failure);
    settle();
  }

  get panel(): InstrumentPanel {
    return this.#afterBoot.panel;
  }

  get policies(): readonly string[] {
    return this.#afterBoot.policies;
  }

  get #afterBoot() {
    if (!this.#booted) throw new Error("a kernel that is still booting has no figures yet");
    return this.#booted;
  }

  /** The calls, while there is somebody to answer them. */
  get #live(): BirpcReturn<KernelCalls> {
    if (this.#failure) throw this.#failure;
    return this.#calls;
  }

  /** Lets VMs run, where they were held. */
  async start(): Promise<void> {
    return this.#live.start();
  }

  async spawn(spec: VmSpec): Promise<number[]> {
    return this.#live.spawn(spec);
  }
  async spawnAll(specs: readonly VmSpec[], places?: readonly string[]): Promise<number[]> {
    return this.#live.spawnAll(specs, places);
  }
  async pause(id: number): Promise<void> {
    return this.#live.pause(id);
  }
  async resume(id: number): Promise<void> {
    return this.#live.resume(id);
  }
  async kill(id: number): Promise<void> {
    return this.#live.kill(id);
  }
  async reap(id: number): Promise<void> {
    return this.#live.reap(id);
  }
  async setQuantum(quantum: Quantum): Promise<void> {
    return this.#live.setQuantum(quantum);
  }
  async setPolicy(name: string): Promise<void> {
    return this.#live.setPolicy(name);
  }
  async setMemoryBudget(bytes: number): Promise<void> {
    return this.#live.setMemoryBudget(bytes);
  }
  async setInterruptMode(mode: string): Promise<void> {
    return this.#live.setInterruptMode(mode);
  }
  async setIdleMode(mode: string): Promise<void> {
    return this.#live.setIdleMode(mode);
  }
  async setTickets(id: number, tickets: number): Promise<void> {
    return this.#live.setTickets(id, tickets);
  }
  async type(id: number, bytes: Uint8Array): Promise<number> {
    return this.#live.type(id, bytes);
  }
  async inspect(id: number): Promise<VmInspection> {
    return this.#live.inspect(id);
  }
  async inspectMachine(cells: number): Promise<MachineInspection> {
    return this.#live.inspectMachine(cells);
  }
  async readMemory(id: number, address: number, length: number): Promise<Uint8Array> {
    return this.#live.readMemory(id, address, length);
  }
  async searchMemory(id: number, pattern: Uint8Array, from: number): Promise<number | undefined> {
    return this.#live.searchMemory(id, pattern, from);
  }
  async disassemble(id: number, address: number, before: number, after: number): Promise<DisassemblyLine[]> {
    return this.#live.disassemble(id, address, before, after);
  }
  async readConsole(id: number, position: number): Promise<ConsoleChunk> {
    return this.#live.readConsole(id, position);
  }
  async images(): Promise<ImageSummary[]> {
    return this.#live.images();
  }
  async notices(after: number): Promise<KernelNotice[]> {
    return this.#live.notices(after);
  }
  async complain(text: string): Promise<void> {
    return this.#live.complain(text);
  }

  async startCapture(path: string, id?: number): Promise<void> {
    return this.#live.startCapture(path, id);
  }
  async stopCapture(): Promise<CaptureSummary | undefined> {
    return this.#live.stopCapture();
  }

  async openUplink(plan: UplinkPlan): Promise<void> {
    return this.#live.openUplink(plan);
  }
  async uplinkStatus(): Promise<UplinkStatus> {
    return this.#live.uplinkStatus();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (!this.#failure) await this.#calls.close();
    } finally {
      await this.#worker.terminate();
    }
  }
}

/** The thread's first message, or what ended it before it sent one. */
function firstMessage(worker: Worker): Promise<BootMessage> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error("the kernel's thread ended before it had booted"));
    worker.once("error", reject);
    worker.once("exit", onExit);
    worker.once("message", (message: BootMessage) => {
      worker.off("error", reject);
      worker.off("exit", onExit);
      resolve(message);
    });
  });
}
