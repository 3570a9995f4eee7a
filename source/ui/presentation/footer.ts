/** The last line: a message, the filter being typed, or the keys that mean something now. Dialogs show their own. */

import { filterProblem } from "../filter.js";
import type { Intent, Mode } from "../key-bindings.js";
import { DEFAULT_KEYS, type KeyMap } from "../key-map.js";
import type { Message } from "../state.js";
import type { TextField } from "../text-field.js";
import type { ViewId, VmPage } from "../views.js";
import { cells, clip, cut, type Line, lineCells, muted, span, strong } from "./span.js";

const OWN_HINTS: readonly Mode[] = ["sort", "spawn", "kill", "forget", "tickets", "columns", "panels", "tune"];
/** Modes in which the line is typed into: a message stands behind that. */
const TYPED: readonly Mode[] = ["filter", "memory"];
/** Share of the line that what is typed has at most; the rest says what is wrong with it, or which keys there are. */
const FIELD_SHARE = 0.6;
const TONES = { information: "good", warning: "warning", error: "bad" } as const;
const SIGNS = { information: "✓", warning: "!", error: "✗" } as const;

/** What keys do in the view of one VM, and on its page of memory, where that is something else. */
const HINTS_OF_VM: Readonly<Partial<Record<Intent, string>>> = { zoom: "back" };
const HINTS_OF_MEMORY: typeof HINTS_OF_VM = { ...HINTS_OF_VM, filter: "go or find" };

export interface FooterData {
  readonly mode: Mode;
  readonly message: Message | undefined;
  readonly filter: TextField;
  readonly view?: ViewId;
  readonly vmPage?: VmPage;
  readonly memory?: { readonly field: TextField };
  /** Whether what is shown is a recording. */
  readonly recorded?: boolean;
}

export function footer(data: FooterData, width: number, keys: KeyMap = DEFAULT_KEYS): Line {
  const { mode, message } = data;
  const start = prompt(data, width);
  const problem = mode === "filter" ? filterProblem(data.filter.text) : undefined;
  if (problem !== undefined) return [...start, span(`${SIGNS.error} ${problem}`, TONES.error)];
  if (message) {
    const tone = TONES[message.severity];
    const line: Line = [
      ...(TYPED.includes(mode) ? start : [span(" ")]),
      span(`${SIGNS[message.severity]} `, tone, { bold: true }),
      span(message.text, tone),
    ];
    if (!message.more) return line;
    const more = [muted(`  and ${message.more} more`)];
    return [...clip(line, width - lineCells(more)), ...more];
  }
  return OWN_HINTS.includes(mode) ? start : [...start, ...hints(data, width - lineCells(start), keys)];
}

/** What is being typed, where something is. */
function prompt({ mode, filter, memory }: FooterData, width: number): Line {
  const field = mode === "filter" ? filter : mode === "memory" ? memory?.field : undefined;
  if (!field) return [span(" ")];
  return [strong(" / ", "accent"), ...fieldLine(field, true, Math.floor(width * FIELD_SHARE)), span("   ")];
}

/** As many keys as there is room for, in the order of the key table. */
function hints({ mode, view = "fleet", vmPage, recorded = false }: FooterData, width: number, keys: KeyMap): Line {
  const own = mode !== "table" || view !== "vm" ? {} : vmPage === "memory" ? HINTS_OF_MEMORY : HINTS_OF_VM;
  const line: Line[] = [];
  let used = 0;
  for (const { intent, label, hint, hintLabel = label } of keys.hintsOf(mode, view, recorded)) {
    const group: Line = [strong(hintLabel, "key"), muted(` ${own[intent] ?? hint}`)];
    if (used + lineCells(group) > width) break;
    line.push(group);
    used += lineCells(group) + 2;
  }
  return line.flatMap((group, index) => (index > 0 ? [span("  "), ...group] : group));
}

/** A field's text; while it is edited, with its cursor, and of a longer one the part around that. @param width its cells */
export function fieldLine({ text, cursor }: TextField, edited: boolean, width: number): Line {
  if (!edited) return [span(text)];
  const characters = [...text];
  const here = characters[cursor] ?? " ";
  let used = cells(here);
  let start = cursor;
  // Where something is left out, an ellipsis has a cell.
  while (start > 0 && used + cells(characters[start - 1]) <= (start > 1 ? width - 1 : width))
    used += cells(characters[--start]);
  const before = (start > 0 ? "…" : "") + characters.slice(start, cursor).join("");
  const behind = characters.slice(cursor + 1).join("");
  return [
    span(before),
    span(here, undefined, { inverse: true }),
    span(cut(behind, width - cells(before) - cells(here))),
  ];
}
