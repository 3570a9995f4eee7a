/**
 * Judges both engines by the host's own CPU:
 *
 *     node scripts/conformance.mjs --seed 1 --cases 1000000       random instructions
 *     node scripts/conformance.mjs --seed 1 --functions 100000    programs of random functions
 *
 * `--jobs N` shares the work among N processes; `--record FOLDER` goes on where the same command was ended. A difference is
 * printed with the option that repeats it. Needs gcc on x86-64 Linux. See docs/conformance.md.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Garbage collection by several threads takes more of the processor than it saves; MiB filled before garbage is looked for. */
const NODE_OPTIONS = ["--single-threaded-gc", "--max-semi-space-size=128"];

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

const args = [...NODE_OPTIONS, outfile, "--folder", `${root}test/conformance`, ...process.argv.slice(2)];
spawn(process.execPath, args, { stdio: "inherit" }).on("close", (status) => process.exit(status ?? 1));
