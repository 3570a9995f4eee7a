/**
 * What an experiment is: something that varies, what is measured at each of its values, and the paper's figure to set beside it.
 * Every value is measured several times; what is told is the median, and the least and the most.
 */

import type { EngineName } from "../../kernel/index.js";

/** What one value was measured to be. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Times it was measured. */
  readonly runs: number;
}

/** One line of the plot and one column of the table: a spread for each point. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly spreads: readonly Spread[];
}

/** What came out. */
export interface Result {
  readonly series: readonly Series[];
  /** What was found, in the words in which the paper's figure is told. */
  readonly found: string;
}

/** How much is measured. */
export interface Sizes {
  /** Values of what varies, ascending. */
  readonly points: readonly number[];
  /** Length of each measurement; 0 where it has none that could be chosen. */
  readonly seconds: number;
  /** Measurements of each value. */
  readonly runs: number;
  readonly engine: EngineName;
}

export interface Experiment {
  readonly name: string;
  /** What is compared, one line. */
  readonly about: string;
  /** What its points are, as `VMs`. */
  readonly varies: string;
  /** By default: over in about a minute. */
  readonly sizes: Pick<Sizes, "points" | "seconds" | "runs">;
  /** The paper's own points, or as near as one host gets. */
  readonly paperPoints: readonly number[];
  /** What the paper found. */
  readonly paper: string;
  measure(sizes: Sizes): Promise<Result>;
}

/** @param values measured, at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted[sorted.length - 1], runs: sorted.length };
}

/** Measures a value some times. */
export async function repeated(runs: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return values;
}

/** Measures several figures at each point. @param measure answers, for each series, what was measured */
export async function seriesOf(
  sizes: Sizes,
  columns: readonly (readonly [name: string, unit: string])[],
  measure: (point: number) => Promise<readonly (readonly number[])[]>,
): Promise<Series[]> {
  const spreads: Spread[][] = columns.map(() => []);
  for (const point of sizes.points) {
    (await measure(point)).forEach((values, column) => {
      spreads[column].push(spread(values));
    });
  }
  return columns.map(([name, unit], column) => ({ name, unit, spreads: spreads[column] }));
}

/** Medians of a series' first and last points. */
export function ends({ spreads }: Series): readonly [number, number] {
  return [spreads[0].median, spreads[spreads.length - 1].median];
}

/** What differs from zero by rounding alone. */
const NOTHING = 1e-9;

/** What is less than nothing is no cost: what was taken off it, or came between, varied by more than there is to measure. */
export function isNoise({ least }: Spread): boolean {
  return least < -NOTHING;
}

/** A figure in three digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) < NOTHING) return "0";
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}
