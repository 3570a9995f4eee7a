/** Graphs of the history over a stretch of time, with a mark wherever a setting was changed. */

import type { History, Stretch } from "../history.js";
import type { Tone } from "../theme.js";
import { graph } from "./graph.js";
import { type Line, type Span, span } from "./span.js";

export interface PlotStyle {
  readonly tone: Tone;
  /** Value at the top; 0, or left out, for the largest shown. */
  readonly maximum?: number;
  /** What is shown beside it: the top is no lower. */
  readonly beside?: number;
}

export interface Plot {
  /** From the top. */
  readonly lines: readonly Line[];
  /** Largest value shown. */
  readonly largest: number;
}

const MARK = "│";

/** A filled graph; its right end is the stretch's. */
export function plot(
  history: History,
  series: string,
  stretch: Stretch,
  width: number,
  height: number,
  { tone, maximum = 0, beside = 0 }: PlotStyle,
): Plot {
  if (width <= 0 || height <= 0) return { lines: [], largest: 0 };
  // Two samples stand beside each other in a cell.
  const samples = history.samples(series, stretch, width * 2);
  const marks = markColumns(history, stretch, width);
  const largest = Math.max(0, beside, ...samples);
  const lines = graph(samples, width, height, maximum || largest).map((text) => marked(text, marks, tone));
  return { lines, largest };
}

/** A graph of one row. */
export function sparkPlot(history: History, series: string, stretch: Stretch, width: number, tone: Tone): Line {
  return plot(history, series, stretch, width, 1, { tone }).lines[0] ?? [];
}

/** Columns of a graph at which settings were changed, ascending. */
export function markColumns(history: History, { until, seconds }: Stretch, width: number): number[] {
  const from = until - seconds;
  const columns = history.marks
    .filter(({ time }) => time > from && time <= until)
    .map(({ time }) => Math.min(width - 1, Math.floor(((time - from) / seconds) * width)));
  return [...new Set(columns)];
}

/** A line of a graph with marks in its columns. */
export function marked(text: string, columns: readonly number[], tone: Tone): Line {
  const line: Span[] = [];
  let done = 0;
  for (const column of columns) {
    if (column > done) line.push(span(text.slice(done, column), tone));
    line.push(span(MARK, "mark"));
    done = column + 1;
  }
  if (done < text.length) line.push(span(text.slice(done), tone));
  return line;
}
