/**
 * Judges the interpreter by the host's own CPU: `node scripts/conformance.mjs --seed 1 --cases 1000000`.
 * A difference is printed with the `--case` that repeats it. Needs gcc on x86-64 Linux. See docs/conformance.md.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = `${root}node_modules/.cache/denali/conformance.mjs`;
await build({
  absWorkingDir: root,
  entryPoints: ["test/conformance/soak.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { status } = spawnSync(
  process.execPath,
  [outfile, "--folder", `${root}test/conformance`, ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
