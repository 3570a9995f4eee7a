/**
 * Runs one image on one engine in a process of its own, as `denali exec` would, and stamps each line it prints with the CPU
 * time of the thread: `run-guest.mjs KERNEL-BUNDLE ENGINE IMAGE ARGUMENT...` prints what the native program prints.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadTime } from "../support/thread-time.mjs";

const [bundle, engine, image, ...rest] = process.argv.slice(2);
const { LocalClient } = await import(bundle);
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const lines = [];
try {
  let ended;
  const end = new Promise((resolve) => {
    ended = resolve;
  });
  const onConsole = (_, bytes) => lines.push(`${Buffer.from(bytes).toString().trim()} ${threadTime()}`);
  const client = new LocalClient({ stateFolder, imageFolders: [], engine, supervisor: false, onConsole }, ended);
  const [id] = await client.spawn({ image, arguments: rest });
  await Promise.race([end, client.stopped]);
  const { fault, status } = await client.inspect(id);
  if (fault) process.stderr.write(`${fault.cause} at 0x${fault.eip.toString(16)}: ${fault.detail}\n`);
  process.exitCode = fault ? 139 : (status ?? 1);
  await client.close();
} finally {
  rmSync(stateFolder, { recursive: true, force: true });
}
process.stdout.write(`${lines.join("\n")}\n`);
