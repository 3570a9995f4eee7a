/** Boots kernels for tests: virtual time, a state folder of their own, the committed images, everything closed afterwards. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { Kernel, type KernelOptions } from "../../source/kernel/index.js";

export const IMAGES = fileURLToPath(new URL("../../guests/images", import.meta.url));

export const MIB = 1024 * 1024;
export const SECOND = 1e9;
export const MILLISECOND = 1e6;

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "denali-test-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A kernel in virtual time without a supervisor, unless the options say otherwise. */
export function boot(options: Partial<KernelOptions> = {}): Kernel {
  const kernel = Kernel.boot({
    clock: "virtual",
    supervisor: false,
    stateFolder: options.stateFolder ?? temporaryFolder(),
    imageFolders: [IMAGES],
    ...options,
  });
  cleanUps.push(() => kernel.shutdown());
  return kernel;
}

/** Runs for so many seconds of virtual time. */
export function runFor(kernel: Kernel, seconds: number): void {
  kernel.runUntil(kernel.now + seconds * SECOND);
}

/**
 * Runs until a condition holds, and looks after each step; fails where it does not hold in time. A loop without such an end would hang the
 * whole run: vitest cannot interrupt what never gives it a turn.
 * @param seconds of virtual time, as is the step
 */
export function runUntil(kernel: Kernel, holds: () => boolean, seconds: number, step = 0.01): void {
  for (const end = kernel.now + seconds * SECOND; !holds(); runFor(kernel, step)) {
    if (kernel.now >= end) throw new Error(`it has not come to pass within ${seconds} s of virtual time: ${holds}`);
  }
}

/** All that a VM has printed and the kernel has kept. */
export function consoleOf(kernel: Kernel, id: number): string {
  return Buffer.from(kernel.readConsole(id, 0).bytes).toString("utf8");
}

/** Types a line on a VM's keyboard. */
export function typeLine(kernel: Kernel, id: number, line: string): void {
  kernel.type(id, Buffer.from(`${line}\n`));
}

/** A figure of one VM. */
export function figure(kernel: Kernel, id: number, column: keyof Kernel["panel"]["vm"]): number {
  return kernel.panel.vm[column][kernel.inspect(id).row];
}
