/**
 * Judges both engines by the host's own CPU:
 *
 *     node scripts/conformance.mjs --seed 1 --cases 1000000       random instructions
 *     node scripts/conformance.mjs --seed 1 --functions 100000    programs of random functions
 *
 * `--jobs N` shares the work among N processes. A difference is printed with the option that repeats it. Needs gcc on
 * x86-64 Linux. See docs/conformance.md.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

/** Cases, or programs, of one job before those of the next: a multiple of how many are translated together. */
const ROUND = 512;
const PROGRAMS_APART = ROUND * 1_000_000;
/** MiB that are filled before garbage is looked for: translating makes much of it. */
const YOUNG_GENERATION = 64;

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

const { values, tokens } = parseArgs({
  options: { jobs: { type: "string", default: "1" }, cases: { type: "string" }, functions: { type: "string" } },
  strict: false,
  tokens: true,
});
const ours = new Set(["jobs", "cases", "functions"]);
// Of options that are not defined here, the value is an argument of its own.
const passed = tokens.flatMap(({ kind, name, value }) => {
  if (kind === "positional") return [value];
  return ours.has(name) ? [] : [value === undefined ? `--${name}` : `--${name}=${value}`];
});

const jobs = Number(values.jobs);
const statuses = await Promise.all(Array.from({ length: jobs }, (_, job) => run([...passed, ...shareOf(job)])));
process.exit(Math.max(...statuses));

/** What one job of several does. */
function shareOf(job) {
  if (values.functions !== undefined) {
    const functions = Math.ceil(Number(values.functions) / jobs);
    return ["--functions", String(functions), ...(jobs > 1 ? ["--first", String(job * PROGRAMS_APART)] : [])];
  }
  if (values.cases === undefined) return [];
  const cases = Math.ceil(Number(values.cases) / jobs / ROUND) * ROUND;
  return jobs > 1 ? ["--cases", String(cases), "--first", String(job * cases)] : ["--cases", values.cases];
}

function run(args) {
  const node = [`--max-semi-space-size=${YOUNG_GENERATION}`, outfile, "--folder", `${root}test/conformance`, ...args];
  return new Promise((resolve) => {
    spawn(process.execPath, node, { stdio: "inherit" }).on("close", (status) => resolve(status ?? 1));
  });
}
