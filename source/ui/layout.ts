/**
 * Where everything goes: from the terminal's size and the panels asked for to rectangles. Three arrangements:
 *
 *     narrow            wide               very wide
 *     header            header             header
 *     table             table              table      | VM
 *     one panel         VM    | panel      panels ... | history
 *     footer                  | panel      footer
 *                       footer
 */

import { MINIMUM_COLUMNS, MINIMUM_ROWS } from "./params.js";
import type { ViewId } from "./views.js";

/** The panels of the fleet view. */
export const PANELS = ["vm", "interrupts", "swap", "network", "history"] as const;
export type PanelId = (typeof PANELS)[number];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPanel extends Rectangle {
  readonly id: PanelId;
}

export interface Layout {
  readonly tooSmall: boolean;
  readonly header: Rectangle;
  readonly table: Rectangle;
  readonly panels: readonly PlacedPanel[];
  /** What a view has that is not the fleet's; the fleet's has table and panels. */
  readonly view?: Rectangle;
  readonly footer: Rectangle;
}

/** Cells that a frame takes from its content: borders and one of padding at each side. */
export const FRAME_COLUMNS = 4;
export const FRAME_ROWS = 2;

/** Lines above the table's first VM and below its last: borders and titles. */
export const TABLE_FRAME = 3;

const HEADER_HEIGHT = 3;
/** Lines of the screen that a view's content does not have: header, borders, footer. */
export const VIEW_MARGIN = HEADER_HEIGHT + FRAME_ROWS + 1;
const WIDE = 110;
const VERY_WIDE = 160;
/** VMs the table has room for even when there are fewer, and the greatest share of the body that panels take. */
const LEAST_VMS = 8;
const GREATEST_SHARE = 0.62;
/** Lines the table keeps on the shortest screen: two VMs, and beside a tour the three that it starts. */
const LEAST_TABLE = TABLE_FRAME + 2;
const LEAST_TOURED_TABLE = TABLE_FRAME + 3;
/** Lines below which a panel says nothing. */
const LEAST_PANEL = 5;
/** Rows from which a narrow screen stacks a second panel and a very wide one has a side column. */
const TALL = 38;

/** How many panels a size has room for; `panels` names those asked for, the most wanted first. */
export function panelCapacity({ columns, rows }: Size): number {
  if (columns >= VERY_WIDE && rows >= TALL) return 5;
  if (columns >= WIDE) return rows >= 30 ? 3 : 2;
  return rows >= TALL ? 2 : 1;
}

/** The panels that are shown, in the order of their keys. */
export function shownPanels(panels: readonly PanelId[], size: Size): PanelId[] {
  const shown = panels.slice(0, panelCapacity(size));
  return PANELS.filter((panel) => shown.includes(panel));
}

/**
 * Places everything. The table gets what `vms` need and the panels the rest, within bounds, so that neither stands empty
 * while the other is cut.
 * @param reserved lines above the footer that are left to something else
 */
export function layout(
  size: Size,
  panels: readonly PanelId[],
  vms: number,
  view: ViewId = "fleet",
  reserved = 0,
): Layout {
  const { columns, rows } = size;
  const body = { left: 0, top: HEADER_HEIGHT, width: columns, height: rows - HEADER_HEIGHT - 1 - reserved };
  const frame = {
    tooSmall: columns < MINIMUM_COLUMNS || rows < MINIMUM_ROWS,
    header: { left: 0, top: 0, width: columns, height: HEADER_HEIGHT },
    footer: { left: 0, top: rows - 1, width: columns, height: 1 },
  };
  if (view !== "fleet") return { ...frame, table: { ...body, height: 0 }, panels: [], view: body };
  const shown = shownPanels(panels, size);
  if (shown.length === 0) return { ...frame, table: body, panels: [] };
  const spare = body.height - Math.max(vms, LEAST_VMS) - TABLE_FRAME;
  if (columns >= VERY_WIDE && rows >= TALL) return { ...frame, ...veryWide(body, shown, spare) };
  const least = panelHeight(size, shown.length);
  const wanted = Math.max(least, Math.min(spare, Math.floor(body.height * GREATEST_SHARE)));
  const height = Math.min(wanted, body.height - (reserved > 0 ? LEAST_TOURED_TABLE : LEAST_TABLE));
  if (height < LEAST_PANEL) return { ...frame, table: body, panels: [] };
  const [table, below] = cutBottom(body, height);
  return { ...frame, table, panels: columns >= WIDE ? sideBySide(below, shown) : stacked(below, shown) };
}

function panelHeight({ columns, rows }: Size, count: number): number {
  if (columns >= WIDE) return Math.max(count > 2 ? 14 : 10, Math.floor(rows * 0.4));
  if (count > 1) return Math.max(20, Math.floor(rows * 0.5));
  return rows < 24 ? 8 : 10;
}

function stacked(area: Rectangle, shown: readonly PanelId[]): PlacedPanel[] {
  return shares(area.height, shown.length).map(([offset, height], index) => ({
    ...area,
    id: shown[index],
    top: area.top + offset,
    height,
  }));
}

/** The first panel at the left, the others one above the other at the right. */
function sideBySide(area: Rectangle, shown: readonly PanelId[]): PlacedPanel[] {
  if (shown.length === 1) return stacked(area, shown);
  const [left, right] = cutRight(area, Math.floor(area.width * 0.46));
  return [{ ...left, id: shown[0] }, ...stacked(right, shown.slice(1))];
}

/** VM and history in a column at the right, the others in a row under the table. */
function veryWide(
  body: Rectangle,
  shown: readonly PanelId[],
  spare: number,
): { table: Rectangle; panels: PlacedPanel[] } {
  const side = shown.filter((panel) => panel === "vm" || panel === "history");
  const below = shown.filter((panel) => panel !== "vm" && panel !== "history");
  const [main, column] = side.length > 0 ? cutRight(body, Math.max(64, Math.floor(body.width * 0.36))) : [body, body];
  const [table, row] =
    below.length > 0 ? cutBottom(main, Math.max(14, Math.min(spare, Math.floor(body.height * 0.36)))) : [main, main];
  const panels: PlacedPanel[] = [];
  if (side.length === 2) {
    const [upper, lower] = cutBottom(column, Math.max(14, Math.floor(column.height * 0.36)));
    panels.push({ ...upper, id: "vm" }, { ...lower, id: "history" });
  } else if (side.length === 1) panels.push({ ...column, id: side[0] });
  for (const [index, [offset, width]] of shares(row.width, below.length).entries()) {
    panels.push({ ...row, id: below[index], left: row.left + offset, width });
  }
  return { table, panels };
}

function cutBottom(area: Rectangle, height: number): [Rectangle, Rectangle] {
  const top = area.height - height;
  return [
    { ...area, height: top },
    { ...area, top: area.top + top, height },
  ];
}

function cutRight(area: Rectangle, width: number): [Rectangle, Rectangle] {
  const left = area.width - width;
  return [
    { ...area, width: left },
    { ...area, left: area.left + left, width },
  ];
}

/** Offset and size of each of `count` nearly equal parts. */
function shares(total: number, count: number): [number, number][] {
  return Array.from({ length: count }, (_, index) => {
    const offset = Math.floor((total * index) / count);
    return [offset, Math.floor((total * (index + 1)) / count) - offset];
  });
}
