/** The mouse: what a terminal reports of it, and what it does. Clicks select, a second click opens, the wheel scrolls. */

import type { Controller } from "./controller.js";
import { INTENTS } from "./intents.js";
import { TABLE_FRAME } from "./layout.js";
import { move, shownGrid } from "./moving.js";
import { WHEEL_LINES } from "./params.js";
import { lineCells } from "./presentation/span.js";
import { viewTabs } from "./presentation/tabs.js";
import { heatTop } from "./presentation/views/heat.js";
import { scrolled } from "./state.js";
import { VIEWS, type ViewId } from "./views.js";

/** Asks the terminal for presses and releases (DEC mode 1000) in a form without limits (1006), and takes that back. */
export const MOUSE_ON = "\u001b[?1000h\u001b[?1006h";
export const MOUSE_OFF = "\u001b[?1006l\u001b[?1000l";

export interface MouseEvent {
  readonly what: "press" | "wheelUp" | "wheelDown";
  /** Cells from the upper left corner. */
  readonly column: number;
  readonly row: number;
}

/** What was reported, as `[<0;10;5M` (xterm's SGR form; Ink takes the escape character off); undefined for anything else. */
export function parseMouse(input: string): MouseEvent | undefined {
  const [, button, column, row, end] = /^\[<(\d+);(\d+);(\d+)([Mm])$/.exec(input) ?? [];
  if (button === undefined || end === "m") return undefined;
  const what = button === "64" ? "wheelUp" : button === "65" ? "wheelDown" : button === "0" ? "press" : undefined;
  return what && { what, column: Number(column) - 1, row: Number(row) - 1 };
}

export function onMouse(monitor: Controller, { what, column, row }: MouseEvent): void {
  if (what !== "press") move(monitor, what === "wheelUp" ? -WHEEL_LINES : WHEEL_LINES);
  else if (monitor.state.mode === "table") press(monitor, column, row);
}

function press(monitor: Controller, column: number, row: number): void {
  const { state, dashboard } = monitor;
  const places = monitor.layout(monitor.size());
  if (row === places.header.height) {
    const view = tabAt(state.view, column - TITLE_START, (places.view ?? places.table).width);
    // Not by its key, which a person may have given another meaning.
    if (view) INTENTS[`view:${view}`](monitor);
    return;
  }
  const place = state.view === "heat" ? heatPlace(monitor, column, row) : tablePlace(monitor, column, row);
  const id = place === undefined ? undefined : dashboard.order.idAt(place);
  if (place === undefined || id === undefined) return;
  const again = id === state.cursor;
  monitor.moveTo(place);
  if (again) monitor.zoom();
}

/** Cells of a frame before its title. */
const TITLE_START = 3;

/** The view whose number or name is at a cell of the title of a frame. */
function tabAt(shown: ViewId, cell: number, width: number): ViewId | undefined {
  let from = 0;
  const tabs = viewTabs(shown, width);
  // A tab is its number and its name, with a blank between two of them.
  for (const [index, view] of VIEWS.entries()) {
    const cells = lineCells(tabs.slice(index * 3, index * 3 + 2));
    if (cell >= from && cell < from + cells) return view;
    from += cells + 1;
  }
  return undefined;
}

function tablePlace(monitor: Controller, column: number, row: number): number | undefined {
  const { state, dashboard } = monitor;
  const { table } = monitor.layout(monitor.size());
  const line = row - table.top - 2;
  if (column < table.left || column >= table.left + table.width) return undefined;
  if (state.view !== "fleet" || line < 0 || line >= table.height - TABLE_FRAME) return undefined;
  const { order } = dashboard;
  const cursor = state.cursor === undefined ? -1 : order.indexOf(state.cursor);
  return scrolled(state.top, cursor, table.height - TABLE_FRAME, order.rows.length) + line;
}

function heatPlace(monitor: Controller, column: number, row: number): number | undefined {
  const { order } = monitor.dashboard;
  const grid = shownGrid(monitor);
  const { view } = monitor.layout(monitor.size());
  const line = row - (view?.top ?? 0) - 2;
  const cell = Math.floor((column - 2) / (grid.style === "wide" ? 2 : 1));
  const step = grid.style === "half" ? 2 : 1;
  if (line < 0 || line * step >= grid.rows || cell < 0 || cell >= grid.columns) return undefined;
  const cursor = monitor.state.cursor === undefined ? -1 : order.indexOf(monitor.state.cursor);
  const top = heatTop(grid, cursor, order.rows.length);
  return (top + line * step) * grid.columns + cell;
}
