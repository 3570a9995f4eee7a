/**
 * VMs that compute on so many CPUs, in a process of its own: `node run.mjs KERNEL-BUNDLE OPTIONS`, the options being JSON;
 * prints as JSON guest instructions a second, of wall clock and of CPU time of the whole process, and how many CPUs guests had
 * on average.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Seconds until threads have started and V8 has compiled. */
const WARM_UP = 1;

const [bundle, options] = process.argv.slice(2);
const { LocalClient } = await import(bundle);
const { cpus, vms, image, engine, seconds, images, processorFile } = JSON.parse(options);
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const client = new LocalClient({
  ...{ stateFolder, imageFolders: [images], supervisor: false, engine, cpus, processorFile },
});
try {
  await client.spawn({ image, count: vms });
  await setTimeout(WARM_UP * 1000);
  const { panel } = client;
  const before = read(panel);
  const used = process.cpuUsage();
  await setTimeout(seconds * 1000);
  const after = read(panel);
  const { user, system } = process.cpuUsage(used);
  const gained = (figure) => (after[figure] - before[figure]) / (after.time - before.time);
  const perCpuSecond = (1e6 * (after.instructions - before.instructions)) / (user + system);
  process.stdout.write(
    JSON.stringify({ instructionRate: gained("instructions") * 1e9, perCpuSecond, busy: gained("busyTime") }),
  );
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}

function read(panel) {
  const figure = (name) => [name, panel.get(name)];
  return Object.fromEntries(["time", "instructions", "busyTime"].map(figure));
}
