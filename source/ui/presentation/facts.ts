/** Lines of labelled figures, the same in every panel and view. */

import type { MachineFigures } from "../../host/figures.js";
import type { Dashboard } from "../dashboard.js";
import type { Stretch } from "../history.js";
import type { Tone } from "../theme.js";
import { sparkPlot } from "./plot.js";
import { cells, type Line, muted, padEnd, span } from "./span.js";
import { count } from "./units.js";

/** Cells a line of figures leaves for a sparkline, and the longest sparkline. */
const FIGURES = 28;
const SPARKLINE = 40;

/** Cells of a label. */
const LABEL = 11;

/** A series as a sparkline, as wide as there is room beside `used` cells. */
export function spark(
  { history }: Dashboard,
  series: string,
  stretch: Stretch,
  tone: Tone,
  width: number,
  used = FIGURES,
): Line {
  const room = Math.min(SPARKLINE, width - used - 2);
  return room < 4 ? [] : [span("  "), ...sparkPlot(history, series, stretch, room, tone)];
}

/** A labelled figure. */
export function fact(label: string, ...rest: Line): Line {
  return [muted(padEnd(label, LABEL)), ...rest];
}

export const total = (value: number) => span(count(value).padStart(6));
export const rate = (value: number) => span(`${count(value)}/s`.padStart(9), value > 0 ? undefined : "muted");

/** Cells for the name of a VM in a list. */
export function nameWidth(width: number): number {
  return width >= 60 ? 20 : 13;
}

/** A line that opens a section. */
export function rule(title: string, width: number): Line {
  const rest = "─".repeat(Math.max(0, width - cells(title) - 3));
  return [span("─ ", "border"), muted(title), span(` ${rest}`, "border")];
}

/** How many interrupts a delivery brought of late; a setting that was changed is seen in it. */
export function meanBatch({ interruptsDeliveredPerSecond, interruptBatchesPerSecond }: MachineFigures): string {
  return interruptBatchesPerSecond > 0 ? (interruptsDeliveredPerSecond / interruptBatchesPerSecond).toFixed(2) : "-";
}

/**
 * Who of a queue is named: the count and the list are looked at at different moments, and no more may be named than every part
 * of the screen says that there are.
 */
export function listedOf(counted: number, listed: readonly number[] | undefined): readonly number[] | undefined {
  return listed?.slice(0, counted);
}
