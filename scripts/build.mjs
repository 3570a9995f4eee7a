/**
 * Bundles the program into `dist/`: the command line (`cli.cjs`), the commands that host a kernel (`commands/`), the
 * translator's thread (`translation-worker.js`), that of each further CPU (`processor-worker.js`), and the two bundles that
 * stand between a person and the first frame: the screen (`screen.cjs`) and the kernel's thread (`kernel.cjs`). Those two are
 * scripts, beside which a rehearsal keeps the code that V8 compiled (bin/bundle.cjs); V8 keeps none of modules.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  commandsOf,
  lazyBuiltins,
  lazyDecoder,
  lazyEmoji,
  plainManifest,
  readyYoga,
  rememberingOutput,
  requireIced,
  simpleStringWidth,
  withoutDevelopersTools,
} from "./bundle-plugins.mjs";
import { ensurePackages, ROOT } from "./setup.mjs";

/** Builds where a source file is newer than the build; somebody else may have done so when it is this one's turn. */
export async function ensureBuilt() {
  if (buildIsStale()) await alone(async () => buildIsStale() && (await build()));
}

/** Beside dist/, in which a build removes what is not its own. */
const BUILDING = join(ROOT, "build", "dist");

/**
 * Does work that only one process at a time may do, when it is this one's turn: of two builds at once each would write, rename and
 * remove what the other one does.
 * @param file whose lock others hold meanwhile
 */
export async function alone(work, file = BUILDING) {
  // Without what else the kernel is told: no version of the translator, for which all of its sources are read.
  const { FileLock } = await sourceModule("source/kernel/devices/file-lock.ts", OPTIONS.define);
  mkdirSync(dirname(file), { recursive: true });
  for (let isFirst = true; ; isFirst = false) {
    const lock = FileLock.acquireIfFree(file);
    if (lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (isFirst) process.stderr.write("denali is being built by somebody else; waiting for that ...\n");
    await setTimeout(100);
  }
}

const SIMPLE_SEGMENTER = join(ROOT, "source", "ui", "simple-segmenter.ts");

const KERNEL_SOURCES = join(ROOT, "source", "kernel");

/** Commands that host a kernel themselves. */
const KERNEL_COMMANDS = ["exec", "run", "images", "bench", "completion", "man"];

/** Commands that show a screen. */
const SCREEN_COMMANDS = ["monitor", "replay", "tour"];

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
      ...SCRIPT,
      entryPoints: ["source/cli.tsx"],
      outfile: "dist/cli.cjs",
      plugins: [commandsOf(SCREEN_COMMANDS, "screen.cjs")],
      external: [...OPTIONS.external, ...KERNEL_COMMANDS.map((name) => `./commands/${name}.js`)],
    }),
    esbuild.build({
      ...OPTIONS,
      ...SCRIPT,
      ...LOADED,
      stdin: {
        contents: SCREEN_COMMANDS.map((name) => `export * as ${name} from "./commands/${name}.js";`).join("\n"),
        resolveDir: join(ROOT, "source"),
        sourcefile: "screen.ts",
      },
      outfile: "dist/screen.cjs",
      plugins: [
        ...OPTIONS.plugins,
        lazyBuiltins,
        simpleStringWidth,
        lazyEmoji,
        plainManifest,
        readyYoga,
        rememberingOutput,
        withoutDevelopersTools,
      ],
      inject: [SIMPLE_SEGMENTER],
      define: { ...OPTIONS.define, ...SCRIPT.define, "Intl.Segmenter": "SimpleSegmenter" },
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
    esbuild.build({
      ...OPTIONS,
      ...SCRIPT,
      ...LOADED,
      entryPoints: ["source/host/kernel-worker.ts"],
      outfile: "dist/kernel.cjs",
      // The decoder is compiled with the rest; the file beside it is copied.
      plugins: [lazyBuiltins, lazyDecoder],
      define: { ...define, ...SCRIPT.define },
    }),
    esbuild.build({ ...OPTIONS, define, entryPoints: { "translation-worker": "source/host/translation-worker.ts" } }),
    esbuild.build({
      ...OPTIONS,
      define,
      entryPoints: { "processor-worker": "source/kernel/processors/processor-worker.ts" },
    }),
  ]);
  await replaceDist([...bundles.flatMap((bundle) => bundle.outputFiles), ...others(), await builtInFleet()]);
  await writeManual();
  rehearse();
  await writeFile(VERSION, process.version);
}

/** Bundles one module of source/ as the program's parts are, into any folder: what a benchmark hosts is what users run. */
export async function bundle(entry, folder, define = kernelDefinitions()) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    ...OPTIONS,
    define,
    entryPoints: [entry],
    outdir: folder,
    write: true,
    splitting: false,
  });
}

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

const PLACE = `const denaliPlace = { url: require("node:url").pathToFileURL(__filename).href };`;

/** A bundle that is one script. */
const SCRIPT = {
  outdir: undefined,
  splitting: false,
  format: "cjs",
  minifyWhitespace: true,
  banner: { js: PLACE },
  define: { "import.meta": "denaliPlace", "import.meta.url": "denaliPlace.url" },
};

/** A script for bin/bundle.cjs: a function, written as the file's one expression, that takes what CommonJS gives a module. */
const LOADED = {
  banner: { js: `(function(exports,require,module,__filename,__dirname){${PLACE}` },
  footer: { js: "})" },
};

/** Says for which Node a build was made; not there while it is made, so that one that was interrupted is made again. */
const VERSION = join(ROOT, "dist", "node-version");

const file = (name, contents) => ({ path: join(ROOT, "dist", name), contents });

/** Files of dist/ that are made of nothing: what loads the script of the kernel's thread, and what scripts go by. */
function others() {
  return [
    file(
      "kernel-worker.cjs",
      `require("../bin/bundle.cjs").load(require("node:path").join(__dirname, "kernel.cjs"));\n`,
    ),
    file("iced_x86_bg.wasm", readFileSync(join(ROOT, "node_modules", "iced-x86", "iced_x86_bg.wasm"))),
  ];
}

/** Writes the entry points last, so that a program started meanwhile finds either the old build or the whole new one. */
async function replaceDist(files) {
  const dist = join(ROOT, "dist");
  await mkdir(join(dist, "commands"), { recursive: true });
  // Code compiled of the scripts as they were. V8 would tell by their lengths alone.
  for (const name of ["screen", "kernel"]) rmSync(join(dist, `${name}.cjs.compiled`), { force: true });
  const before = await readdir(dist, { recursive: true, withFileTypes: true });
  const isEntry = (path) => !/-[A-Z0-9]{8}\.js/.test(path);
  rmSync(VERSION, { force: true });
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

/** The built-in fleet, as a start takes it. */
async function builtInFleet() {
  const { readFleet } = await sourceModule("source/fleet/fleet.ts");
  const fleet = readFleet(join(ROOT, "fleets", "default.yaml"));
  return file("built-in-fleet.json", JSON.stringify({ ...fleet, places: undefined }));
}

/** What a module of source/ exports, for use by the build itself. */
async function sourceModule(path, define = kernelDefinitions()) {
  const folder = mkdtempSync(join(tmpdir(), "denali-build-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    await bundle(path, folder, define);
    return await import(pathToFileURL(join(folder, basename(path).replace(/ts$/, "js"))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nobody waits for a program that was just built and does not end: it takes seconds on a busy machine. */
const LIMIT = { timeout: 120_000, killSignal: "SIGKILL" };

/** The manual page, which the program makes of its own declarations. */
async function writeManual() {
  const page = execFileSync(process.execPath, [join(ROOT, "bin", "denali.js"), "man"], LIMIT);
  await writeFile(join(ROOT, "dist", "denali.1"), page);
}

/** Has V8 compile what a start runs, and keep it. Without, the program starts slower, and that is all. */
function rehearse() {
  const rehearsal = spawnSync(process.execPath, [join(ROOT, "scripts", "rehearse.mjs")], {
    encoding: "utf8",
    ...LIMIT,
  });
  if (rehearsal.status === 0) return;
  process.stderr.write(`denali will start slower: its code could not be compiled ahead\n${rehearsal.stderr}`);
}

function buildIsStale() {
  const built = modified(join(ROOT, "dist", "cli.cjs"));
  if (built === 0 || modified(VERSION) === 0 || readFileSync(VERSION, "utf8") !== process.version) return true;
  const inputs = [
    ...["package-lock.json", "fleets/default.yaml", "bin/bundle.cjs"],
    ...["build", "bundle-plugins", "rehearse"].map((script) => `scripts/${script}.mjs`),
  ].map((path) => modified(join(ROOT, path)));
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
  await alone(build);
}
