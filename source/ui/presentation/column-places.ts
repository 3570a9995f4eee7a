/** Which columns of the VM table there is room for, and how wide each becomes. */

import { padEnd, padStart, type Span } from "./span.js";
import { type ColumnId, columnOf, VM_TABLE_COLUMNS, type VmTableColumn } from "./vm-columns.js";

/** A column with the width it got. */
export interface PlacedColumn {
  readonly column: VmTableColumn;
  readonly width: number;
}

/** Columns for a width, one cell between two; the most important ones that fit, and what is left goes to the names. */
export function placeColumns(
  width: number,
  sort: ColumnId,
  idWidth: number,
  chosen?: readonly ColumnId[],
): PlacedColumn[] {
  const size = (column: VmTableColumn) => (column.id === "id" ? idWidth : column.width);
  return chosen ? placeChosen(width, chosen.map(columnOf), sort, size) : placeImportant(width, sort, size);
}

type SizeOf = (column: VmTableColumn) => number;

/** A person's own columns, as many as fit from the left, and what is left goes to the names. */
function placeChosen(width: number, chosen: readonly VmTableColumn[], sort: ColumnId, size: SizeOf): PlacedColumn[] {
  const placed: PlacedColumn[] = [];
  const sorted = chosen.find(({ id }) => id === sort);
  let used = sorted ? size(sorted) : -1;
  for (const column of chosen) {
    if (column !== sorted && used + 1 + size(column) > width) continue;
    if (column !== sorted) used += 1 + size(column);
    placed.push({ column, width: size(column) });
  }
  const spare = Math.max(0, Math.min(20, width - used));
  return placed.map((place) => (place.column.id === "name" ? { ...place, width: place.width + spare } : place));
}

function placeImportant(width: number, sort: ColumnId, size: SizeOf): PlacedColumn[] {
  // The column that is sorted by is never left out: a table sorted by something invisible looks random.
  const rank = (column: VmTableColumn) => (column.id === sort ? 1.5 : column.importance);
  const chosen = new Set<VmTableColumn>();
  let used = -1;
  for (const column of VM_TABLE_COLUMNS.toSorted((left, right) => rank(left) - rank(right))) {
    if (used + 1 + size(column) > width) {
      if (rank(column) > 2) break;
      continue;
    }
    chosen.add(column);
    used += 1 + size(column);
  }
  const spare = Math.max(0, width - used);
  const extra: Partial<Record<ColumnId, number>> = chosen.has(columnOf("image"))
    ? { name: Math.min(20, Math.ceil(spare * 0.6)), image: Math.min(16, Math.floor(spare * 0.4)) }
    : { name: spare };
  return VM_TABLE_COLUMNS.filter((column) => chosen.has(column)).map((column) => ({
    column,
    width: size(column) + (extra[column.id] ?? 0),
  }));
}

/** One cell, exactly as wide as its column. */
export function place(cell: Span, { column, width }: PlacedColumn): Span {
  return { ...cell, text: column.text ? padEnd(cell.text, width) : padStart(cell.text, width) };
}
