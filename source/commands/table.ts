/** Plain tables for standard output, aligned by display width. */

import stringWidth from "string-width";

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Text stands to the left, figures to the right. */
  readonly left?: boolean;
  /** Least width; as wide as its widest cell where it is left out. */
  readonly width?: number;
}

const GAP = "  ";

/** The heading and one line a row, without a line feed at the end. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = columns.map((column) => [column.heading, ...rows.map(column.cell)]);
  // Not Math.max(...cells): as many arguments as there can be VMs are more than the stack takes.
  const widths = cells.map((column, index) =>
    column.reduce((widest, cell) => Math.max(widest, stringWidth(cell)), columns[index].width ?? 0),
  );
  const line = (row: number) =>
    columns.map((column, index) => align(cells[index][row], widths[index], column.left ?? false)).join(GAP);
  return Array.from({ length: rows.length + 1 }, (_, row) => line(row).trimEnd()).join("\n");
}

function align(cell: string, width: number, left: boolean): string {
  const padding = " ".repeat(Math.max(0, width - stringWidth(cell)));
  return left ? cell + padding : padding + cell;
}
