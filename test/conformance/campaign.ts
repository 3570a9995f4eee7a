/** A run of many cases: generates, runs on all sides, compares, and counts what was covered. */

import { engineDifferences, hostDifferences, isComparable, report } from "./compare.js";
import { EngineBatch } from "./engines.js";
import { type InstructionCase, makeCase, SLOTS } from "./generator.js";
import type { HostCpu } from "./host-cpu.js";
import { isHostMemory, type Outcome } from "./machine-case.js";
import { Random } from "./random.js";
import type { Template } from "./templates.js";

export interface CampaignResult {
  /** Cases compared with the host, and cases left out because they touched what is not compared. */
  compared: number;
  leftOut: number;
  /** Cases in which both engines were compared, and of these those in which translated code ran. */
  translated: number;
  ranTranslated: number;
  /** Compared cases by how they ended on the host. */
  readonly endings: Map<string, number>;
  /** Compared cases by iced's code. */
  readonly coverage: Map<string, number>;
  /** Reports of the cases that differ. */
  readonly failures: string[];
}

/** Instructions that no case comes near. */
const FUEL = 1_000;

/** A case that the host's CPU may run, with what the interpreter made of it. */
interface Candidate {
  readonly testCase: InstructionCase;
  readonly interpreted: Outcome;
  readonly index: number;
}

export class Campaign {
  readonly result: CampaignResult = {
    compared: 0,
    leftOut: 0,
    translated: 0,
    ranTranslated: 0,
    endings: new Map(),
    coverage: new Map(),
    failures: [],
  };

  constructor(
    readonly host: HostCpu,
    readonly templates: readonly Template[],
    readonly seed: number,
  ) {}

  /** Runs cases `first` to `first + count - 1`. */
  async run(first: number, count: number): Promise<CampaignResult> {
    for (let start = first; start < first + count; start += SLOTS) {
      const end = Math.min(start + SLOTS, first + count);
      const candidates = this.#runEngines(start, end);
      this.result.leftOut += end - start - candidates.length;
      const outcomes = await this.host.run(candidates.map(({ testCase }) => testCase));
      candidates.forEach((candidate, i) => {
        this.#judge(candidate, outcomes[i]);
      });
    }
    return this.result;
  }

  /** The engines go first: a case that would reach into the harness's own memory is not for the host. */
  #runEngines(start: number, end: number): Candidate[] {
    const cases = Array.from({ length: end - start }, (_, i) =>
      makeCase(this.templates, new Random(this.seed, start + i), start + i),
    );
    const batch = new EngineBatch(cases);
    return cases.flatMap((testCase, i) => {
      const interpreted = batch.interpret(testCase, FUEL);
      const before = batch.translatedInstructions;
      const translated = batch.translate(testCase, FUEL);
      this.result.translated++;
      if (batch.translatedInstructions > before || translated.retired < interpreted.retired)
        this.result.ranTranslated++;
      this.#note(testCase, start + i, engineDifferences(interpreted, translated));
      const harmless = !isHostMemory(interpreted.faultAddress) && !isElsewhereInHost(testCase, interpreted.eip);
      return harmless ? [{ testCase, interpreted, index: start + i }] : [];
    });
  }

  #judge({ testCase, interpreted, index }: Candidate, host: Outcome): void {
    const { result } = this;
    if (!isComparable(host, interpreted)) {
      result.leftOut++;
      return;
    }
    result.compared++;
    result.endings.set(host.ending, (result.endings.get(host.ending) ?? 0) + 1);
    for (const code of testCase.codes) result.coverage.set(code, (result.coverage.get(code) ?? 0) + 1);
    this.#note(testCase, index, hostDifferences(testCase, host, interpreted));
  }

  #note(testCase: InstructionCase, index: number, found: readonly string[]): void {
    if (found.length === 0) return;
    const repeat = `npm run conformance -- --seed ${this.seed} --case ${index}`;
    this.result.failures.push(report(testCase, found, repeat));
  }
}

/** Jumped into the harness itself; the text around the case is as in the engines. */
const isElsewhereInHost = ({ codeAddress }: InstructionCase, eip: number): boolean =>
  isHostMemory(eip) && Math.abs(eip - codeAddress) > 256;
