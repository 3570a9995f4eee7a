/** The VM table: titles, and as many VMs as there is room for. Only those become objects. */

import type { ReactNode } from "react";
import { placedColumns } from "../choices.js";
import type { Controller } from "../controller.js";
import { type Rectangle, TABLE_FRAME } from "../layout.js";
import { highlighted, type Line, muted, span } from "../presentation/span.js";
import { viewTabs } from "../presentation/tabs.js";
import { tableTitles, vmLine } from "../presentation/vm-table.js";
import { scrolled } from "../state.js";
import { Frame } from "./frame.js";

export function TableView({ monitor, area }: { monitor: Controller; area: Rectangle }): ReactNode {
  const { state, dashboard } = monitor;
  const { order, sampler } = dashboard;
  const height = area.height - TABLE_FRAME;
  const cursorIndex = state.cursor === undefined ? -1 : order.indexOf(state.cursor);
  const top = scrolled(state.top, cursorIndex, height, order.rows.length);
  const columns = placedColumns(monitor, area.width);
  const lines = order.rows.slice(top, top + height).map((row, index): Line => {
    const line = vmLine(sampler.vm(row), columns, state.tagged.has(sampler.id(row)));
    return top + index === cursorIndex ? highlighted(line, { background: "cursor", bold: true }) : line;
  });
  return (
    <Frame
      {...area}
      active={state.mode === "table" || state.mode === "filter"}
      title={[...viewTabs("fleet", area.width), ...filterNote(monitor)]}
      note={position(top, height, order.rows.length)}
      lines={[tableTitles(columns, state.sort), ...(lines.length > 0 ? lines : nothing(monitor))]}
    />
  );
}

function filterNote({ state }: Controller): Line {
  const tags: Line = state.tagged.size > 0 ? [span(`  ${state.tagged.size} tagged`, "warning")] : [];
  return state.filter.text === "" ? tags : [muted("  filter "), span(state.filter.text, "warning"), ...tags];
}

function position(top: number, height: number, total: number): Line {
  return total > height ? [muted(`${top + 1}-${Math.min(total, top + height)} of ${total}`)] : [];
}

function nothing({ state }: Controller): Line[] {
  const text =
    state.filter.text === "" ? "No virtual machines. Press n to spawn one." : "No VM passes the filter. Esc drops it.";
  return [[], [muted(text)]];
}
