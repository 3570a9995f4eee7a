/**
 * Limits how large this process may make a file (RLIMIT_FSIZE), to see the host refuse a write as `ulimit -f` makes it.
 * Only the soft limit changes, so it can be lifted again. Needs prlimit(1) of util-linux.
 */

import { spawnSync } from "node:child_process";

/** @param bytes or "unlimited" */
export function limitFileSize(bytes: string): void {
  const { status, stderr } = spawnSync("prlimit", [`--pid=${process.pid}`, `--fsize=${bytes}:`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

export function canLimitFileSize(): boolean {
  return spawnSync("prlimit", ["--version"]).status === 0;
}
