/** One process of a soak: runs its share stretch by stretch, and keeps in a file how far it came. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Campaign, type CampaignResult } from "./campaign.js";
import { FunctionCampaign, type FunctionResult } from "./functions/function-campaign.js";
import { findHostCpu, type HostCpu, removeBuilds } from "./host-cpu.js";
import { noTally, type Tally } from "./soak-report.js";
import { findTemplates } from "./templates.js";

export interface Share {
  readonly kind: "instructions" | "functions";
  readonly seed: number;
  /** Pattern of the names of instruction forms; "" for all. */
  readonly only: string;
  /** Number of its first case or program, and how many cases or functions. */
  readonly first: number;
  readonly count: number;
  /** Just this program, without its neighbours. */
  readonly alone?: boolean;
  /** Where harness.c is. */
  readonly folder: string;
  /** Where to keep how far it came. */
  readonly record: string | undefined;
}

export interface Progress {
  readonly tally: Tally;
  /** Cases or functions that an earlier run did. */
  readonly before: number;
  /** How the host's CPU runs them. */
  readonly mode: string;
}

/** Cases between two records. */
const STRETCH = 8_192;
/** Functions likewise. */
const FUNCTION_STRETCH = 2_000;

/** Runs a share to its end. @param onProgress told after every stretch */
export async function runShare(share: Share, onProgress: (progress: Progress) => void): Promise<void> {
  const host = findHostCpu(share.folder);
  if ("missing" in host) {
    console.error(`conformance: ${host.missing}; install gcc on an x86-64 Linux host`);
    process.exitCode = 1;
    return;
  }
  const tally = recordOf(share) ?? noTally();
  const before = tally.done;
  const earlier = tally.seconds;
  const started = performance.now();
  const report = (): void => {
    tally.seconds = earlier + (performance.now() - started) / 1000;
    if (share.record !== undefined) keep(share, tally);
    onProgress({ tally, before, mode: host.mode });
  };
  report();
  await (share.kind === "instructions" ? runInstructions : runFunctions)(share, host, tally, report);
  removeBuilds();
}

async function runInstructions(share: Share, host: HostCpu, tally: Tally, report: () => void): Promise<void> {
  const pattern = new RegExp(share.only, "i");
  const chosen = findTemplates().filter(({ name }) => pattern.test(name));
  for (const { name } of chosen) tally.coverage.set(name, tally.coverage.get(name) ?? 0);
  while (tally.done < share.count) {
    const stretch = Math.min(STRETCH, share.count - tally.done);
    const campaign = new Campaign(host, chosen, share.seed);
    addInstructions(tally, await campaign.run(share.first + tally.done, stretch), stretch);
    report();
  }
}

function addInstructions(tally: Tally, result: CampaignResult, cases: number): void {
  tally.done += cases;
  tally.cases += cases;
  tally.translated += result.ranTranslated;
  for (const [name, count] of result.coverage) tally.coverage.set(name, (tally.coverage.get(name) ?? 0) + count);
  addCommon(tally, result);
}

async function runFunctions(share: Share, host: HostCpu, tally: Tally, report: () => void): Promise<void> {
  while (tally.done < share.count) {
    const campaign = new FunctionCampaign(host, share.seed);
    const next = share.first + tally.cases;
    const wanted = Math.min(FUNCTION_STRETCH, share.count - tally.done);
    addFunctions(tally, share.alone ? await campaign.runOne(next) : await campaign.run(wanted, next));
    report();
  }
}

function addFunctions(tally: Tally, result: FunctionResult): void {
  tally.done += result.functions;
  tally.cases += result.programs;
  tally.instructions += result.instructions;
  tally.translated += result.translated;
  addCommon(tally, result);
}

function addCommon(tally: Tally, { compared, endings, failures }: CampaignResult | FunctionResult): void {
  tally.compared += compared;
  for (const [ending, count] of endings) tally.endings.set(ending, (tally.endings.get(ending) ?? 0) + count);
  for (const failure of failures) console.error(failure);
  tally.failures.push(...failures);
}

// --- the file ---

const fileOf = ({ record = "", kind, seed, first, count, only }: Share): string =>
  join(record, `${[kind, `seed-${seed}`, first, count, encodeURIComponent(only)].filter(String).join("-")}.json`);

/** What an earlier run of the same share kept. */
function recordOf(share: Share): Tally | undefined {
  if (share.record === undefined || !existsSync(fileOf(share))) return undefined;
  // An array has a `map`, too: the method.
  const revive = (_: string, value: { map?: [string, number][] }) =>
    Array.isArray(value?.map) ? new Map(value.map) : value;
  return JSON.parse(readFileSync(fileOf(share), "utf8"), revive) as Tally;
}

/** Written aside first: whoever is ended while writing leaves the record of before. */
function keep(share: Share, tally: Tally): void {
  const plain = (_: string, value: unknown) => (value instanceof Map ? { map: [...value] } : value);
  const file = fileOf(share);
  writeFileSync(`${file}.new`, JSON.stringify(tally, plain));
  renameSync(`${file}.new`, file);
}
