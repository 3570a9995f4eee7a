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
    this.#seen = monitor.state;
    this.#start = this.#chosen(monitor.state);
    monitor.store.subscribe(() => this.#look());
  }

  /** What was changed since the start, even if it was changed back, as it is now. */
  get changes(): Remembered {
    const now = this.#chosen(this.#monitor.state);
    return Object.fromEntries([...this.#changed].map((name) => [name, now[name]])) as Remembered;
  }

  /**
   * The tour ends with the program, and what it shows with it. The view of one VM is a look into it: one comes back from there
   * to a view that was chosen.
   */
  #chosen(state: MonitorState): MonitorState {
    const own = this.#monitor.tour.without(state);
    return own.view === "vm" ? { ...own, view: own.cameFrom } : own;
  }

  #look(): void {
    const { state } = this.#monitor;
    if (state === this.#seen) return;
    this.#seen = state;
    const now = this.#chosen(state);
    for (const name of REMEMBERED) if (now[name] !== this.#start[name]) this.#changed.add(name);
  }
}
