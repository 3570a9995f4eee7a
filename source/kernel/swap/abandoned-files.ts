/**
 * Swap files that a killed kernel left behind. Each kernel locks its swap file, so one that is not locked by a living
 * process belongs to nobody, and what is in it is worth nothing without that kernel.
 */

import { closeSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FileLock, LOCK_SUFFIX } from "../devices/file-lock.js";
import { attempt } from "../devices/host-file.js";
import { HEADER_SIZE, isSwapHeader } from "./swap-format.js";

/** Removes the abandoned swap files of a folder. @throws UserError when the folder cannot be read */
export function removeAbandonedFiles(folder: string): void {
  for (const name of attempt(folder, "read", () => readdirSync(folder))) {
    if (!name.endsWith(LOCK_SUFFIX)) continue;
    const path = join(folder, name.slice(0, -LOCK_SUFFIX.length));
    if (!isSwapFile(path)) continue;
    const lock = FileLock.acquireIfFree(path);
    if (lock === undefined) continue;
    attempt(path, "remove", () => rmSync(path, { force: true }));
    lock.release();
  }
}

/** Removes a swap file that the caller has locked, where there is one; a file of another kind is left alone. */
export function removeLockedFile(path: string): void {
  if (isSwapFile(path)) attempt(path, "remove", () => rmSync(path, { force: true }));
}

function isSwapFile(path: string): boolean {
  const header = Buffer.alloc(HEADER_SIZE);
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return false;
  }
  try {
    return isSwapHeader(header.subarray(0, readSync(descriptor, header, 0, HEADER_SIZE, 0)));
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}
