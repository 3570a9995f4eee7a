/**
 * Far more VMs than there is memory for: all are created by one command, each runs and idles, and all but a few are swapped out.
 * How long that takes, and what memory it takes; whether a VM that is woken then comes back; how long one more takes; and what is
 * left when all are killed.
 */

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Idles for longer than the measurement lasts. */
const SLEEPER = { image: "ticker", memory: 128 * 1024, arguments: ["100000000"] };

/** VMs woken by a key, spread over all. */
const WOKEN = 100;

/** Milliseconds: the host frees memory in the background. */
const FREEING = 15_000;

export async function measure(client, { vms }) {
  const { panel } = client;
  await client.spawn(SLEEPER);
  await until(() => panel.get("vms:idle") > 0);
  const before = settled();
  const started = performance.now();
  const ids = await client.spawn({ ...SLEEPER, count: vms });
  const created = performance.now() - started;
  await until(() => panel.vm.slices.subarray(0, vms + 1).every((count) => count > 0));
  const ran = performance.now() - started;
  await delay(1000);
  const full = settled();
  const states = { swapped: panel.get("vms:swapped"), inCore: panel.get("vms:idle") };
  const woken = await wake(client, ids);
  const one = performance.now();
  const [last] = await client.spawn(SLEEPER);
  await until(() => panel.vm.slices[panel.vm.id.indexOf(last)] > 0, 0);
  const oneMore = performance.now() - one;
  const ended = performance.now();
  for (const id of [...ids, last]) {
    await client.kill(id);
    await client.reap(id);
  }
  const killed = performance.now() - ended;
  await delay(FREEING);
  return {
    ...{ created, ran, oneMore, killed, woken },
    ...states,
    resident: full.rss - before.rss,
    heap: (full.heap - before.heap) / vms,
    left: resident() - before.rss,
  };
}

/** Types a key to VMs of which most are swapped out; milliseconds until all of them have run again. */
async function wake(client, ids) {
  const { panel } = client;
  const rows = Array.from({ length: WOKEN }, (_, number) => Math.floor((number * ids.length) / WOKEN));
  const before = rows.map((row) => panel.vm.slices[row + 1]);
  const started = performance.now();
  for (const row of rows) await client.type(ids[row], Buffer.from("x"));
  await until(() => rows.every((row, index) => panel.vm.slices[row + 1] > before[index]));
  return performance.now() - started;
}

async function until(holds, look = 20) {
  while (!holds()) await delay(look);
}

function resident() {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
}

function settled() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss: resident(), heap: heapUsed + arrayBuffers };
}
