/** Writes the golden translations anew: `npm run golden`. What changed is then for a person to read. */

import { spawnSync } from "node:child_process";
import { ensurePackages, ROOT } from "./setup.mjs";

ensurePackages();
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/kernel/translator/golden.test.ts", "--update", "--reporter=dot"],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, CI: "", DENALI_GOLDEN: "update" } },
);
process.exitCode = status ?? 1;
