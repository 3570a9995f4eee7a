import { describe, expect, it } from "vitest";
import { layout, PANELS, type PanelId, panelCapacity, type Rectangle } from "../../source/ui/layout.js";
import { MINIMUM_COLUMNS, MINIMUM_ROWS } from "../../source/ui/params.js";

/** How many cells the rectangles cover; fails where two overlap or one leaves the screen. */
function covered(columns: number, rows: number, rectangles: readonly Rectangle[]): number {
  const cells = new Uint8Array(columns * rows);
  let overlaps = 0;
  for (const { left, top, width, height } of rectangles) {
    expect(left >= 0 && top >= 0 && left + width <= columns && top + height <= rows).toBe(true);
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) overlaps += cells[y * columns + x]++;
    }
  }
  expect(overlaps).toBe(0);
  return cells.reduce((sum, cell) => sum + cell, 0);
}

const CHOICES: readonly (readonly PanelId[])[] = [
  [],
  ["vm"],
  ["history", "swap"],
  ["swap", "network", "interrupts"],
  PANELS,
];

describe("layout", () => {
  it("covers the whole screen without overlap, at any size, with any panels, for any number of VMs", () => {
    for (let columns = MINIMUM_COLUMNS; columns <= 240; columns += 9) {
      for (let rows = MINIMUM_ROWS; rows <= 80; rows += 4) {
        for (const panels of CHOICES) {
          for (const vms of [0, 7, 1000]) {
            const { header, table, panels: placed, footer } = layout({ columns, rows }, panels, vms);
            expect(covered(columns, rows, [header, table, footer, ...placed])).toBe(columns * rows);
            expect(placed).toHaveLength(Math.min(panels.length, panelCapacity({ columns, rows })));
            expect(table.height).toBeGreaterThanOrEqual(4);
            for (const panel of placed) expect(panel.height).toBeGreaterThanOrEqual(7);
          }
        }
      }
    }
  });

  it.each([
    [80, 24, 1],
    [120, 40, 3],
    [200, 50, 5],
  ])("has room for panels at %d x %d: %d", (columns, rows, capacity) => {
    expect(panelCapacity({ columns, rows })).toBe(capacity);
  });

  it("gives every view but the fleet's all between header and footer", () => {
    const { panels, table, view } = layout({ columns: 80, rows: 24 }, PANELS, 8, "swap");
    expect(table.height).toBe(0);
    expect(panels).toEqual([]);
    expect(view).toEqual({ left: 0, top: 3, width: 80, height: 20 });
  });
});
