/**
 * Runs one part of the scale experiment in a process of its own, so that memory and threads are its own:
 * `node --expose-gc run.mjs KERNEL-BUNDLE PART OPTIONS`, the options being JSON; prints the figures as JSON.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [bundle, part, options] = process.argv.slice(2);
const { LocalClient } = await import(bundle);
const { measure } = await import(`./${part}.mjs`);
const given = JSON.parse(options);
const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
const { images, engine, budget: memoryBudget, clock } = given;
const client = new LocalClient({
  ...{ stateFolder, imageFolders: [images], supervisor: false, engine, clock },
  ...(memoryBudget && { memoryBudget }),
});
try {
  process.stdout.write(JSON.stringify(await measure(client, given)));
} finally {
  await client.close();
  rmSync(stateFolder, { recursive: true, force: true });
}
