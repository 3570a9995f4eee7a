/**
 * Ten thousand VMs in one process: are tickers on time, with all of them in core and with a quarter; what creating one takes with
 * many present, and what is left of their memory when they are killed; ten times as many, nearly all swapped out; what an idle and a swapped-out VM cost; and
 * whether an event costs more where there are many VMs. bench/scale has each part.
 *
 *     npm run bench -- scale [--vms 10000] [--parts ticks,swapped,creation,many,footprint,events] [--seconds 10]
 *         [--engine translator]
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/build.mjs";
import { fail, ROOT } from "../scripts/setup.mjs";
import { byTurns, median, timesAsMuch } from "./scale/turns.mjs";
import { BUILD_FOLDER, buildGuest } from "./speed/programs.mjs";

const RUN = fileURLToPath(new URL("scale/run.mjs", import.meta.url));
const TICKER_MEMORY = 128 * 1024;
const FEW = 10;

/** Measurements of each kernel that is compared with others: some 0.1 s each. */
const TURNS = 25;

const FLAGS = ["--expose-gc", "--disable-warning=ExperimentalWarning"];

/** Of so many VMs one is in core, where there are far more than there is memory for. */
const MANY_IN_CORE = 100;

const PARTS = { ticks, swapped, creation, many, footprint, events };

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      vms: { type: "string", default: "10000" },
      parts: { type: "string", default: Object.keys(PARTS).join(",") },
      seconds: { type: "string", default: "10" },
      engine: { type: "string", default: "translator" },
    },
  });
  await bundle("source/host/local-client.ts", BUILD_FOLDER);
  const options = { vms: Number(values.vms), seconds: Number(values.seconds), engine: values.engine };
  const parts = values.parts.split(",");
  const unknown = parts.find((part) => !(part in PARTS));
  if (unknown !== undefined) fail(`there is no part '${unknown}'; give some of ${Object.keys(PARTS).join(",")}`);
  const rows = [];
  for (const part of parts) rows.push(...(await PARTS[part](options)));
  return rows;
}

function ticks(options) {
  return tickRows("all in core", run("ticks", { ...options, budget: options.vms * TICKER_MEMORY }), 100);
}

function swapped(options) {
  const figures = run("ticks", { ...options, budget: Math.floor(options.vms / 4) * TICKER_MEMORY });
  return [
    ...tickRows("a quarter in core", figures),
    { what: "a quarter in core: swap-ins", value: figures.swapIns, unit: "1/s" },
    { what: "a quarter in core: swap-outs", value: figures.swapOuts, unit: "1/s" },
  ];
}

function tickRows(where, figures, must) {
  const what = (text) => `${where}: ${text}`;
  return [
    { what: what("slices"), value: figures.sliceRate, unit: "1/s" },
    { what: what("lateness, median"), value: figures.median, unit: "ms" },
    { what: what("lateness, 99th percentile"), value: figures.p99, unit: "ms", must },
    { what: what("kernel's thread, share of a core"), value: 100 * figures.core, unit: "%", must: must && 100 },
    { what: what("VMs that did not run"), value: figures.silent, unit: "", must: 0 },
    { what: what("interrupts posted"), value: figures.posted, unit: "" },
    { what: what("VMs that lost an interrupt"), value: figures.lost, unit: "", must: 0 },
  ];
}

function creation({ vms, engine }) {
  const present = run("creation", { vms: vms / 2, creations: 200, engine, budget: vms * TICKER_MEMORY });
  const all = run("creation", { vms, creations: 10, engine, budget: 2 * vms * TICKER_MEMORY });
  return [
    { what: `create to first instruction, ${vms / 2} present`, value: present.wall, unit: "µs", must: 1000 },
    { what: "of it CPU time of the kernel's thread", value: present.thread, unit: "µs" },
    { what: `${vms} at once: CPU time for each`, value: all.spawnEach, unit: "µs" },
    { what: `${vms} VMs: resident set grown by`, value: all.grown / 1e6, unit: "MB" },
    { what: "all killed: left of it", value: all.left / 1e6, unit: "MB", must: 100 },
  ];
}

function many({ vms, engine }) {
  const all = 10 * vms;
  const figures = run("many", { vms: all, engine, budget: (all / MANY_IN_CORE) * TICKER_MEMORY });
  const what = (text) => `${all} VMs: ${text}`;
  return [
    { what: what("created after"), value: figures.created / 1000, unit: "s" },
    { what: what("all have run, after"), value: figures.ran / 1000, unit: "s" },
    { what: what("swapped out"), value: figures.swapped, unit: "" },
    { what: what("in core"), value: figures.inCore, unit: "" },
    { what: what("resident set grown by"), value: figures.resident / 1e6, unit: "MB" },
    { what: what("objects and buffers of each"), value: figures.heap, unit: "bytes", must: 1024 },
    { what: what("100 of them woken and in core after"), value: figures.woken, unit: "ms" },
    { what: what("one more has run after"), value: figures.oneMore, unit: "ms" },
    { what: what("killed and forgotten after"), value: figures.killed / 1000, unit: "s" },
    { what: what("all killed: left in the resident set"), value: figures.left / 1e6, unit: "MB" },
  ];
}

function footprint({ vms, engine }) {
  const figures = run("footprint", { vms: Math.ceil(vms / 4), engine });
  return [
    { what: "an idle VM, beyond the pages it touched", value: figures.idle / 1024, unit: "KiB", must: 60 },
    { what: "a swapped-out VM: objects and buffers", value: figures.swapped, unit: "bytes", must: 1024 },
    { what: "and its row of the panel", value: figures.row, unit: "bytes" },
  ];
}

async function events({ vms, engine }) {
  const [yielder, ticker, asker] = ["yield", "tick", "ask"].map(buildGuest);
  const budget = 2 * vms * TICKER_MEMORY;
  const rows = [];
  for (const event of ["decision", "timer", "timer and line", "packet"]) {
    const kernel = (active, there) => ({
      event,
      active,
      vms: there,
      engine,
      budget,
      yielder,
      ticker,
      asker,
      clock: "virtual",
    });
    const kernels = [kernel(FEW, FEW), kernel(FEW, vms), kernel(vms, vms)];
    const [few, among, all] = await byTurns(
      RUN,
      kernels.map((options) => given("events", options)),
      TURNS,
      FLAGS,
    );
    for (const [which, figures] of [
      [`${FEW} VMs`, few],
      [`${FEW} active of ${vms}`, among],
      [`${vms} active`, all],
    ]) {
      rows.push({ what: `${event}, ${which}`, value: (median(figures) / 1000).toFixed(2), unit: "µs" });
    }
    rows.push(
      { what: `${event}, ratio with ${FEW} active`, value: timesAsMuch(among, few).toFixed(2), unit: "", must: 1.5 },
      { what: `${event}, ratio with all active`, value: timesAsMuch(all, few).toFixed(2), unit: "", must: 1.5 },
      { what: `${event}, the same of the least`, value: (Math.min(...all) / Math.min(...few)).toFixed(2), unit: "" },
    );
  }
  const { together, apart } = run("touch", { vms, few: FEW, engine });
  return [
    ...rows,
    { what: `two pages touched in ${FEW} memories, for each`, value: together.few.toFixed(1), unit: "ns" },
    { what: `the same in ${vms}, the next one known`, value: together.all.toFixed(1), unit: "ns" },
    { what: `the same in ${vms}, the next one read from the last`, value: apart.all.toFixed(1), unit: "ns" },
  ];
}

function run(part, options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...FLAGS, RUN, ...given(part, options)], {
    encoding: "utf8",
  });
  if (status !== 0) fail(`${part} could not be measured:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Arguments of RUN. */
function given(part, options) {
  const images = join(ROOT, "guests", "images");
  return [join(BUILD_FOLDER, "local-client.js"), part, JSON.stringify({ images, ...options })];
}
