/** Holds the monitor's state between the reducer and whoever draws it. Changes are seen at once, also by the next key. */

import { type Action, INITIAL_STATE, type MonitorState, reduce } from "./state.js";

export class Store {
  #state: MonitorState;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  constructor(initial: Partial<MonitorState> = {}) {
    this.#state = { ...INITIAL_STATE, ...initial };
  }

  get state(): MonitorState {
    return this.#state;
  }

  dispatch = (action: Action): void => {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    this.changed();
  };

  /** Says that something to be drawn changed. */
  changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  /** For `useSyncExternalStore`: differs after every change. */
  version = (): number => this.#version;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
