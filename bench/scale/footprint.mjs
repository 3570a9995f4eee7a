/**
 * Memory of an idle VM beyond the pages it touched, from the process's resident set; and of a swapped-out one, from the heap: what
 * as many again add to it, since what the kernel keeps once (buffers, a pool of memories) is no VM's. From some number to twice as
 * many, so that tables which double when they are full have doubled once, wherever that falls.
 */

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A size that nothing else in the process has, so that these memories are found in its map. */
const MEMORY = 3 * 64 * 1024;

const SLEEPER = { image: "ticker", memory: MEMORY, arguments: ["100000000"] };

export async function measure(client, { vms }) {
  const { panel } = client;
  await client.setMemoryBudget((vms + 1) * MEMORY);
  await client.spawn(SLEEPER);
  await untilSlept(panel, 1);
  const before = settled();
  await client.spawn({ ...SLEEPER, count: vms });
  await untilSlept(panel, vms + 1);
  await delay(200);
  const idle = settled();
  await client.setMemoryBudget(MEMORY);
  while (panel.get("memoryResident") > MEMORY) await delay(50);
  await delay(1000);
  const swapped = await more(client, vms);
  const twice = await more(client, 2 * vms);
  const each = (bytes) => bytes / vms;
  return {
    touched: each(idle.touched - before.touched),
    idle: each(idle.resident - idle.touched - (before.resident - before.touched)),
    swapped: each(twice.heap - swapped.heap) / 2,
    row: Math.ceil(panel.memory.byteLength / panel.capacity),
  };
}

/** As many again, created, run and swapped out. */
async function more(client, vms) {
  const { panel } = client;
  await client.spawn({ ...SLEEPER, count: vms });
  const all = panel.get("rows");
  while (Math.min(...panel.vm.slices.subarray(0, all)) === 0) await delay(50);
  while (panel.get("memoryResident") > MEMORY || panel.get("swapsUnderWay") > 0) await delay(50);
  await delay(1000);
  settled();
  await delay(1000);
  return settled();
}

async function untilSlept(panel, count) {
  while (panel.get("vms:idle") < count) await delay(5);
}

/** Bytes now, garbage collected. Heap: objects and buffers of JavaScript. */
function settled() {
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss, touched: touched(), heap: heapUsed + arrayBuffers };
}

/** Resident bytes of the mappings that have the size of a VM's memory: its own pages. */
function touched() {
  let bytes = 0;
  for (const mapping of readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const figure = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(mapping)?.[1] ?? 0) * 1024;
    if (/^\S+ rw/.test(mapping) && figure("Size") === MEMORY) bytes += figure("Rss");
  }
  return bytes;
}
