/** `denali bench`: the paper's experiments, each a fleet and a load, measured on this host. */

import { nearest } from "../fleet/nearest.js";
import { UserError } from "../kernel/index.js";
import { parseCount, parseInterval } from "../units.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { EXPERIMENTS } from "./bench/all.js";
import type { Experiment, Sizes } from "./bench/experiment.js";
import { jsonReport, report } from "./bench/report.js";
import { runCommand } from "./command.js";
import { parseEngine } from "./machine-options.js";
import { Output } from "./output.js";
import { formatTable } from "./table.js";
import { UsageError } from "./usage-error.js";

const NANOSECONDS_PER_SECOND = 1e9;

/** Lengths of a measurement, in nanoseconds: `load` reports no more often, and nobody waits for longer than a day. */
const SHORTEST = 1e6;
const LONGEST = 24 * 3600 * NANOSECONDS_PER_SECOND;

export const spec: CommandSpec = {
  usage: "bench [EXPERIMENT] [OPTION...]",
  about:
    "Runs one of the paper's experiments on this host and sets the result beside the\npaper's. Without EXPERIMENT it lists them. Median (least to most) of all runs.",
  options: {
    points: { value: "N,N,...", description: "what varies, as numbers of VMs; see the list" },
    seconds: { value: "TIME", description: "length of a measurement, where it has one" },
    runs: { value: "N", description: "measurements of each figure" },
    paper: { description: "the paper's points: takes longer" },
    engine: { value: "NAME", description: "automatic, translator unless given, interpreter, or both" },
    json: { description: "one object" },
  },
  inputs: [0, 1],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(given: Arguments): Promise<number> {
  const output = new Output();
  output.write(given.inputs.length === 0 ? list(given.has("json")) : await measured(find(given.inputs[0]), given));
  await output.flush();
  return 0;
}

async function measured(experiment: Experiment, given: Arguments): Promise<string> {
  const sizes = sizesOf(experiment, given);
  const result = await experiment.measure(sizes);
  return (given.has("json") ? jsonReport : report)(experiment, sizes, result);
}

function find(name: string): Experiment {
  const found = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (found) return found;
  const names = EXPERIMENTS.map((experiment) => experiment.name);
  const guess = nearest(name, names);
  throw new UsageError(
    `there is no experiment '${name}'; ${guess ? `did you mean ${guess}?` : `give ${names.join(" or ")}`}`,
  );
}

function list(json: boolean): string {
  if (json) return EXPERIMENTS.map(({ measure, ...told }) => `${JSON.stringify(told)}\n`).join("");
  return `${formatTable(
    [
      { heading: "EXPERIMENT", left: true, cell: ({ name }: Experiment) => name },
      { heading: "POINTS", left: true, cell: ({ sizes, varies }) => `${sizes.points.join(",")} ${varies}` },
      { heading: "WHAT IS COMPARED", left: true, cell: ({ about }) => about },
    ],
    EXPERIMENTS,
  )}\n`;
}

/** What is to be measured. @throws UsageError for sizes that make no sense */
export function sizesOf({ name, sizes, paperPoints }: Experiment, given: Arguments): Sizes {
  const seconds = given.parsed("seconds", parseLength);
  if (seconds !== undefined && sizes.seconds === 0)
    throw new UsageError(`how long ${name} measures cannot be chosen; leave --seconds out`);
  return {
    points: given.parsed("points", parsePoints) ?? (given.has("paper") ? paperPoints : sizes.points),
    seconds: seconds ?? sizes.seconds,
    runs: given.parsed("runs", (text, what) => parseCount(text, what)) ?? sizes.runs,
    engine: parseEngine(given.value("engine") ?? "translator"),
  };
}

/** Seconds. */
function parseLength(text: string, what: string): number {
  const nanoseconds = parseInterval(text, what);
  if (nanoseconds < SHORTEST || nanoseconds > LONGEST) throw new UserError(`${what} is '${text}'; give 1ms to 24h`);
  return nanoseconds / NANOSECONDS_PER_SECOND;
}

/** Ascending, so that a curve can be drawn through them. */
function parsePoints(text: string): number[] {
  const points = text.split(",").map((point) => parseCount(point, "--points"));
  if (points.every((point, index) => index === 0 || point > points[index - 1])) return points;
  throw new UserError(`--points is '${text}'; give ascending numbers, as 1,4,16`);
}
