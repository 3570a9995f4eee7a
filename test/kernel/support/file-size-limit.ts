/**
 * Limits how large this process may make a file (RLIMIT_FSIZE), to see the host refuse a write as `ulimit -f` makes it.
 * Only the soft limit changes, so it can be lifted again. Needs prlimit(1) of util-linux.
 */

import { spawnSync } from "node:child_process";

/** The limit that this process was started with, which may be one. */
let initial: string | undefined;

/** @param bytes or "unlimited", for what it was before */
export function limitFileSize(bytes: string): void {
  initial ??= prlimit("--fsize", "--output=SOFT", "--noheadings", "--raw").trim();
  prlimit(`--fsize=${bytes === "unlimited" ? initial : bytes}:`);
}

function prlimit(...options: string[]): string {
  const { status, stdout, stderr } = spawnSync("prlimit", [`--pid=${process.pid}`, ...options], { encoding: "utf8" });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
  return stdout;
}

export function canLimitFileSize(): boolean {
  return spawnSync("prlimit", ["--version"]).status === 0;
}
