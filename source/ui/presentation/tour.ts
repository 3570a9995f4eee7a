/** What the tour says, as a strip over the lower edge of the screen. */

import { FRAME_COLUMNS, FRAME_ROWS } from "../layout.js";
import { TOUR_LINES } from "../params.js";
import { SCENES } from "../scenes.js";
import type { TourState } from "../state.js";
import { type Line, muted, span, strong, wrapped } from "./span.js";

/** The line of keys, below the text. */
const KEYS = 1;

/** Lines of the strip on a screen so wide, its frame included: the longest text decides, so that it stays where it is. */
export function tourHeight(columns: number): number {
  return FRAME_ROWS + KEYS + textLines(columns - FRAME_COLUMNS);
}

function textLines(width: number): number {
  const steps = SCENES.flatMap((scene) => scene.steps);
  return Math.max(TOUR_LINES, ...steps.map(({ text }) => wrapped(text.join(" "), width).length));
}

export function tourTitle({ scene }: TourState): Line {
  return [strong(`Tour ${scene + 1} of ${SCENES.length}: ${SCENES[scene].title}`, "accent")];
}

/** @param width cells of a line; the text is laid out anew for it */
export function tourLines({ scene, text }: TourState, width: number): Line[] {
  const lines: Line[] = wrapped(text.join(" "), width).map((line): Line => [span(line)]);
  const room = textLines(width);
  while (lines.length < room) lines.push([]);
  const next = scene + 1 < SCENES.length ? ` next: ${SCENES[scene + 1].title}   ` : " end   ";
  return [...lines, [strong("u", "key"), muted(next), strong("Esc", "key"), muted(" leave; all other keys work")]];
}
