/**
 * V8's own threads, which compile what is hot and help to collect garbage. There are four of them whatever the number of cores, and
 * as long as a program starts, or translates its first image, all four compile: on two cores they take half of what the
 * threads need that somebody waits for.
 */

import { readdirSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { HELPER_NICENESS } from "./params.js";
import { yieldThread } from "./priority.js";

/** Linux lists a process's threads here, by numbers that it also takes for a priority of each. */
const THREADS = "/proc/self/task";

/**
 * Puts V8's threads behind all others of the process. To be called first of all: every thread but the caller's, the main one, is
 * taken for V8's. Where the host has no priority for a thread, or refuses, nothing changes but speed.
 */
export function yieldHelperThreads(): void {
  if (process.platform !== "linux") return;
  const niceness = Math.min(getPriority() + HELPER_NICENESS, constants.priority.PRIORITY_LOW);
  for (const thread of threads()) {
    if (thread !== process.pid) yieldThread(niceness, thread);
  }
}

function threads(): readonly number[] {
  try {
    return readdirSync(THREADS).map(Number);
  } catch {
    return []; // A sandbox without /proc.
  }
}
