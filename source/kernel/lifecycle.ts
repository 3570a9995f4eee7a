/** Creating VMs, ending them, and forgetting them. A VM ends once: by its own will, by a fault, or because it is killed. */

import { Interrupt } from "./abi.js";
import type { VmSpec } from "./commands.js";
import type { DiskStore } from "./devices/disk-store.js";
import { UserError } from "./errors.js";
import { describeFault, summarise } from "./inspection.js";
import type { Networks } from "./networks.js";
import { VIRTUAL_CPU_SPEED } from "./params.js";
import type { Accounting } from "./run/accounting.js";
import type { Core } from "./run/core.js";
import type { Interrupts } from "./run/interrupts.js";
import type { Scheduler } from "./run/scheduler.js";
import { checkSpawnRequest, type SpawnRequest } from "./spawn-request.js";
import type { CapabilityTable } from "./supervisor/capabilities.js";
import type { SwapFile, SwapRegion } from "./swap/swap-file.js";
import { DiskDevice } from "./vm/disk-device.js";
import type { Image } from "./vm/image.js";
import type { EngineName } from "./vm/image-engines.js";
import type { ImageStore } from "./vm/image-store.js";
import { type InterfaceOwner, NetworkInterface } from "./vm/network-interface.js";
import { writeRegisterPage } from "./vm/virtual-registers.js";
import { Vm, type VmPlan } from "./vm/vm.js";
import { discardDisks, type OwnDisk, openDisks } from "./vm-disks.js";
import { type Engine, type Fault, StateWord } from "./x86/machine.js";

/** Status of a VM that was killed: 128 + SIGKILL, as a shell would say. */
const KILLED_STATUS = 137;

/** Name of the Ethernet that VMs are plugged into unless they say otherwise. */
const DEFAULT_NETWORK = "lan";

/** What most VMs have of arguments and disks, shared by all of them. */
const NONE: readonly never[] = [];

/** What lifecycle works on. */
export interface LifecycleParts {
  readonly core: Core;
  readonly accounting: Accounting;
  readonly scheduler: Scheduler;
  readonly interrupts: Interrupts;
  readonly images: ImageStore;
  readonly disks: DiskStore;
  readonly swapFile: SwapFile;
  readonly capabilities: CapabilityTable;
  /** The engine that new VMs run on. */
  readonly engine: EngineName;
  readonly networks: Networks;
}

export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #interfaceOwner: InterfaceOwner;
  /** The supervisor VM, once it is created. */
  supervisor: Vm | undefined;
  /** Told when a VM has ended. */
  onEnd: ((vm: Vm) => void) | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    const { core, interrupts } = parts;
    this.#interfaceOwner = { panel: core.panel, post: (vm, vector) => interrupts.post(vm, vector) };
  }

  get networks(): Networks {
    return this.#parts.networks;
  }

  /**
   * Creates the VMs asked for, all or none.
   * @throws UserError when the request is not right or there is no room
   */
  create(spec: VmSpec, supervisor = false): Vm[] {
    return this.#allOrNone((created) => this.#createFrom(spec, supervisor, created));
  }

  /**
   * The same of several requests.
   * @param places what a refusal begins with, of each request
   */
  createAll(specs: readonly VmSpec[], places: readonly string[] = []): Vm[] {
    return this.#allOrNone((created) => {
      for (const [index, spec] of specs.entries()) {
        try {
          this.#createFrom(spec, false, created);
        } catch (error) {
          const isNamed = error instanceof UserError && places[index] !== undefined;
          throw isNamed ? new UserError(`${places[index]}: ${error.message}`) : error;
        }
      }
    });
  }

  #createFrom(spec: VmSpec, supervisor: boolean, created: Vm[]): void {
    const request = checkSpawnRequest(spec, this.#parts.core, this.#parts.images, this.#pinnedBytes);
    const plan = this.#plan(request, supervisor);
    for (let index = 0; index < request.count; index++) created.push(this.#createOne(request, plan));
  }

  /** @param create adds the VMs that it creates */
  #allOrNone(create: (created: Vm[]) => void): Vm[] {
    const created: Vm[] = [];
    try {
      create(created);
    } catch (error) {
      for (const vm of created) this.#undo(vm);
      throw error;
    }
    for (const vm of created) this.#introduce(vm);
    return created;
  }

  /**
   * Refuses a memory budget in which a living VM could never be in core: at the head of the gatekeeper's queue it would
   * keep everyone else waiting as well.
   */
  checkHolds(memoryBudget: number): void {
    for (const vm of this.#parts.core.vms) {
      const needed = vm.supervisor ? vm.memorySize : vm.memorySize + this.#pinnedBytes;
      if (vm.ended || needed <= memoryBudget) continue;
      throw new UserError(
        `a memory budget of ${memoryBudget} bytes does not hold ${vm.name}; give at least ${needed}, or kill it first`,
      );
    }
  }

  /** Puts the image and the register page into a VM's memory at its first admission. */
  load(vm: Vm): void {
    const memory = vm.memory as NonNullable<Vm["memory"]>;
    vm.image.load(memory.bytes);
    writeRegisterPage(memory.view, {
      id: vm.id,
      name: vm.name,
      memorySize: vm.memorySize,
      cpuSpeed: VIRTUAL_CPU_SPEED,
      macAddress: vm.networkInterface.mac,
      arguments: vm.arguments,
      disks: vm.disks,
    });
  }

  terminate(vm: Vm, status: number): void {
    vm.status = status;
    this.#parts.core.panel.vm.status[vm.row] = status;
    this.#end(vm);
  }

  kill(vm: Vm): void {
    if (vm.ended) throw new UserError(`${vm.name} has ended already`);
    this.terminate(vm, KILLED_STATUS);
  }

  crash(vm: Vm, fault: Fault): void {
    vm.fault = fault;
    this.#end(vm);
    const { notices } = this.#parts.core;
    const text = `${vm.name} crashed: ${describeFault(summarise(fault))}`;
    if (fault.cause === "engines differ") notices.error(text, fault.report);
    else notices.warning(text);
  }

  /** Ends a VM whose swapped-out memory cannot be had back. */
  lose(vm: Vm, reason: string): void {
    const eip = vm.state[StateWord.EIP] >>> 0;
    this.crash(vm, { cause: "machine check", eip, bytes: new Uint8Array(), instruction: "", detail: reason });
  }

  /** Forgets a VM that has ended. */
  reap(vm: Vm): void {
    if (!vm.ended) throw new UserError(`${vm.name} is still alive; kill it first`);
    const { core, accounting, capabilities, networks } = this.#parts;
    accounting.close(vm);
    capabilities.revoke(vm);
    core.vms.remove(vm);
    networks.leave(vm.networkInterface.ethernet);
  }

  /** Bytes that never leave core: the supervisor VM's. */
  get #pinnedBytes(): number {
    return this.supervisor && !this.supervisor.ended ? this.supervisor.memorySize : 0;
  }

  #plan({ spec, image, memorySize }: SpawnRequest, supervisor: boolean): VmPlan {
    return {
      image,
      memorySize,
      arguments: spec.arguments ?? NONE,
      diskSpecs: spec.disks ?? NONE,
      supervisor,
      engine: this.#engineFor(image, supervisor),
      records: this.#parts.core.vms.records,
      wake: this.#wake,
    };
  }

  #createOne(request: SpawnRequest, plan: VmPlan): Vm {
    const { core, accounting, swapFile, disks } = this.#parts;
    const { spec } = request;
    const { id, row } = core.vms.allocate();
    const name = core.vms.uniqueName(request.name);
    let own: readonly OwnDisk[] = NONE;
    let region: SwapRegion | undefined;
    try {
      own = openDisks(disks, plan.diskSpecs, name, core.notices);
      const hasAll = own.length === plan.diskSpecs.length;
      region = plan.supervisor ? undefined : swapFile.reserve(plan.memorySize, id);
      const actual = hasAll ? plan : { ...plan, diskSpecs: own.map(({ spec }) => spec) };
      const vm = new Vm({ id, row, name }, actual, request.tickets);
      vm.region = region;
      this.#equip(vm, own, spec.network ?? DEFAULT_NETWORK);
      core.vms.add(vm);
      accounting.open(vm, core.clock.now());
      this.#showTranslation(vm);
      return vm;
    } catch (error) {
      discardDisks(own);
      if (region) swapFile.release(region);
      core.vms.giveBack(row, name);
      throw error;
    }
  }

  /** The engine that runs an image's VMs. Where translating comes first, the first of them waits for it. */
  #engineFor(image: Image, supervisor: boolean): Engine {
    const { clock } = this.#parts.core;
    const before = clock.now();
    const name = this.#parts.engine;
    const engine = supervisor ? image.engines.engineOfSupervisor(name) : image.engines.engine(name);
    if (!image.engines.translatesAside) image.translationTime ??= clock.now() - before;
    image.engines.onTranslated ??= (took) => this.#translatedAside(image, took);
    image.engines.onUntranslatable ??= () => {
      this.#parts.core.notices.warning(
        `${image.name} is too large to be translated on this host: it is interpreted, which is slower`,
      );
    };
    return engine;
  }

  #translatedAside(image: Image, took: number): void {
    image.translationTime = took;
    for (const vm of this.#parts.core.vms) if (vm.image === image) this.#showTranslation(vm);
  }

  #showTranslation({ row, image }: Vm): void {
    if (this.#parts.engine === "interpreter") return;
    const { vm: columns } = this.#parts.core.panel;
    columns.translationTime[row] = image.translationTime ?? 0;
    columns.translationKept[row] = Number(image.engines.translationKept);
  }

  readonly #wake = (vm: Vm): void => this.#parts.scheduler.wake(vm);

  #equip(vm: Vm, disks: readonly OwnDisk[], network: string): void {
    const { interrupts, networks } = this.#parts;
    vm.networkInterface = new NetworkInterface(networks.join(network), vm, this.#interfaceOwner);
    if (disks.length === 0) return;
    const post = (vector: number) => interrupts.post(vm, vector);
    vm.disks = disks.map(({ disk }) => new DiskDevice(disk, post));
  }

  #introduce(vm: Vm): void {
    const { capabilities, scheduler } = this.#parts;
    capabilities.grant(vm);
    scheduler.introduce(vm);
  }

  #end(vm: Vm): void {
    const { core, scheduler, interrupts, capabilities } = this.#parts;
    scheduler.retire(vm);
    interrupts.discard(vm);
    vm.networkInterface.unplug();
    for (const disk of vm.disks) disk.release();
    vm.keyboard.take(vm.keyboard.length);
    vm.forgetViews();
    core.panel.vm.endedAt[vm.row] = core.clock.now();
    core.panel.add("population", 1);
    if (this.supervisor && this.supervisor !== vm) {
      capabilities.noteEnd(vm);
      interrupts.post(this.supervisor, Interrupt.CONTROL);
    }
    this.onEnd?.(vm);
  }

  /** Takes back a VM that was never introduced, because another of its request could not be created. */
  #undo(vm: Vm): void {
    vm.networkInterface.unplug();
    for (const disk of vm.disks) disk.discard();
    if (vm.region) this.#parts.swapFile.release(vm.region);
    this.#parts.accounting.close(vm);
    this.#parts.core.vms.remove(vm);
    this.networks.leave(vm.networkInterface.ethernet);
  }
}
