/**
 * Two VMs that take turns in being out of core, in a process of their own: `node run.mjs KERNEL-BUNDLE OPTIONS`, the options being
 * JSON, prints as JSON, in nanoseconds of the kernel's clock, how long each time it took from a key, at which the VM asks to be
 * admitted, to its first slice: `room` where there was room for it, `full` where the other one had to go out first, `inCore` where it
 * had never left; and how many bytes were stored of it.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** As in guests/include/denali.h. */
const SWAPPED = 5;
const TERMINATED = 6;

const MEMORY = 1024 * 1024;

/** Milliseconds between two looks: seldom enough that the kernel waits for its transfers as it does without anybody who looks. */
const LOOK = 5;

/** Times that are not counted: V8 compiles the kernel meanwhile. */
const WARMING = 30;

const [bundle, options] = process.argv.slice(2);
const { LocalClient } = await import(bundle);
const { image, kilobytes, times, engine, swapCache, folder } = JSON.parse(options);
const stateFolder = mkdtempSync(join(folder, "denali-bench-"));
const client = new LocalClient({ stateFolder, imageFolders: [], supervisor: false, engine, swapCache });
const { panel } = client;
try {
  await client.spawn({ image, count: 2, arguments: [String(kilobytes)], memory: MEMORY });
  await untilIdle(2);
  const inCore = await repeated(() => wake(0, 2));
  let stored = Number.POSITIVE_INFINITY;
  const room = await repeated(async () => {
    // Whoever has been idle for longer goes out.
    await client.setMemoryBudget(MEMORY);
    await untilIdle(1);
    const out = panel.vm.state.indexOf(SWAPPED);
    stored = Math.min(stored, panel.vm.swappedBytes[out]);
    await client.setMemoryBudget(2 * MEMORY);
    return wake(out, 2);
  });
  await client.setMemoryBudget(MEMORY);
  await untilIdle(1);
  const full = await repeated(() => wake(panel.vm.state.indexOf(SWAPPED), 1));
  const notices = (await client.notices(0)).map(({ text }) => text);
  process.stdout.write(JSON.stringify({ inCore, room, full, stored, notices }));
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}

async function repeated(measure) {
  for (let time = 0; time < WARMING; time++) await measure();
  const measured = [];
  while (measured.length < times) measured.push(await measure());
  return measured;
}

/** Types a key to the VM in a row, and waits until so many are idle again. */
async function wake(row, idle) {
  const id = panel.vm.id[row];
  const before = panel.get("slices");
  const asked = client.time;
  await client.type(id, Buffer.from("x"));
  await until(() => panel.get("slices") > before);
  // Before it nobody else had a slice: all others wait for a key.
  const { vm, start } = panel.trace.read(before);
  if (vm !== id) throw new Error(`VM ${vm} had a slice where VM ${id} was to have one`);
  await untilIdle(idle);
  return start - asked;
}

/** So many are idle in core, and whoever else there is is out. */
async function untilIdle(count) {
  await until(() => panel.get("vms:idle") === count && panel.get("vms:swapped") === 2 - count);
}

async function until(holds) {
  while (!holds()) {
    const ended = panel.vm.state.subarray(0, 2).findIndex((state) => state >= TERMINATED);
    if (ended >= 0) throw new Error(Buffer.from((await client.readConsole(panel.vm.id[ended], 0)).bytes).toString());
    await delay(LOOK);
  }
}
