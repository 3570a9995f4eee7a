/**
 * The keys, declared once: what handles a key, the footer and the help screen all come from this table, and what a person
 * remaps is a change of it (key-map.ts).
 *
 * A binding belongs to a mode, which is what the keyboard is talking to: the views, a dialog, a console. Where text is
 * typed, a key that no binding claims is text (typing.ts).
 */

import { VIEW_TITLES, VIEWS, type ViewId } from "./views.js";

export const MODES = [
  "table",
  "filter",
  "sort",
  "spawn",
  "kill",
  "forget",
  "tickets",
  "console",
  "help",
  "columns",
  "panels",
  "tune",
  "memory",
] as const;
export type Mode = (typeof MODES)[number];

export type Intent =
  | `view:${ViewId}`
  | "cursorUp"
  | "cursorDown"
  | "cursorLeft"
  | "cursorRight"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "tag"
  | "tagAll"
  | "zoom"
  | "back"
  | "spawn"
  | "pauseOrResume"
  | "kill"
  | "reap"
  | "tickets"
  | "console"
  | "quantumUp"
  | "quantumDown"
  | "policy"
  | "tune"
  | "sort"
  | "sortLeft"
  | "sortRight"
  | "reverse"
  | "filter"
  | "columns"
  | "panels"
  | "nextPage"
  | "previousPage"
  | "heatBy"
  | "heatByBack"
  | "freeze"
  | "tour"
  | "look"
  | "capture"
  | "exportText"
  | "exportPicture"
  | "earlier"
  | "later"
  | "muchEarlier"
  | "muchLater"
  | "shorterTime"
  | "longerTime"
  | "slower"
  | "faster"
  | "help"
  | "suspend"
  | "quit"
  | "accept"
  | "cancel"
  | "toggle"
  | "moveUp"
  | "moveDown"
  | "automatic"
  | "nextField"
  | "previousField"
  | "detach";

export const KEY_GROUPS = ["Virtual machines", "Machine", "Views", "Moving", "Looking", "Time", "Program"] as const;
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
  /** Views in whose footer the hint is shown; all where it is left out. */
  readonly inViews?: readonly ViewId[];
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

const VIEW_HELP: Readonly<Record<ViewId, string>> = {
  fleet: "all VMs in a table, with panels",
  heat: "all VMs at once, a cell each",
  interrupts: "posted, batched, how long waited",
  scheduler: "who ran when, and who waits",
  swap: "budget, swap file, what goes in and out",
  network: "who sends to whom, drops",
  vm: "the selected VM from inside",
  history: "figures over time, and their causes",
};

export const KEY_BINDINGS: readonly KeyBinding[] = [
  table("Program", "? h", "help", "this help", "help", "?"),
  table("Program", "q ctrl+c", "quit", "quit", "quit", "q"),
  table("Virtual machines", "n", "spawn", "spawn: choose image, count and arguments", "spawn"),
  table("Virtual machines", "p", "pauseOrResume", "pause, or resume when paused", "pause"),
  table("Virtual machines", "K", "kill", "kill, after asking", "kill"),
  table("Virtual machines", "c", "console", "console: see it and type on its keyboard", "console"),
  table("Looking", "/", "filter", "filter: text !not /regex/ state:idle net>1M", "filter"),
  table("Looking", "s", "sort", "sort: choose the column", "sort"),
  table("Machine", "t", "tune", "tune: change settings, see their effect", "tune"),
  { ...table("Machine", "[", "quantumDown", "shorter quantum", "quantum"), hintLabel: "[ ]" },
  table("Machine", "]", "quantumUp", "longer quantum"),
  table("Machine", "o", "policy", "next scheduling policy"),
  table("Virtual machines", "enter", "zoom", "this VM on the whole screen", "details", "⏎"),
  table("Looking", "Z", "freeze", "freeze the display; the guests go on", "freeze"),
  table("Virtual machines", "x", "reap", "reap: forget this ended VM; all, after asking", "reap"),
  {
    ...table("Virtual machines", "L", "tickets", "lottery tickets: more mean more CPU time", "tickets"),
    inViews: ["scheduler"],
  },
  table("Virtual machines", "space", "tag", "tag: commands act on all tagged VMs", undefined, "Space"),
  table("Virtual machines", "A", "tagAll", "tag all that pass the filter; again: untag"),
  ...VIEWS.map((view, index) =>
    table("Views", String(index + 1), `view:${view}`, `${VIEW_TITLES[view].long.toLowerCase()}: ${VIEW_HELP[view]}`),
  ),
  {
    ...table("Looking", "tab", "nextPage", "next panel of the fleet, next page of a VM", "page", "Tab"),
    inViews: ["vm"],
  },
  table("Looking", "shift+tab", "previousPage", "previous panel or page", undefined, "S-Tab"),
  table("Looking", "v", "panels", "choose the fleet's panels"),
  table("Looking", "C", "columns", "choose and order columns"),
  table("Looking", "< ,", "sortLeft", "sort by the column to the left", undefined, "<"),
  table("Looking", "> .", "sortRight", "sort by the column to the right", undefined, ">"),
  table("Looking", "r", "reverse", "reverse the order"),
  { ...table("Looking", "m", "heatBy", "heat map: colour by the next figure", "colour by"), inViews: ["heat"] },
  table("Looking", "M", "heatByBack", "heat map: colour by the figure before"),
  {
    ...table("Time", "b", "earlier", "back in time, a second; the display is frozen", "back in time"),
    hintLabel: "b f",
    inViews: ["history"],
  },
  table("Time", "f", "later", "forward in time"),
  table("Time", "B", "muchEarlier", "back half a minute"),
  table("Time", "F", "muchLater", "forward half a minute"),
  {
    ...table("Time", "{", "shorterTime", "graphs and time line: less time", "time"),
    hintLabel: "{ }",
    inViews: ["scheduler", "history", "interrupts"],
  },
  table("Time", "}", "longerTime", "graphs and time line: more time"),
  table("Program", "u", "tour", "tour: five scenes; again for the next"),
  table("Program", "T", "look", "next theme: dark, light, contrast, plain"),
  {
    ...table("Looking", "P", "capture", "capture traffic of this VM (network: all)", "capture"),
    inViews: ["network"],
  },
  table("Program", "w", "exportText", "write the screen to a file, as text"),
  table("Program", "W", "exportPicture", "write the screen to a file, as a picture (SVG)"),
  table("Program", "+ =", "slower", "refresh less often", undefined, "+"),
  table("Program", "- _", "faster", "refresh more often", undefined, "-"),
  table("Moving", "up k", "cursorUp", "one up", undefined, "↑ k"),
  table("Moving", "down j", "cursorDown", "one down", undefined, "↓ j"),
  table("Moving", "left", "cursorLeft", "one to the left, in the heat map", undefined, "←"),
  table("Moving", "right", "cursorRight", "one to the right, in the heat map", undefined, "→"),
  table("Moving", "pageUp ctrl+b", "pageUp", "one page up", undefined, "PgUp"),
  table("Moving", "pageDown ctrl+f", "pageDown", "one page down", undefined, "PgDn"),
  table("Moving", "home g", "first", "first", undefined, "Home g"),
  table("Moving", "end G", "last", "last", undefined, "End G"),
  table("Moving", "escape", "back", "out of tour, past, VM; drop tags, filter", undefined, "Esc"),
  table("Program", "ctrl+z", "suspend", "back to the shell; fg returns", undefined, "Ctrl-Z"),

  dialog("filter", "enter", "accept", "keep", "⏎"),
  dialog("filter", "escape ctrl+c", "cancel", "drop the filter", "Esc"),
  dialog("filter", "up", "cursorUp"),
  dialog("filter", "down", "cursorDown"),

  dialog("memory", "enter", "accept", "go or find; again for the next", "⏎"),
  dialog("memory", "escape ctrl+c", "cancel", "back", "Esc"),

  dialog("sort", "up k", "cursorUp", "choose", "↑↓"),
  dialog("sort", "down j", "cursorDown"),
  dialog("sort", "enter space", "accept", "sort", "⏎"),
  dialog("sort", "r", "reverse", "reverse"),
  dialog("sort", "escape q s ctrl+c", "cancel", "back", "Esc"),

  dialog("columns", "up k", "cursorUp", "choose", "↑↓"),
  dialog("columns", "down j", "cursorDown"),
  dialog("columns", "space", "toggle", "on, off", "Space"),
  dialog("columns", "left <", "moveUp", "move", "← →"),
  dialog("columns", "right >", "moveDown"),
  dialog("columns", "a", "automatic", "automatic"),
  dialog("columns", "escape enter q C ctrl+c", "cancel", "done", "Esc"),

  dialog("panels", "up k", "cursorUp", "choose", "↑↓"),
  dialog("panels", "down j", "cursorDown"),
  dialog("panels", "space enter", "toggle", "on, off", "Space"),
  dialog("panels", "escape q v ctrl+c", "cancel", "done", "Esc"),

  dialog("tune", "up k", "cursorUp", "choose", "↑↓"),
  dialog("tune", "down j", "cursorDown"),
  dialog("tune", "left -", "moveDown", "change", "← →"),
  dialog("tune", "right + = space", "moveUp"),
  ...VIEWS.map((view, index) => dialog("tune", String(index + 1), `view:${view}`)),
  dialog("tune", "escape enter q t ctrl+c", "cancel", "done", "Esc"),

  dialog("spawn", "up", "cursorUp", "image, or its first letter", "↑↓"),
  dialog("spawn", "down", "cursorDown"),
  dialog("spawn", "pageUp", "pageUp"),
  dialog("spawn", "pageDown", "pageDown"),
  dialog("spawn", "tab", "nextField", "next field", "Tab"),
  dialog("spawn", "shift+tab", "previousField"),
  dialog("spawn", "enter", "accept", "spawn", "⏎"),
  dialog("spawn", "escape ctrl+c", "cancel", "back", "Esc"),

  dialog("kill", "y Y enter", "accept", "kill", "y"),
  dialog("kill", "n N escape q ctrl+c", "cancel", "keep", "n"),

  dialog("forget", "y Y enter", "accept", "forget", "y"),
  dialog("forget", "n N escape q ctrl+c", "cancel", "keep", "n"),

  dialog("tickets", "enter", "accept", "set", "⏎"),
  dialog("tickets", "escape q L ctrl+c", "cancel", "back", "Esc"),

  dialog("console", "ctrl+]", "detach", "leave the console; what is typed goes to the guest", "Ctrl-]"),
  dialog("console", "pageUp", "pageUp", "scroll", "PgUp PgDn"),
  dialog("console", "pageDown", "pageDown"),

  dialog("help", "up k", "cursorUp", "scroll", "↑↓"),
  dialog("help", "down j", "cursorDown"),
  dialog("help", "pageUp", "pageUp"),
  dialog("help", "pageDown space", "pageDown"),
  dialog("help", "escape q ? h enter ctrl+c", "cancel", "back", "Esc"),
];
