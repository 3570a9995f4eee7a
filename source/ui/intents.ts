/** What each intent of the key table does. */

import type { Controller } from "./controller.js";
import type { Intent } from "./key-bindings.js";
import { panelCapacity } from "./layout.js";
import { namesOf } from "./operator.js";
import { REFRESH_INTERVALS, SCROLL_PAGE } from "./params.js";
import { columnOf, placeColumns, VM_TABLE_COLUMNS } from "./presentation/vm-columns.js";
import { nextQuantum } from "./quantum.js";
import { acceptSpawn, moveSpawnChoice, moveSpawnFocus, openSpawn } from "./spawning.js";
import { panelOfIntent } from "./state.js";
import { EMPTY_FIELD } from "./text-field.js";

export const INTENTS: Record<Intent, (monitor: Controller) => void> = {
  cursorUp: (monitor) => move(monitor, -1),
  cursorDown: (monitor) => move(monitor, 1),
  pageUp: (monitor) => move(monitor, -page(monitor)),
  pageDown: (monitor) => move(monitor, page(monitor)),
  first: (monitor) => monitor.moveTo(0),
  last: (monitor) => monitor.moveTo(Number.MAX_SAFE_INTEGER),
  tag,
  zoom: ({ store, state }) => store.dispatch({ type: "zoom", zoomed: !state.zoomed && state.cursor !== undefined }),
  back,
  spawn: openSpawn,
  pauseOrResume,
  kill: askKill,
  reap,
  console: openConsole,
  quantumUp: (monitor) => turnQuantum(monitor, 1),
  quantumDown: (monitor) => turnQuantum(monitor, -1),
  policy: nextPolicy,
  sort: ({ store, state }) => {
    const offset = VM_TABLE_COLUMNS.findIndex(({ id }) => id === state.sort.column);
    store.dispatch({ type: "mode", mode: "sort", offset });
  },
  sortLeft: (monitor) => shiftSort(monitor, -1),
  sortRight: (monitor) => shiftSort(monitor, 1),
  reverse: (monitor) => {
    const { sort } = monitor.state;
    monitor.store.dispatch({ type: "sort", sort: { ...sort, descending: !sort.descending } });
    monitor.arrange();
  },
  filter: ({ store }) => store.dispatch({ type: "mode", mode: "filter" }),
  freeze,
  panel1: (monitor) => togglePanel(monitor, "panel1"),
  panel2: (monitor) => togglePanel(monitor, "panel2"),
  panel3: (monitor) => togglePanel(monitor, "panel3"),
  panel4: (monitor) => togglePanel(monitor, "panel4"),
  panel5: (monitor) => togglePanel(monitor, "panel5"),
  slower: (monitor) => changeInterval(monitor, 1),
  faster: (monitor) => changeInterval(monitor, -1),
  help: ({ store }) => store.dispatch({ type: "mode", mode: "help" }),
  suspend: (monitor) => monitor.suspend(),
  quit: (monitor) => monitor.quit(),
  accept,
  cancel,
  nextField: (monitor) => moveSpawnFocus(monitor, 1),
  previousField: (monitor) => moveSpawnFocus(monitor, -1),
  detach: ({ store }) => store.dispatch({ type: "mode", mode: "table" }),
};

function page(monitor: Controller): number {
  return monitor.state.mode === "table" ? Math.max(1, monitor.tableHeight - 1) : SCROLL_PAGE;
}

function move(monitor: Controller, places: number): void {
  const { store, state } = monitor;
  const scroll = (offset: number) => store.dispatch({ type: "offset", offset });
  switch (state.mode) {
    case "sort":
      scroll(Math.min(state.offset + places, VM_TABLE_COLUMNS.length - 1));
      break;
    case "help":
      scroll(state.offset + places);
      break;
    case "console":
      scroll(state.offset - places);
      break;
    case "spawn":
      moveSpawnChoice(monitor, places);
      break;
    default:
      monitor.moveBy(places);
  }
}

function tag(monitor: Controller): void {
  const { cursor } = monitor.state;
  if (cursor === undefined) return;
  monitor.store.dispatch({ type: "tag", id: cursor });
  monitor.moveBy(1);
}

/** Undoes one thing: the nearest of what hides or narrows the view. */
function back(monitor: Controller): void {
  const { store, state } = monitor;
  if (state.zoomed) store.dispatch({ type: "zoom", zoomed: false });
  else if (state.tagged.size > 0) store.dispatch({ type: "untag" });
  else if (state.filter.text !== "") store.dispatch({ type: "filter", filter: EMPTY_FIELD });
  else store.dispatch({ type: "message", message: undefined });
  monitor.arrange();
}

function pauseOrResume(monitor: Controller): void {
  const { operator, client, dashboard } = monitor;
  const targets = monitor.targets();
  if (targets.length === 0) return;
  const running = targets.filter(({ id }) => dashboard.vm(id)?.state !== "paused");
  if (running.length > 0) operator.forAll(running, "paused", (id) => client.pause(id), monitor.refresh);
  else operator.forAll(targets, "resumed", (id) => client.resume(id), monitor.refresh);
}

/** Fixes who is meant; the answer to the question is for them, wherever their rows are by then. */
function askKill(monitor: Controller): void {
  const targets = monitor.targets().filter(({ id }) => !hasEnded(monitor, id));
  if (targets.length > 0) monitor.store.dispatch({ type: "askKill", targets });
  else if (monitor.state.cursor !== undefined) monitor.inform("it has ended already; x forgets it");
}

function hasEnded({ dashboard }: Controller, id: number): boolean {
  const state = dashboard.vm(id)?.state;
  return state === "terminated" || state === "crashed";
}

function reap(monitor: Controller): void {
  const { operator, client, dashboard, store } = monitor;
  const ended = (id: number) => hasEnded(monitor, id);
  const chosen = monitor.targets().filter(({ id }) => ended(id));
  const all = () =>
    dashboard.sampler.rows().map((row) => ({ id: dashboard.sampler.id(row), name: dashboard.order.name(row) }));
  const targets = chosen.length > 0 ? chosen : all().filter(({ id }) => ended(id));
  if (targets.length === 0) {
    monitor.inform("no VM has ended");
    return;
  }
  store.dispatch({ type: "untag" });
  operator.forAll(targets, "forgot", (id) => client.reap(id), monitor.refresh);
}

function openConsole(monitor: Controller): void {
  const vm = monitor.dashboard.vm(monitor.state.cursor);
  if (vm) monitor.store.dispatch({ type: "console", target: { id: vm.id, name: vm.name } });
}

function turnQuantum(monitor: Controller, direction: 1 | -1): void {
  const { store, state, dashboard, operator, client } = monitor;
  const quantum = nextQuantum(state.wanted.quantum ?? dashboard.machine.quantum, direction);
  store.dispatch({ type: "wanted", wanted: { ...state.wanted, quantum } });
  operator.ask(
    async () => {
      await client.setQuantum({ nanoseconds: quantum });
      return undefined;
    },
    () => answered(monitor, "quantum", quantum),
  );
}

function nextPolicy(monitor: Controller): void {
  const { store, state, dashboard, operator, client } = monitor;
  const policy = ((state.wanted.policy ?? dashboard.machine.policy) + 1) % client.policies.length;
  store.dispatch({ type: "wanted", wanted: { ...state.wanted, policy } });
  operator.ask(
    async () => {
      await client.setPolicy(client.policies[policy]);
      return `scheduling policy: ${client.policies[policy]}`;
    },
    () => answered(monitor, "policy", policy),
  );
}

/** Drops a wish that the kernel granted or refused, unless a later one took its place; then its own figure counts. */
function answered({ store, refresh }: Controller, wish: "quantum" | "policy", value: number): void {
  const { [wish]: last, ...others } = store.state.wanted;
  if (last === value) store.dispatch({ type: "wanted", wanted: others });
  refresh();
}

/** Moves the sort to a neighbour among the columns on the screen. */
function shiftSort(monitor: Controller, direction: 1 | -1): void {
  const { store, state } = monitor;
  const shown = placeColumns(monitor.size().columns - 4, state.sort.column, 5).map(({ column }) => column.id);
  const column = shown[shown.indexOf(state.sort.column) + direction];
  if (column === undefined) return;
  store.dispatch({ type: "sort", sort: { column, descending: columnOf(column).text !== true && column !== "id" } });
  monitor.arrange();
}

function freeze(monitor: Controller): void {
  monitor.store.dispatch({ type: "freeze" });
  if (monitor.state.frozen) monitor.dashboard.sampler.freeze();
  else monitor.dashboard.sampler.thaw();
  monitor.refresh();
}

function togglePanel(monitor: Controller, intent: Intent): void {
  const panel = panelOfIntent(intent);
  if (panel) monitor.store.dispatch({ type: "panel", panel, capacity: panelCapacity(monitor.size()) });
  monitor.arrange();
}

function changeInterval({ store, state }: Controller, direction: 1 | -1): void {
  const place = REFRESH_INTERVALS.findIndex((interval) => interval >= state.interval);
  const next = REFRESH_INTERVALS[Math.max(0, Math.min(REFRESH_INTERVALS.length - 1, place + direction))];
  store.dispatch({ type: "interval", interval: next });
}

function accept(monitor: Controller): void {
  const { store, state } = monitor;
  if (state.mode === "spawn") {
    acceptSpawn(monitor);
    return;
  }
  if (state.mode === "sort") {
    const { id, text } = VM_TABLE_COLUMNS[state.offset];
    store.dispatch({ type: "sort", sort: { column: id, descending: text !== true && id !== "id" } });
  } else if (state.mode === "kill") killAsked(monitor);
  store.dispatch({ type: "mode", mode: "table" });
  monitor.arrange();
}

function killAsked(monitor: Controller): void {
  const { store, state, operator, client } = monitor;
  monitor.inform(`killing ${namesOf(state.killing)} ...`);
  operator.forAll(state.killing, "killed", (id) => client.kill(id), monitor.refresh);
  store.dispatch({ type: "untag" });
}

function cancel(monitor: Controller): void {
  if (monitor.state.mode === "filter") monitor.store.dispatch({ type: "filter", filter: EMPTY_FIELD });
  monitor.store.dispatch({ type: "mode", mode: "table" });
  monitor.arrange();
}
