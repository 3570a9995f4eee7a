/** The kernel's thread, where the screen has one of its own. */

import { Worker } from "node:worker_threads";
import { KERNEL_YOUNG_GENERATION } from "./params.js";
import { KERNEL_WORKER } from "./places.js";

/** Starts a thread that loads the kernel's code and waits for the options to boot it with. */
export function startKernelThread(): Worker {
  return new Worker(KERNEL_WORKER, { resourceLimits: { maxYoungGenerationSizeMb: KERNEL_YOUNG_GENERATION } });
}
