/** Creating VMs: all that is asked for, or none. */

import type { VmSpec } from "./commands.js";
import type { DiskStore } from "./devices/disk-store.js";
import type { EngineName } from "./engine-names.js";
import { UserError } from "./errors.js";
import type { Networks } from "./networks.js";
import { DEFAULT_NETWORK } from "./params.js";
import type { Accounting } from "./run/accounting.js";
import type { Core } from "./run/core.js";
import type { Interrupts } from "./run/interrupts.js";
import type { Scheduler } from "./run/scheduler.js";
import { checkSpawnRequest, type SpawnRequest } from "./spawn-request.js";
import type { CapabilityTable } from "./supervisor/capabilities.js";
import type { SwapFile, SwapRegion } from "./swap/swap-file.js";
import type { Untranslatable } from "./translator/untranslatable.js";
import { DiskDevice } from "./vm/disk-device.js";
import type { Image } from "./vm/image.js";
import type { ImageStore } from "./vm/image-store.js";
import { type InterfaceOwner, NetworkInterface } from "./vm/network-interface.js";
import { Vm, type VmPlan } from "./vm/vm.js";
import { discardDisks, type OwnDisk, openDisks } from "./vm-disks.js";
import type { Engine } from "./x86/machine.js";

/** What most VMs have of arguments and disks, shared by all of them. */
const NONE: readonly never[] = [];

/** What creating and ending VMs works on. */
export interface LifecycleParts {
  readonly core: Core;
  readonly accounting: Accounting;
  readonly scheduler: Scheduler;
  readonly interrupts: Interrupts;
  readonly images: ImageStore;
  readonly disks: DiskStore;
  readonly swapFile: SwapFile;
  readonly capabilities: CapabilityTable;
  /** The engine of VMs that do not say on which. */
  readonly engine: EngineName;
  readonly networks: Networks;
}

/** What is being created, all or none. */
interface Batch {
  readonly vms: Vm[];
  /** What the operator has to know once they are there. */
  readonly remarks: string[];
}

export class Creation {
  readonly #parts: LifecycleParts;
  readonly #interfaceOwner: InterfaceOwner;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    const { core, interrupts, scheduler } = parts;
    this.#interfaceOwner = {
      panel: core.panel,
      post: (vm, vector) => interrupts.post(vm, vector),
      beginWork: () => scheduler.debts.beginWork(),
      endWork: (vm, deliveries) => scheduler.debts.endWork(vm, deliveries),
    };
  }

  /**
   * Creates the VMs asked for, all or none.
   * @param pinnedBytes of memory that never leave core
   * @throws UserError when the request is not right or there is no room
   */
  create(spec: VmSpec, pinnedBytes: number, supervisor = false): Vm[] {
    return this.#allOrNone((batch) => this.#createFrom(spec, pinnedBytes, supervisor, batch));
  }

  /**
   * The same of several requests.
   * @param places what a refusal begins with, of each request
   */
  createAll(specs: readonly VmSpec[], pinnedBytes: number, places: readonly string[] = []): Vm[] {
    return this.#allOrNone((batch) => {
      for (const [index, spec] of specs.entries()) {
        try {
          this.#createFrom(spec, pinnedBytes, false, batch);
        } catch (error) {
          const isNamed = error instanceof UserError && places[index] !== undefined;
          throw isNamed ? new UserError(`${places[index]}: ${error.message}`) : error;
        }
      }
    });
  }

  #createFrom(spec: VmSpec, pinnedBytes: number, supervisor: boolean, batch: Batch): void {
    const request = checkSpawnRequest(spec, this.#parts.core, this.#parts.images, pinnedBytes);
    const plan = this.#plan(request, supervisor);
    for (let index = 0; index < request.count; index++) this.#createOne(request, plan, batch);
  }

  /** @param create adds the VMs that it creates */
  #allOrNone(create: (batch: Batch) => void): Vm[] {
    const { vms, remarks }: Batch = { vms: [], remarks: [] };
    try {
      create({ vms, remarks });
    } catch (error) {
      for (const vm of vms) this.#undo(vm);
      throw error;
    }
    for (const vm of vms) this.#introduce(vm);
    for (const remark of remarks) this.#parts.core.notices.error(remark);
    return vms;
  }

  #plan({ spec, image, memorySize }: SpawnRequest, supervisor: boolean): VmPlan {
    const wanted = spec.engine ?? this.#parts.engine;
    const engine = this.#engineFor(wanted, image, supervisor);
    return {
      image,
      memorySize,
      arguments: spec.arguments ?? NONE,
      diskSpecs: spec.disks ?? NONE,
      supervisor,
      engine,
      // One that cannot be translated is interpreted whatever was asked for.
      engineName: engine === image.interpreter ? "interpreter" : wanted,
      records: this.#parts.core.vms.records,
      wake: this.#wake,
    };
  }

  #createOne(request: SpawnRequest, plan: VmPlan, { vms, remarks }: Batch): void {
    const { core, accounting, swapFile, disks } = this.#parts;
    const { spec } = request;
    const { id, row } = core.vms.allocate();
    const name = core.vms.uniqueName(request.name);
    let own: readonly OwnDisk[] = NONE;
    let region: SwapRegion | undefined;
    try {
      own = openDisks(disks, plan.diskSpecs, name, (text) => remarks.push(text));
      const hasAll = own.length === plan.diskSpecs.length;
      region = plan.supervisor ? undefined : swapFile.reserve(plan.memorySize, id);
      const actual = hasAll ? plan : { ...plan, diskSpecs: own.map(({ spec }) => spec) };
      const vm = new Vm({ id, row, name }, actual, request.tickets);
      vm.region = region;
      this.#equip(vm, own, spec.network ?? DEFAULT_NETWORK);
      core.vms.add(vm);
      accounting.open(vm, core.clock.now());
      this.#showTranslation(vm);
      vms.push(vm);
    } catch (error) {
      discardDisks(own);
      if (region) swapFile.release(region);
      core.vms.giveBack(row, name);
      throw error;
    }
  }

  /** The engine that runs an image's VMs. Where translating comes first, the first of them waits for it. */
  #engineFor(name: EngineName, image: Image, supervisor: boolean): Engine {
    const { clock } = this.#parts.core;
    image.engines.onTranslated ??= (took) => this.#translated(image, took);
    image.engines.onUntranslatable ??= (why, runsOne) => this.#untranslatable(image, why, runsOne);
    image.engines.onPartlyTranslated ??= () => this.#partlyTranslated(image);
    const before = clock.now();
    const engine = supervisor ? image.engines.engineOfSupervisor(name) : image.engines.engine(name);
    if (name !== "interpreter" && !image.engines.translatesAside && image.translationTime === undefined) {
      // Other VMs of the image, which were interpreted so far, run what was translated for this one.
      this.#translated(image, clock.now() - before);
    }
    return engine;
  }

  #untranslatable({ name }: Image, { reason, report }: Untranslatable, runsOne: boolean): void {
    const { notices } = this.#parts.core;
    const text = runsOne
      ? `${name}, with what it was seen to run, ${reason}; it goes on as it was translated before`
      : `${name} ${reason}; it is interpreted, which is slower`;
    if (report === undefined) notices.warning(text);
    else notices.error(text, report);
  }

  #partlyTranslated({ name }: Image): void {
    const what = "has more code, or a larger function, than is translated: that part is interpreted, which is slower";
    this.#parts.core.notices.warning(`${name} ${what}`);
  }

  #translated(image: Image, took: number): void {
    image.translationTime = took;
    for (const vm of this.#parts.core.vms) if (vm.image === image) this.#showTranslation(vm);
  }

  #showTranslation({ row, image, engineName }: Vm): void {
    if (engineName === "interpreter") return;
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

  /** Takes back a VM that was never introduced, because another of its request could not be created. */
  #undo(vm: Vm): void {
    vm.networkInterface.unplug();
    for (const disk of vm.disks) disk.discard();
    if (vm.region) this.#parts.swapFile.release(vm.region);
    this.#parts.accounting.close(vm);
    this.#parts.core.vms.remove(vm);
    this.#parts.networks.leave(vm.networkInterface.ethernet);
  }
}
