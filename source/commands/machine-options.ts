/** Options that every command which boots a kernel takes, and what they mean to it. */

import type { Fleet } from "../fleet/fleet.js";
import { IMAGE_FOLDER, stateFolder } from "../host/places.js";
import type { KernelOptions } from "../kernel/index.js";
import { parseCount, parseQuantum, parseSize } from "../units.js";
import { type Arguments, type OptionSpec, UsageError } from "./arguments.js";

const ENGINES = ["interpreter"] as const;

export const MACHINE_OPTIONS = {
  "memory-budget": { value: "SIZE", description: "memory of all VMs in core at once, e.g. 256MiB" },
  quantum: { value: "TIME", description: "scheduler's quantum, e.g. 5ms, or 100000i instructions" },
  policy: { value: "NAME", description: "scheduling policy, round-robin or lottery" },
  engine: { value: "NAME", description: "what runs guest code: interpreter" },
  state: { value: "FOLDER", description: "where disks and swap are kept" },
} satisfies Record<string, OptionSpec>;

export const VIRTUAL_TIME_OPTIONS = {
  "virtual-time": { description: "time passes as guests execute: equal runs give equal output" },
  seed: { value: "N", description: "of everything random, 1 unless given" },
} satisfies Record<string, OptionSpec>;

/** Options of a kernel without the callback, so that they can be posted to a worker. */
export type MachineOptions = Omit<Partial<KernelOptions>, "onConsole">;

/** What the command line asks for; where it is silent, what the fleet asks for. */
export function machineOptions(given: Arguments, fleet?: Fleet): MachineOptions {
  const options: { -readonly [K in keyof MachineOptions]: MachineOptions[K] } = {
    imageFolders: [IMAGE_FOLDER],
    stateFolder: stateFolder(given.value("state")),
    clock: given.has("virtual-time") ? "virtual" : "real",
    engine: engine(given.value("engine")),
  };
  const budget = given.value("memory-budget");
  const quantum = given.value("quantum");
  const policy = given.value("policy") ?? fleet?.policy;
  const seed = given.value("seed");
  const memoryBudget = budget === undefined ? fleet?.memoryBudget : parseSize(budget, "--memory-budget");
  if (memoryBudget !== undefined) options.memoryBudget = memoryBudget;
  const chosenQuantum = quantum === undefined ? fleet?.quantum : parseQuantum(quantum, "--quantum");
  if (chosenQuantum !== undefined) options.quantum = chosenQuantum;
  if (policy !== undefined) options.policy = policy;
  const chosenSeed = seed === undefined ? fleet?.seed : parseCount(seed, "--seed", 0);
  if (chosenSeed !== undefined) options.seed = chosenSeed;
  return options;
}

function engine(name: string = ENGINES[0]): (typeof ENGINES)[number] {
  const engine = ENGINES.find((known) => known === name);
  if (!engine) throw new UsageError(`there is no engine '${name}'; give ${ENGINES.join(" or ")}`);
  return engine;
}
