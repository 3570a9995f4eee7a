/**
 * Draws a frame that nobody sees, while the kernel boots: whatever React, Ink and Yoga compile and build for their first frame
 * is then there for the first that somebody sees.
 */

import { Box, renderToString } from "ink";
import { Frame } from "./components/frame.js";
import type { Size } from "./layout.js";
import { type Line, span } from "./presentation/span.js";
import { HEAT_TONES, ThemeContext } from "./theme.js";

const LINE: Line = HEAT_TONES.map((tone, index) => span(`${index} ⣿ ● `, tone, { bold: index === 0 }));

export function drawUnseen({ columns, rows }: Size): void {
  const frame = { left: 0, width: columns, title: LINE, note: LINE };
  const upper = Math.floor(rows / 2);
  renderToString(
    <ThemeContext value={{ depth: "palette", ascii: false, look: "dark" }}>
      <Box width="100%" height={rows} flexDirection="column">
        <Frame {...frame} top={0} height={upper} lines={Array(upper).fill(LINE)} active />
        <Frame {...frame} top={upper} height={rows - upper} lines={Array(rows - upper).fill(LINE)} />
      </Box>
    </ThemeContext>,
    { columns },
  );
}
