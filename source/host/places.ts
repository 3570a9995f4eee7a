/** Where the program finds its own files, and where it keeps a person's. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, found upwards from the running file, which is a bundle in `dist/` or a source file. */
export const PACKAGE_FOLDER = packageFolder(dirname(fileURLToPath(import.meta.url)));

/** The image store that comes with the program. */
export const IMAGE_FOLDER = join(PACKAGE_FOLDER, "guests", "images");

/** The fleet that `denali` starts when none is named. */
export const DEFAULT_FLEET = join(PACKAGE_FOLDER, "fleets", "default.yaml");

/** The same, read and checked by the build. */
export const BUILT_IN_FLEET = join(PACKAGE_FOLDER, "dist", "built-in-fleet.json");

/** The kernel's thread, built. */
export const KERNEL_WORKER = join(PACKAGE_FOLDER, "dist", "kernel-worker.cjs");

/** The translator's thread, built. */
export const TRANSLATION_WORKER = join(PACKAGE_FOLDER, "dist", "translation-worker.js");

/** The thread of a CPU beside the kernel's own, built. */
export const PROCESSOR_WORKER = join(PACKAGE_FOLDER, "dist", "processor-worker.js");

/** The folder for disks and swap: `--state`, or Denali's own in the place the XDG Base Directory Specification names. */
export function stateFolder(chosen?: string): string {
  if (chosen) return resolve(chosen);
  const xdg = process.env.XDG_STATE_HOME;
  // The specification says to ignore a relative path.
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".local", "state"), "denali");
}

/** The folder for a person's settings: Denali's own in the place that the same specification names. */
export function configFolder(): string {
  const xdg = process.env.XDG_CONFIG_HOME;
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".config"), "denali");
}

/** The folder for what can be made again: Denali's own in the place that the same specification names. */
export function cacheFolder(): string {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".cache"), "denali");
}

/**
 * The folder for disks and swap of one run in virtual time: fresh unless one was chosen, so that every run starts from the
 * same disks. The fresh one is removed when the process ends.
 */
export function virtualStateFolder(chosen?: string): string {
  if (chosen) return resolve(chosen);
  const folder = mkdtempSync(join(tmpdir(), "denali-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function packageFolder(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("package.json of denali-vmm is missing");
  return packageFolder(parent);
}
