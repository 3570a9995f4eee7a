/**
 * What is done about memories that VMs gave back, behind the step in which they did. Large ones are cleared piece by piece.
 *
 * The pages of dropped ones are given back to the host. V8 collects them when it needs room for objects, not when the host needs
 * its memory: ten thousand VMs that were killed would be resident for minutes. So when many were dropped and no more follow for
 * a moment, garbage is collected at once. The host frees the pages within a few seconds of it, in the background.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "../clock.js";
import { CLEARING_PAUSE, COLLECTION_DELAY, DROPPED_BYTES_COLLECTED, MEMORIES_COLLECTED } from "../params.js";
import { Timer, type TimerQueue } from "../timers.js";
import type { MemoryPool, VmMemory } from "./memory.js";

/** V8's own collection, which a program that was not started with `--expose-gc` can get at in this way alone. */
let collector: (() => void) | undefined;

/** Collects the garbage of this thread. */
export function collectGarbage(): void {
  if (!collector) {
    setFlagsFromString("--expose-gc");
    collector = runInNewContext("gc") as () => void;
  }
  collector();
}

/** Threads that have memories of this pool too. */
export interface Sharers {
  /** The memory was dropped. */
  forget(memory: VmMemory): void;
  /** Much was dropped: it is to be given back to the host. */
  collect(): void;
}

/** Real time only: in virtual time the kernel is not there for long, and its timers are what a run consists of. */
export function collectDropped(pool: MemoryPool, clock: Clock, timers: TimerQueue, sharers?: Sharers): void {
  if (clock.virtual) return;
  const timer = new Timer(() => {
    pool.collected();
    sharers?.collect();
    collectGarbage();
  }, undefined);
  pool.onDropped = (memories, bytes, memory) => {
    sharers?.forget(memory);
    const many = memories >= MEMORIES_COLLECTED || bytes >= DROPPED_BYTES_COLLECTED;
    if (many && !timer.armed) timers.arm(timer, clock.now() + COLLECTION_DELAY);
  };
}

/** Real time only, too: in virtual time no other VM waits while one's memory is cleared. */
export function clearByPieces(pool: MemoryPool, clock: Clock, timers: TimerQueue): void {
  if (clock.virtual) return;
  const arm = () => timers.arm(timer, clock.now() + CLEARING_PAUSE);
  const timer = new Timer(() => {
    if (pool.clearSome()) arm();
  }, undefined);
  pool.onSoiled = () => {
    if (!timer.armed) arm();
  };
}
