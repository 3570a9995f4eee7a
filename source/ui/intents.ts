/** What each intent of the key table does. */

import { toggleCapture } from "./capturing.js";
import { acceptSort, automaticColumns, moveColumn, openSort, reverseSort, shiftSort, toggleChoice } from "./choices.js";
import { askKill, forget, killAsked, pauseOrResume, reap } from "./commanding.js";
import type { Controller } from "./controller.js";
import { filterProblem } from "./filter.js";
import type { Intent } from "./key-bindings.js";
import { searchMemory } from "./memory-search.js";
import { move, moveAcross, moveToEnd, page } from "./moving.js";
import { REFRESH_INTERVALS, TIME_LEAP, TIME_STEP } from "./params.js";
import { nextHeat } from "./presentation/views/heat.js";
import { acceptSpawn, moveSpawnFocus, openSpawn, refusesRecording } from "./spawning.js";
import { EMPTY_FIELD } from "./text-field.js";
import { LOOKS } from "./theme.js";
import { acceptTickets, askTickets } from "./tickets.js";
import { changeTimeBase, freeze, neighbour, toPresent, travel } from "./time-travel.js";
import { changeSetting, turnPolicy, turnQuantum } from "./tuning.js";
import { VIEWS, VM_PAGES } from "./views.js";

type Carry = (monitor: Controller) => void;

const VIEW_INTENTS = Object.fromEntries(
  VIEWS.map((view): [string, Carry] => [`view:${view}`, (monitor) => switchView(monitor, view)]),
) as Record<`view:${(typeof VIEWS)[number]}`, Carry>;

export const INTENTS: Record<Intent, Carry> = {
  ...VIEW_INTENTS,
  cursorUp: (monitor) => move(monitor, -1),
  cursorDown: (monitor) => move(monitor, 1),
  cursorLeft: (monitor) => moveAcross(monitor, -1),
  cursorRight: (monitor) => moveAcross(monitor, 1),
  pageUp: (monitor) => move(monitor, -page(monitor)),
  pageDown: (monitor) => move(monitor, page(monitor)),
  first: (monitor) => moveToEnd(monitor, -1),
  last: (monitor) => moveToEnd(monitor, 1),
  tag,
  tagAll,
  zoom: (monitor) => monitor.zoom(),
  back,
  spawn: openSpawn,
  pauseOrResume,
  kill: askKill,
  reap,
  tickets: askTickets,
  console: openConsole,
  quantumUp: (monitor) => turnQuantum(monitor, 1),
  quantumDown: (monitor) => turnQuantum(monitor, -1),
  policy: (monitor) => turnPolicy(monitor),
  tune: ({ store }) => store.dispatch({ type: "mode", mode: "tune" }),
  sort: openSort,
  sortLeft: (monitor) => shiftSort(monitor, -1),
  sortRight: (monitor) => shiftSort(monitor, 1),
  reverse: reverseSort,
  filter: ({ store, state }) => {
    const inMemory = state.view === "vm" && state.vmPage === "memory";
    store.dispatch({ type: "mode", mode: inMemory ? "memory" : "filter" });
  },
  columns: ({ store }) => store.dispatch({ type: "mode", mode: "columns" }),
  panels: ({ store }) => store.dispatch({ type: "mode", mode: "panels" }),
  nextPage: (monitor) => turnPage(monitor, 1),
  previousPage: (monitor) => turnPage(monitor, -1),
  heatBy: (monitor) => turnHeat(monitor, 1),
  heatByBack: (monitor) => turnHeat(monitor, -1),
  freeze,
  tour: (monitor) => {
    if (!refusesRecording(monitor)) monitor.tour.next();
  },
  look: ({ store, state }) => {
    const look = LOOKS[(LOOKS.indexOf(state.look) + 1) % LOOKS.length];
    store.dispatch({ type: "set", change: { look } });
  },
  capture: toggleCapture,
  exportText: (monitor) => monitor.exportScreen("txt"),
  exportPicture: (monitor) => monitor.exportScreen("svg"),
  earlier: (monitor) => travel(monitor, -TIME_STEP),
  later: (monitor) => travel(monitor, TIME_STEP),
  muchEarlier: (monitor) => travel(monitor, -TIME_LEAP),
  muchLater: (monitor) => travel(monitor, TIME_LEAP),
  shorterTime: (monitor) => changeTimeBase(monitor, -1),
  longerTime: (monitor) => changeTimeBase(monitor, 1),
  slower: (monitor) => changeInterval(monitor, 1),
  faster: (monitor) => changeInterval(monitor, -1),
  help: ({ store }) => store.dispatch({ type: "mode", mode: "help" }),
  suspend: (monitor) => monitor.suspend(),
  quit: (monitor) => monitor.quit(),
  accept,
  cancel,
  toggle: toggleChoice,
  moveUp: (monitor) => (monitor.state.mode === "tune" ? changeSetting(monitor, 1) : moveColumn(monitor, -1)),
  moveDown: (monitor) => (monitor.state.mode === "tune" ? changeSetting(monitor, -1) : moveColumn(monitor, 1)),
  automatic: automaticColumns,
  nextField: (monitor) => moveSpawnFocus(monitor, 1),
  previousField: (monitor) => moveSpawnFocus(monitor, -1),
  detach: ({ store }) => store.dispatch({ type: "mode", mode: "table" }),
};

function switchView(monitor: Controller, view: (typeof VIEWS)[number]): void {
  monitor.store.dispatch({ type: "view", view });
  monitor.arrange();
  monitor.inspect();
}

/** The fleet's next panel in place of the first, or the next page of a VM. */
function turnPage(monitor: Controller, direction: 1 | -1): void {
  const { store, state } = monitor;
  const turned = <Item>(items: readonly Item[]): Item[] =>
    direction > 0 ? [...items.slice(1), ...items.slice(0, 1)] : [...items.slice(-1), ...items.slice(0, -1)];
  if (state.view === "fleet") store.dispatch({ type: "set", change: { panels: turned(state.panels) } });
  else if (state.view === "vm") {
    const place = VM_PAGES.indexOf(state.vmPage) + direction + VM_PAGES.length;
    store.dispatch({ type: "set", change: { vmPage: VM_PAGES[place % VM_PAGES.length] } });
  }
  monitor.arrange();
  monitor.inspect();
}

function turnHeat({ store, state }: Controller, direction: 1 | -1): void {
  store.dispatch({ type: "set", change: { heatBy: nextHeat(state.heatBy, direction) } });
}

function tag(monitor: Controller): void {
  const { cursor } = monitor.state;
  if (cursor === undefined) return;
  monitor.store.dispatch({ type: "tag", id: cursor });
  monitor.moveBy(1);
}

/**
 * Tags everything that passes the filter; where all of it is tagged, drops these tags. Others stay. What was forgotten since
 * the moment that is shown keeps no tag, and gets none.
 */
function tagAll(monitor: Controller): void {
  const { store, state, dashboard } = monitor;
  const shown = dashboard.order.rows.map((row) => dashboard.sampler.id(row));
  const ids = new Set(shown.filter((id) => dashboard.isThere(id)));
  if (ids.size === 0) {
    monitor.inform(state.filter.text === "" ? "there is no VM to tag" : "no VM passes the filter; no tag was changed");
    return;
  }
  const others = [...state.tagged].filter((id) => !ids.has(id));
  const all = state.tagged.size - others.length === ids.size;
  store.dispatch({ type: "tags", ids: all ? others : [...others, ...ids] });
}

/** Undoes one thing: the nearest of what hides or narrows the view. */
function back(monitor: Controller): void {
  const { store, state } = monitor;
  if (state.tour) monitor.tour.leave();
  else if (state.frozen) toPresent(monitor);
  else if (state.view === "vm") switchView(monitor, state.cameFrom);
  else if (state.tagged.size > 0) store.dispatch({ type: "tags", ids: [] });
  else if (state.filter.text !== "") store.dispatch({ type: "filter", filter: EMPTY_FIELD });
  else store.dispatch({ type: "message", message: undefined });
  monitor.arrange();
}

/** The console is that of now, of whatever moment the figures are. */
function openConsole(monitor: Controller): void {
  const { dashboard, state, store, client } = monitor;
  if (state.cursor === undefined) return;
  const vm = dashboard.now(state.cursor);
  if (vm) store.dispatch({ type: "console", target: { id: vm.id, name: vm.name } });
  // A recording may stand where the VM has not been started yet.
  else monitor.inform(`VM ${state.cursor} ${client.playback ? "is not there at this moment" : "was forgotten"}`);
}

function changeInterval({ store, state }: Controller, direction: 1 | -1): void {
  const interval = neighbour(REFRESH_INTERVALS, state.interval, direction);
  store.dispatch({ type: "set", change: { interval } });
}

function accept(monitor: Controller): void {
  const { store, state } = monitor;
  if (state.mode === "spawn") {
    acceptSpawn(monitor);
    return;
  }
  if (state.mode === "memory") {
    searchMemory(monitor);
    return;
  }
  if (state.mode === "tickets") {
    acceptTickets(monitor);
    return;
  }
  // What is no filter stays open, with the reason beside it.
  if (state.mode === "filter" && filterProblem(state.filter.text) !== undefined) return;
  if (state.mode === "sort") acceptSort(monitor);
  else if (state.mode === "kill") killAsked(monitor);
  else if (state.mode === "forget") forget(monitor, state.asked);
  store.dispatch({ type: "mode", mode: "table" });
  monitor.arrange();
}

function cancel(monitor: Controller): void {
  if (monitor.state.mode === "filter") monitor.store.dispatch({ type: "filter", filter: EMPTY_FIELD });
  monitor.store.dispatch({ type: "mode", mode: "table" });
  monitor.arrange();
}
