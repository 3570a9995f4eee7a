/**
 * Builds the guest images from their sources and keeps guests/images/index.json.
 *
 *     npm run guests                rebuilds all images, byte for byte where the sources and the compiler are the same
 *     npm run guests -- --check     builds into a temporary folder and fails for each image that differs
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

/** What an image is made of, files and folders below guests/. An app is apps/NAME.c or a folder apps/NAME/. */
function sourcesOf(name) {
  const isFolder = statSync(join(guests, "apps", name), { throwIfNoEntry: false })?.isDirectory();
  const own = isFolder ? `apps/${name}` : `apps/${name}.c`;
  const main = readFileSync(join(guests, isFolder ? `${own}/main.c` : own), "utf8");
  const headers = readdirSync(join(guests, "apps")).filter((file) => file.endsWith(".h"));
  const shared = headers.filter((header) => main.includes(`"${header}"`)).map((header) => `apps/${header}`);
  return { main, sources: [own, ...shared, "include", "runtime"] };
}

/** Digest of all files named, those in a folder in the order of their names. */
function digest(sources) {
  const files = sources.flatMap((path) =>
    statSync(join(guests, path)).isDirectory()
      ? readdirSync(join(guests, path))
          .sort()
          .map((file) => `${path}/${file}`)
      : [path],
  );
  return sha256(...files.map((file) => readFileSync(join(guests, file))));
}

/** One image's entry in the index. What it does is said once, in the first sentence of its source. */
function describe(name, folder, compiler) {
  const { main, sources } = sourcesOf(name);
  const opening = main.match(/^\/\*\n \* ([^:]+): (.+)\n/);
  if (opening?.[1] !== name) fail(`guests/apps: the source of ${name} must open with "${name}: " and what it does`);
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

function check(compiler) {
  const index = JSON.parse(readFileSync(indexFile, "utf8"));
  const skip = (why) => console.log(`skipped: ${why}, so the guest images were not compared with their sources`);
  if (compiler.missing) return skip(compiler.missing);
  const other = index.find((image) => image.compiler !== compiler.version);
  if (other) return skip(`the images were built with ${other.compiler} and this is ${compiler.version}`);
  inTemporaryFolder((folder) => {
    build(folder);
    const built = new Map(describeAll(folder, compiler.version).map((image) => [image.name, image]));
    const complaints = [];
    for (const image of index) {
      const fresh = built.get(image.name);
      if (!fresh) complaints.push(`${image.file}: has no source`);
      else if (JSON.stringify(fresh) !== JSON.stringify(image) || committedDigest(image) !== fresh.sha256)
        complaints.push(`${image.file}: differs from its sources`);
      built.delete(image.name);
    }
    for (const name of built.keys()) complaints.push(`${name}.elf: is not among the committed images`);
    for (const complaint of complaints) console.error(`guests/images/${complaint}; run \`npm run guests\``);
    if (complaints.length > 0) process.exitCode = 1;
    else console.log(`${index.length} guest images agree with their sources (${compiler.version})`);
  });
}

/** Digest of the image in the project, empty when it is missing. */
function committedDigest(image) {
  const file = join(images, image.file);
  return existsSync(file) ? sha256(readFileSync(file)) : "";
}

function rebuild(compiler) {
  if (compiler.missing) fail(`cannot build the guests: ${compiler.missing}; on Debian: apt-get install gcc make`);
  inTemporaryFolder((folder) => {
    build(folder);
    const index = describeAll(folder, compiler.version);
    for (const stale of readdirSync(images).filter((file) => file.endsWith(".elf"))) rmSync(join(images, stale));
    for (const image of index) {
      copyFileSync(join(folder, image.file), join(images, image.file));
      chmodSync(join(images, image.file), 0o644);
    }
    writeFileSync(indexFile, format(index));
    console.log(`built ${index.length} guest images with ${compiler.version}`);
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

const [option, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (option !== undefined && option !== "--check")) fail("usage: npm run guests [-- --check]");
if (option === "--check") check(findCompiler());
else rebuild(findCompiler());
