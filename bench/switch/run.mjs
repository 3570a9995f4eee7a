/**
 * Many VMs that do nothing but give the CPU up, in a process of their own, so that its memory is theirs:
 * `node --expose-gc run.mjs KERNEL-BUNDLE ENGINE IMAGE VMS SECONDS` prints what they cost, as JSON.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { threadTime } from "../support/thread-time.mjs";

const [bundle, engine, image, vms, seconds] = process.argv.slice(2);
const { LocalClient } = await import(bundle);
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const client = new LocalClient({ stateFolder, imageFolders: [], engine, supervisor: false });
try {
  // One VM first: what the image itself costs, its translation and the code in V8, is not each VM's.
  await client.spawn({ image });
  await untilSwitched(1000);
  const before = settled();
  await client.spawn({ image, count: Number(vms) - 1 });
  const slices = () => client.panel.vm.slices.subarray(0, Number(vms));
  while (Math.min(...slices()) === 0) await delay(50);
  const after = settled();
  await delay(500); // V8's compiler may be at work still.
  const switch_ = await measureSwitches(Number(seconds));
  const each = (bytes) => bytes / (Number(vms) - 1);
  process.stdout.write(
    JSON.stringify({
      touched: each(after.touched - before.touched),
      beyond: each(after.resident - after.touched - (before.resident - before.touched)),
      ...switch_,
    }),
  );
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}

/** Nanoseconds of the kernel's thread from one VM to the next, over some seconds. */
async function measureSwitches(seconds) {
  const started = threadTime();
  const before = client.panel.get("contextSwitches");
  await delay(seconds * 1000);
  const elapsed = threadTime() - started;
  const switches = client.panel.get("contextSwitches") - before;
  return { switches, nanoseconds: elapsed / switches };
}

async function untilSwitched(count) {
  const wanted = client.panel.get("contextSwitches") + count;
  while (client.panel.get("contextSwitches") < wanted) await delay(20);
}

/** Bytes resident now, garbage collected; and those of them that are pages of VMs' memories. */
function settled() {
  globalThis.gc();
  const resident = process.memoryUsage.rss();
  return { resident, touched: touched(3 * 64) };
}

/** Resident bytes of the mappings that have the size of a VM's memory, in KiB: its own pages. */
function touched(size) {
  let bytes = 0;
  for (const mapping of readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const figure = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(mapping)?.[1] ?? 0);
    if (/^\S+ rw/.test(mapping) && figure("Size") === size) bytes += figure("Rss") * 1024;
  }
  return bytes;
}
