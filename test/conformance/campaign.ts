/** A run of many cases: generates, runs on both sides, compares, and counts what was covered. */

import { differences, isComparable, report } from "./compare.js";
import { makeCase } from "./generator.js";
import { runOnHost } from "./host-cpu.js";
import { runInterpreted } from "./interpreted.js";
import { isHostMemory, type MachineCase, type Outcome } from "./machine-case.js";
import { Random } from "./random.js";
import type { Template } from "./templates.js";

export interface CampaignResult {
  /** Cases compared, and cases left out because they touched what is not compared. */
  compared: number;
  leftOut: number;
  /** Compared cases by how they ended on the host. */
  readonly endings: Map<string, number>;
  /** Compared cases by iced's code. */
  readonly coverage: Map<string, number>;
  /** Reports of the cases that differ. */
  readonly failures: string[];
}

/** Cases generated before the host runs them: bounds memory. */
const CHUNK = 16_384;

/** A case that the host's CPU may run, with what the interpreter made of it. */
interface Candidate {
  readonly testCase: MachineCase;
  readonly interpreted: Outcome;
  readonly index: number;
}

/** Runs cases `first` to `first + count - 1` of a seed. */
export function runCampaign(
  harness: string,
  templates: readonly Template[],
  seed: number,
  first: number,
  count: number,
): CampaignResult {
  const result: CampaignResult = { compared: 0, leftOut: 0, endings: new Map(), coverage: new Map(), failures: [] };
  for (let start = first; start < first + count; start += CHUNK) {
    const candidates = makeCandidates(templates, seed, start, Math.min(start + CHUNK, first + count));
    result.leftOut += Math.min(CHUNK, first + count - start) - candidates.length;
    const outcomes = runOnHost(
      harness,
      candidates.map(({ testCase }) => testCase),
    );
    candidates.forEach((candidate, i) => {
      judge(result, candidate, outcomes[i], seed);
    });
  }
  return result;
}

/** The interpreter goes first: a case that would reach into the harness's own memory is not for the host. */
function makeCandidates(templates: readonly Template[], seed: number, start: number, end: number): Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = start; index < end; index++) {
    const testCase = makeCase(templates, new Random(seed, index));
    const interpreted = runInterpreted(testCase);
    const harmless = !isHostMemory(interpreted.faultAddress) && !isHostMemory(interpreted.eip);
    if (harmless) candidates.push({ testCase, interpreted, index });
  }
  return candidates;
}

function judge(result: CampaignResult, candidate: Candidate, host: Outcome, seed: number): void {
  const { testCase, interpreted, index } = candidate;
  if (!isComparable(host, interpreted)) {
    result.leftOut++;
    return;
  }
  result.compared++;
  result.endings.set(host.ending, (result.endings.get(host.ending) ?? 0) + 1);
  for (const code of testCase.codes) result.coverage.set(code, (result.coverage.get(code) ?? 0) + 1);
  const found = differences(testCase, host, interpreted);
  const repeat = `node scripts/conformance.mjs --seed ${seed} --case ${index}`;
  if (found.length > 0) result.failures.push(report(testCase, found, repeat));
}
