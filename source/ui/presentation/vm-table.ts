/** The lines of the VM table: the column titles, and one line a VM. */

import type { VmFigures } from "../../host/figures.js";
import type { Sort } from "../vm-order.js";
import { type PlacedColumn, place } from "./column-places.js";
import { type Line, type Span, span } from "./span.js";

const SORTED = { bold: true } as const;

export function tableTitles(columns: readonly PlacedColumn[], sort: Sort): Line {
  const arrow = sort.descending ? "▾" : "▴";
  let gap: number | undefined;
  const titles = columns.map((placed, index) => {
    const { title, id, text } = placed.column;
    if (id !== sort.column) return place(span(title, "muted"), placed);
    const fills = title.length >= placed.width;
    // Where the title fills its column the arrow takes the place of the gap before it, of the first one behind it.
    if (fills) gap = Math.max(0, index - 1);
    const marked = fills ? title : text ? `${title}${arrow}` : `${arrow}${title}`;
    return place(span(marked, "accent", SORTED), placed);
  });
  return separated(titles, gap === undefined ? undefined : { gap, sign: span(arrow, "accent", SORTED) });
}

export function vmLine(vm: VmFigures, columns: readonly PlacedColumn[], tagged: boolean): Line {
  return separated(
    columns.map((placed) => {
      const cell = place(placed.column.show(vm), placed);
      return tagged && placed.column.id === "name" ? { ...cell, tone: "warning", bold: true } : cell;
    }),
  );
}

/** One cell between two columns; joins neighbours of one style, so that there is less to draw. @param mark in place of a gap */
function separated(cells: readonly Span[], mark?: { readonly gap: number; readonly sign: Span }): Line {
  const line: Span[] = [];
  const add = (part: Span) => {
    const last = line.at(-1);
    if (last && last.tone === part.tone && last.bold === part.bold) {
      line[line.length - 1] = { ...last, text: last.text + part.text };
    } else line.push(part);
  };
  for (const [index, cell] of cells.entries()) {
    if (index === cells.length - 1) add(cell);
    else if (index === mark?.gap) for (const part of [cell, mark.sign]) add(part);
    else add({ ...cell, text: `${cell.text} ` });
  }
  return line;
}
