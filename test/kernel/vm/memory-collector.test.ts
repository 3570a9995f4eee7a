/** Judged by the host: a memory that was dropped and collected is one that a WeakRef no longer leads to. */

import { expect, it } from "vitest";
import type { Clock } from "../../../source/kernel/clock.js";
import {
  CLEARED_AT_ONCE,
  COLLECTION_DELAY,
  DROPPED_BYTES_COLLECTED,
  MEMORIES_COLLECTED,
  MEMORY_GRANULE,
  POOLED_MEMORIES,
} from "../../../source/kernel/params.js";
import { TimerQueue } from "../../../source/kernel/timers.js";
import { MemoryPool } from "../../../source/kernel/vm/memory.js";
import { clearByPieces, collectDropped } from "../../../source/kernel/vm/memory-collector.js";

const clock = (virtual: boolean): Clock => ({ virtual, now: () => 0, epoch: 0, advanceTo: () => {} });

/** Takes so many memories and gives them back; answers what leads to the last of them. */
function drop(pool: MemoryPool, count: number): WeakRef<object> {
  const memories = Array.from({ length: count }, () => pool.take(MEMORY_GRANULE));
  const last = new WeakRef<object>(memories[count - 1]);
  for (const memory of memories) pool.give(memory);
  return last;
}

it("collects dropped memories a moment after there are many", async () => {
  const pool = new MemoryPool();
  const timers = new TimerQueue();
  collectDropped(pool, clock(false), timers);
  drop(pool, POOLED_MEMORIES + MEMORIES_COLLECTED - 1);
  expect(timers.size).toBe(0);
  const last = drop(pool, POOLED_MEMORIES + 1);
  expect(timers.next).toBe(COLLECTION_DELAY);
  // A WeakRef keeps what it leads to until the job that looked at it is over.
  await new Promise(setImmediate);
  timers.fireDue(COLLECTION_DELAY);
  expect(last.deref()).toBeUndefined();
  expect(timers.size).toBe(0);
});

it("collects a few large memories like many small ones", () => {
  const pool = new MemoryPool();
  const timers = new TimerQueue();
  collectDropped(pool, clock(false), timers);
  const size = DROPPED_BYTES_COLLECTED / 2;
  pool.giveForGood(pool.take(size));
  expect(timers.size).toBe(0);
  pool.giveForGood(pool.take(size));
  expect(timers.size).toBe(1);
});

it("arms nothing in virtual time, where timers are what a run consists of", () => {
  const pool = new MemoryPool();
  const timers = new TimerQueue();
  collectDropped(pool, clock(true), timers);
  drop(pool, POOLED_MEMORIES + 2 * MEMORIES_COLLECTED);
  expect(timers.size).toBe(0);
});

it("has a large memory cleared a piece at each look at the timers, in real time", () => {
  const pool = new MemoryPool();
  const timers = new TimerQueue();
  let now = 0;
  clearByPieces(pool, { ...clock(false), now: () => now }, timers);
  const size = 3 * CLEARED_AT_ONCE;
  const large = pool.take(size);
  pool.give(large);
  pool.give(pool.take(CLEARED_AT_ONCE));
  let looks = 0;
  for (; timers.size > 0 && looks < 10; looks++) {
    now = timers.next;
    timers.fireDue(now);
  }
  expect(looks).toBe(3);
  expect(pool.take(size) === large).toBe(true);
});
