/** The lines of the VM table: the column titles, and one line a VM. */

import type { VmFigures } from "../../host/figures.js";
import type { Sort } from "../vm-order.js";
import { type PlacedColumn, place } from "./column-places.js";
import { type Line, type Span, span } from "./span.js";

export function tableTitles(columns: readonly PlacedColumn[], sort: Sort): Line {
  return separated(
    columns.map((placed) => {
      const { title, id } = placed.column;
      if (id !== sort.column) return place(span(title, "muted"), placed);
      const arrow = sort.descending ? "▾" : "▴";
      // The arrow takes the place of the gap before the title where the title fills its column.
      const text = title.length < placed.width ? (placed.column.text ? `${title}${arrow}` : `${arrow}${title}`) : title;
      return place(span(text, "accent", { bold: true }), placed);
    }),
  );
}

export function vmLine(vm: VmFigures, columns: readonly PlacedColumn[], tagged: boolean): Line {
  return separated(
    columns.map((placed) => {
      const cell = place(placed.column.show(vm), placed);
      return tagged && placed.column.id === "name" ? { ...cell, tone: "warning", bold: true } : cell;
    }),
  );
}

/** One cell between two columns; joins neighbours of one style, so that there is less to draw. */
function separated(cells: readonly Span[]): Line {
  const line: Span[] = [];
  for (const [index, cell] of cells.entries()) {
    const text = index < cells.length - 1 ? `${cell.text} ` : cell.text;
    const last = line.at(-1);
    if (last && last.tone === cell.tone && last.bold === cell.bold) {
      line[line.length - 1] = { ...last, text: last.text + text };
    } else line.push({ ...cell, text });
  }
  return line;
}
