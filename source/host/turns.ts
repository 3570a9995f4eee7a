/** Long work of a thread that has others to serve: it is done for a few milliseconds at a time. */

import { setImmediate } from "node:timers/promises";
import { TURN } from "./params.js";

export class Turns {
  #until = 0;
  #waiting: Promise<void> | undefined;

  /** Resolves while there is time left of this turn, else when the thread's other events were handled. Many share one turn. */
  async next(): Promise<void> {
    if (performance.now() < this.#until) return;
    this.#waiting ??= this.#wait();
    await this.#waiting;
  }

  async #wait(): Promise<void> {
    await setImmediate();
    this.#waiting = undefined;
    this.#until = performance.now() + TURN;
  }
}
