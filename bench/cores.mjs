/**
 * What more CPUs bring: VMs that only compute, the same number of them on one CPU and on several, in turns; guest instructions
 * a second, medians, and the ratio to one CPU. What other programs take of the host counts against it, so the same VMs are also
 * measured shared out among as many processes with one CPU each, which know nothing of each other: what the host has to give.
 *
 *     npm run bench -- cores [--cpus 1,2] [--vms 4] [--image primes] [--engine translator] [--seconds 3] [--runs 5]
 */

import { execFile } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { bundle } from "../scripts/build.mjs";
import { fail, ROOT } from "../scripts/setup.mjs";
import { BUILD_FOLDER } from "./speed/programs.mjs";

const ROUND_TRIP = fileURLToPath(new URL("cores/round-trip.mjs", import.meta.url));
const RUN = fileURLToPath(new URL("cores/run.mjs", import.meta.url));

/** Of the ideal, N times as much on N CPUs: what must be had, 1.7 on two. */
const MUST = 0.85;

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      cpus: { type: "string", default: "1,2" },
      vms: { type: "string", default: "4" },
      image: { type: "string", default: "primes" },
      engine: { type: "string", default: "translator" },
      seconds: { type: "string", default: "3" },
      runs: { type: "string", default: "5" },
    },
  });
  const { image, engine } = values;
  const [vms, seconds, runs] = [values.vms, values.seconds, values.runs].map(Number);
  const counts = [...new Set([1, ...values.cpus.split(",").map(Number)])];
  await bundle("source/host/local-client.ts", BUILD_FOLDER);
  const measured = new Map(counts.map((cpus) => [cpus, { together: [], apart: [] }]));
  const load = loadavg()[0];
  for (let time = 0; time < runs; time++) {
    for (const cpus of counts) {
      const { together, apart } = measured.get(cpus);
      together.push(await run({ cpus, vms, image, engine, seconds }));
      if (cpus > 1) apart.push(await runApart(cpus, { vms: vms / cpus, image, engine, seconds }));
    }
  }
  const { waiting, called } = await json([ROUND_TRIP], "the way to another thread");
  return [
    { what: "cores of this host", value: availableParallelism(), unit: "" },
    { what: "load when it began", value: load, unit: "" },
    { what: "to another thread and back, both waiting", value: waiting / 1000, unit: "µs" },
    { what: "the same through the event loop", value: called / 1000, unit: "µs" },
    ...counts.flatMap((cpus) => rows(cpus, measured.get(cpus), measured.get(1).together)),
  ];
}

function rows(cpus, { together, apart }, alone) {
  const of = (list, read) => median(list.map(read));
  const rate = ({ instructionRate }) => instructionRate / 1e6;
  const rates = together.map(rate);
  const what = (text) => `${cpus} ${cpus === 1 ? "CPU" : "CPUs"}: ${text}`;
  const own = [
    { what: what("instructions, median"), value: median(rates), unit: "M/s" },
    { what: what("least and most"), value: extremes(rates), unit: "M/s" },
    {
      what: what("instructions a second of CPU time"),
      value: of(together, (each) => each.perCpuSecond / 1e6),
      unit: "M",
    },
    { what: what("guests' share of all CPUs' time"), value: 100 * of(together, ({ busy }) => busy / cpus), unit: "%" },
  ];
  if (cpus === 1) return own;
  const times = (value, rest) => ({ value: value.toFixed(2), unit: "", ...rest });
  return [
    ...own,
    { what: what("times one CPU"), ...times(median(rates) / of(alone, rate), { must: MUST * cpus, aim: cpus }) },
    { what: `${cpus} processes: instructions, least and most`, value: extremes(apart.map(rate)), unit: "M/s" },
    { what: `${cpus} processes: times one`, ...times(of(apart, rate) / of(alone, rate)) },
  ];
}

const extremes = (rates) => `${Math.min(...rates).toFixed(0)} ${Math.max(...rates).toFixed(0)}`;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** As many processes at the same time, together. */
async function runApart(processes, options) {
  const figures = await Promise.all(Array.from({ length: processes }, () => run({ cpus: 1, ...options })));
  return { instructionRate: figures.reduce((sum, { instructionRate }) => sum + instructionRate, 0) };
}

async function run(options) {
  const given = JSON.stringify({
    images: join(ROOT, "guests", "images"),
    processorFile: join(ROOT, "dist", "processor-worker.js"),
    ...options,
  });
  return json([RUN, join(BUILD_FOLDER, "local-client.js"), given], `${options.cpus} CPUs`);
}

/** What a script prints. */
async function json(script, what) {
  try {
    return JSON.parse((await promisify(execFile)(process.execPath, script)).stdout);
  } catch (error) {
    return fail(`${what} could not be measured:\n${error.stderr ?? error}`);
  }
}
