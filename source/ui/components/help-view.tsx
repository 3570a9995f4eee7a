/** The help screen, over the whole body. */

import type { ReactNode } from "react";
import type { KeyMap } from "../key-map.js";
import { FRAME_COLUMNS, FRAME_ROWS, type Rectangle } from "../layout.js";
import { helpLines } from "../presentation/help.js";
import { muted, span, strong } from "../presentation/span.js";
import { Frame } from "./frame.js";

/** @param offset lines scrolled from the top */
export function HelpView({ offset, area, keys }: { offset: number; area: Rectangle; keys: KeyMap }): ReactNode {
  const lines = helpLines(area.width - FRAME_COLUMNS, keys);
  const height = area.height - FRAME_ROWS;
  const first = Math.max(0, Math.min(offset, lines.length - height));
  const more = lines.length > height ? [muted(`${first + 1}-${first + height} of ${lines.length}  `)] : [];
  return (
    <Frame
      {...area}
      active
      title={[strong("Keys and columns", "accent")]}
      note={[...more, strong("Esc", "key"), span(" "), muted("back")]}
      lines={lines.slice(first, first + height)}
    />
  );
}
