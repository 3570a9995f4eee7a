/** What the keys that move do: in the table, in the heat map, in memory, in lists and texts. */

import type { Controller } from "./controller.js";
import { PANELS } from "./layout.js";
import { dumpLines, scrollMemory } from "./memory-search.js";
import { SCROLL_PAGE } from "./params.js";
import { helpLines } from "./presentation/help.js";
import { SETTINGS } from "./presentation/settings.js";
import { type HeatGrid, heatGrid } from "./presentation/views/heat.js";
import { VM_TABLE_COLUMNS } from "./presentation/vm-columns.js";
import { moveSpawnChoice } from "./spawning.js";

/** Up (negative) or down by so many lines. */
export function move(monitor: Controller, lines: number): void {
  const { store, state } = monitor;
  const { columns, rows } = monitor.viewSize;
  const scroll = (offset: number) => store.dispatch({ type: "offset", offset });
  const choose = (length: number) => scroll(Math.min(state.offset + lines, length - 1));
  switch (state.mode) {
    case "sort":
    case "columns":
      choose(VM_TABLE_COLUMNS.length);
      break;
    case "panels":
      choose(PANELS.length);
      break;
    case "tune":
      choose(SETTINGS.length);
      break;
    case "help":
      // No further than its last line is seen: what was pressed in vain would have to be taken back.
      scroll(Math.min(state.offset + lines, helpLines(columns, monitor.keys).length - rows));
      break;
    case "console":
      scroll(state.offset - lines);
      break;
    case "spawn":
      moveSpawnChoice(monitor, lines);
      break;
    default:
      moveInView(monitor, lines);
  }
}

function moveInView(monitor: Controller, lines: number): void {
  const { view, vmPage } = monitor.state;
  if (view === "heat") monitor.moveBy(lines * shownGrid(monitor).columns);
  else if (view === "vm" && vmPage === "memory") scrollMemory(monitor, lines);
  else monitor.moveBy(lines);
}

/** To the first (-1) or the last (1) of what the keys move through. */
export function moveToEnd(monitor: Controller, end: 1 | -1): void {
  const { view, vmPage } = monitor.state;
  if (view === "vm" && vmPage === "memory") scrollMemory(monitor, end * Number.MAX_SAFE_INTEGER);
  else monitor.moveTo(end < 0 ? 0 : Number.MAX_SAFE_INTEGER);
}

/** Left (negative) or right by so many cells. */
export function moveAcross(monitor: Controller, cells: number): void {
  if (monitor.state.view === "heat") monitor.moveBy(cells);
}

/** Lines that a page key moves. */
export function page(monitor: Controller): number {
  const { mode, view, vmPage } = monitor.state;
  if (mode !== "table") return SCROLL_PAGE;
  if (view === "heat") return Math.max(1, shownGrid(monitor).rows - 1);
  if (view === "vm" && vmPage === "memory") return Math.max(1, dumpLines(monitor) - 1);
  return view === "fleet" ? Math.max(1, monitor.tableHeight - 1) : SCROLL_PAGE;
}

/** How the heat map's cells are laid out. */
export function shownGrid({ viewSize: { columns, rows }, dashboard, hasColors }: Controller): HeatGrid {
  return heatGrid(columns, rows, dashboard.order.rows.length, hasColors);
}
