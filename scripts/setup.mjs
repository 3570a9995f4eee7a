/**
 * What every command of this checkout needs first: the packages of package-lock.json. Silent unless something fails or
 * takes long enough that a person would wonder.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Oldest Node that runs this program (package.json, `engines`). */
const OLDEST_NODE = [20, 19];

/** Prints one line and ends with status 1. */
export function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Brings `node_modules` to what package-lock.json says, where it is not. */
export function ensurePackages() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(`denali needs Node ${OLDEST_NODE.join(".")} or later, this is ${process.versions.node}; install a newer one`);
  }
  if (packagesMatchLock()) return;
  process.stderr.write("installing packages (npm ci) ...\n");
  const npm = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (npm.status === 0) return;
  process.stderr.write(`${npm.stdout ?? ""}${npm.stderr ?? ""}`);
  fail(`npm ci failed${npm.error ? ` (${npm.error.message})` : ""}; see above, then try again`);
}

/** Packages for other platforms are optional in the lock file and rightly absent. */
function packagesMatchLock() {
  const wanted = readJson("package-lock.json");
  const installed = readJson("node_modules/.package-lock.json");
  if (!wanted || !installed) return false;
  return Object.entries(wanted.packages).every(
    ([path, entry]) => path === "" || entry.optional || installed.packages[path]?.version === entry.version,
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensurePackages();
}
