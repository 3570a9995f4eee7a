/**
 * Builds the guest images from their sources and keeps guests/images/index.json.
 *
 *     npm run guests                rebuilds all images, byte for byte where the sources and the compiler are the same
 *     npm run guests -- --check     builds into a temporary folder and fails for each image that differs
 *     npm run guests -- --all       and --check --all: programs on Ilwaco, too, whose libraries take minutes to build
 *
 * A guest of apps/ is built in a second, a program of programs/ is linked with Ilwaco's libraries, which are made from
 * Debian's source packages. Without --all a program is built only if the index does not have the digest of its sources, and
 * checked by that digest and its image's: that needs neither compiler nor network.
 *
 * The check skips, and says so, where gcc cannot build for i386 or is not the one the images were built with: another
 * compiler makes other bytes.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const guests = fileURLToPath(new URL("../guests", import.meta.url));
const images = join(guests, "images");
const indexFile = join(images, "index.json");

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
const firstLine = (text) => text.split("\n", 1)[0].trim();

/** Names the compiler and linker, or says why there is none that will do. */
function findCompiler() {
  const gcc = spawnSync("gcc", ["--version"], { encoding: "utf8" });
  if (gcc.error || gcc.status !== 0) return { missing: "gcc is not installed" };
  const ld = spawnSync("ld", ["--version"], { encoding: "utf8" });
  if (ld.error || ld.status !== 0) return { missing: "ld (binutils) is not installed" };
  if (spawnSync("make", ["--version"]).status !== 0) return { missing: "make is not installed" };
  const probe = spawnSync("gcc", ["-m32", "-ffreestanding", "-x", "c", "-c", "-o", "/dev/null", "-"], {
    input: "#include <stdint.h>\nuint32_t probe;\n",
  });
  if (probe.status !== 0) return { missing: "this gcc cannot compile for i386 (-m32)" };
  return { version: `${firstLine(gcc.stdout)}, ${firstLine(ld.stdout)}` };
}

function build(folder) {
  const make = spawnSync(
    "make",
    ["-C", guests, "--silent", `-j${availableParallelism()}`, `BUILD=${join(folder, "objects")}`, `IMAGES=${folder}`],
    { encoding: "utf8" },
  );
  process.stderr.write(make.stderr ?? "");
  if (make.status !== 0) fail("make could not build the guests");
}

const programs = readdirSync(join(guests, "programs"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** Builds a program on Ilwaco, and Ilwaco before the first. */
function buildProgram(name, folder) {
  process.stderr.write(`building ${name}\n`);
  const result = spawnSync(join(guests, "programs/build"), [name, join(folder, `${name}.elf`)], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (result.status !== 0) fail(`${result.stderr ?? ""}could not build guests/programs/${name}`);
}

/** What every program on Ilwaco is made of besides its own folder. */
const ilwacoSources = ["programs/build", "cc", "ilwaco", "include/denali.h", "runtime/division.c"];

/** What an image is made of, files and folders below guests/. An app is apps/NAME.c or a folder apps/NAME/. */
function sourcesOf(name) {
  if (programs.includes(name)) {
    const folder = `programs/${name}`;
    const first = existsSync(join(guests, folder, "build")) ? "build" : "main.c";
    const main = readFileSync(join(guests, folder, first), "utf8");
    // One that takes files of the runtime depends on all of it.
    const usesRuntime = main.includes("$guests/runtime/");
    const shared = usesRuntime ? ["programs/build", "cc", "ilwaco", "include", "runtime"] : ilwacoSources;
    return { main, sources: [folder, ...shared] };
  }
  const isFolder = statSync(join(guests, "apps", name), { throwIfNoEntry: false })?.isDirectory();
  const own = isFolder ? `apps/${name}` : `apps/${name}.c`;
  const main = readFileSync(join(guests, isFolder ? `${own}/main.c` : own), "utf8");
  const headers = readdirSync(join(guests, "apps")).filter((file) => file.endsWith(".h"));
  const shared = headers.filter((header) => main.includes(`"${header}"`)).map((header) => `apps/${header}`);
  return { main, sources: [own, ...shared, "include", "runtime"] };
}

/** Digest of all files named, those in a folder in the order of their names, folders in it included. */
function digest(sources) {
  return sha256(...sources.flatMap(filesOf).map((file) => readFileSync(join(guests, file))));
}

function filesOf(path) {
  if (!statSync(join(guests, path)).isDirectory()) return [path];
  return readdirSync(join(guests, path))
    .sort()
    .flatMap((file) => filesOf(`${path}/${file}`));
}

/** One image's entry in the index. What it does is said once, in the first sentence of its source. */
function describe(name, folder, compiler) {
  const { main, sources } = sourcesOf(name);
  const opening = main.match(/^(?:\/\*\n \*|#) ([^:]+): (.+)\n/);
  if (opening?.[1] !== name) fail(`guests: the source of ${name} must open with "${name}: " and what it does`);
  return {
    name,
    file: `${name}.elf`,
    sha256: sha256(readFileSync(join(folder, `${name}.elf`))),
    description: opening[2].replace(/[.:;]$/, ""),
    sources,
    sourcesSha256: digest(sources),
    compiler,
  };
}

function describeAll(folder, compiler) {
  const names = readdirSync(folder).filter((file) => file.endsWith(".elf"));
  return names.sort().map((file) => describe(basename(file, ".elf"), folder, compiler));
}

function fail(line) {
  console.error(line);
  process.exit(1);
}

function check(compiler, all) {
  const index = JSON.parse(readFileSync(indexFile, "utf8"));
  const complaints = programs
    .filter((name) => !isCurrent(name, index))
    .map((name) => `${name}.elf: differs from its sources`);
  const skip = (why) => {
    report(complaints);
    console.log(`skipped: ${why}, so the guest images were not compared with their sources`);
  };
  if (compiler.missing) return skip(compiler.missing);
  const other = index.find((image) => image.compiler !== compiler.version);
  if (other) return skip(`the images were built with ${other.compiler} and this is ${compiler.version}`);
  inTemporaryFolder((folder) => {
    build(folder);
    if (all) for (const name of programs) buildProgram(name, folder);
    const built = new Map(describeAll(folder, compiler.version).map((image) => [image.name, image]));
    for (const image of index) {
      const fresh = built.get(image.name);
      built.delete(image.name);
      if (!fresh && programs.includes(image.name)) continue;
      if (!fresh) complaints.push(`${image.file}: has no source`);
      else if (JSON.stringify(fresh) !== JSON.stringify(image) || committedDigest(image) !== fresh.sha256)
        complaints.push(`${image.file}: differs from its sources`);
    }
    for (const name of built.keys()) complaints.push(`${name}.elf: is not among the committed images`);
    report(complaints);
    const how = all ? "" : `, ${programs.length} of them, on Ilwaco, by digest alone`;
    if (complaints.length === 0)
      console.log(`${index.length} guest images agree with their sources (${compiler.version})${how}`);
  });
}

function report(complaints) {
  for (const complaint of new Set(complaints)) console.error(`guests/images/${complaint}; run \`npm run guests\``);
  if (complaints.length > 0) process.exitCode = 1;
}

/** Whether the committed image of a program and its entry are of the sources as they are. */
function isCurrent(name, index) {
  const image = index.find((each) => each.name === name);
  if (!image || committedDigest(image) !== image.sha256) return false;
  return image.sourcesSha256 === digest(sourcesOf(name).sources);
}

/** Digest of the image in the project, empty when it is missing. */
function committedDigest(image) {
  const file = join(images, image.file);
  return existsSync(file) ? sha256(readFileSync(file)) : "";
}

function rebuild(compiler, all) {
  if (compiler.missing) fail(`cannot build the guests: ${compiler.missing}; on Debian: apt-get install gcc make`);
  const before = existsSync(indexFile) ? JSON.parse(readFileSync(indexFile, "utf8")) : [];
  const kept = before.filter((image) => programs.includes(image.name) && !all && isCurrent(image.name, before));
  inTemporaryFolder((folder) => {
    build(folder);
    for (const name of programs) if (!kept.some((image) => image.name === name)) buildProgram(name, folder);
    const built = describeAll(folder, compiler.version);
    const index = [...built, ...kept].sort((a, b) => (a.name < b.name ? -1 : 1));
    const wanted = new Set(index.map((image) => image.file));
    for (const stale of readdirSync(images))
      if (stale.endsWith(".elf") && !wanted.has(stale)) rmSync(join(images, stale));
    for (const image of built) {
      copyFileSync(join(folder, image.file), join(images, image.file));
      chmodSync(join(images, image.file), 0o644);
    }
    writeFileSync(indexFile, format(index));
    console.log(`built ${built.length} guest images with ${compiler.version}`);
    if (kept.length > 0) console.log(`kept ${kept.length} whose sources have not changed; --all builds them, too`);
  });
}

/** JSON as the formatter of this project likes it: lists of names on one line. */
function format(index) {
  const json = JSON.stringify(index, null, 2);
  return `${json.replace(/\[\n +("[^\]]*")\n +\]/g, (_, list) => `[${list.replace(/\s+/g, " ")}]`)}\n`;
}

function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "denali-guests-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = new Set(process.argv.slice(2));
const all = options.delete("--all");
const checks = options.delete("--check");
if (options.size > 0) fail("usage: npm run guests [-- --check] [--all]");
if (checks) check(findCompiler(), all);
else rebuild(findCompiler(), all);
