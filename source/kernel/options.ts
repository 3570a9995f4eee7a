/** What a kernel is booted with, what is chosen when nothing is said, and what is refused. */

import type { Quantum } from "./commands.js";
import { ENGINE_NAMES, type EngineName } from "./engine-names.js";
import { invariant, UserError } from "./errors.js";
import { checkMode, IDLE_MODES, INTERRUPT_MODES } from "./modes.js";
import {
  DEFAULT_MEMORY_BUDGET,
  DEFAULT_QUANTUM,
  DEFAULT_SWAP_BLOCK,
  MAXIMUM_CPUS,
  MAXIMUM_QUANTUM,
  MAXIMUM_SWAP_IOPS,
  MEMORY_GRANULE,
  MINIMUM_QUANTUM,
  SWAP_BLOCK_LIMITS,
} from "./params.js";
import { POLICY_NAMES } from "./sched/policy.js";
import type { TranslationService } from "./translator/translation-service.js";

/**
 * Whether the host's page cache stands between the swap file and the disk, in QEMU's words: `writeback`, and what is swapped out
 * may stay in the host's memory for long; `none`, and it does not (O_DIRECT).
 */
export const SWAP_CACHES = ["writeback", "none"] as const;

export interface KernelOptions {
  readonly clock: "real" | "virtual";
  /** Seed of everything random. */
  readonly seed: number;
  /** Bytes of VM memory in core at once. */
  readonly memoryBudget: number;
  /** Bytes of a block of the swap file: what is found to be zero, shared and checked. */
  readonly swapBlock: number;
  /** What of the host's memory the swap file may use, see {@link SWAP_CACHES}. */
  readonly swapCache: string;
  /** Transfers of the swap file a second, to see what a slower disk does; as many as the disk makes where it is left out. */
  readonly swapIops?: number;
  readonly quantum: Quantum;
  /** Name of the scheduling policy. */
  readonly policy: string;
  /** How interrupts reach a VM, and what IDLE does; see modes.ts. */
  readonly interrupts: string;
  readonly idle: string;
  /** Folder for the swap file and the virtual disks; made when it does not exist. */
  readonly stateFolder: string;
  /** Folders of images, searched in order. */
  readonly imageFolders: readonly string[];
  /** Folder where translations are kept from one run to the next; none are kept without it. */
  readonly cacheFolder?: string;
  /**
   * Translates images while the kernel runs, for the engine `automatic` in real time; without it small images are translated
   * ahead of running, and larger ones interpreted.
   */
  readonly translations?: TranslationService;
  /** Whether the supervisor VM is booted. */
  readonly supervisor: boolean;
  /** CPUs that guests run on, that of the kernel's own thread included. */
  readonly cpus: number;
  /** The built processors/processor-worker.ts, the thread of the other CPUs; needed for more than one. */
  readonly processorFile?: string;
  /** What executes guest code, of VMs that ask for no other engine. */
  readonly engine: EngineName;
  /** VMs have a register-level network interface beside their own, to be measured: operations/register-nic.ts. */
  readonly registerNic: boolean;
  /** Called with every byte a VM prints, in the middle of the kernel's work: it may not call the kernel. */
  readonly onConsole?: (id: number, bytes: Uint8Array) => void;
}

/** Fills in what was left out, except for folders, which only the host can know. @throws UserError for a bad value */
export function withDefaults(options: Partial<KernelOptions>): KernelOptions {
  const { stateFolder, imageFolders } = options;
  if (!stateFolder || !imageFolders) throw new UserError("a kernel needs a state folder and a folder of images");
  const complete: KernelOptions = {
    clock: options.clock ?? "real",
    seed: options.seed ?? 1,
    memoryBudget: options.memoryBudget ?? DEFAULT_MEMORY_BUDGET,
    swapBlock: options.swapBlock ?? DEFAULT_SWAP_BLOCK,
    swapCache: options.swapCache ?? SWAP_CACHES[0],
    ...(options.swapIops === undefined ? {} : { swapIops: options.swapIops }),
    quantum: options.quantum ?? { nanoseconds: DEFAULT_QUANTUM },
    policy: options.policy ?? "round-robin",
    interrupts: options.interrupts ?? INTERRUPT_MODES[0],
    idle: options.idle ?? IDLE_MODES[0],
    stateFolder,
    imageFolders,
    ...(options.cacheFolder ? { cacheFolder: options.cacheFolder } : {}),
    ...(options.translations ? { translations: options.translations } : {}),
    supervisor: options.supervisor ?? true,
    engine: options.engine ?? "automatic",
    cpus: options.cpus ?? 1,
    registerNic: options.registerNic ?? false,
    ...(options.processorFile ? { processorFile: options.processorFile } : {}),
    ...(options.onConsole ? { onConsole: options.onConsole } : {}),
  };
  checkOptions(complete);
  invariant(
    complete.cpus === 1 || complete.processorFile,
    "a kernel with several CPUs is told where their thread's file is",
  );
  return complete;
}

/** What each option must be that a person gives. */
const CHECKS: { readonly [Name in keyof KernelOptions]?: (value: NonNullable<KernelOptions[Name]>) => void } = {
  engine: (name) => checkMode("engine", name, ENGINE_NAMES),
  interrupts: (name) => checkMode("interrupt mode", name, INTERRUPT_MODES),
  swapCache: (name) => checkMode("cache of the swap file", name, SWAP_CACHES),
  idle: (name) => checkMode("idle mode", name, IDLE_MODES),
  policy: (name) => checkMode("scheduling policy", name, POLICY_NAMES),
  quantum: checkQuantum,
  memoryBudget: checkMemoryBudget,
  swapBlock: checkSwapBlock,
  swapIops: checkSwapIops,
  seed: checkSeed,
};

/** @throws UserError for a bad value among those that are there */
export function checkOptions(options: Partial<KernelOptions>): void {
  for (const [name, value] of Object.entries(options)) {
    (CHECKS[name as keyof KernelOptions] as ((value: unknown) => void) | undefined)?.(value);
  }
  checkCpus(options);
}

function checkCpus({ cpus = 1, clock }: Partial<KernelOptions>): void {
  if (!Number.isSafeInteger(cpus) || cpus < 1 || cpus > MAXIMUM_CPUS) {
    throw new UserError(`guests cannot run on ${cpus} CPUs; give 1 to ${MAXIMUM_CPUS}`);
  }
  if (cpus === 1) return;
  if (clock === "virtual") {
    throw new UserError("in virtual time guests run on one CPU, so that runs repeat exactly; give 1 CPU or real time");
  }
}

function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new UserError(`${seed} is not a seed; give a whole number`);
}

/** @throws UserError unless guests can be scheduled with it */
export function checkQuantum(quantum: Quantum): void {
  if ("instructions" in quantum) {
    if (Number.isSafeInteger(quantum.instructions) && quantum.instructions >= 1) return;
    throw new UserError(
      `a quantum of ${quantum.instructions} instructions makes no sense; give a whole number from 1 on`,
    );
  }
  if (quantum.nanoseconds >= MINIMUM_QUANTUM && quantum.nanoseconds <= MAXIMUM_QUANTUM) return;
  const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;
  throw new UserError(
    `a quantum of ${milliseconds(quantum.nanoseconds)} ms is out of range; ` +
      `give ${milliseconds(MINIMUM_QUANTUM)} to ${milliseconds(MAXIMUM_QUANTUM)} ms`,
  );
}

/** @throws UserError unless it is a size that could hold a VM */
export function checkMemoryBudget(bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= MEMORY_GRANULE) return;
  throw new UserError(`a memory budget of ${bytes} bytes holds no VM; give at least ${MEMORY_GRANULE}`);
}

function checkSwapIops(rate: number): void {
  if (Number.isSafeInteger(rate) && rate >= 1 && rate <= MAXIMUM_SWAP_IOPS) return;
  throw new UserError(`a disk of ${rate} transfers a second makes no sense; give 1 to ${MAXIMUM_SWAP_IOPS}`);
}

function checkSwapBlock(bytes: number): void {
  const { least, most } = SWAP_BLOCK_LIMITS;
  if (bytes >= least && bytes <= most && Number.isInteger(Math.log2(bytes))) return;
  throw new UserError(`a swap block of ${bytes} bytes makes no sense; give a power of two from ${least} to ${most}`);
}
