/**
 * Where a kernel's time goes: V8's sampling profiler over one run on the translator. WebAssembly functions are named by the guest
 * address that they start at, as the translator names them, and by the image's symbol.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngines, runOnce } from "./engines.mjs";

/** Functions shown. */
const SHOWN = 15;

/** Microseconds between two samples. */
const INTERVAL = 200;

/** @returns rows of cells: share of the samples, function, the guest's symbol where there is one */
export async function profile(name, program, iterations) {
  const folder = mkdtempSync(join(tmpdir(), "denali-profile-"));
  try {
    const options = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", String(INTERVAL)];
    const engine = (await findEngines(["translator"], options)).at(-1);
    runOnce(engine, name, program, 1, iterations);
    const [file] = readdirSync(folder);
    const shares = hottest(JSON.parse(readFileSync(join(folder, file), "utf8")));
    const symbols = symbolsOf(program.image);
    return [
      ["share", "function", "guest"],
      ...shares.map(([what, share]) => [`${(100 * share).toFixed(1)} %`, what, symbolAt(symbols, what)]),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Functions by their own share of all samples. */
function hottest({ nodes, samples }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || "(anonymous)"]));
  const counts = new Map();
  for (const sample of samples) counts.set(names.get(sample), (counts.get(names.get(sample)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([what, count]) => [what, count / samples.length]);
}

/** Addresses and names of the image's functions, in ascending order. */
function symbolsOf(image) {
  const { stdout } = spawnSync("nm", ["--numeric-sort", image], { encoding: "utf8" });
  return [...stdout.matchAll(/^([0-9a-f]+) [tT] (\S+)$/gm)].map(([, address, name]) => [
    Number.parseInt(address, 16),
    name,
  ]);
}

function symbolAt(symbols, what) {
  const address = Number.parseInt(/0x[0-9a-f]+/.exec(what)?.[0] ?? "", 16);
  return symbols.findLast(([start]) => start <= address)?.[1] ?? "";
}
