/** What Linux tells of the threads of a process (proc(5), stat). */

import { readdirSync, readFileSync } from "node:fs";

export interface Thread {
  readonly number: number;
  /** R runs, S sleeps, D waits for the host within a call, T is stopped, Z has ended. */
  readonly state: string;
  readonly niceness: number;
  /** Of CPU that it has had. */
  readonly seconds: number;
}

/** Clock ticks of proc(5) in a second. */
const TICKS = 100;

/** Those that there are; one that ends while they are read is none of them. */
export function threadsOf(pid: number): Thread[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((name) => threadOf(pid, name) ?? []);
}

function threadOf(pid: number, name: string): Thread | undefined {
  const stat = unlessGone(() => readFileSync(`/proc/${pid}/task/${name}/stat`, "latin1"));
  if (!stat) return undefined;
  // The second field, the name in brackets, may have blanks and brackets; so those behind it are counted, from the third on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    number: Number(name),
    state: fields[0],
    niceness: Number(fields[16]),
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}

/** What is read of something that may end meanwhile; undefined where it has. */
export function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // A thread that is gone has no file, and one that ends while its file is open is no process (ESRCH).
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
