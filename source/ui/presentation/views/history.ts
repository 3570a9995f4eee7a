/** The machine's figures over time, one graph below the other, and what changed its settings meanwhile. */

import { graphs } from "../machine-panels.js";
import { MAIN_SERIES, MORE_SERIES } from "../series.js";
import { type Line, muted, padEnd, span, spread } from "../span.js";
import { clock, time } from "../units.js";
import type { ViewData } from "./view-data.js";

/** Lines that a graph needs to say something. */
const LEAST_GRAPH = 3;
const LABEL = 11;
const FIGURE = 8;

export function historyView(data: ViewData, width: number, height: number): Line[] {
  const { dashboard, stretch } = data;
  const marks = changes(data, Math.max(1, Math.min(6, Math.floor(height / 8))));
  const room = height - marks.length - 1;
  const shown = Math.max(MAIN_SERIES.length, Math.floor(room / LEAST_GRAPH));
  const series = [...MAIN_SERIES, ...MORE_SERIES].slice(0, shown);
  return [...graphs(dashboard, series, stretch, width, room, LABEL), axis(data, width), ...marks];
}

/** The time at both ends of the graphs. */
function axis({ stretch, state, dashboard }: ViewData, width: number): Line {
  const from = stretch.until - stretch.seconds;
  const ago = dashboard.present.time - stretch.until;
  const held = `${clock(stretch.until)}${ago > 0 ? `, ${time(ago * 1e9)} ago` : ""}`;
  const right = state.frozen ? held : "now";
  const length = muted(`${time(stretch.seconds * 1e9)} in all`);
  // The graphs of a machine that is younger begin in their middle.
  const left: Line = from < 0 ? [length] : [span(clock(from), "title"), span("  "), length];
  return [
    muted(padEnd("", LABEL)),
    ...spread(left, [span(right, state.frozen ? "warning" : "title")], width - LABEL - FIGURE),
  ];
}

/** The last changes of settings up to the right end of the graphs. */
function changes({ dashboard, stretch }: ViewData, most: number): Line[] {
  const marks = dashboard.history.marks.filter(({ time: at }) => at <= stretch.until).slice(-most);
  if (marks.length === 0)
    return [[muted("No setting was changed yet; t changes them, and each change is marked here.")]];
  return marks.map(({ time: at, text }): Line => [span("│ ", "mark"), muted(`${clock(at)}  `), span(text)]);
}
