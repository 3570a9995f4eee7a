/**
 * The heat map: all VMs at once. A few have a wide cell each, many half a character (▀ has a colour for its upper half and
 * one for its lower), and where even those do not fit, the map scrolls with the cursor.
 */

import type { Sampler } from "../../../host/sampler.js";
import { VM_STATE_NAMES } from "../../../kernel/index.js";
import { scrolled } from "../../state.js";
import { HEAT_TONES, type Tone } from "../../theme.js";
import { fitting, joined, type Line, lineCells, muted, type Span, span, spread, strong } from "../span.js";
import { stateSign } from "../states.js";
import { bytes, count, percent } from "../units.js";
import { type ColumnId, columnOf, showValue, VM_TABLE_COLUMNS } from "../vm-columns.js";
import type { ViewData } from "./view-data.js";

/** Lines around the map: what the colours mean, and who is under the cursor. */
const LEGEND = 2;

export interface HeatGrid {
  /** VMs in a line, and lines that are seen at once; a line of half characters is half as high. */
  readonly columns: number;
  readonly rows: number;
  readonly style: "wide" | "narrow" | "half";
}

/** How so many VMs are laid out in a view of a size. Half a character says what it does by its colour alone. */
export function heatGrid(width: number, height: number, vms: number, hasColors = true): HeatGrid {
  const lines = Math.max(1, height - LEGEND);
  if (vms * 2 <= width * lines) return { columns: Math.floor(width / 2), rows: lines, style: "wide" };
  if (vms <= width * lines || !hasColors) return { columns: width, rows: lines, style: "narrow" };
  return { columns: width, rows: lines * 2, style: "half" };
}

/** The first line of VMs that is seen; by whole characters, so that halves stay together. @param cursor its place, or -1 */
export function heatTop({ columns, rows, style }: HeatGrid, cursor: number, vms: number): number {
  const step = style === "half" ? 2 : 1;
  const line = cursor < 0 ? -1 : Math.floor(cursor / columns);
  return Math.floor(scrolled(0, line, rows, Math.ceil(vms / columns)) / step) * step;
}

const HEAT_COLUMNS: readonly ("state" | ColumnId)[] = [
  "state",
  ...VM_TABLE_COLUMNS.filter(({ id, value }) => value !== undefined && id !== "id" && id !== "state").map(
    ({ id }) => id,
  ),
];

/** The next (1) or the last (-1) of the things that colours can mean. */
export function nextHeat(present: "state" | ColumnId, direction: 1 | -1): "state" | ColumnId {
  const place = HEAT_COLUMNS.indexOf(present) + direction + HEAT_COLUMNS.length;
  return HEAT_COLUMNS[place % HEAT_COLUMNS.length];
}

export function heatView({ dashboard, state, vm, hasColors }: ViewData, width: number, height: number): Line[] {
  const { order, sampler } = dashboard;
  const grid = heatGrid(width, height, order.rows.length, hasColors);
  const cursor = state.cursor === undefined ? -1 : order.indexOf(state.cursor);
  const scale = new HeatScale(sampler, order.rows, state.heatBy);
  const lines = Math.ceil(order.rows.length / grid.columns);
  const step = grid.style === "half" ? 2 : 1;
  const top = heatTop(grid, cursor, order.rows.length);
  const map: Line[] = [];
  for (let line = top; line < Math.min(lines, top + grid.rows); line += step) {
    map.push(joinedSpans(cells(dashboard.order.rows, line, grid, cursor, scale)));
  }
  while (map.length < height - LEGEND) map.push([]);
  const seen: Line =
    lines > grid.rows ? [muted(`  ${top + 1}-${Math.min(lines, top + grid.rows)} of ${lines} lines`)] : [];
  const selected: Line = vm
    ? [
        strong("▸ ", "accent"),
        strong(vm.name, "title"),
        muted(`  VM ${vm.id}  ${vm.image}  `),
        stateSign(vm.state),
        span(` ${vm.state}`, vm.state),
        span(`   cpu ${percent(vm.cpuPercent)}%   ${bytes(vm.memorySize)}   ${count(vm.interruptsPending)} pending`),
      ]
    : [muted("no VM")];
  return [scale.legend(width), ...map, spread(selected, seen, width)];
}

function cells(
  rows: readonly number[],
  line: number,
  { columns, style }: HeatGrid,
  cursor: number,
  scale: HeatScale,
): Span[] {
  const first = line * columns;
  const spans: Span[] = [];
  for (let place = first; place < Math.min(rows.length, first + columns); place++) {
    if (style !== "half") {
      spans.push(scale.cell(rows[place], style === "wide", place === cursor));
      continue;
    }
    const below = place + columns;
    spans.push(
      place === cursor || below === cursor
        ? span("◆", "title", { inverse: true })
        : scale.halves(rows[place], below < rows.length ? rows[below] : undefined),
    );
  }
  return spans;
}

/** From a VM to a colour. */
class HeatScale {
  readonly #sampler: Sampler;
  readonly #by: "state" | ColumnId;
  readonly #largest: number;

  constructor(sampler: Sampler, rows: readonly number[], by: "state" | ColumnId) {
    this.#sampler = sampler;
    this.#by = by;
    let largest = 0;
    if (by !== "state") for (const row of rows) largest = Math.max(largest, this.#value(row));
    this.#largest = largest;
  }

  /** A cell by itself; without colours its sign, or a digit from 0 to 7, says the same. */
  cell(row: number, wide: boolean, selected: boolean): Span {
    const sign = this.#by === "state" ? stateSign(this.#state(row)) : span(String(this.#step(row)), this.#tone(row));
    // Not a background: a line that begins with one is highlighted as a whole.
    const style = selected ? { inverse: true, bold: true } : {};
    return { ...sign, ...style, text: wide ? `${sign.text} ` : sign.text };
  }

  halves(upper: number, lower: number | undefined): Span {
    if (lower === undefined) return span("▀", this.#tone(upper));
    return span("▀", this.#tone(upper), { background: this.#tone(lower) });
  }

  legend(width: number): Line {
    if (this.#by === "state") {
      const signs = (gap: string) => VM_STATE_NAMES.map((name): Line => [stateSign(name), muted(`${gap}${name}`)]);
      const roomy = joined(signs(" "), " ");
      return lineCells(roomy) <= width ? roomy : fitting(signs(""), width, " ");
    }
    const column = columnOf(this.#by);
    const { title, description } = column;
    const ramp = HEAT_TONES.map((tone, step): Span => span(`${step}■ `, tone));
    return [
      strong(title, "title"),
      muted(`  ${description}: 0 `),
      ...ramp,
      muted(` ${showValue(column, this.#largest)}`),
    ];
  }

  #state(row: number) {
    return VM_STATE_NAMES[this.#sampler.column("state")[row]] ?? "ready";
  }

  #value(row: number): number {
    return columnOf(this.#by as ColumnId).value?.(this.#sampler, row) ?? 0;
  }

  #tone(row: number): Tone {
    return this.#by === "state" ? this.#state(row) : HEAT_TONES[this.#step(row)];
  }

  /** Of the largest value in eight steps, by powers: most of a fleet is idle, and small differences there matter too. */
  #step(row: number): number {
    const value = this.#value(row);
    if (value <= 0 || this.#largest <= 0) return 0;
    return Math.max(1, Math.min(7, Math.ceil(7 * Math.sqrt(value / this.#largest))));
  }
}

/** Joins neighbours of one style, so that there is less to draw. */
function joinedSpans(spans: readonly Span[]): Line {
  const line: Span[] = [];
  for (const part of spans) {
    const last = line.at(-1);
    const same = last && last.tone === part.tone && last.background === part.background && last.bold === part.bold;
    if (last && same && last.inverse === part.inverse) line[line.length - 1] = { ...last, text: last.text + part.text };
    else line.push(part);
  }
  return line;
}
