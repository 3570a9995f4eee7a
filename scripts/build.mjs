/**
 * Bundles the program into `dist/`: the command line (`cli.js`), the kernel's thread (`kernel-worker.js`) and the chunks
 * they load when they need them, so that `denali exec` never reads the screen's code. Bundling halves the time to the
 * first frame. iced-x86 stays a package: it finds its WebAssembly file beside itself.
 */

import { readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages, ROOT } from "./setup.mjs";

/** Builds where a source file is newer than the build. */
export async function ensureBuilt() {
  if (buildIsStale()) await build();
}

export async function build() {
  const esbuild = await import("esbuild");
  const result = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { cli: "source/cli.tsx", "kernel-worker": "source/host/kernel-worker.ts" },
    outdir: "dist",
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["iced-x86", "react-devtools-core"],
    define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
    // Packages written for CommonJS call require; an ES module has none of its own.
    banner: {
      js: 'import { createRequire as denaliRequire } from "node:module"; const require = denaliRequire(import.meta.url);',
    },
    jsx: "automatic",
    sourcemap: true,
    legalComments: "linked",
    minifySyntax: true,
    logLevel: "warning",
  });
  await replaceDist(result.outputFiles);
}

/** Writes the entry points last, so that a program started meanwhile finds either the old build or the whole new one. */
async function replaceDist(files) {
  const dist = join(ROOT, "dist");
  await mkdir(dist, { recursive: true });
  const before = await readdir(dist);
  const isEntry = (path) => /[/\\](cli|kernel-worker)\.js$/.test(path);
  for (const file of [...files].sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)))) {
    await writeFile(`${file.path}.new`, file.contents);
    await rename(`${file.path}.new`, file.path);
  }
  const kept = new Set(files.map((file) => file.path));
  for (const name of before)
    if (!kept.has(join(dist, name))) rmSync(join(dist, name), { recursive: true, force: true });
}

function buildIsStale() {
  const built = modified(join(ROOT, "dist", "cli.js"));
  if (built === 0) return true;
  const inputs = ["package-lock.json", "scripts/build.mjs"].map((path) => modified(join(ROOT, path)));
  return Math.max(...inputs, newest(join(ROOT, "source"))) > built;
}

function newest(folder) {
  let latest = modified(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : modified(path));
  }
  return latest;
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensurePackages();
  await build();
}
