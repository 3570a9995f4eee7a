/**
 * What scripts/conformance.mjs runs: `--cases N` random instructions, or `--functions N` random functions, of a `--seed`;
 * `--case N` and `--program N` repeat one. `--jobs N` shares them among processes. `--record FOLDER` keeps there how far
 * each came, and goes on from there when the same command is given again.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Progress, runShare, type Share } from "./soak-job.js";
import { addTallies, noTally, progressLine, summary, type Tally } from "./soak-report.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "1000000" },
    functions: { type: "string" },
    case: { type: "string" },
    program: { type: "string" },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: "1" },
    record: { type: "string" },
    folder: { type: "string", default: "test/conformance" },
    /** What a process that this one has started does, as JSON. */
    share: { type: "string" },
  },
});

/** Cases, or programs, of one job before those of the next: a multiple of how many are translated together. */
const ROUND = 512;
const PROGRAMS_APART = ROUND * 1_000_000;
/** Milliseconds between two lines about how far it got. */
const LINES_APART = 30_000;
const REPORTS_SHOWN = 20;

if (values.share === undefined) await lead(shares());
else {
  const endAlone = (): never => process.exit(1);
  process.on("disconnect", endAlone);
  await runShare(JSON.parse(values.share) as Share, (progress) => process.send?.(progress));
  process.off("disconnect", endAlone);
}

/** What each of the processes does. */
function shares(): Share[] {
  const { seed, only, folder, record } = values;
  const common = { seed: Number(seed), only, folder, record };
  if (values.program !== undefined)
    return [{ ...common, kind: "functions", first: Number(values.program), count: 1, alone: true }];
  if (values.case !== undefined) return [{ ...common, kind: "instructions", first: Number(values.case), count: 1 }];
  const jobs = Number(values.jobs);
  const isFunctions = values.functions !== undefined;
  const all = Number(values.functions ?? values.cases);
  const part = isFunctions || jobs === 1 ? Math.ceil(all / jobs) : Math.ceil(all / jobs / ROUND) * ROUND;
  return Array.from({ length: jobs }, (_, job) => ({
    ...common,
    kind: isFunctions ? "functions" : "instructions",
    first: job * (isFunctions ? PROGRAMS_APART : part),
    count: part,
  }));
}

/** Starts the processes, says how far they are, and what came of it. */
async function lead(all: readonly Share[]): Promise<void> {
  if (values.record !== undefined) mkdirSync(values.record, { recursive: true });
  const tallies: Tally[] = all.map(() => noTally());
  const resumed: number[] = all.map(() => 0);
  const started = performance.now();
  const wanted = all.reduce((sum, { count }) => sum + count, 0);
  const tell = (): void => {
    const done = resumed.reduce((sum, each) => sum + each, 0);
    console.error(progressLine(all[0].kind, addTallies(tallies), wanted, done, (performance.now() - started) / 1000));
  };
  const timer = setInterval(tell, LINES_APART);
  const statuses = await Promise.all(
    all.map((share, i) =>
      runJob(share, ({ tally, before, mode }) => {
        tallies[i] = { ...tally, mode };
        resumed[i] = before;
      }),
    ),
  );
  clearInterval(timer);
  const total = addTallies(tallies);
  for (const failure of total.failures.slice(0, REPORTS_SHOWN)) console.log(`${failure}\n`);
  console.log(summary(all[0], total, (performance.now() - started) / 1000));
  process.exitCode = total.failures.length > 0 ? 1 : Math.max(...statuses);
}

function runJob(share: Share, onProgress: (progress: Progress) => void): Promise<number> {
  return new Promise((resolve) => {
    const job: ChildProcess = fork(process.argv[1], ["--share", JSON.stringify(share)], { serialization: "advanced" });
    job.on("message", onProgress);
    job.on("close", (status) => resolve(status ?? 1));
  });
}
