/** Draws lines that presentation functions made, exactly as wide and high as their place. */

import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { block, type Line, type Span } from "../presentation/span.js";
import { type Theme, useTheme } from "../theme.js";

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export function Lines({ lines, width, height }: LinesProps): ReactNode {
  const theme = useTheme();
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {block(lines, width, height).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Text key={index} wrap="truncate">
          {line.map((part, place) => drawn(part, place, theme))}
        </Text>
      ))}
    </Box>
  );
}

function drawn(part: Span, place: number, theme: Theme): ReactNode {
  const color = part.tone && theme.colors[part.tone];
  const backgroundColor = part.background && theme.colors[part.background];
  const inverse = part.inverse || (theme.plain && part.background !== undefined);
  if (!color && !backgroundColor && !inverse && !part.bold) return part.text;
  return (
    <Text
      key={place}
      {...(color ? { color } : {})}
      {...(backgroundColor ? { backgroundColor } : {})}
      bold={part.bold === true}
      inverse={inverse}
    >
      {part.text}
    </Text>
  );
}
