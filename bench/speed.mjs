/**
 * How fast guest code runs, kernel by kernel: the same i386 code natively, under qemu-i386 where that is installed,
 * and in a virtual machine on each engine, in turns; medians, and ratios to native. docs/performance.md has the details.
 *
 *     npm run bench -- speed [--kernel NAME,...] [--engines translator,interpreter] [--runs 5] [--milliseconds 200]
 *     npm run bench -- speed --further    kernels of other kinds than those that the translator was tuned with
 *     npm run bench -- speed --engines reassembled    what stands in for i386 code on hosts that run none, beside it
 *     npm run bench -- speed --kernel NAME --profile
 */

import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { fail } from "../scripts/setup.mjs";
import { findEngines, NATIVE, REASSEMBLED, runOnce } from "./speed/engines.mjs";
import { profile } from "./speed/profile.mjs";
import { buildPrograms, FURTHER_NAMES, KERNEL_NAMES } from "./speed/programs.mjs";
import { resultsOf, tableOf } from "./speed/report.mjs";

const ENGINES = ["translator", "interpreter"];
const CHOICE = [...ENGINES, REASSEMBLED];

/** A run on an engine that is slower than this many times native is given fewer iterations, so that it ends in time. */
const SLOWEST_WHOLE = 5;

/** How much work is profiled, in milliseconds of native time: enough that the start does not count. */
const PROFILED_MILLISECONDS = 1000;

/** Calls of a kernel that tell how fast an engine is, before it is measured. */
const PROBE = 3;

/** Part of the iterations that comes before the clock is read, so that what is hot has been compiled by then. */
const WARM_UP_SHARE = 1 / 4;

const WITHOUT_I386 = "this host runs no i386 programs: native is the same i386 code, reassembled for 64-bit mode\n";

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      kernel: { type: "string" },
      further: { type: "boolean", default: false },
      engines: { type: "string", default: ENGINES.join(",") },
      runs: { type: "string", default: "5" },
      milliseconds: { type: "string", default: "200" },
      profile: { type: "boolean", default: false },
    },
  });
  const usual = values.further ? FURTHER_NAMES : KERNEL_NAMES;
  const names =
    values.kernel === undefined ? usual : chosen(values.kernel, [...KERNEL_NAMES, ...FURTHER_NAMES], "kernel");
  const guestEngines = chosen(values.engines, CHOICE, "engine");
  const runs = positive(values.runs, "--runs");
  const milliseconds = positive(values.milliseconds, "--milliseconds");
  const { native, programs } = buildPrograms(names, guestEngines.includes(REASSEMBLED));
  if (native !== "i386") process.stderr.write(WITHOUT_I386);
  if (values.profile) return profileOf(names, programs);
  const engines = await findEngines(guestEngines);
  const load = loadavg()[0];
  const kernels = names.map((name) => measureKernel(name, programs.get(name), engines, runs, milliseconds));
  const results = resultsOf(kernels, { native, runs, milliseconds, load });
  return { results, table: tableOf(results) };
}

/** The translator's hottest functions, kernel by kernel. */
async function profileOf(names, programs) {
  const table = [];
  for (const name of names) {
    const program = programs.get(name);
    const { time } = runOnce(NATIVE, name, program, 1, PROBE);
    const cells = await profile(name, program, Math.max(1, Math.round((PROFILED_MILLISECONDS * 1e6 * PROBE) / time)));
    table.push([name, "", ""], ...cells);
  }
  return { results: table, table };
}

/** @returns the kernel's checksum, and all times of an iteration in nanoseconds, by engine */
function measureKernel(name, program, engines, runs, milliseconds) {
  progress(name);
  const [native] = engines;
  const { checksum, time } = runOnce(native, name, program, 1, PROBE);
  const most = Math.max(1, Math.round((milliseconds * 1e6 * PROBE) / time));
  const iterations = Object.fromEntries(
    engines.map((engine) => [engine.name, iterationsOn(engine, name, program, most, milliseconds)]),
  );
  const times = Object.fromEntries(engines.map((engine) => [engine.name, []]));
  for (let run = 0; run < runs; run++) {
    for (const engine of engines) {
      const own = iterations[engine.name];
      const measured = runOnce(engine, name, program, Math.max(1, Math.ceil(own * WARM_UP_SHARE)), own);
      if (measured.checksum !== checksum)
        fail(`${name}: the checksum is ${checksum} natively and ${measured.checksum} on ${engine.name}`);
      times[engine.name].push(measured.time / own);
    }
  }
  progress("");
  return { kernel: name, checksum, iterations, times };
}

/** As many as natively, or fewer on an engine that would take much longer for them. */
function iterationsOn(engine, name, program, most, milliseconds) {
  const { time } = runOnce(engine, name, program, 1, 1);
  return Math.min(most, Math.max(1, Math.round((milliseconds * 1e6 * SLOWEST_WHOLE) / time)));
}

/** Says which kernel is being measured, where a person looks on. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function chosen(text, known, what) {
  const names = text.split(",");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) fail(`there is no ${what} '${unknown}'; give some of ${known.join(",")}`);
  return names;
}

function positive(text, option) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) fail(`${option} is '${text}'; give a whole number from 1 on`);
  return number;
}
