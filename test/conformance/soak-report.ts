/** What a soak has done so far, added up over its processes, and as lines for people. */
import type { Share } from "./soak-job.js";

export interface Tally {
  /** Cases, or functions, of those wanted. */
  done: number;
  /** Cases or programs run in both engines, and those of them compared with the CPU; the rest is left out. */
  cases: number;
  compared: number;
  /** Instructions that the programs retired. */
  instructions: number;
  /** Cases in which translated code ran, or instructions of the programs that it retired. */
  translated: number;
  /** Time that it took, over all processes. */
  seconds: number;
  /** How the host's CPU runs them. */
  mode: string;
  /** Compared cases by how they ended on the CPU, and by iced's code. */
  readonly endings: Map<string, number>;
  readonly coverage: Map<string, number>;
  /** Reports of the cases that differ. */
  readonly failures: string[];
}

export const noTally = (): Tally => ({
  ...{ done: 0, cases: 0, compared: 0, instructions: 0, translated: 0, seconds: 0, mode: "" },
  ...{ endings: new Map(), coverage: new Map(), failures: [] },
});

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = noTally();
  for (const each of tallies) {
    for (const key of ["done", "cases", "compared", "instructions", "translated", "seconds"] as const)
      sum[key] += each[key];
    for (const key of ["endings", "coverage"] as const)
      for (const [name, count] of each[key]) sum[key].set(name, (sum[key].get(name) ?? 0) + count);
    sum.failures.push(...each.failures);
    sum.mode ||= each.mode;
  }
  return sum;
}

const figure = (value: number): string => Math.round(value).toLocaleString("en");

/**
 * @param resumed of what is done, so many an earlier run did
 * @param seconds since this run began
 */
export function progressLine(
  kind: Share["kind"],
  tally: Tally,
  wanted: number,
  resumed: number,
  seconds: number,
): string {
  const rate = (tally.done - resumed) / seconds;
  return `${figure(tally.done)} of ${figure(wanted)} ${kind}, ${figure(rate)} a second, ${tally.failures.length} differ`;
}

/** @param seconds that this run took */
export function summary(share: Share, tally: Tally, seconds: number): string {
  const { done, cases, compared, mode } = tally;
  const endings = [...tally.endings].map(([name, count]) => `${name} ${figure(count)}`).join(", ");
  const what =
    share.kind === "instructions" ? `${figure(done)} cases` : `${figure(done)} functions in ${figure(cases)} programs`;
  return [
    `seed ${share.seed}: ${what} in both engines`,
    `${figure(compared)} compared with the CPU ${mode}, ${figure(cases - compared)} left out; ${endings}`,
    share.kind === "instructions" ? instructionLine(tally) : functionLine(tally),
    `${figure(seconds)} s, ${figure(tally.seconds)} s of all processes and runs: ${figure(done / tally.seconds)} a second each`,
    `${tally.failures.length} differ`,
  ].join("\n");
}

function instructionLine({ coverage, translated }: Tally): string {
  const [rarest, times] = [...coverage].reduce((least, each) => (each[1] < least[1] ? each : least), ["", Infinity]);
  const forms = `${coverage.size} instruction forms, the rarest ${rarest} ${figure(times)} times`;
  return `${figure(translated)} by translated code; ${forms}`;
}

function functionLine({ instructions, translated }: Tally): string {
  const share = ((100 * translated) / instructions).toFixed(1);
  return `${figure(instructions)} instructions in each engine, ${share} % of them by translated code`;
}
