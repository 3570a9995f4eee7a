/** What the sort menu, the columns' list and the panels' list do. */

import type { Controller } from "./controller.js";
import { FRAME_COLUMNS, PANELS, panelCapacity } from "./layout.js";
import { type PlacedColumn, placeColumns } from "./presentation/column-places.js";
import { type ColumnId, listedColumns, VM_TABLE_COLUMNS } from "./presentation/vm-columns.js";
import { naturalSort } from "./vm-order.js";

export function openSort({ store, state }: Controller): void {
  const offset = VM_TABLE_COLUMNS.findIndex(({ id }) => id === state.sort.column);
  store.dispatch({ type: "mode", mode: "sort", offset });
}

/** Sorts by the column that is chosen; the one that is sorted by already keeps its direction. */
export function acceptSort({ store, state }: Controller): void {
  const { id } = VM_TABLE_COLUMNS[state.offset];
  if (id !== state.sort.column) store.dispatch({ type: "sort", sort: naturalSort(id) });
}

/** The other way round; in the menu by the column that is chosen there. */
export function reverseSort(monitor: Controller): void {
  const { store, state } = monitor;
  const chosen = state.mode === "sort" ? VM_TABLE_COLUMNS[state.offset].id : state.sort.column;
  const sort = chosen === state.sort.column ? state.sort : naturalSort(chosen);
  store.dispatch({ type: "sort", sort: { ...sort, descending: !sort.descending } });
  monitor.arrange();
}

/** Moves the sort to a neighbour among the columns on the screen. */
export function shiftSort(monitor: Controller, direction: 1 | -1): void {
  const { store, state } = monitor;
  const shown = placedColumns(monitor).map(({ column }) => column.id);
  const column = shown[shown.indexOf(state.sort.column) + direction];
  if (column === undefined) return;
  store.dispatch({ type: "sort", sort: naturalSort(column) });
  monitor.arrange();
}

/** The table's columns, as wide as they are. @param width of the table, its frame included */
export function placedColumns(monitor: Controller, width = monitor.layout(monitor.size()).table.width): PlacedColumn[] {
  const { state, dashboard } = monitor;
  return placeColumns(width - FRAME_COLUMNS, state.sort.column, dashboard.idWidth, state.columns);
}

/** Columns that are shown now, which is where a person's own choice starts from. */
export function chosenColumns(monitor: Controller): readonly ColumnId[] {
  return monitor.state.columns ?? placedColumns(monitor).map(({ column }) => column.id);
}

/** Turns the chosen column, or the chosen panel, on or off. */
export function toggleChoice(monitor: Controller): void {
  const { store, state } = monitor;
  if (state.mode === "panels") {
    store.dispatch({ type: "panel", panel: PANELS[state.offset], capacity: panelCapacity(monitor.size()) });
    monitor.arrange();
    return;
  }
  const chosen = chosenColumns(monitor);
  const column = listedColumns(chosen)[state.offset];
  // The name is what tells VMs apart: it stays.
  if (column === "name") return;
  const columns = chosen.includes(column) ? chosen.filter((other) => other !== column) : [...chosen, column];
  store.dispatch({ type: "set", change: { columns } });
  store.dispatch({ type: "offset", offset: listedColumns(columns).indexOf(column) });
}

/** Moves the chosen column one place to the left (-1) or to the right (1). */
export function moveColumn(monitor: Controller, direction: 1 | -1): void {
  const { store, state } = monitor;
  const columns = [...chosenColumns(monitor)];
  const { offset } = state;
  const target = offset + direction;
  if (offset >= columns.length || target < 0 || target >= columns.length) return;
  [columns[offset], columns[target]] = [columns[target], columns[offset]];
  store.dispatch({ type: "set", change: { columns } });
  store.dispatch({ type: "offset", offset: target });
}

/** Back to the columns that the width decides on. */
export function automaticColumns({ store }: Controller): void {
  store.dispatch({ type: "set", change: { columns: undefined } });
  store.dispatch({ type: "offset", offset: 0 });
}
