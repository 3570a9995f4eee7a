/** Commands to VMs: whom they are for, as they are now, whatever the screen shows. */

import type { Controller } from "./controller.js";
import { namesOf } from "./operator.js";
import { hasEnded } from "./presentation/states.js";
import { refusesRecording } from "./spawning.js";
import type { Target } from "./state.js";

/** The tagged VMs, else the one under the cursor. */
function targetsOf({ state: { tagged, cursor }, dashboard }: Controller): Target[] {
  const ids = tagged.size > 0 ? [...tagged] : cursor === undefined ? [] : [cursor];
  return ids.flatMap((id) => {
    const vm = dashboard.now(id) ?? dashboard.vm(id);
    return vm ? [{ id, name: vm.name }] : [];
  });
}

export function pauseOrResume(monitor: Controller): void {
  if (refusesRecording(monitor)) return;
  const { operator, client, dashboard } = monitor;
  const targets = living(monitor);
  if (targets.length === 0) return;
  const running = targets.filter(({ id }) => dashboard.now(id)?.state !== "paused");
  if (running.length > 0) operator.forAll(running, "paused", (id) => client.pause(id), monitor.refresh);
  else operator.forAll(targets, "resumed", (id) => client.resume(id), monitor.refresh);
}

/** Fixes who is meant; the answer to the question is for them, wherever their rows are by then. */
export function askKill(monitor: Controller): void {
  if (refusesRecording(monitor)) return;
  const targets = living(monitor);
  if (targets.length > 0) monitor.store.dispatch({ type: "ask", mode: "kill", targets });
}

/** Those whom a command is for and that live now, whatever the screen shows; where none does, says why. */
export function living(monitor: Controller): Target[] {
  const { dashboard, state } = monitor;
  const targets = targetsOf(monitor);
  const there = targets.filter(({ id }) => dashboard.now(id));
  const lives = there.filter(({ id }) => !isOver(monitor, id));
  if (lives.length > 0) return lives;
  if (there.length > 1) monitor.inform("all of them have ended already; x forgets them");
  else if (there.length > 0) monitor.inform("it has ended already; x forgets it");
  else if (state.cursor !== undefined) monitor.inform(`VM ${targets[0]?.id ?? state.cursor} was forgotten`);
  return [];
}

function isOver({ dashboard }: Controller, id: number): boolean {
  return hasEnded(dashboard.now(id)?.state);
}

/** Forgets who has ended of those whom the command is for. Where nobody is tagged and none has, asks whether all who have. */
export function reap(monitor: Controller): void {
  if (refusesRecording(monitor)) return;
  const { dashboard, state, store } = monitor;
  const ended = targetsOf(monitor).filter(({ id }) => isOver(monitor, id));
  if (ended.length > 0) {
    forget(monitor, ended);
    return;
  }
  const others = state.tagged.size > 0 ? [] : dashboard.ended();
  if (others.length > 0) store.dispatch({ type: "ask", mode: "forget", targets: others });
  else if (state.tagged.size > 0) monitor.inform("none that is tagged has ended; K kills them, Esc drops the tags");
  else monitor.inform("no VM has ended; K kills one");
}

export function forget(monitor: Controller, targets: readonly Target[]): void {
  const { operator, client, store } = monitor;
  store.dispatch({ type: "tags", ids: [] });
  operator.forAll(targets, "forgot", (id) => client.reap(id), monitor.refresh);
}

export function killAsked(monitor: Controller): void {
  const { store, state, operator, client } = monitor;
  monitor.inform(`killing ${namesOf(state.asked)} ...`);
  operator.forAll(state.asked, "killed", (id) => client.kill(id), monitor.refresh);
  store.dispatch({ type: "tags", ids: [] });
}
