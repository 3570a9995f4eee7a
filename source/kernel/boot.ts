/** Boots a kernel: makes its parts in the order in which they stand on each other, and starts the first VM. */

import { Interrupt } from "./abi.js";
import type { Clock } from "./clock.js";
import { RealClock, VirtualClock } from "./clock.js";
import { DiskStore } from "./devices/disk-store.js";
import { InstrumentPanel } from "./instruments.js";
import { Lifecycle } from "./lifecycle.js";
import { checkMode, IDLE_MODES, INTERRUPT_MODES } from "./modes.js";
import { Networks } from "./networks.js";
import { Notices } from "./notices.js";
import type { KernelOptions } from "./options.js";
import { MAXIMUM_VMS } from "./params.js";
import { createRandom, type Random } from "./random.js";
import { Accounting } from "./run/accounting.js";
import type { Core } from "./run/core.js";
import { Dispatcher } from "./run/dispatcher.js";
import { Gatekeeper } from "./run/gatekeeper.js";
import { Interrupts } from "./run/interrupts.js";
import { OtherCpus, type OtherCpusParts } from "./run/other-cpus.js";
import { Scheduler } from "./run/scheduler.js";
import { Slices } from "./run/slice.js";
import { Swapper } from "./run/swapper.js";
import { createPolicy, TaskLinks } from "./sched/policy.js";
import { Storage } from "./storage.js";
import { CapabilityTable } from "./supervisor/capabilities.js";
import { ControlDevice, type SupervisorCommands } from "./supervisor/control-device.js";
import { UplinkDevice } from "./supervisor/uplink-device.js";
import type { SwapFile } from "./swap/swap-file.js";
import { TimerQueue } from "./timers.js";
import type { TranslationSource } from "./vm/image-engines.js";
import { ImageStore } from "./vm/image-store.js";
import { MemoryPool } from "./vm/memory.js";
import { clearByPieces, collectDropped } from "./vm/memory-collector.js";
import { openCache } from "./vm/translate-file.js";
import { ClockRegisters } from "./vm/virtual-registers.js";
import { VmTable } from "./vm/vm-table.js";

/** Everything a kernel is made of. */
export interface Parts {
  readonly core: Core;
  readonly random: Random;
  readonly images: ImageStore;
  readonly storage: Storage;
  readonly swapFile: SwapFile;
  readonly disks: DiskStore;
  readonly scheduler: Scheduler;
  readonly interrupts: Interrupts;
  readonly gatekeeper: Gatekeeper;
  readonly lifecycle: Lifecycle;
  readonly accounting: Accounting;
  readonly dispatcher: Dispatcher;
  /** The CPUs beside the kernel's own thread, where there are any. */
  readonly otherCpus: OtherCpus | undefined;
  readonly uplink: UplinkDevice;
}

/**
 * @param commands what the supervisor VM's handles stand for
 * @param onWork called after each completed transfer, and when something came from outside
 * @throws UserError when the state folder or the images cannot be used
 */
export function boot(options: KernelOptions, commands: SupervisorCommands, onWork: () => void): Parts {
  const core = createCore(options);
  const { onConsole } = options;
  const random = createRandom(options.seed);
  const policy = createPolicy(options.policy, random, core.links);
  const images = new ImageStore(options.imageFolders, translationSource(options, core.clock), ({ message }) =>
    core.notices.warning(message),
  );

  const storage = new Storage(options.stateFolder, core.clock, core.timers, onWork);
  const swapFile = openSwapFile(options, storage, core);
  const disks = new DiskStore(storage.diskFolder, storage.diskFiles);

  const accounting = new Accounting(core);
  const scheduler = new Scheduler(core, accounting, policy);
  const interrupts = new Interrupts(core, scheduler);
  const capabilities = new CapabilityTable(core.vms);
  const lifecycle = new Lifecycle({
    core,
    accounting,
    scheduler,
    interrupts,
    images,
    disks,
    swapFile,
    capabilities,
    engine: options.engine,
    networks: new Networks(core.panel, core.clock),
  });

  const uplink = createUplink(core, lifecycle, interrupts, onWork);

  const pool = new MemoryPool();
  const swapper = new Swapper(core, accounting, pool, swapFile);
  const gatekeeper = new Gatekeeper(core, swapper, {
    load: (vm) => lifecycle.load(vm),
    admitted: (vm) => scheduler.admitted(vm),
    leaving: (vm) => scheduler.leaving(vm),
    lost: (vm, reason) => lifecycle.lose(vm, reason),
  });
  scheduler.gatekeeper = gatekeeper;

  const slices = new Slices(
    {
      core,
      scheduler,
      interrupts,
      control: new ControlDevice(commands, core.vms, images, capabilities),
      uplink,
      registerNics: options.registerNic ? new WeakMap() : undefined,
      terminate: (vm, status) => lifecycle.terminate(vm, status),
      consoleOutput: onConsole && ((vm, bytes) => onConsole(vm.id, bytes)),
    },
    accounting,
    new ClockRegisters(core.clock.epoch),
    (vm, fault) => lifecycle.crash(vm, fault),
  );
  const eventsDue = (now: number) =>
    core.timers.next <= now ||
    lifecycle.networks.hasFrames ||
    (lifecycle.networks.hasTraffic && scheduler.debts.hasCredit);
  const dispatcher = new Dispatcher(core, slices, accounting, eventsDue);
  const otherCpus = createOtherCpus(options, { core, accounting, scheduler, gatekeeper, slices }, onWork);
  dispatcher.attendance = otherCpus;
  collectDropped(pool, core.clock, core.timers, otherCpus);
  clearByPieces(pool, core.clock, core.timers);

  if (options.supervisor) startSupervisor(lifecycle, swapFile);
  return {
    core,
    random,
    images,
    storage,
    swapFile,
    disks,
    scheduler,
    interrupts,
    gatekeeper,
    lifecycle,
    accounting,
    dispatcher,
    otherCpus,
    uplink,
  };
}

function createUplink({ vms }: Core, lifecycle: Lifecycle, interrupts: Interrupts, onWork: () => void): UplinkDevice {
  const livingSupervisor = () => (lifecycle.supervisor?.ended ? undefined : lifecycle.supervisor);
  return new UplinkDevice({
    post: () => {
      const supervisor = livingSupervisor();
      if (!supervisor) return false;
      interrupts.post(supervisor, Interrupt.UPLINK);
      onWork();
      return true;
    },
    ethernetApart: (name) => {
      const vm = vms.withName(name);
      const supervisor = livingSupervisor();
      if (!vm || vm.ended || !supervisor) return undefined;
      const { ethernet } = vm.networkInterface;
      return ethernet === supervisor.networkInterface.ethernet ? undefined : ethernet.name;
    },
    nameOf: (id) => vms.nameOf(id),
  });
}

function openSwapFile(
  { swapBlock, swapCache, swapIops }: KernelOptions,
  storage: Storage,
  { clock, notices }: Core,
): SwapFile {
  const wanted = swapCache === "none" && !clock.virtual;
  const swapFile = storage.openSwapFile({ blockSize: swapBlock, direct: wanted, rate: swapIops });
  if (wanted && !swapFile.direct) {
    notices.information("the swap file goes through the host's page cache: its file system knows no other way");
  }
  return swapFile;
}

function createOtherCpus(options: KernelOptions, parts: OtherCpusParts, onWork: () => void): OtherCpus | undefined {
  const { cpus, processorFile } = options;
  if (cpus === 1 || !processorFile) return undefined;
  return new OtherCpus(parts, cpus - 1, processorFile, onWork);
}

/** In virtual time nothing is translated aside: how much ran translated would differ from run to run. */
function translationSource({ cacheFolder, translations }: KernelOptions, clock: Clock): TranslationSource {
  const service = clock.virtual ? undefined : translations;
  return { cache: openCache(cacheFolder), cacheFolder, aside: service && { service, clock } };
}

/** The first VM. Where it cannot be created there is no kernel, and nothing of it stays behind. */
function startSupervisor(lifecycle: Lifecycle, swapFile: SwapFile): void {
  try {
    [lifecycle.supervisor] = lifecycle.create({ image: "supervisor" }, true);
  } catch (error) {
    void swapFile.close();
    throw error;
  }
}

function createCore(options: KernelOptions): Core {
  const clock: Clock = options.clock === "virtual" ? new VirtualClock() : new RealClock();
  const panel = new InstrumentPanel(MAXIMUM_VMS);
  panel.set("cpus", options.cpus);
  return {
    clock,
    timers: new TimerQueue(),
    panel,
    notices: new Notices(clock),
    vms: new VmTable(panel),
    links: new TaskLinks(),
    settings: {
      quantum: options.quantum,
      memoryBudget: options.memoryBudget,
      interrupts: checkMode("interrupt mode", options.interrupts, INTERRUPT_MODES),
      idle: checkMode("idle mode", options.idle, IDLE_MODES),
    },
  };
}
