/**
 * Draws lines that presentation functions made, inside a rectangle.
 *
 * The text that Ink lays out is a blank block; the lines replace it while the frame is written. Ink measures and remembers
 * every text it lays out, which for a screen that changes four times a second would cost more than all the rest, and would
 * never be given back.
 */

import { Box, Transform } from "ink";
import { type ReactNode, useMemo } from "react";
import type { Rectangle } from "../layout.js";
import { paint } from "../presentation/paint.js";
import { clip, type Line, sized } from "../presentation/span.js";
import { useTheme } from "../theme.js";

export interface LinesProps extends Rectangle {
  readonly lines: readonly Line[];
  /** True to cover what is below; otherwise cells behind a line's end are left as they are, which costs nothing. */
  readonly opaque?: boolean;
}

/** `left` and `top` are within the box around it. */
export function Lines({ lines, left, top, width, height, opaque = false }: LinesProps): ReactNode {
  const theme = useTheme();
  const blank = useMemo(() => Array.from({ length: height }, () => " ".repeat(width)).join("\n"), [width, height]);
  if (width <= 0 || height <= 0) return null;
  const draw = (_: string, index: number): string => {
    const line = lines[index] ?? [];
    return paint(opaque ? sized(line, width) : clip(line, width), theme);
  };
  return (
    <Box position="absolute" marginLeft={left} marginTop={top} width={width} height={height} flexShrink={0}>
      <Transform transform={draw}>{blank}</Transform>
    </Box>
  );
}
