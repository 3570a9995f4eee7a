/**
 * How long it takes until a guest's first instruction is done, from the command to spawn it: the image is read, checked and
 * translated meanwhile. Images with about 100 KB and 700 KB of text, of generated C; a fresh process each time, first with
 * an empty cache of translations and then, where that was filled, from it. What a fresh process takes is for a good part V8,
 * which has not compiled the translator yet: so also in one that has translated a few other images before.
 *
 *     npm run bench -- translate [--runs 5] [--seed 1]
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/build.mjs";
import { fail, ROOT } from "../scripts/setup.mjs";
import { BUILD_FOLDER, buildGuestFrom } from "./speed/programs.mjs";
import { median } from "./speed/report.mjs";
import { generateSource } from "./translate/generate.mjs";

const RUN = fileURLToPath(new URL("translate/run.mjs", import.meta.url));

/** How many functions make about so much text, and the milliseconds that a start may take, cold and from the cache. */
const IMAGES = [
  { name: "100 KB", functions: 178, cold: 250, cached: 30 },
  { name: "700 KB", functions: 1230, cold: 1500 },
];

/** Images that have been translated before where the translator is warm. */
const OTHERS = { functions: 178, count: 4 };

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: { runs: { type: "string", default: "5" }, seed: { type: "string", default: "1" } },
  });
  for (const file of ["local-client", "helper-threads"]) await bundle(`source/host/${file}.ts`, BUILD_FOLDER);
  const others = Array.from({ length: OTHERS.count }, (_, index) =>
    imageOf(OTHERS.functions, Number(values.seed) + 1 + index),
  );
  return IMAGES.flatMap((wanted) => {
    const image = imageOf(wanted.functions, Number(values.seed));
    const runs = Array.from({ length: Number(values.runs) }, () => coldAndCached(image, others));
    const name = `${wanted.name} (${(textSize(image) / 1000).toFixed(0)} KB of text)`;
    const cached = runs.map((run) => run.cached).filter((time) => time !== undefined);
    return [
      ...rows(
        `${name}, interpreted`,
        runs.map((run) => run.interpreted),
      ),
      ...rows(
        `${name}, translated, cold`,
        runs.map((run) => run.cold),
        wanted.cold,
      ),
      ...rows(
        `${name}, translated, cold, after ${OTHERS.count} others`,
        runs.map((run) => run.warm),
        wanted.cold,
      ),
      ...rows(
        `${name}, automatic`,
        runs.map((run) => run.automatic),
      ),
      ...(cached.length === 0 ? [] : rows(`${name}, translated, cached`, cached, wanted.cached)),
    ];
  });
}

function rows(what, times, must) {
  const row = (figure) => median(times.map((time) => time[figure]));
  return [
    { what, value: row("wall"), unit: "ms", must },
    { what: "    CPU time of the kernel's thread", value: row("thread"), unit: "ms" },
  ];
}

/** Starts on each engine, the last from what the one before left in the cache's folder; without it where that is nothing. */
function coldAndCached(image, others) {
  const cache = mkdtempSync(join(tmpdir(), "denali-bench-cache-"));
  try {
    const interpreted = start("interpreter", cache, image);
    const automatic = start("automatic", cache, image);
    rmSync(cache, { recursive: true });
    const warm = start("translator", cache, ...others, image);
    rmSync(cache, { recursive: true });
    const cold = start("translator", cache, image);
    const kept = readdirSync(cache, { recursive: true }).length > 0;
    return { interpreted, automatic, warm, cold, cached: kept ? start("translator", cache, image) : undefined };
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** Starts images in one process, and times the last. */
function start(engine, cache, ...images) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", RUN, BUILD_FOLDER, engine, cache, ...images],
    { encoding: "utf8" },
  );
  if (status !== 0) fail(`${images.at(-1)} did not start on the ${engine}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** The image of generated source; gcc takes half a minute for the large one, so it is kept by what it was made of. */
function imageOf(functions, seed) {
  const source = generateSource(functions, seed);
  const runtime = readdirSync(join(ROOT, "guests", "runtime")).map((file) =>
    readFileSync(join(ROOT, "guests", "runtime", file)),
  );
  const digest = [source, ...runtime].reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
  const name = join(BUILD_FOLDER, `generated-${functions}-${seed}-${digest.slice(0, 16)}`);
  if (existsSync(`${name}.elf`)) return `${name}.elf`;
  process.stderr.write(`compiling ${functions} generated functions ...\n`);
  mkdirSync(BUILD_FOLDER, { recursive: true });
  writeFileSync(`${name}.c`, source);
  return buildGuestFrom(`${name}.c`, `${name}.elf`, ["-w"]);
}

/** Bytes of the image's executable segments (ELF specification, program headers). */
function textSize(image) {
  const file = readFileSync(image);
  const [start, size, count] = [file.readUInt32LE(28), file.readUInt16LE(42), file.readUInt16LE(44)];
  const headers = Array.from({ length: count }, (_, index) => start + index * size);
  const executable = headers.filter((at) => file.readUInt32LE(at) === 1 && (file.readUInt32LE(at + 24) & 1) !== 0);
  return executable.reduce((sum, at) => sum + file.readUInt32LE(at + 16), 0);
}
