/** The views by their number keys and the pages of a VM, as titles: long names where there is room, else short ones. */

import type { VmFigures } from "../../host/figures.js";
import { VM_STATE_NAMES } from "../../kernel/index.js";
import { VIEW_TITLES, VIEWS, type ViewId, VM_PAGE_TITLES, VM_PAGES, type VmPage } from "../views.js";
import { cells, cut, type Line, lineCells, muted, span, strong } from "./span.js";
import { stateSign, stateText } from "./states.js";

type Length = "long" | "short";

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

/** Cells of the longest state: what there is room for must not change with every state. */
const STATE = Math.max(...VM_STATE_NAMES.map((state) => cells(stateText(state))));

/** Which VM, and which of its pages, by as much as there is room for: on the smallest screen only who it is. */
export function vmTitle(active: VmPage, vm: VmFigures | undefined, room: number): Line {
  const title = (page: VmPage, length: Length): Line => {
    const text = VM_PAGE_TITLES[page][length];
    return [page === active ? strong(text, "accent") : muted(text), span(" ")];
  };
  const pages = (length: Length) => VM_PAGES.flatMap((page) => title(page, length));
  if (!vm) return pages("short");
  const name: Line = [strong(vm.name, "title"), span(" ")];
  const withState = [pages("long"), pages("short")].find((line) => lineCells([...line, ...name]) + STATE <= room);
  if (withState) return [...withState, ...name, span(stateText(vm.state), vm.state)];
  const withSign = [pages("short"), title(active, "long"), title(active, "short")];
  const shown = withSign.find((line) => lineCells([...line, ...name]) < room);
  if (shown) return [...shown, ...name, stateSign(vm.state)];
  // A cell in front of the sign and the sign itself.
  return [strong(cut(vm.name, room - 2), "title"), span(" "), stateSign(vm.state)];
}
