/**
 * Draws lines that presentation functions made, exactly as wide and high as their place.
 *
 * The text that Ink lays out is a blank block; the lines replace it while the frame is written. Ink measures and remembers
 * every text it lays out, which for a screen that changes four times a second would cost more than all the rest, and would
 * never be given back.
 */

import { Box, Transform } from "ink";
import { type ReactNode, useMemo } from "react";
import { painterOf } from "../presentation/paint.js";
import { fit, type Line } from "../presentation/span.js";
import { useTheme } from "../theme.js";

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export function Lines({ lines, width, height }: LinesProps): ReactNode {
  const paint = painterOf(useTheme());
  const blank = useMemo(() => Array.from({ length: height }, () => " ".repeat(width)).join("\n"), [width, height]);
  if (width <= 0 || height <= 0) return null;
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Transform transform={(_, index) => paint(fit(lines[index] ?? [], width))}>{blank}</Transform>
    </Box>
  );
}
