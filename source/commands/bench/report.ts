/** What a person and a program read of an experiment: a table, a chart for each series, the paper's figure; or JSON. */

import { cpus } from "node:os";
import { plot } from "asciichart";
import { type Column, formatTable } from "../table.js";
import { type Experiment, figure, isNoise, type Result, type Series, type Sizes, type Spread } from "./experiment.js";

/** Lines of a chart, and columns of its curve: two charts beside a table fit a screen. */
const CHART_HEIGHT = 6;
const CHART_WIDTH = 60;

/** Columns of a chart's labels. */
const LABEL_WIDTH = 9;

/** Table, charts, and the two lines that are to be compared. */
export function report(experiment: Experiment, { points }: Sizes, result: Result): string {
  const parts = [`${experiment.name}: ${experiment.about}`, table(experiment, points, result)];
  if (points.length > 1)
    parts.push(...sameScale(result.series.filter(isDrawn)).map((group) => charts(experiment.varies, points, group)));
  parts.push(`paper: ${experiment.paper}\nhere:  ${result.found}`);
  return `${parts.join("\n\n").replace(/ +$/gm, "")}\n`;
}

/** The same for a program. */
export function jsonReport(experiment: Experiment, sizes: Sizes, result: Result): string {
  const { name, about, varies, paper } = experiment;
  const host = { cpu: cpus()[0]?.model ?? "", cpus: cpus().length, node: process.version };
  return `${JSON.stringify({ experiment: name, about, varies, host, ...sizes, ...result, paper })}\n`;
}

/** Medians with least and most behind them, a row for each point. */
function table({ varies }: Experiment, points: readonly number[], { series }: Result): string {
  const columns: Column<number>[] = [{ heading: varies, cell: (row) => points[row].toLocaleString("en") }];
  for (const { name, unit, spreads } of series) {
    columns.push({ heading: `${name}, ${unit}`, cell: (row) => spreadText(spreads[row]) });
  }
  return formatTable(
    columns,
    points.map((_, row) => row),
  );
}

function spreadText(spread: Spread): string {
  if (isNoise(spread)) return "lost in noise";
  const { median, least, most, runs } = spread;
  return runs > 1 ? `${figure(median)} (${figure(least)} to ${figure(most)})` : figure(median);
}

/** A curve through noise would say what was not measured. */
function isDrawn({ spreads }: Series): boolean {
  return !spreads.some(isNoise);
}

/** Series of one unit stand under each other on one scale, so that they can be compared without colours. */
function sameScale(series: readonly Series[]): Series[][] {
  const groups = new Map<string, Series[]>();
  for (const each of series) groups.set(each.unit, [...(groups.get(each.unit) ?? []), each]);
  return [...groups.values()];
}

function charts(varies: string, points: readonly number[], group: readonly Series[]): string {
  const medians = group.flatMap(({ spreads }) => spreads.map(({ median }) => median));
  const scale = { min: Math.min(0, ...medians), max: Math.max(...medians) };
  const each = group.map(({ name, unit, spreads }) => {
    const curve = stretch(spreads.map(({ median }) => median));
    const format = (value: number) => figure(value).padStart(LABEL_WIDTH);
    return `${name}, ${unit}\n${plot(curve, { height: CHART_HEIGHT, ...scale, format, offset: 2 })}`;
  });
  return `${each.join("\n")}\n${pointLine(varies, points)}`;
}

/** The points at equal distances, and straight lines between them. */
function stretch(values: readonly number[]): number[] {
  return Array.from({ length: CHART_WIDTH }, (_, column) => {
    const at = (column * (values.length - 1)) / (CHART_WIDTH - 1);
    const left = Math.min(Math.floor(at), values.length - 2);
    return values[left] + (values[left + 1] - values[left]) * (at - left);
  });
}

/** What the points are, each under its place. */
function pointLine(varies: string, points: readonly number[]): string {
  let line = "";
  points.forEach((point, index) => {
    const text = point.toLocaleString("en");
    const column = LABEL_WIDTH + 1 + Math.round((index * (CHART_WIDTH - 1)) / (points.length - 1));
    const start = Math.max(column - (text.length >> 1), line === "" ? 0 : line.length + 1);
    line = line.padEnd(start) + text;
  });
  return `${line}  ${varies}`;
}
