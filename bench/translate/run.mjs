/**
 * Starts VMs in a fresh process, one after the other: `run.mjs FOLDER-OF-BUNDLES ENGINE CACHE-FOLDER IMAGE...` prints, as JSON,
 * how long it took from the command to spawn the last of them to the first line that it printed, in milliseconds. The kernel
 * has been booted before.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadTime } from "../support/thread-time.mjs";

const [bundles, engine, cacheFolder, ...images] = process.argv.slice(2);
const { yieldHelperThreads } = await import(join(bundles, "helper-threads.js"));
// As denali does, though here Node's own pool is there already and stands behind, too: nothing waits for it.
yieldHelperThreads();
const { LocalClient } = await import(join(bundles, "local-client.js"));
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const NANOSECONDS_PER_MILLISECOND = 1e6;

let printed;
const client = new LocalClient({
  ...{ stateFolder, cacheFolder, imageFolders: [], engine, supervisor: false },
  onConsole: () => printed(),
});
/** Milliseconds from the command that spawns a VM to its first line. */
async function start(image) {
  const started = new Promise((resolve) => {
    printed = () => resolve({ wall: performance.now(), thread: threadTime() });
  });
  const wall = performance.now();
  const thread = threadTime();
  const [id] = await client.spawn({ image });
  const end = await Promise.race([started, client.stopped]);
  await client.kill(id);
  return { wall: end.wall - wall, thread: (end.thread - thread) / NANOSECONDS_PER_MILLISECOND };
}

try {
  let last;
  for (const image of images) last = await start(image);
  process.stdout.write(JSON.stringify(last));
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}
