/**
 * Tickers: each idles until its next tick and prints a line. How late is a VM entered for a tick, how much of a core does
 * all of it take, does every VM tick, and is every interrupt accounted for.
 *
 * When a VM ran is read from the kernel's trace. A ticker takes the time of its first slice as its start, and tick N is due
 * N periods later.
 */

import { setTimeout as delay } from "node:timers/promises";
import { threadTime } from "../support/thread-time.mjs";

const SECOND = 1e9;
const PERIOD = SECOND;

/** Milliseconds between two looks at the trace, which holds 8,192 slices. */
const LOOK = 5;

export async function measure(client, { vms, seconds }) {
  const { panel } = client;
  const watch = new SliceWatch(panel);
  const timer = setInterval(() => watch.look(), LOOK);
  await client.spawn({ image: "ticker", count: vms, memory: 128 * 1024 });
  const row = (column) => panel.vm[column].subarray(0, vms);
  while (Math.min(...row("slices")) < 2) await delay(100);
  // An interrupt for each, wherever it is: typing wakes a ticker before its time, and it goes on waiting. Such a
  // slice is no tick, so lateness is measured afterwards.
  for (const id of row("id")) await client.type(id, Uint8Array.of(10));
  await delay(2000);
  watch.forget();
  const before = {
    slices: row("slices").slice(),
    wall: performance.now(),
    cpu: process.cpuUsage(),
    thread: threadTime(),
  };
  const swaps = { ins: panel.get("swapIns"), outs: panel.get("swapOuts") };
  await delay(seconds * 1000);
  const elapsed = (performance.now() - before.wall) / 1000;
  const thread = (threadTime() - before.thread) / SECOND;
  const { user, system } = process.cpuUsage(before.cpu);
  const after = { ins: panel.get("swapIns"), outs: panel.get("swapOuts") };
  clearInterval(timer);
  return {
    ...watch.lateness(),
    sliceRate: row("slices").reduce((sum, count, index) => sum + count - before.slices[index], 0) / elapsed,
    silent: row("slices").filter((count, index) => count - before.slices[index] < 1).length,
    core: thread / elapsed,
    cores: (user + system) / 1e6 / elapsed,
    swapIns: (after.ins - swaps.ins) / elapsed,
    swapOuts: (after.outs - swaps.outs) / elapsed,
    lost: lostInterrupts(panel, vms),
    posted: row("interruptsPosted").reduce((sum, count) => sum + count, 0),
    running: panel.get("vms:idle") + panel.get("vms:ready") + panel.get("vms:running"),
  };
}

/** VMs for which posted is not what was delivered and what is pending. */
function lostInterrupts(panel, vms) {
  const { interruptsPosted, interruptsDelivered, interruptsPending } = panel.vm;
  let lost = 0;
  for (let row = 0; row < vms; row++) {
    if (interruptsPosted[row] !== interruptsDelivered[row] + interruptsPending[row]) lost++;
  }
  return lost;
}

class SliceWatch {
  #seen = 0;
  #missed = 0;
  #starts = new Map();
  #late = [];

  constructor(panel) {
    this.panel = panel;
  }

  look() {
    const written = this.panel.get("slices");
    const { trace } = this.panel;
    this.#missed += Math.max(0, written - this.#seen - trace.length);
    for (let number = Math.max(this.#seen, written - trace.length); number < written; number++) {
      const { vm, start } = trace.read(number);
      const first = this.#starts.get(vm);
      if (first === undefined) this.#starts.set(vm, start);
      else this.#late.push((start - first) % PERIOD);
    }
    this.#seen = written;
  }

  /** What was late while all was being started does not count. */
  forget() {
    this.look();
    this.#late = [];
  }

  /** Milliseconds. */
  lateness() {
    this.look();
    const sorted = Float64Array.from(this.#late).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1e6;
    return { ticks: sorted.length, overlooked: this.#missed, median: at(0.5), p99: at(0.99), worst: at(1) };
  }
}
