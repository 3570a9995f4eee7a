/**
 * From the command that creates a VM to its first instruction, with many present that idle; then killing all: how much of what the
 * resident set had grown by is left, some seconds after, if nobody but the kernel asks for a collection.
 */

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { threadTime } from "../support/thread-time.mjs";

/** Idles for longer than the measurement lasts. */
const SLEEPER = { image: "ticker", memory: 128 * 1024, arguments: ["100000000"] };

/** Milliseconds: the host frees the pages of ten thousand memories in the background. */
const FREEING = 15_000;

export async function measure(client, { vms, creations }) {
  const { panel } = client;
  await client.spawn(SLEEPER);
  await untilIdle(panel, 1);
  const before = settled();
  const started = { wall: performance.now(), thread: threadTime() };
  await client.spawn({ ...SLEEPER, count: vms });
  const spawned = performance.now() - started.wall;
  await untilIdle(panel, vms + 1);
  const all = { wall: performance.now() - started.wall, thread: threadTime() - started.thread };
  const times = [];
  for (let number = 0; number < creations; number++) times.push(await createOne(client));
  const full = settled();
  const ended = performance.now();
  const ids = Array.from(panel.vm.id.subarray(0, panel.get("rows"))).filter((id) => id > 1);
  for (const id of ids) {
    await client.kill(id);
    await client.reap(id);
  }
  const killed = performance.now() - ended;
  await delay(FREEING);
  const after = resident();
  const middle = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  return {
    spawnCall: spawned,
    spawnAll: all.wall,
    spawnEach: all.thread / 1000 / vms,
    wall: middle(times.map(({ wall }) => wall)),
    thread: middle(times.map(({ thread }) => thread)),
    killed,
    grown: full - before,
    left: after - before,
  };
}

/** Microseconds. */
async function createOne(client) {
  const { panel } = client;
  const thread = threadTime();
  const wall = performance.now();
  const [id] = await client.spawn(SLEEPER);
  while (!ran(panel, id)) await new Promise((resolve) => setImmediate(resolve));
  return { wall: (performance.now() - wall) * 1000, thread: (threadTime() - thread) / 1000 };
}

/** Whether the last slices have one of the VM. */
function ran(panel, id) {
  const written = panel.get("slices");
  const looked = Math.min(written, 8);
  for (let back = 1; back <= looked; back++) if (panel.trace.read(written - back).vm === id) return true;
  return false;
}

async function untilIdle(panel, count) {
  while (panel.get("vms:idle") < count) await delay(5);
}

function resident() {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
}

function settled() {
  globalThis.gc();
  return resident();
}
