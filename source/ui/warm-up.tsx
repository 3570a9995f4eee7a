/**
 * Draws a frame that nobody sees, while the kernel boots: whatever React, Ink and Yoga compile and build for their first frame
 * is then there for the first that somebody sees.
 */

import { Box, renderToString } from "ink";
import { Frame } from "./components/frame.js";
import { WARM_UP_ROWS } from "./params.js";
import { type Line, span } from "./presentation/span.js";
import { HEAT_TONES, ThemeContext } from "./theme.js";

const LINE: Line = HEAT_TONES.map((tone, index) => span(`${index} ⣿ ● `, tone, { bold: index === 0 }));

/** @param columns of the terminal */
export function drawUnseen(columns: number): void {
  const place = { left: 0, top: 0, width: columns, height: WARM_UP_ROWS };
  renderToString(
    <ThemeContext value={{ depth: "palette", ascii: false, look: "dark" }}>
      <Box width="100%" height={WARM_UP_ROWS} flexDirection="column">
        <Frame {...place} title={LINE} note={LINE} lines={Array(WARM_UP_ROWS).fill(LINE)} active />
      </Box>
    </ThemeContext>,
    { columns },
  );
}
