/** A run of many random programs: on the host's CPU, in the interpreter, and in the translator, whole and in slices. */

import { engineDifferences, hostDifferences, isComparable, report } from "../compare.js";
import { EngineBatch } from "../engines.js";
import type { HostCpu } from "../host-cpu.js";
import { isHostMemory, type Outcome } from "../machine-case.js";
import { Random } from "../random.js";
import { minimise } from "./minimise.js";
import { type FunctionProgram, makeProgram, PROGRAMS } from "./program-generator.js";
import { describeSlices, randomSlices, runSliced, type Slices } from "./slices.js";

export interface FunctionResult {
  /** Functions made, in so many programs. */
  functions: number;
  programs: number;
  /** Programs compared with the host; the others ran too long or touched what is not compared. */
  compared: number;
  /** Instructions that all programs retired, and those of them by translated code. */
  instructions: number;
  translated: number;
  /** Compared programs by how they ended. */
  readonly endings: Map<string, number>;
  readonly failures: string[];
}

/** Instructions beyond which a program is given up. */
const FUEL = 200_000;
/** Batches whose programs the host runs together. */
const BATCHES = 8;
/** Of 100 programs, those that are run once more with the machine left and entered again and again. */
const SLICED = 35;
/** Failures that are made smaller: each takes hundreds of runs. */
const MOST_MINIMISED = 5;

interface Candidate {
  readonly program: FunctionProgram;
  readonly interpreted: Outcome;
  readonly index: number;
}

export class FunctionCampaign {
  readonly result: FunctionResult = {
    functions: 0,
    programs: 0,
    compared: 0,
    instructions: 0,
    translated: 0,
    endings: new Map(),
    failures: [],
  };

  constructor(
    readonly host: HostCpu,
    readonly seed: number,
  ) {}

  /** Runs whole batches of programs, from number `first` on, until so many functions were made. */
  async run(functions: number, first = 0): Promise<FunctionResult> {
    for (let at = first - (first % PROGRAMS); this.result.functions < functions; ) {
      const candidates: Candidate[] = [];
      for (let batch = 0; batch < BATCHES && this.result.functions < functions; batch++, at += PROGRAMS) {
        candidates.push(...this.#runEngines(at));
      }
      await this.#judge(candidates);
    }
    return this.result;
  }

  /** Runs one program again, in the place that it had. */
  async runOne(index: number): Promise<FunctionResult> {
    const start = index - (index % PROGRAMS);
    await this.#judge(this.#runEngines(start, index - start));
    return this.result;
  }

  #runEngines(start: number, only?: number): Candidate[] {
    const { result } = this;
    const programs = Array.from({ length: PROGRAMS }, (_, i) => makeProgram(this.seed, start + i));
    // In some batches only the outermost functions are known, as in an image without symbols.
    const known = new Random(this.seed, start).chance(70);
    const batch = batchOf(programs, known);
    const candidates: Candidate[] = [];
    programs.forEach((program, i) => {
      if (only !== undefined && i !== only) return;
      result.functions += program.functions.length;
      result.programs++;
      const interpreted = batch.interpret(program, FUEL);
      const before = batch.translatedInstructions;
      const translated = batch.translate(program, FUEL);
      result.instructions += interpreted.retired;
      result.translated += batch.translatedInstructions - before;
      this.#compareEngines(program, start + i, known, interpreted, translated);
      const ends = interpreted.ending !== "out of fuel";
      const random = new Random(this.seed + 1, start + i);
      if (ends && random.chance(SLICED)) {
        const slices = randomSlices(random, program);
        const sliced = runSliced(slices, program, FUEL, batch, () => batchOf([program], known));
        this.#compareEngines(program, start + i, known, interpreted, sliced, slices);
      }
      if (ends && !isHostMemory(interpreted.faultAddress)) candidates.push({ program, interpreted, index: start + i });
    });
    return candidates;
  }

  #compareEngines(
    program: FunctionProgram,
    index: number,
    known: boolean,
    interpreted: Outcome,
    translated: Outcome,
    slices?: Slices,
  ): void {
    const found = engineDifferences(interpreted, translated);
    if (found.length === 0) return;
    const { failures } = this.result;
    const small =
      failures.length < MOST_MINIMISED ? minimise(program, (each) => differs(each, known, slices)) : program;
    const how = slices === undefined ? "" : `  ${describeSlices(slices)}\n`;
    failures.push(`${how}${report(small, found, this.#repeat(index))}`);
  }

  async #judge(candidates: readonly Candidate[]): Promise<void> {
    const { result } = this;
    const outcomes = await this.host.run(candidates.map(({ program }) => program));
    candidates.forEach(({ program, interpreted, index }, i) => {
      const host = outcomes[i];
      if (!isComparable(host, interpreted)) return;
      result.compared++;
      result.endings.set(host.ending, (result.endings.get(host.ending) ?? 0) + 1);
      const found = hostDifferences(program, host, interpreted);
      if (found.length > 0) result.failures.push(report(program, found, this.#repeat(index)));
    });
  }

  #repeat(index: number): string {
    return `npm run conformance -- --seed ${this.seed} --program ${index}`;
  }
}

function batchOf(programs: readonly FunctionProgram[], known: boolean): EngineBatch {
  const tables = new Map(programs.flatMap((program) => [...program.tables]));
  const roots = known ? programs.flatMap(({ functions }) => functions) : [];
  return new EngineBatch(programs, roots, tables);
}

/** Whether the engines differ on a program alone. */
function differs(program: FunctionProgram, known: boolean, slices?: Slices): boolean {
  const batch = batchOf([program], known);
  const interpreted = batch.interpret(program, FUEL);
  // Without an instruction that matters a program may not end: that is another difference, if it is one.
  if (interpreted.ending === "out of fuel") return false;
  const translated = slices ? runSliced(slices, program, FUEL, batch, () => batch) : batch.translate(program, FUEL);
  return engineDifferences(interpreted, translated).length > 0;
}
