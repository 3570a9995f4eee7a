/** Where the program finds its own files, and where it keeps a person's. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../kernel/index.js";
import { hostReason } from "./reasons.js";

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

/**
 * The folder for disks and swap: `--state`, or Denali's own in the place the XDG Base Directory Specification names.
 * @throws UserError where there is no such place
 */
export function stateFolder(chosen?: string): string {
  if (chosen) return resolve(chosen);
  const folder = ownFolder("XDG_STATE_HOME", join(".local", "state"));
  if (folder === undefined) throw new UserError("there is no home folder; set HOME, or name a folder with --state");
  return folder;
}

/** The folder for a person's settings: Denali's own in the place that the same specification names; undefined where there is none. */
export function configFolder(): string | undefined {
  return ownFolder("XDG_CONFIG_HOME", ".config");
}

/** The folder for what can be made again, likewise. */
export function cacheFolder(): string | undefined {
  return ownFolder("XDG_CACHE_HOME", ".cache");
}

/** @param inHome where it is in a home folder where the variable does not say another place */
function ownFolder(variable: string, inHome: string): string | undefined {
  const named = process.env[variable];
  // The specification says to ignore a relative path.
  if (named?.startsWith("/")) return join(named, "denali");
  const home = homeFolder();
  return home && join(home, inHome, "denali");
}

/** Undefined for a user without one, as in a container that is run under any number. */
function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** A new folder for what nobody keeps. @throws UserError where none can be made */
export function temporaryFolder(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new UserError(`cannot make a folder in ${tmpdir()}: ${hostReason(error)}; set TMPDIR to another`);
  }
}

/**
 * The folder for disks and swap of one run in virtual time: fresh unless one was chosen, so that every run starts from the
 * same disks. The fresh one is removed when the process ends.
 */
export function virtualStateFolder(chosen?: string): string {
  if (chosen) return resolve(chosen);
  const folder = temporaryFolder("denali-");
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function packageFolder(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("package.json of denali-vmm is missing");
  return packageFolder(parent);
}
