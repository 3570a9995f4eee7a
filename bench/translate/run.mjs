/**
 * Starts one VM in a fresh process: `run.mjs FOLDER-OF-BUNDLES ENGINE IMAGE CACHE-FOLDER` prints, as JSON, how long it took from
 * the command to spawn it to the first line that it printed, in milliseconds. The kernel has been booted before.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadTime } from "../support/thread-time.mjs";

const [bundles, engine, image, cacheFolder] = process.argv.slice(2);
const { yieldHelperThreads } = await import(join(bundles, "helper-threads.js"));
// As denali does, though here Node's own pool is there already and stands behind, too: nothing waits for it.
yieldHelperThreads();
const { LocalClient } = await import(join(bundles, "local-client.js"));
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const NANOSECONDS_PER_MILLISECOND = 1e6;

let printed;
const started = new Promise((resolve) => {
  printed = () => resolve({ wall: performance.now(), thread: threadTime() });
});
const client = new LocalClient({
  ...{ stateFolder, cacheFolder, imageFolders: [], engine, supervisor: false },
  onConsole: () => printed(),
});
try {
  const wall = performance.now();
  const thread = threadTime();
  await client.spawn({ image });
  const end = await Promise.race([started, client.stopped]);
  const result = { wall: end.wall - wall, thread: (end.thread - thread) / NANOSECONDS_PER_MILLISECOND };
  process.stdout.write(JSON.stringify(result));
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}
