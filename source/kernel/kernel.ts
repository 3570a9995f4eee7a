/**
 * The Denali isolation kernel, as its host sees it: an ordinary library in one thread. The host calls {@link Kernel.step}
 * over and over (real time) or {@link Kernel.runUntil} (virtual time) and gives the operator's commands in between; nothing
 * else happens then but the completion of transfers.
 */

import { Interrupt } from "./abi.js";
import { boot, type Parts } from "./boot.js";
import type {
  ConsoleChunk,
  DisassemblyLine,
  ImageSummary,
  KernelCommands,
  KernelNotice,
  MachineInspection,
  Quantum,
  VmInspection,
  VmSpec,
} from "./commands.js";
import { UserError } from "./errors.js";
import { inspect } from "./inspection.js";
import type { InstrumentPanel } from "./instruments.js";
import { inspectMachine } from "./machine-inspection.js";
import { MainLoop } from "./main-loop.js";
import { codeAround, readMemory, searchMemory } from "./memory-inspection.js";
import { checkMode, IDLE_MODES, INTERRUPT_MODES } from "./modes.js";
import type { CaptureSink } from "./net/capture.js";
import { checkMemoryBudget, checkQuantum, type KernelOptions, withDefaults } from "./options.js";
import { createPolicy, moveAll, POLICY_NAMES } from "./sched/policy.js";
import { checkTickets } from "./spawn-request.js";
import type { UplinkDevice } from "./supervisor/uplink-device.js";
import { SliceEnd } from "./trace.js";
import type { Vm } from "./vm/vm.js";

export class Kernel implements KernelCommands {
  readonly panel: InstrumentPanel;
  readonly policies: readonly string[] = POLICY_NAMES;
  /** Called when the completion of a transfer or a command has given an idle kernel work. Set by the host. */
  onWork: (() => void) | undefined;
  /** Called when a VM has ended. Set by the host; it may not call the kernel. */
  onEnd: ((id: number) => void) | undefined;

  readonly #parts: Parts;
  readonly #loop: MainLoop;
  #shutdown: Promise<void> | undefined;

  /**
   * Boots a kernel.
   * @throws UserError when an option is not right, or the state folder or the images cannot be used
   */
  static boot(options: Partial<KernelOptions>): Kernel {
    return new Kernel(withDefaults(options));
  }

  private constructor(options: KernelOptions) {
    this.#parts = boot(options, this, () => this.onWork?.());
    this.#loop = new MainLoop(this.#parts);
    this.#parts.lifecycle.onEnd = (vm) => {
      if (vm.supervisor) this.#parts.uplink.abandon();
      this.onEnd?.(vm.id);
    };
    this.panel = this.#parts.core.panel;
    this.#publishSettings();
  }

  /** Nanoseconds since boot, by the kernel's clock. */
  get now(): number {
    return this.#parts.core.clock.now();
  }

  /** The supervisor's connections to the outside, for whoever has sockets. */
  get uplink(): UplinkDevice {
    return this.#parts.uplink;
  }

  /** @see MainLoop.step */
  step(): number {
    return this.#loop.step();
  }

  /** Whether transfers of the swap file or of disks are under way. */
  get transferring(): boolean {
    return this.#parts.storage.transferring;
  }

  /** @see MainLoop.runUntil */
  runUntil(time: number): void {
    this.#loop.runUntil(time);
  }

  /** Ends all VMs, waits for transfers under way, closes all files and removes the swap file. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#endEverything();
    return this.#shutdown;
  }

  spawn(spec: VmSpec): number[] {
    const ids = this.#parts.lifecycle.create(spec).map((vm) => vm.id);
    this.onWork?.();
    return ids;
  }

  spawnAll(specs: readonly VmSpec[], places?: readonly string[]): number[] {
    const ids = this.#parts.lifecycle.createAll(specs, places).map((vm) => vm.id);
    this.onWork?.();
    return ids;
  }

  pause(id: number): void {
    const vm = this.#stopped(id);
    if (vm.paused) throw new UserError(`${vm.name} is paused already`);
    this.#parts.scheduler.pause(vm);
    this.onWork?.();
  }

  resume(id: number): void {
    const vm = this.#living(id);
    if (!vm.paused) throw new UserError(`${vm.name} is not paused`);
    this.#parts.scheduler.resume(vm);
    this.onWork?.();
  }

  kill(id: number): void {
    this.#parts.lifecycle.kill(this.#stopped(id));
    this.onWork?.();
  }

  reap(id: number): void {
    this.#parts.lifecycle.reap(this.#parts.core.vms.get(id));
  }

  setQuantum(quantum: Quantum): void {
    checkQuantum(quantum);
    this.#parts.core.settings.quantum = quantum;
    this.#publishSettings();
  }

  setPolicy(name: string): void {
    const { core, scheduler, random } = this.#parts;
    if (name === scheduler.policy.name) return;
    const policy = createPolicy(name, random, core.links);
    moveAll(scheduler.policy, policy);
    scheduler.policy = policy;
    this.#publishSettings();
  }

  setMemoryBudget(bytes: number): void {
    checkMemoryBudget(bytes);
    this.#parts.lifecycle.checkHolds(bytes);
    this.#parts.core.settings.memoryBudget = bytes;
    this.#publishSettings();
    this.onWork?.();
  }

  setInterruptMode(mode: string): void {
    this.#parts.core.settings.interrupts = checkMode("interrupt mode", mode, INTERRUPT_MODES);
    this.#publishSettings();
  }

  setIdleMode(mode: string): void {
    this.#parts.core.settings.idle = checkMode("idle mode", mode, IDLE_MODES);
    this.#publishSettings();
  }

  setTickets(id: number, tickets: number): void {
    const vm = this.#living(id);
    checkTickets(tickets);
    vm.tickets = tickets;
    this.panel.vm.tickets[vm.row] = tickets;
    this.#parts.scheduler.policy.ticketsChanged(vm);
  }

  type(id: number, bytes: Uint8Array): number {
    const vm = this.#living(id);
    const taken = vm.keyboard.push(bytes);
    if (taken > 0) this.#parts.interrupts.post(vm, Interrupt.KEYBOARD);
    this.onWork?.();
    return taken;
  }

  inspect(id: number): VmInspection {
    return inspect(this.#still(id), this.#parts.core.timers, this.now);
  }

  inspectMachine(cells: number): MachineInspection {
    return inspectMachine(this.#parts, Math.max(1, Math.floor(cells)));
  }

  readMemory(id: number, address: number, length: number): Uint8Array {
    return readMemory(this.#still(id), address, length);
  }

  searchMemory(id: number, pattern: Uint8Array, from: number): number | undefined {
    return searchMemory(this.#still(id), pattern, from);
  }

  disassemble(id: number, address: number, before: number, after: number): DisassemblyLine[] {
    return codeAround(this.#still(id), address, before, after);
  }

  readConsole(id: number, position: number): ConsoleChunk {
    const vm = this.#parts.core.vms.get(id);
    if (!Number.isInteger(position)) throw new UserError(`${position} is not a position in a console`);
    return { ...vm.console.read(position), ended: vm.ended };
  }

  /** Hands every frame that the switches move to the sink from now on; to nobody when there is none. */
  capture(sink: CaptureSink | undefined): void {
    this.#parts.lifecycle.networks.capture = sink;
    this.panel.set("capturing", sink ? 1 : 0);
  }

  images(): ImageSummary[] {
    return this.#parts.images.all().map((image) => image.summary);
  }

  notices(after: number): KernelNotice[] {
    return this.#parts.core.notices.after(after);
  }

  /** Tells the operator what the host could not do. */
  complain(text: string): void {
    this.#parts.core.notices.error(text);
  }

  async #endEverything(): Promise<void> {
    const { core, disks, dispatcher, lifecycle, otherCpus, storage, swapFile } = this.#parts;
    lifecycle.supervisor = undefined;
    for (const vm of core.vms) {
      dispatcher.preempt(vm);
      otherCpus?.recall(vm);
      if (!vm.ended) lifecycle.kill(vm);
    }
    await otherCpus?.close();
    await storage.settle();
    try {
      await swapFile.close();
    } finally {
      await disks.close();
    }
  }

  /** The VM, living and without a CPU: where it had one, its turn has ended. */
  #stopped(id: number): Vm {
    const vm = this.#living(id);
    this.#parts.dispatcher.preempt(vm);
    this.#parts.otherCpus?.recall(vm);
    // It may have crashed in the last moment.
    return this.#living(id);
  }

  /** The VM, its state and memory as they are now: where it runs on another CPU, its turn there has ended. */
  #still(id: number): Vm {
    const vm = this.#parts.core.vms.get(id);
    this.#parts.otherCpus?.recall(vm, SliceEnd.QUANTUM);
    return vm;
  }

  #living(id: number): Vm {
    const vm = this.#parts.core.vms.get(id);
    if (vm.ended) throw new UserError(`${vm.name} has ended`);
    return vm;
  }

  #publishSettings(): void {
    const { quantum, memoryBudget, interrupts, idle } = this.#parts.core.settings;
    this.panel.set("quantum", "nanoseconds" in quantum ? quantum.nanoseconds : 0);
    this.panel.set("quantumInstructions", "instructions" in quantum ? quantum.instructions : 0);
    this.panel.set("memoryBudget", memoryBudget);
    this.panel.set("interruptMode", INTERRUPT_MODES.indexOf(interrupts));
    this.panel.set("idleMode", IDLE_MODES.indexOf(idle));
    this.panel.set("policy", this.policies.indexOf(this.#parts.scheduler.policy.name));
  }
}
