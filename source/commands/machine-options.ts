/** Options that every command which boots a kernel takes, and what they mean to it. */

import { defined } from "../defined.js";
import type { Fleet } from "../fleet/fleet.js";
import { cacheFolder, IMAGE_FOLDER, PROCESSOR_WORKER, stateFolder, virtualStateFolder } from "../host/places.js";
import { checkOptions, ENGINE_NAMES, type EngineName, type KernelOptions } from "../kernel/index.js";
import { parseCount, parseMemoryBudget, parseQuantum, parseSwapBlock } from "../units.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import { asUsage, UsageError } from "./usage-error.js";

/** The options that a machine of one VM has, too. */
export const SMALL_MACHINE_OPTIONS = {
  engine: { value: "NAME", description: "automatic, translator, interpreter, or both" },
  state: { value: "FOLDER", description: "where disks and swap are kept" },
} satisfies Record<string, OptionSpec>;

export const MACHINE_OPTIONS = {
  "memory-budget": {
    value: "SIZE",
    description: "memory of all VMs in core at once, as 256MiB",
    line: "in core, as 256MiB; --swap-block SIZE, --swap-cache MODE",
  },
  "swap-block": { value: "SIZE", description: "unit of the swap file: 4KiB, or as much as 64KiB", told: true },
  "swap-cache": {
    value: "MODE",
    description: "none: swapping goes past the host's page cache; writeback: through it",
    told: true,
  },
  "swap-iops": { value: "N", description: "transfers a second: swapping as to a slower disk", told: true },
  quantum: {
    value: "TIME",
    description: "scheduler's quantum, as 5ms, or 100000i instructions",
    line: "as 5ms, or 100000i; --policy round-robin or lottery",
  },
  policy: { value: "NAME", description: "scheduling policy: round-robin or lottery", told: true },
  interrupts: {
    value: "MODE",
    description: "interrupts are delivered batched, or immediate",
    line: "batched or immediate; --idle yield or spin",
  },
  idle: { value: "MODE", description: "what idling does: yield the CPU, or spin", told: true },
  engine: {
    ...SMALL_MACHINE_OPTIONS.engine,
    line: "automatic, translator, interpreter, both; --cpus N",
  },
  cpus: { value: "N", description: "CPUs of the host that guests run on, 1 unless given", told: true },
  state: {
    ...SMALL_MACHINE_OPTIONS.state,
    line: "where disks and swap are kept; --swap-iops N",
  },
} satisfies Record<string, OptionSpec>;

export const VIRTUAL_TIME_OPTIONS = {
  "virtual-time": { description: "time passes as guests execute: runs repeat exactly" },
  seed: { value: "N", description: "of everything random, 1 unless given" },
} satisfies Record<string, OptionSpec>;

/** What the command line asks for; where it is silent, what the fleet asks for. @throws UsageError where it makes no sense */
export function machineOptions(given: Arguments, fleet?: Fleet): Partial<KernelOptions> {
  const asked = askedOptions(given);
  asUsage(() => checkOptions(asked));
  const virtual = given.has("virtual-time");
  return defined({
    memoryBudget: fleet?.memoryBudget,
    swapBlock: fleet?.swapBlock,
    swapCache: fleet?.swapCache,
    swapIops: fleet?.swapIops,
    quantum: fleet?.quantum,
    policy: fleet?.policy,
    interrupts: fleet?.interrupts,
    idle: fleet?.idle,
    seed: fleet?.seed,
    ...asked,
    imageFolders: [IMAGE_FOLDER],
    cacheFolder: cacheFolder(),
    stateFolder: (virtual ? virtualStateFolder : stateFolder)(given.value("state")),
    processorFile: PROCESSOR_WORKER,
  });
}

/** What the command line says, and nothing else. */
function askedOptions(given: Arguments): Partial<KernelOptions> {
  return defined({
    clock: given.has("virtual-time") ? ("virtual" as const) : ("real" as const),
    engine: given.parsed("engine", parseEngine),
    cpus: given.parsed("cpus", (text, what) => parseCount(text, what, 1)),
    memoryBudget: given.parsed("memory-budget", parseMemoryBudget),
    swapBlock: given.parsed("swap-block", parseSwapBlock),
    swapCache: given.value("swap-cache"),
    swapIops: given.parsed("swap-iops", (text, what) => parseCount(text, what, 1)),
    quantum: given.parsed("quantum", parseQuantum),
    policy: given.value("policy"),
    interrupts: given.value("interrupts"),
    idle: given.value("idle"),
    seed: given.parsed("seed", (text, what) => parseCount(text, what, 0)),
  });
}

/** @throws UsageError where there is no such engine */
export function parseEngine(name: string): EngineName {
  const engine = ENGINE_NAMES.find((known) => known === name);
  if (!engine) throw new UsageError(`there is no engine '${name}'; give ${ENGINE_NAMES.join(" or ")}`);
  return engine;
}
