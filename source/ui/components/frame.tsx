/** A box with its title and a note in the border. */

import { Box } from "ink";
import type { ReactNode } from "react";
import type { Rectangle } from "../layout.js";
import { fit, type Line, lineCells, span } from "../presentation/span.js";
import { Lines } from "./lines.js";

export interface FrameProps extends Rectangle {
  readonly title: Line;
  /** At the right of the upper border. */
  readonly note?: Line;
  readonly lines: readonly Line[];
  /** True for the frame the keyboard talks to. */
  readonly active?: boolean;
}

/** Cells that a frame takes from its content: borders and one of padding at each side. */
export const FRAME_COLUMNS = 4;
export const FRAME_ROWS = 2;

export function Frame({ left, top, width, height, title, note = [], lines, active = false }: FrameProps): ReactNode {
  const tone = active ? "accent" : "border";
  const inner = width - FRAME_COLUMNS;
  const side: Line = [span("│", tone)];
  const content = Array.from({ length: Math.max(0, height - FRAME_ROWS) }, (_, index): Line => {
    const line = lines[index] ?? [];
    // A highlighted line reaches from border to border.
    const { background } = line[0] ?? {};
    const pad = background ? { text: " ", background } : { text: " " };
    return [...side, pad, ...fit(line, inner), pad, ...side];
  });
  const all = [upper(title, note, width, tone), ...content, [span(`╰${"─".repeat(width - 2)}╯`, tone)] satisfies Line];
  return (
    <Box position="absolute" marginLeft={left} marginTop={top} width={width} height={height} flexShrink={0}>
      <Lines lines={all} width={width} height={height} />
    </Box>
  );
}

/** The upper border. The note goes where there is no room for it, then the end of the title. */
function upper(title: Line, note: Line, width: number, tone: "accent" | "border"): Line {
  const heading: Line = [span("╭─ ", tone), ...title, span(" ", tone)];
  const ending: Line = note.length > 0 ? [span(" ", tone), ...note, span(" ─╮", tone)] : [span("╮", tone)];
  const rule = width - lineCells(heading) - lineCells(ending);
  if (rule >= 1) return [...heading, span("─".repeat(rule), tone), ...ending];
  return note.length > 0 ? upper(title, [], width, tone) : [...fit(heading, width - 1), span("╮", tone)];
}
