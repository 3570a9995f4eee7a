/** Kernels with several CPUs for tests: in real time, stepped by the test, with the threads that the build made. */

import { PROCESSOR_WORKER } from "../../source/host/places.js";
import type { Kernel, KernelOptions } from "../../source/kernel/index.js";
import { boot, SECOND } from "./boot.js";

export function bootWithCpus(cpus: number, options: Partial<KernelOptions> = {}): Kernel {
  return boot({ clock: "real", cpus, processorFile: PROCESSOR_WORKER, ...options });
}

/** Steps until a condition holds; the event loop turns in between, as transfers and threads need. */
export async function stepUntil(kernel: Kernel, condition: () => boolean, what = "it"): Promise<void> {
  for (const end = kernel.now + 100 * SECOND; !condition(); ) {
    if (kernel.now > end) throw new Error(`${what} has not come to pass`);
    kernel.step();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const stepFor = (kernel: Kernel, time: number) => {
  const end = kernel.now + time;
  return stepUntil(kernel, () => kernel.now >= end);
};

/** A figure of one VM, read as the monitor reads it: inspecting would call the VM back from where it runs. */
export function figure(kernel: Kernel, id: number, column: keyof Kernel["panel"]["vm"]): number {
  return kernel.panel.vm[column][kernel.panel.vm.id.indexOf(id)];
}

/** Waits until the threads of all other CPUs take slices. */
export async function otherCpusReady(kernel: Kernel): Promise<void> {
  const cpus = kernel.panel.get("cpus");
  const spinning = kernel.spawn({ image: "hostile-spin", count: cpus });
  const all = () =>
    Array.from({ length: cpus - 1 }, (_, cpu) => cpu + 1).every((cpu) => slicesOf(kernel, cpu).length > 0);
  await stepUntil(kernel, all, "a slice on every CPU");
  for (const id of spinning) {
    kernel.kill(id);
    kernel.reap(id);
  }
}

/** The last slices by CPU. */
export function slicesOf(kernel: Kernel, cpu: number, since = 0) {
  return kernel.panel.trace.since(since, kernel.panel.get("slices")).filter((slice) => slice.cpu === cpu);
}
