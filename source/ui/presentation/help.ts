/** The help screen, made from the key table and the column table. */

import { KEY_GROUPS, type KeyGroup } from "../key-bindings.js";
import { DEFAULT_KEYS, type KeyMap } from "../key-map.js";
import { beside, type Line, padEnd, span, strong } from "./span.js";
import { VM_TABLE_COLUMNS } from "./vm-columns.js";

/** Cells from which two lists stand side by side. */
const TWO_COLUMNS = 108;

export function helpLines(width: number, keys: KeyMap = DEFAULT_KEYS): Line[] {
  const columns: Line[] = [
    [strong("Columns", "accent")],
    ...VM_TABLE_COLUMNS.map(({ title, description }) => entry(title, 12, description)),
  ];
  const groups = KEY_GROUPS.map((group) => keyLines(group, keys));
  if (width < TWO_COLUMNS) return [...groups, columns].flatMap((lines) => [...lines, []]);
  const half = Math.floor((width - 2) / 2);
  const [vms, machine, views, moving, looking, time, program] = groups;
  const left = [...vms, [], ...machine, [], ...moving, [], ...program, [], ...time];
  const right = [...views, [], ...looking, [], ...columns];
  return beside(left, right, width, half);
}

function keyLines(group: KeyGroup, keys: KeyMap): Line[] {
  const bindings = keys.bindings.filter((binding) => binding.group === group && binding.keys.length > 0);
  return [[strong(group, "accent")], ...bindings.map(({ label, help }) => entry(label, 8, help ?? ""))];
}

function entry(key: string, width: number, text: string): Line {
  return [span("  "), span(padEnd(key, width), "key", { bold: true }), span(" "), span(text)];
}
