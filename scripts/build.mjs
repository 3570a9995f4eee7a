/**
 * Bundles the program into `dist/`: the command line with the monitor (`cli.js`), the commands that host a kernel
 * (`commands/`), the kernel's thread (`kernel-worker.js`) and the translator's (`translation-worker.js`). Bundling halves the time to the first frame. iced-x86 stays a
 * package: it finds its WebAssembly file beside itself.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages, ROOT } from "./setup.mjs";

/** Builds where a source file is newer than the build. */
export async function ensureBuilt() {
  if (buildIsStale()) await build();
}

const SIMPLE_WIDTH = join(ROOT, "source", "ui", "simple-width.ts");
const SIMPLE_SEGMENTER = join(ROOT, "source", "ui", "simple-segmenter.ts");

const KERNEL_SOURCES = join(ROOT, "source", "kernel");

/** Commands that host a kernel themselves. */
const KERNEL_COMMANDS = ["exec", "run", "images", "completion", "man"];

/**
 * A checksum over the kernel's sources and its decoder: a translation that is kept is of use to the translator alone that made
 * it. What of the kernel the translator stands on is not told apart, so that nobody has to keep a list.
 */
function translatorVersion() {
  const hash = createHash("sha256");
  const decoder = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages["node_modules/iced-x86"];
  hash.update(`${decoder.version} ${decoder.integrity}\n`);
  const sources = readdirSync(KERNEL_SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of sources) {
    hash.update(`${relative(ROOT, path)}\n`).update(createHash("sha256").update(readFileSync(path)).digest());
  }
  return hash.digest("hex");
}

const kernelDefinitions = () => ({ ...OPTIONS.define, TRANSLATOR_VERSION: JSON.stringify(translatorVersion()) });

export async function build() {
  const esbuild = await import("esbuild");
  const define = kernelDefinitions();
  // Chunks are shared within a bundle only: sharing them between all would put the kernel into the screen's, because
  // source/kernel/index.ts, which both import, names it.
  const bundles = await Promise.all([
    esbuild.build({
      ...OPTIONS,
      entryPoints: { cli: "source/cli.tsx" },
      external: [...OPTIONS.external, ...KERNEL_COMMANDS.map((name) => `./commands/${name}.js`)],
      plugins: [...OPTIONS.plugins, simpleStringWidth],
      inject: [SIMPLE_SEGMENTER],
      // Yoga would load its WebAssembly, which is in its text, by fetch: Node's takes a tenth of a second to get ready.
      define: { ...OPTIONS.define, "Intl.Segmenter": "SimpleSegmenter", fetch: "undefined" },
    }),
    esbuild.build({
      ...OPTIONS,
      define,
      entryPoints: Object.fromEntries(
        KERNEL_COMMANDS.map((name) => [`commands/${name}`, `source/commands/${name}.ts`]),
      ),
      // Named by commands whose declarations are read here, and that are carried out elsewhere.
      external: [...OPTIONS.external, "../ui/monitor.js"],
    }),
    esbuild.build({ ...OPTIONS, define, entryPoints: { "kernel-worker": "source/host/kernel-worker.ts" } }),
    esbuild.build({ ...OPTIONS, define, entryPoints: { "translation-worker": "source/host/translation-worker.ts" } }),
    esbuild.build({
      ...OPTIONS,
      define,
      entryPoints: { "processor-worker": "source/kernel/processors/processor-worker.ts" },
    }),
  ]);
  await replaceDist(bundles.flatMap((bundle) => bundle.outputFiles));
  await writeManual();
}

/** Bundles one module of source/ as the program's parts are, into any folder: what a benchmark hosts is what users run. */
export async function bundle(entry, folder) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    ...OPTIONS,
    define: kernelDefinitions(),
    entryPoints: [entry],
    outdir: folder,
    write: true,
    splitting: false,
  });
}

/** Loads iced-x86 as the CommonJS module it is: as an import, Node first parses its 900 KB in search of export names. */
const requireIced = {
  name: "require-iced-x86",
  setup(build) {
    build.onResolve({ filter: /^iced-x86$/ }, ({ kind }) =>
      kind === "require-call" ? { external: true } : { path: "iced-x86", namespace: "required", sideEffects: false },
    );
    build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require("${path}");`,
    }));
  },
};

/** Puts the faster string-width of source/ui/simple-width.ts in the place of the package, which it imports itself. */
const simpleStringWidth = {
  name: "simple-string-width",
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer === SIMPLE_WIDTH ? undefined : { path: SIMPLE_WIDTH, sideEffects: false },
    );
  },
};

const OPTIONS = {
  absWorkingDir: ROOT,
  outdir: "dist",
  write: false,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Node 20 has it; written as a constructor call instead, the expression would be compiled at start-up.
  supported: { "regexp-set-notation": true, "regexp-unicode-property-escapes": true },
  external: ["react-devtools-core"],
  plugins: [requireIced],
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.DEV": '"false"',
  },
  // Packages written for CommonJS call require; an ES module has none of its own.
  banner: {
    js: 'import { createRequire as denaliRequire } from "node:module"; const require = denaliRequire(import.meta.url);',
  },
  jsx: "automatic",
  sourcemap: true,
  legalComments: "linked",
  minifySyntax: true,
  logLevel: "warning",
};

/** Writes the entry points last, so that a program started meanwhile finds either the old build or the whole new one. */
async function replaceDist(files) {
  const dist = join(ROOT, "dist");
  await mkdir(join(dist, "commands"), { recursive: true });
  const before = await readdir(dist, { recursive: true, withFileTypes: true });
  const isEntry = (path) => !/-[A-Z0-9]{8}\.js/.test(path);
  for (const file of [...files].sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)))) {
    await writeFile(`${file.path}.new`, file.contents);
    await rename(`${file.path}.new`, file.path);
  }
  const kept = new Set(files.map((file) => file.path));
  for (const entry of before) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path)) rmSync(path, { force: true });
  }
}

/** The manual page, which the program makes of its own declarations. */
async function writeManual() {
  const page = execFileSync(process.execPath, [join(ROOT, "bin", "denali.js"), "man"]);
  await writeFile(join(ROOT, "dist", "denali.1"), page);
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
