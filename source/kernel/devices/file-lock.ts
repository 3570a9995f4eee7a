/**
 * Keeps a second process off a file: `<file>.lock`, made exclusively, names the process that holds it. A lock whose process
 * has ended is taken over. The start time tells a process from a later one of the same number, where the host shows it
 * (Linux); numbers return quickly in containers.
 *
 * It keeps off other runs of this program on this host, nothing else.
 */

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { InUseError } from "../errors.js";
import { attempt } from "./host-file.js";

/** What a lock's name adds to the name of its file. */
export const LOCK_SUFFIX = ".lock";

export class FileLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws InUseError when a living process holds the lock @throws UserError when the lock file cannot be made */
  static acquire(file: string): FileLock {
    const lock = FileLock.#acquire(file);
    if (lock instanceof FileLock) return lock;
    const path = file + LOCK_SUFFIX;
    throw new InUseError(
      `${file} is in use by ${describe(lock)}; stop that, or give this one files of its own with --state FOLDER ` +
        `(only if no such process runs, remove ${path})`,
    );
  }

  /** @returns undefined when a living process holds the lock @throws UserError when the lock file cannot be made */
  static acquireIfFree(file: string): FileLock | undefined {
    const lock = FileLock.#acquire(file);
    return lock instanceof FileLock ? lock : undefined;
  }

  /** @returns the lock, or what the lock file of the process that holds it says */
  static #acquire(file: string): FileLock | string {
    const path = file + LOCK_SUFFIX;
    for (;;) {
      if (create(path)) return new FileLock(path);
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) return holder;
      removeStale(path, holder);
    }
  }

  /** Gives the lock back. */
  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** @returns false when the lock file exists */
function create(path: string): boolean {
  return attempt(path, "make", () => {
    try {
      writeFileSync(path, `${process.pid} ${startTime(process.pid)}\n`, { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      // On a full disk the file was made but could not be written.
      rmSync(path, { force: true });
      throw error;
    }
  });
}

/** What the lock file says; undefined when it has gone meanwhile. */
function readHolder(path: string): string | undefined {
  return attempt(path, "read", () => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  });
}

/** Removes a lock whose process has ended, unless another process was quicker and the lock is a new one. */
function removeStale(path: string, holder: string): void {
  const aside = `${path}.${process.pid}`;
  attempt(path, "remove", () => {
    try {
      renameSync(path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    if (readFileSync(aside, "utf8") !== holder) linkSync(aside, path);
    rmSync(aside, { force: true });
  });
}

function parse(holder: string): { pid: number; started: string } {
  const [pid = "", started = ""] = holder.trim().split(" ");
  return { pid: Number.parseInt(pid, 10), started };
}

function describe(holder: string): string {
  const { pid } = parse(holder);
  if (pid === process.pid) return "this process";
  return pid > 0 ? `process ${pid}` : "another process";
}

/** True when the process that the lock names still runs; also when it names none, for then it may be being written. */
function isAlive(holder: string): boolean {
  const { pid, started } = parse(holder);
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, for another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startTime(pid) === started;
}

/** When a process was started, in clock ticks since the host booted (proc(5), /proc/pid/stat, field 22); empty where unknown. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may contain anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
