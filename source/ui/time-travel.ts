/** Freezing the display, going back into the past with it, and how much time graphs show. */

import type { Controller } from "./controller.js";
import { TIME_BASES, TRACE_BASES } from "./params.js";

/** Holds the display, or lets it follow the present again. */
export function freeze(monitor: Controller): void {
  const { playback } = monitor.client;
  if (playback) {
    playback.play(!playback.playing);
    monitor.refresh();
    return;
  }
  if (monitor.state.frozen) {
    toPresent(monitor);
    return;
  }
  monitor.dashboard.freeze();
  monitor.store.dispatch({ type: "freeze", frozen: true });
  monitor.refresh();
}

export function toPresent(monitor: Controller): void {
  monitor.store.dispatch({ type: "freeze", frozen: false });
  monitor.dashboard.thaw();
  monitor.refresh();
}

/** Goes back (negative) or forward by so many seconds; what is past the present is the present. */
export function travel(monitor: Controller, seconds: number): void {
  const { dashboard, state, store, operator } = monitor;
  const { playback } = monitor.client;
  if (playback) {
    operator.attempt(() => playback.seek(playback.position + seconds, () => dashboard.take()));
    monitor.refresh();
    return;
  }
  const { span, length } = dashboard.timeline;
  if (!span || length < 2) {
    monitor.inform("nothing is kept of the past yet");
    return;
  }
  const wanted = (state.moment ?? dashboard.machine.time) + seconds;
  if (seconds > 0 && (!state.frozen || wanted > span.to)) {
    if (state.frozen) toPresent(monitor);
    return;
  }
  let moment = dashboard.showPast(Math.max(span.from, wanted));
  // Moments of long ago stand further apart than one step.
  if (seconds > 0 && moment === state.moment) moment = dashboard.showPast(nextMoment(monitor, moment) ?? span.to);
  store.dispatch({ type: "freeze", frozen: true, moment });
  monitor.arrange();
}

function nextMoment({ dashboard }: Controller, moment: number): number | undefined {
  const [first] = dashboard.timeline.between(moment, Number.POSITIVE_INFINITY);
  return first && first.later.get("time") / 1e9;
}

/** More (1) or less (-1) time in the graphs, or in the scheduler's time line where that is shown. */
export function changeTimeBase({ store, state }: Controller, direction: 1 | -1): void {
  if (state.view === "scheduler") {
    store.dispatch({ type: "set", change: { traceBase: neighbour(TRACE_BASES, state.traceBase, direction) } });
  } else {
    store.dispatch({ type: "set", change: { timeBase: neighbour(TIME_BASES, state.timeBase, direction) } });
  }
}

/** The next larger or smaller number of a scale, or the same at its ends. */
export function neighbour(scale: readonly number[], value: number, direction: 1 | -1): number {
  const next = direction > 0 ? scale.find((step) => step > value) : scale.findLast((step) => step < value);
  return next ?? value;
}
