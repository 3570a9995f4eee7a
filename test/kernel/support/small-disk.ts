/**
 * Runs something in a folder on a disk of its own that is small, or cannot be written: a tmpfs; or
 * that knows no way past the page cache: a ramfs, which is not limited. Needs root and mount(8);
 * tests that use it are skipped where {@link canMount} is false.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  /** Mounts it again so that it cannot be written. */
  makeReadOnly(): void;
}

export async function withSmallDisk(
  bytes: number,
  use: (disk: SmallDisk) => Promise<void> | void,
  kind: "tmpfs" | "ramfs" = "tmpfs",
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "denali-small-disk-"));
  mount("-t", kind, "-o", `size=${bytes}`, kind, folder);
  try {
    await use({ folder, makeReadOnly: () => mount("-o", "remount,ro", folder) });
  } finally {
    spawnSync("umount", ["--lazy", folder]);
    rmdirSync(folder);
  }
}

function mount(...options: string[]): void {
  const { status, stderr } = spawnSync("mount", options, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

let possible: boolean | undefined;

export function canMount(): boolean {
  possible ??= tryToMount();
  return possible;
}

function tryToMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "denali-small-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", folder]).status === 0;
  if (mounted) spawnSync("umount", ["--lazy", folder]);
  rmdirSync(folder);
  return mounted;
}
