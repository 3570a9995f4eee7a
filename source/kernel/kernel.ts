/**
 * The Denali isolation kernel: boot, the main loop, and the operator's commands.
 *
 * The kernel is an ordinary library in one thread. Its host calls {@link Kernel.step} over and over (real time) or
 * {@link Kernel.runUntil} (virtual time); in between, only transfers complete and commands are carried out. Everything the
 * kernel knows of the outside is given to it in {@link KernelOptions}.
 */

import { Interrupt } from "./abi.js";
import { type Clock, RealClock, VirtualClock } from "./clock.js";
import type {
  ConsoleChunk,
  ImageSummary,
  KernelCommands,
  KernelNotice,
  Quantum,
  VmInspection,
  VmSpec,
} from "./commands.js";
import { DiskStore } from "./devices/disk-store.js";
import { UserError } from "./errors.js";
import { inspect } from "./inspection.js";
import { InstrumentPanel } from "./instruments.js";
import { checkTickets, Lifecycle } from "./lifecycle.js";
import { Notices } from "./notices.js";
import { checkMemoryBudget, checkQuantum, type KernelOptions, withDefaults } from "./options.js";
import { HOST_SLICE, MAXIMUM_VMS, SWITCH_BURST_FRAMES } from "./params.js";
import { createRandom, type Random } from "./random.js";
import { Accounting } from "./run/accounting.js";
import type { Core } from "./run/core.js";
import { Dispatcher } from "./run/dispatcher.js";
import { Gatekeeper } from "./run/gatekeeper.js";
import { Interrupts } from "./run/interrupts.js";
import { Scheduler } from "./run/scheduler.js";
import { createPolicy, moveAll, POLICY_NAMES } from "./sched/policy.js";
import { Storage } from "./storage.js";
import { CapabilityTable } from "./supervisor/capabilities.js";
import { ControlDevice } from "./supervisor/control-device.js";
import type { SwapFile } from "./swap/swap-file.js";
import { TimerQueue } from "./timers.js";
import { ImageStore } from "./vm/image-store.js";
import { MemoryPool } from "./vm/memory.js";
import { ClockRegisters } from "./vm/virtual-registers.js";
import type { Vm } from "./vm/vm.js";
import { VmTable } from "./vm/vm-table.js";
import { StateWord } from "./x86/machine.js";

export class Kernel implements KernelCommands {
  readonly panel: InstrumentPanel;
  readonly policies: readonly string[] = POLICY_NAMES;
  /** Called when the completion of a transfer or a command has given an idle kernel work. Set by the host. */
  onWork: (() => void) | undefined;
  /** Called when a VM has ended. Set by the host. */
  onEnd: ((id: number) => void) | undefined;

  readonly #core: Core;
  readonly #random: Random;
  readonly #storage: Storage;
  readonly #images: ImageStore;
  readonly #swapFile: SwapFile;
  readonly #accounting: Accounting;
  readonly #scheduler: Scheduler;
  readonly #interrupts: Interrupts;
  readonly #gatekeeper: Gatekeeper;
  readonly #lifecycle: Lifecycle;
  readonly #dispatcher: Dispatcher;
  #shutdown: Promise<void> | undefined;

  /**
   * Boots a kernel.
   * @throws UserError when an option is not right, or the state folder or the images cannot be used
   */
  static boot(options: Partial<KernelOptions>): Kernel {
    return new Kernel(withDefaults(options));
  }

  private constructor(options: KernelOptions) {
    // What everything else stands on: time, figures, settings.
    const clock: Clock = options.clock === "virtual" ? new VirtualClock() : new RealClock();
    this.panel = new InstrumentPanel(MAXIMUM_VMS);
    this.#core = {
      clock,
      timers: new TimerQueue(),
      panel: this.panel,
      notices: new Notices(clock),
      vms: new VmTable(this.panel),
      settings: { quantum: options.quantum, memoryBudget: options.memoryBudget },
    };
    this.#random = createRandom(options.seed);

    // What is on the host's disks: images, the swap file, virtual disks.
    this.#images = new ImageStore(options.imageFolders);
    this.#storage = new Storage(options.stateFolder, clock, this.#core.timers, () => this.onWork?.());
    this.#swapFile = this.#storage.openSwapFile();
    const disks = new DiskStore(this.#storage.diskFolder, this.#storage.diskFiles);

    // Who runs: scheduler, interrupts, gatekeeper.
    this.#accounting = new Accounting(this.#core);
    this.#scheduler = new Scheduler(this.#core, this.#accounting, createPolicy<Vm>(options.policy, this.#random));
    this.#interrupts = new Interrupts(this.#core, this.#scheduler);
    this.#gatekeeper = new Gatekeeper(this.#core, this.#accounting, new MemoryPool(), this.#swapFile, {
      load: (vm) => this.#lifecycle.load(vm),
      admitted: (vm) => this.#scheduler.admitted(vm),
      leaving: (vm) => this.#scheduler.leaving(vm),
      lost: (vm, reason) => this.#lost(vm, reason),
    });
    this.#scheduler.gatekeeper = this.#gatekeeper;

    // VMs, and what they can ask for.
    const capabilities = new CapabilityTable();
    this.#lifecycle = new Lifecycle({
      core: this.#core,
      accounting: this.#accounting,
      scheduler: this.#scheduler,
      interrupts: this.#interrupts,
      images: this.#images,
      disks,
      swapFile: this.#swapFile,
      capabilities,
    });
    this.#lifecycle.onEnd = (vm) => this.onEnd?.(vm.id);
    this.#dispatcher = new Dispatcher(
      {
        core: this.#core,
        scheduler: this.#scheduler,
        interrupts: this.#interrupts,
        control: new ControlDevice(this, this.#core.vms, this.#images, capabilities),
        terminate: (vm, status) => this.#lifecycle.terminate(vm, status),
        consoleOutput: (vm, bytes) => options.onConsole?.(vm.id, bytes),
      },
      this.#accounting,
      new ClockRegisters(clock.epoch),
      (vm, fault) => this.#lifecycle.crash(vm, fault),
    );

    // The first VM is the supervisor's.
    this.#publishSettings();
    this.panel.set("policy", POLICY_NAMES.indexOf(this.#scheduler.policy.name as (typeof POLICY_NAMES)[number]));
    if (options.supervisor) [this.#lifecycle.supervisor] = this.#lifecycle.create({ image: "supervisor" }, true);
  }

  /** Nanoseconds since boot, by the kernel's clock. */
  get now(): number {
    return this.#core.clock.now();
  }

  /**
   * Works for about `HOST_SLICE`, or until there is nothing to do.
   * @returns nanoseconds until there is something to do: 0 for at once, Infinity when only an outside event can bring it
   */
  step(): number {
    const { clock, timers } = this.#core;
    if (clock.virtual) {
      this.runUntil(clock.now() + HOST_SLICE);
      const more = this.#dispatcher.current !== undefined || this.#scheduler.policy.size > 0 || timers.size > 0;
      return more ? 0 : Number.POSITIVE_INFINITY;
    }
    const started = clock.now();
    const busyBefore = this.panel.get("busyTime");
    const deadline = started + HOST_SLICE;
    let now = started;
    let worked = true;
    while (worked && now < deadline) {
      worked = this.#turn(deadline);
      now = clock.now();
    }
    this.panel.set("time", now);
    this.panel.add("kernelTime", Math.max(0, now - started - (this.panel.get("busyTime") - busyBefore)));
    return worked ? 0 : Math.max(0, timers.next - now);
  }

  /** Virtual time only: runs until the clock reads `time` nanoseconds. */
  runUntil(time: number): void {
    const { clock, timers } = this.#core;
    while (clock.now() < time) {
      if (!this.#turn(time)) clock.advanceTo(Math.min(time, timers.next));
    }
    this.panel.set("time", clock.now());
  }

  /** Ends all VMs, waits for transfers under way, closes all files and removes the swap file. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#endEverything();
    return this.#shutdown;
  }

  async #endEverything(): Promise<void> {
    this.#lifecycle.supervisor = undefined;
    for (const vm of this.#core.vms) {
      if (vm.ended) continue;
      this.#dispatcher.preempt(vm);
      this.#lifecycle.kill(vm);
    }
    await this.#storage.settle();
    await this.#swapFile.close();
  }

  spawn(spec: VmSpec): number[] {
    const ids = this.#lifecycle.create(spec).map((vm) => vm.id);
    this.onWork?.();
    return ids;
  }

  pause(id: number): void {
    const vm = this.#living(id);
    if (vm.paused) throw new UserError(`${vm.name} is paused already`);
    this.#dispatcher.preempt(vm);
    this.#scheduler.pause(vm);
    this.onWork?.();
  }

  resume(id: number): void {
    const vm = this.#living(id);
    if (!vm.paused) throw new UserError(`${vm.name} is not paused`);
    this.#scheduler.resume(vm);
    this.onWork?.();
  }

  kill(id: number): void {
    const vm = this.#living(id);
    this.#dispatcher.preempt(vm);
    this.#lifecycle.kill(vm);
    this.onWork?.();
  }

  reap(id: number): void {
    this.#lifecycle.reap(this.#core.vms.get(id));
  }

  setQuantum(quantum: Quantum): void {
    checkQuantum(quantum);
    this.#core.settings.quantum = quantum;
    this.#publishSettings();
  }

  setPolicy(name: string): void {
    if (name === this.#scheduler.policy.name) return;
    const policy = createPolicy<Vm>(name, this.#random);
    moveAll(this.#scheduler.policy, policy);
    this.#scheduler.policy = policy;
    this.panel.set("policy", POLICY_NAMES.indexOf(name as (typeof POLICY_NAMES)[number]));
  }

  setMemoryBudget(bytes: number): void {
    checkMemoryBudget(bytes);
    this.#core.settings.memoryBudget = bytes;
    this.#publishSettings();
    this.#gatekeeper.shrink();
    this.onWork?.();
  }

  setTickets(id: number, tickets: number): void {
    const vm = this.#living(id);
    checkTickets(tickets);
    vm.tickets = tickets;
    this.panel.vm.tickets[vm.row] = tickets;
    this.#scheduler.policy.ticketsChanged(vm);
  }

  type(id: number, bytes: Uint8Array): number {
    const vm = this.#living(id);
    const taken = vm.keyboard.push(bytes);
    if (taken > 0) this.#interrupts.post(vm, Interrupt.KEYBOARD);
    this.onWork?.();
    return taken;
  }

  inspect(id: number): VmInspection {
    return inspect(this.#core.vms.get(id));
  }

  readConsole(id: number, position: number): ConsoleChunk {
    const vm = this.#core.vms.get(id);
    return { ...vm.console.read(position), ended: vm.ended };
  }

  images(): ImageSummary[] {
    return this.#images.all().map((image) => image.summary);
  }

  notices(after: number): KernelNotice[] {
    return this.#core.notices.after(after);
  }

  /** One dispatch, and before a new one what has become due; false when nothing can run. */
  #turn(hostDeadline: number): boolean {
    if (!this.#dispatcher.current) {
      const moved = this.#attendEvents();
      const { policy } = this.#scheduler;
      const vm = policy.next();
      this.panel.set("runQueue", policy.size);
      if (!vm) return moved;
      this.#dispatcher.begin(vm);
    }
    this.#dispatcher.run(hostDeadline);
    return true;
  }

  /** Fires timers, moves packets, lets the gatekeeper work; true when that may have made more to do. */
  #attendEvents(): boolean {
    const { clock, timers } = this.#core;
    timers.fireDue(clock.now());
    let moved = 0;
    for (const network of this.#lifecycle.networks) {
      if (network.busy) moved += network.drain(SWITCH_BURST_FRAMES);
    }
    if (moved > 0) this.#publishTraffic();
    this.#gatekeeper.advance();
    return moved > 0;
  }

  #lost(vm: Vm, reason: string): void {
    const eip = vm.state[StateWord.EIP] >>> 0;
    this.#lifecycle.crash(vm, {
      cause: "machine check",
      eip,
      bytes: new Uint8Array(),
      instruction: "",
      detail: reason,
    });
  }

  #living(id: number): Vm {
    const vm = this.#core.vms.get(id);
    if (vm.ended) throw new UserError(`${vm.name} has ended`);
    return vm;
  }

  #publishSettings(): void {
    const { quantum, memoryBudget } = this.#core.settings;
    this.panel.set("quantum", "nanoseconds" in quantum ? quantum.nanoseconds : 0);
    this.panel.set("quantumInstructions", "instructions" in quantum ? quantum.instructions : 0);
    this.panel.set("memoryBudget", memoryBudget);
  }

  #publishTraffic(): void {
    let frames = 0;
    let bytes = 0;
    let drops = 0;
    for (const network of this.#lifecycle.networks) {
      frames += network.framesSwitched;
      bytes += network.bytesSwitched;
      drops += network.framesDropped;
    }
    this.panel.set("packetsSwitched", frames);
    this.panel.set("bytesSwitched", bytes);
    this.panel.set("packetsDropped", drops);
  }
}
