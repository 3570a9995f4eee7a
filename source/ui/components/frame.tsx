/** A box with its title and a note in the border. */

import { Box } from "ink";
import type { ReactNode } from "react";
import { FRAME_COLUMNS, FRAME_ROWS, type Rectangle } from "../layout.js";
import { clip, type Line, lineCells, sized, span } from "../presentation/span.js";
import { Lines } from "./lines.js";

/** Cells of the upper border that neither title nor note has: `╭─  ─  ─╮`. */
const NOTE_BORDER = 9;

export interface FrameProps extends Rectangle {
  readonly title: Line;
  /** At the right of the upper border. */
  readonly note?: Line;
  readonly lines: readonly Line[];
  /** True for the frame the keyboard talks to. */
  readonly active?: boolean;
  /** True for what lies over something else. */
  readonly opaque?: boolean;
}

export function Frame({
  left,
  top,
  width,
  height,
  title,
  note = [],
  lines,
  active = false,
  opaque = false,
}: FrameProps): ReactNode {
  const tone = active ? "accent" : "border";
  const inner = height - FRAME_ROWS;
  const side = Array.from({ length: inner }, (): Line => [span("│", tone)]);
  const content = lines.slice(0, inner).map((line) => padded(line, width - FRAME_COLUMNS));
  return (
    <Box position="absolute" marginLeft={left} marginTop={top} width={width} height={height} flexShrink={0}>
      <Lines left={0} top={0} width={width} height={1} lines={[upper(title, note, width, tone)]} />
      <Lines left={0} top={1} width={1} height={inner} lines={side} />
      <Lines left={1} top={1} width={width - 2} height={inner} lines={content} opaque={opaque} />
      <Lines left={width - 1} top={1} width={1} height={inner} lines={side} />
      <Lines left={0} top={height - 1} width={width} height={1} lines={[[span(`╰${"─".repeat(width - 2)}╯`, tone)]]} />
    </Box>
  );
}

/** A line with a cell before and behind it. A highlighted one reaches from border to border. */
function padded(line: Line, width: number): Line {
  const background = line[0]?.background;
  if (!background) return [{ text: " " }, ...clip(line, width)];
  const pad = { text: " ", background };
  return [pad, ...sized(line, width), pad];
}

/** Cells that a note has beside a title in the upper border. */
export function noteRoom(title: Line, width: number): number {
  return width - lineCells(title) - NOTE_BORDER;
}

/** The upper border. The note goes where there is no room for it, then the end of the title. */
function upper(title: Line, note: Line, width: number, tone: "accent" | "border"): Line {
  const heading: Line = [span("╭─ ", tone), ...title, span(" ", tone)];
  const ending: Line = note.length > 0 ? [span(" ", tone), ...note, span(" ─╮", tone)] : [span("╮", tone)];
  const rule = width - lineCells(heading) - lineCells(ending);
  if (rule >= 1) return [...heading, span("─".repeat(rule), tone), ...ending];
  return note.length > 0 ? upper(title, [], width, tone) : [...sized(heading, width - 1), span("╮", tone)];
}
