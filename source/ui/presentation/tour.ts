/** What the tour says, as a strip over the lower edge of the screen. */

import { FRAME_ROWS } from "../layout.js";
import { TOUR_HEIGHT } from "../params.js";
import { SCENES } from "../scenes.js";
import type { TourState } from "../state.js";
import { type Line, muted, span, strong, wrapped } from "./span.js";

/** Lines of text, above the keys. */
const TEXT_LINES = TOUR_HEIGHT - FRAME_ROWS - 1;

export function tourTitle({ scene }: TourState): Line {
  return [strong(`Tour ${scene + 1} of ${SCENES.length}: ${SCENES[scene].title}`, "accent")];
}

/** @param width cells of a line; the text is laid out anew for it */
export function tourLines({ scene, text }: TourState, width: number): Line[] {
  const lines: Line[] = wrapped(text.join(" "), width).map((line): Line => [span(line)]);
  while (lines.length < TEXT_LINES) lines.push([]);
  const next = scene + 1 < SCENES.length ? ` next: ${SCENES[scene + 1].title}   ` : " end   ";
  return [...lines, [strong("u", "key"), muted(next), strong("Esc", "key"), muted(" leave; all other keys work")]];
}
