/**
 * What a person changed of the screen while it was open, which is what is remembered for the next time: neither what the
 * command line asked for, which is for one run, nor what was left as it was.
 */

import type { Controller } from "./controller.js";
import type { MonitorState } from "./state.js";

const REMEMBERED = ["view", "look", "columns", "panels", "heatBy", "sort", "timeBase", "interval"] as const;
type Name = (typeof REMEMBERED)[number];

export type Remembered = Partial<Pick<MonitorState, Name>>;

export class Remembering {
  readonly #monitor: Controller;
  readonly #start: MonitorState;
  readonly #changed = new Set<Name>();
  /** The state that was looked at last: most of what is drawn anew comes of figures, and changes nothing in here. */
  #seen: MonitorState;

  constructor(monitor: Controller) {
    this.#monitor = monitor;
    this.#start = this.#seen = monitor.state;
    monitor.store.subscribe(() => this.#look());
  }

  /** What was changed since the start, even if it was changed back, as it is now. */
  get changes(): Remembered {
    const state = this.#monitor.tour.without(this.#monitor.state);
    const now = { ...state, view: state.view === "vm" ? state.cameFrom : state.view };
    return Object.fromEntries([...this.#changed].map((name) => [name, now[name]])) as Remembered;
  }

  /** The tour ends with the program, and what it shows with it. */
  #look(): void {
    const { state, tour } = this.#monitor;
    if (state === this.#seen) return;
    this.#seen = state;
    const now = tour.without(state);
    for (const name of REMEMBERED) {
      // The view of one VM is a look into it: one comes back from there to a view that was chosen.
      const isLook = name === "view" && now.view === "vm";
      if (now[name] !== this.#start[name] && !isLook) this.#changed.add(name);
    }
  }
}
