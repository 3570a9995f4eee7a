/**
 * Transpiles source/ file by file into build/sources/ before the tests run, so that they execute the modules as Node does.
 * Vitest's own transformation turns every use of an imported name into a property access, which makes the interpreter
 * several times slower.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

export const SOURCES = join(root, "source");
export const TRANSPILED = join(root, "build", "sources");

/** Vitest calls this once, before the first test file. */
export default async function setup(): Promise<void> {
  const entryPoints = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => join(SOURCES, file));
  const { outputFiles } = await build({
    entryPoints,
    outdir: TRANSPILED,
    outbase: SOURCES,
    format: "esm",
    platform: "node",
    target: "node20",
    jsx: "automatic",
    sourcemap: "inline",
    write: false,
  });
  for (const { path, contents } of outputFiles) replaceWhereChanged(path, contents);
  removeLeftOvers(
    new Set(entryPoints.map((file) => TRANSPILED + file.slice(SOURCES.length).replace(/\.tsx?$/, ".js"))),
  );
}

/** Another run of the tests, of the same sources, may be reading it: it sees the whole file, old or new. */
function replaceWhereChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}`;
  writeFileSync(made, contents);
  renameSync(made, path);
}

/** Removes what was made of sources that are gone: a test that still imports one would fail elsewhere. */
function removeLeftOvers(made: ReadonlySet<string>): void {
  for (const entry of readdirSync(TRANSPILED, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith(".js") && !made.has(path)) rmSync(path);
  }
}
