/**
 * What the monitor knows besides the kernel's figures, and how it changes: a pure reducer, so that every key's effect can
 * be tested without a screen. Nothing in here waits for the kernel.
 */

import type { ImageSummary } from "../kernel/index.js";
import type { Mode } from "./key-bindings.js";
import type { PanelId } from "./layout.js";
import { DEFAULT_REFRESH, DEFAULT_TIME_BASE, DEFAULT_TRACE_BASE } from "./params.js";
import type { ColumnId } from "./presentation/vm-columns.js";
import { EMPTY_FIELD, type TextField } from "./text-field.js";
import type { Look } from "./theme.js";
import type { ViewId, VmPage } from "./views.js";
import type { Sort } from "./vm-order.js";

export interface Message {
  readonly severity: "information" | "warning" | "error";
  /** One line. */
  readonly text: string;
  /** How many others, none of them worse, came with it. */
  readonly more?: number;
}

/** A VM as it was when a key was pressed; later moves of its row change nothing. */
export interface Target {
  readonly id: number;
  readonly name: string;
}

export const SPAWN_FIELDS = ["count", "arguments", "name", "tickets", "engine"] as const;
export type SpawnField = (typeof SPAWN_FIELDS)[number];

export interface SpawnForm {
  /** Undefined until the kernel answered. */
  readonly images: readonly ImageSummary[] | undefined;
  readonly chosen: number;
  readonly focus: SpawnField;
  readonly fields: Readonly<Record<SpawnField, TextField>>;
}

/** How many lottery tickets the VMs that the question is about shall hold. */
export interface TicketsForm {
  readonly field: TextField;
  /** True while it says what they hold, which whatever is typed takes the place of. */
  readonly untouched: boolean;
}

/** Where the tour is, and what it says. */
export interface TourState {
  readonly scene: number;
  readonly text: readonly string[];
}

/** What the view of one VM's memory shows. */
export interface MemoryView {
  readonly address: number;
  /** What was found last and in which VM, to be shown as such. */
  readonly found?: { readonly vm: number; readonly address: number; readonly length: number } | undefined;
  /** An address to go to, or what to look for. */
  readonly field: TextField;
}

export interface MonitorState {
  readonly mode: Mode;
  readonly view: ViewId;
  /** Where Esc goes back to from the view of one VM. */
  readonly cameFrom: ViewId;
  readonly vmPage: VmPage;
  readonly memory: MemoryView;
  /** What the heat map's colours mean. */
  readonly heatBy: "state" | ColumnId;
  /** Columns of the table in their order; undefined for the most important ones that fit. */
  readonly columns: readonly ColumnId[] | undefined;
  readonly look: Look;
  readonly tour: TourState | undefined;
  /** Seconds that graphs show. */
  readonly timeBase: number;
  /** Milliseconds that the scheduler's time line shows. */
  readonly traceBase: number;
  /** Kernel seconds of the moment of the past that is shown. */
  readonly moment: number | undefined;
  /** Id of the VM under the cursor, undefined while there is none. */
  readonly cursor: number | undefined;
  /** Place of the table's first visible VM. */
  readonly top: number;
  readonly tagged: ReadonlySet<number>;
  readonly sort: Sort;
  readonly filter: TextField;
  readonly frozen: boolean;
  /** Panels asked for, the most wanted first. */
  readonly panels: readonly PanelId[];
  /** Milliseconds between refreshes. */
  readonly interval: number;
  /** What the operator asked for and the kernel has not answered yet. */
  readonly wanted: { readonly quantum?: number; readonly policy?: number };
  readonly message: Message | undefined;
  /** What is being captured since a key was pressed, and where. */
  readonly capture: { readonly path: string; readonly whose: string } | undefined;
  /** Whom an open question is about. */
  readonly asked: readonly Target[];
  readonly console: Target | undefined;
  readonly spawn: SpawnForm;
  readonly tickets: TicketsForm;
  /** Choice in the sort menu, or lines scrolled in help (from the top) and console (from the end). */
  readonly offset: number;
}

export const NEW_SPAWN: SpawnForm = {
  images: undefined,
  chosen: 0,
  focus: "count",
  fields: { count: EMPTY_FIELD, arguments: EMPTY_FIELD, name: EMPTY_FIELD, tickets: EMPTY_FIELD, engine: EMPTY_FIELD },
};

export const INITIAL_STATE: MonitorState = {
  mode: "table",
  view: "fleet",
  cameFrom: "fleet",
  vmPage: "machine",
  // Where the virtual registers begin.
  memory: { address: 0x100, field: EMPTY_FIELD },
  heatBy: "state",
  columns: undefined,
  look: "dark",
  tour: undefined,
  timeBase: DEFAULT_TIME_BASE,
  traceBase: DEFAULT_TRACE_BASE,
  moment: undefined,
  cursor: undefined,
  top: 0,
  tagged: new Set(),
  sort: { column: "id", descending: false },
  filter: EMPTY_FIELD,
  frozen: false,
  panels: ["vm", "history", "network", "interrupts", "swap"],
  interval: DEFAULT_REFRESH,
  wanted: {},
  message: undefined,
  capture: undefined,
  asked: [],
  console: undefined,
  spawn: NEW_SPAWN,
  tickets: { field: EMPTY_FIELD, untouched: true },
  offset: 0,
};

/** What changes by itself, without anything else having to follow. */
export type PlainState = Pick<
  MonitorState,
  | "look"
  | "tour"
  | "sort"
  | "vmPage"
  | "memory"
  | "heatBy"
  | "columns"
  | "timeBase"
  | "traceBase"
  | "panels"
  | "interval"
  | "wanted"
  | "capture"
  | "tickets"
>;

export type Action =
  | { readonly type: "look"; readonly cursor: number | undefined; readonly top: number }
  | { readonly type: "tag"; readonly id: number }
  | { readonly type: "tags"; readonly ids: readonly number[] }
  | { readonly type: "mode"; readonly mode: Mode; readonly offset?: number }
  | { readonly type: "offset"; readonly offset: number }
  | { readonly type: "sort"; readonly sort: Sort }
  | { readonly type: "filter"; readonly filter: TextField }
  | { readonly type: "freeze"; readonly frozen: boolean; readonly moment?: number }
  | { readonly type: "view"; readonly view: ViewId; readonly cameFrom?: ViewId }
  | { readonly type: "set"; readonly change: Partial<PlainState> }
  | { readonly type: "panel"; readonly panel: PanelId; readonly capacity: number }
  | { readonly type: "message"; readonly message: Message | undefined }
  | { readonly type: "ask"; readonly mode: "kill" | "forget" | "tickets"; readonly targets: readonly Target[] }
  | { readonly type: "console"; readonly target: Target }
  | { readonly type: "images"; readonly images: readonly ImageSummary[] }
  | { readonly type: "spawnForm"; readonly change: Partial<SpawnForm> };

export function reduce(state: MonitorState, action: Action): MonitorState {
  switch (action.type) {
    case "look":
      return state.cursor === action.cursor && state.top === action.top
        ? state
        : { ...state, cursor: action.cursor, top: action.top };
    case "tag":
      return { ...state, tagged: toggled(state.tagged, action.id) };
    case "tags":
      return { ...state, tagged: new Set(action.ids) };
    case "mode":
      return { ...state, mode: action.mode, offset: action.offset ?? 0 };
    case "offset":
      return { ...state, offset: Math.max(0, action.offset) };
    case "sort":
      return { ...state, sort: action.sort, top: 0 };
    case "filter":
      return { ...state, filter: action.filter };
    case "freeze":
      return { ...state, frozen: action.frozen, moment: action.moment };
    case "view":
      return withView(state, action.view, action.cameFrom);
    case "set":
      return { ...state, ...action.change };
    case "panel":
      return { ...state, panels: withPanel(state.panels, action.panel, action.capacity) };
    case "message":
      return { ...state, message: action.message };
    case "ask":
      return { ...state, mode: action.mode, asked: action.targets };
    case "console":
      return { ...state, mode: "console", console: action.target, offset: 0 };
    case "images":
      return { ...state, spawn: { ...state.spawn, images: action.images } };
    case "spawnForm":
      return { ...state, spawn: { ...state.spawn, ...action.change } };
  }
}

function toggled(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const copy = new Set(set);
  if (!copy.delete(id)) copy.add(id);
  return copy;
}

/** A panel that is on the screen goes; one that is not comes, in place of the least wanted where room is short. */
function withPanel(panels: readonly PanelId[], panel: PanelId, capacity: number): readonly PanelId[] {
  const shown = panels.slice(0, capacity);
  if (shown.includes(panel)) return shown.filter((other) => other !== panel);
  return [panel, ...panels.filter((other) => other !== panel)];
}

function withView(state: MonitorState, view: ViewId, given?: ViewId): MonitorState {
  const cameFrom = given ?? (view === state.view || state.view === "vm" ? state.cameFrom : state.view);
  return view === state.view && cameFrom === state.cameFrom ? state : { ...state, view, cameFrom };
}

/**
 * The first visible place, moved as little as possible so that the cursor is visible.
 * @param index place of the cursor, -1 for none
 */
export function scrolled(top: number, index: number, height: number, total: number): number {
  const bounded = Math.max(0, Math.min(top, total - height));
  if (index < 0 || height <= 0) return bounded;
  if (index < bounded) return index;
  return index >= bounded + height ? index - height + 1 : bounded;
}
