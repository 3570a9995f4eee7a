/** The views by their number keys, as a title: long names where there is room, short ones where there is little. */

import { VIEW_TITLES, VIEWS, type ViewId } from "../views.js";
import { type Line, muted, span, strong } from "./span.js";

/** Cells from which names are long. */
const ROOMY = 116;

export function viewTabs(active: ViewId, width: number): Line {
  const length = width >= ROOMY ? "long" : "short";
  return VIEWS.flatMap(
    (view, index): Line => [
      ...(index > 0 ? [span(" ")] : []),
      strong(String(index + 1), "key"),
      view === active ? strong(VIEW_TITLES[view][length], "accent") : muted(VIEW_TITLES[view][length]),
    ],
  );
}
