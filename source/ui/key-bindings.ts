/**
 * The keys, declared once: what handles a key, the footer and the help screen all come from this table.
 *
 * A binding belongs to a mode, which is what the keyboard is talking to: the table, a dialog, a console. Where text is
 * typed, a key that no binding claims is text (typing.ts).
 */

export type Mode = "table" | "filter" | "sort" | "spawn" | "kill" | "console" | "help";

export type Intent =
  | "cursorUp"
  | "cursorDown"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "tag"
  | "zoom"
  | "back"
  | "spawn"
  | "pauseOrResume"
  | "kill"
  | "reap"
  | "console"
  | "quantumUp"
  | "quantumDown"
  | "policy"
  | "sort"
  | "sortLeft"
  | "sortRight"
  | "reverse"
  | "filter"
  | "freeze"
  | "panel1"
  | "panel2"
  | "panel3"
  | "panel4"
  | "panel5"
  | "slower"
  | "faster"
  | "help"
  | "suspend"
  | "quit"
  | "accept"
  | "cancel"
  | "nextField"
  | "previousField"
  | "detach";

export const KEY_GROUPS = ["Virtual machines", "Machine", "Moving", "Looking", "Program"] as const;
export type KeyGroup = (typeof KEY_GROUPS)[number];

export interface KeyBinding {
  readonly mode: Mode;
  /** Key names, see keys.ts. */
  readonly keys: readonly string[];
  readonly intent: Intent;
  /** The keys as they are shown. */
  readonly label: string;
  /** One line for the help screen; bindings without one explain themselves in their dialog. */
  readonly help?: string;
  readonly group?: KeyGroup;
  /** A word or two for the footer, for the keys a newcomer needs; the first ones survive on a narrow screen. */
  readonly hint?: string;
  /** The keys as the footer shows them, where it speaks for several bindings. */
  readonly hintLabel?: string;
}

/** A binding of the table mode, which is the one the help screen explains. */
function table(group: KeyGroup, keys: string, intent: Intent, help: string, hint?: string, label = keys): KeyBinding {
  return { mode: "table", keys: keys.split(" "), intent, label, help, group, ...(hint ? { hint } : {}) };
}

/** A binding of a dialog. */
function dialog(mode: Mode, keys: string, intent: Intent, hint?: string, label = keys): KeyBinding {
  return { mode, keys: keys.split(" "), intent, label, ...(hint ? { hint } : {}) };
}

export const KEY_BINDINGS: readonly KeyBinding[] = [
  table("Program", "? h", "help", "this help", "help", "?"),
  table("Program", "q ctrl+c", "quit", "quit", "quit", "q"),
  table("Virtual machines", "n", "spawn", "spawn: choose image, count and arguments", "spawn"),
  table("Virtual machines", "p", "pauseOrResume", "pause, or resume when paused", "pause"),
  table("Virtual machines", "K", "kill", "kill, after asking", "kill"),
  table("Virtual machines", "c", "console", "console: see it and type on its keyboard", "console"),
  table("Looking", "/", "filter", "filter: text !not /regex/ state:idle image:x", "filter"),
  table("Looking", "s", "sort", "sort: choose the column", "sort"),
  { ...table("Machine", "[", "quantumDown", "shorter quantum", "quantum"), hintLabel: "[ ]" },
  table("Machine", "]", "quantumUp", "longer quantum"),
  table("Machine", "o", "policy", "next scheduling policy", "policy"),
  table("Virtual machines", "enter", "zoom", "details of this VM on the whole screen", "details", "⏎"),
  table("Looking", "Z", "freeze", "freeze the display; the guests go on", "freeze"),
  table("Virtual machines", "x", "reap", "reap: forget this ended VM, or all ended ones", "reap"),
  table("Virtual machines", "space", "tag", "tag: p, K and x act on all tagged VMs", undefined, "Space"),
  table("Looking", "1", "panel1", "panel: selected VM", undefined, "1"),
  table("Looking", "2", "panel2", "panel: interrupts", undefined, "2"),
  table("Looking", "3", "panel3", "panel: swap", undefined, "3"),
  table("Looking", "4", "panel4", "panel: network", undefined, "4"),
  table("Looking", "5", "panel5", "panel: history", undefined, "5"),
  table("Looking", "< ,", "sortLeft", "sort by the column to the left", undefined, "<"),
  table("Looking", "> .", "sortRight", "sort by the column to the right", undefined, ">"),
  table("Looking", "r", "reverse", "reverse the order"),
  table("Program", "+ =", "slower", "refresh less often", undefined, "+"),
  table("Program", "- _", "faster", "refresh more often", undefined, "-"),
  table("Moving", "up k", "cursorUp", "one up", undefined, "↑ k"),
  table("Moving", "down j", "cursorDown", "one down", undefined, "↓ j"),
  table("Moving", "pageUp ctrl+b", "pageUp", "one page up", undefined, "PgUp"),
  table("Moving", "pageDown ctrl+f", "pageDown", "one page down", undefined, "PgDn"),
  table("Moving", "home g", "first", "first", undefined, "Home g"),
  table("Moving", "end G", "last", "last", undefined, "End G"),
  table("Moving", "escape", "back", "leave details; drop tags; drop the filter", undefined, "Esc"),
  table("Program", "ctrl+z", "suspend", "back to the shell; fg returns", undefined, "Ctrl-Z"),

  dialog("filter", "enter", "accept", "keep", "⏎"),
  dialog("filter", "escape ctrl+c", "cancel", "drop the filter", "Esc"),
  dialog("filter", "up", "cursorUp"),
  dialog("filter", "down", "cursorDown"),

  dialog("sort", "up k", "cursorUp", "choose", "↑↓"),
  dialog("sort", "down j", "cursorDown"),
  dialog("sort", "enter space", "accept", "sort", "⏎"),
  dialog("sort", "r", "reverse", "reverse"),
  dialog("sort", "escape q s ctrl+c", "cancel", "back", "Esc"),

  dialog("spawn", "up", "cursorUp", "image", "↑↓"),
  dialog("spawn", "down", "cursorDown"),
  dialog("spawn", "pageUp", "pageUp"),
  dialog("spawn", "pageDown", "pageDown"),
  dialog("spawn", "tab", "nextField", "next field", "Tab"),
  dialog("spawn", "shift+tab", "previousField"),
  dialog("spawn", "enter", "accept", "spawn", "⏎"),
  dialog("spawn", "escape ctrl+c", "cancel", "back", "Esc"),

  dialog("kill", "y Y enter", "accept", "kill", "y"),
  dialog("kill", "n N escape q ctrl+c", "cancel", "keep", "n"),

  dialog("console", "ctrl+]", "detach", "leave the console; every other key goes to the guest", "Ctrl-]"),
  dialog("console", "pageUp", "pageUp", "scroll", "PgUp PgDn"),
  dialog("console", "pageDown", "pageDown"),

  dialog("help", "up k", "cursorUp", "scroll", "↑↓"),
  dialog("help", "down j", "cursorDown"),
  dialog("help", "pageUp", "pageUp"),
  dialog("help", "pageDown space", "pageDown"),
  dialog("help", "escape q ? h enter ctrl+c", "cancel", "back", "Esc"),
];

const BY_MODE = new Map<string, KeyBinding>(
  KEY_BINDINGS.flatMap((binding) => binding.keys.map((key) => [`${binding.mode} ${key}`, binding] as const)),
);

/** What a key means in a mode, undefined when it means nothing there. */
export function bindingOf(mode: Mode, key: string): KeyBinding | undefined {
  return BY_MODE.get(`${mode} ${key}`);
}

/** The bindings a mode's footer shows. */
export function hintsOf(mode: Mode): readonly KeyBinding[] {
  return KEY_BINDINGS.filter((binding) => binding.mode === mode && binding.hint !== undefined);
}
