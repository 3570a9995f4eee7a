/** The tour: goes through its scenes, by the kernel's clock, and leaves the machine as it was. */

import type { MachineFigures } from "../host/figures.js";
import { IDLE_MODES, INTERRUPT_MODES, type Quantum } from "../kernel/index.js";
import type { Controller } from "./controller.js";
import { SCENES, type SceneStep } from "./scenes.js";
import type { MonitorState } from "./state.js";
import type { Sort } from "./vm-order.js";

export class Tour {
  readonly #monitor: Controller;
  #startedAt = 0;
  /** Steps of the scene that have been done. */
  #done = 0;
  /** VMs that the scene started. */
  #spawned: number[] = [];
  /** One thing after the other. */
  #work: Promise<void> = Promise.resolve();
  /** How the table was sorted before the scene, where the scene sorts it. */
  #sort: Sort | undefined;
  /** The settings before the tour, until they are in force again. */
  #before: { readonly machine: MachineFigures; readonly quantum: Quantum } | undefined;
  /** What was shown before, with where one came to it from: the scenes' views are no places that anybody was at. */
  #place: Pick<MonitorState, "view" | "cameFrom"> | undefined;

  constructor(monitor: Controller) {
    this.#monitor = monitor;
  }

  /** Starts the tour, or goes on to the next scene, or ends it behind the last. */
  next(): void {
    const { scene } = this.#monitor.state.tour ?? { scene: -1 };
    if (scene + 1 >= SCENES.length) this.leave();
    else this.#enter(scene + 1);
  }

  /** Ends the tour and tidies up. */
  leave(): void {
    this.#tidyUp();
    this.#then(async () => {
      // Another tour that began meanwhile brings back the same.
      if (!this.#monitor.state.tour) this.#before = undefined;
    });
    const { store } = this.#monitor;
    store.dispatch({ type: "set", change: { tour: undefined } });
    if (this.#place) store.dispatch({ type: "view", ...this.#place });
    this.#place = undefined;
    this.#monitor.inform("the tour is over; everything is as it was before");
  }

  /** A state as it would be without the tour: with the view, the way back from it and the order that were there before. */
  without(state: MonitorState): MonitorState {
    return { ...state, ...this.#place, sort: this.#sort ?? state.sort };
  }

  /** Does what is due. Called at every refresh. */
  refresh(): void {
    const { tour } = this.#monitor.state;
    if (!tour) return;
    const { steps } = SCENES[tour.scene];
    const elapsed = this.#monitor.dashboard.present.time - this.#startedAt;
    while (this.#done < steps.length && steps[this.#done].at <= elapsed) this.#do(steps[this.#done++]);
  }

  #enter(scene: number): void {
    const { store, dashboard, state } = this.#monitor;
    this.#before ??= { machine: dashboard.present, quantum: this.#quantum() };
    this.#place ??= { view: state.view, cameFrom: state.cameFrom };
    this.#tidyUp();
    this.#startedAt = dashboard.present.time;
    this.#done = 0;
    const { view, newestFirst } = SCENES[scene];
    store.dispatch({ type: "view", view });
    if (newestFirst) {
      this.#sort = this.#monitor.state.sort;
      store.dispatch({ type: "sort", sort: { column: "id", descending: true } });
    }
    store.dispatch({ type: "set", change: { tour: { scene, text: [] } } });
    this.#monitor.arrange();
    this.refresh();
  }

  #do({ text, spawn = [], act }: SceneStep): void {
    const { client, store, state, dashboard } = this.#monitor;
    if (state.tour) store.dispatch({ type: "set", change: { tour: { scene: state.tour.scene, text } } });
    this.#then(async () => {
      for (const spec of spawn) this.#spawned.push(...(await client.spawn(spec)));
      await act?.(client, dashboard.present);
      if (this.#sort && spawn.length > 0) this.#lookAtNewest();
    });
  }

  #lookAtNewest(): void {
    this.#monitor.refresh();
    this.#monitor.moveTo(0);
  }

  /** Ends the scene's VMs and brings back the settings. */
  #tidyUp(): void {
    const { client, store } = this.#monitor;
    if (this.#sort) store.dispatch({ type: "sort", sort: this.#sort });
    this.#sort = undefined;
    this.#then(async () => {
      const spawned = this.#spawned;
      this.#spawned = [];
      // Some have ended by themselves.
      await Promise.allSettled(spawned.map((id) => client.kill(id)));
      await Promise.allSettled(spawned.map((id) => client.reap(id)));
      await this.#restore();
    });
  }

  async #restore(): Promise<void> {
    const { client, dashboard } = this.#monitor;
    if (!this.#before) return;
    const { machine: before, quantum } = this.#before;
    const now = dashboard.present;
    if (now.idleMode !== before.idleMode) await client.setIdleMode(IDLE_MODES[before.idleMode]);
    if (now.interruptMode !== before.interruptMode) {
      await client.setInterruptMode(INTERRUPT_MODES[before.interruptMode]);
    }
    if (now.quantum !== before.quantum) await client.setQuantum(quantum);
    if (now.memoryBudget !== before.memoryBudget) await client.setMemoryBudget(before.memoryBudget);
  }

  /** As it is now: a time, or a number of instructions. */
  #quantum(): Quantum {
    const { panel } = this.#monitor.client;
    const instructions = panel.get("quantumInstructions");
    return instructions > 0 ? { instructions } : { nanoseconds: panel.get("quantum") };
  }

  /** What is refused is told, and the tour goes on. */
  #then(action: () => Promise<void>): void {
    const { operator, refresh } = this.#monitor;
    this.#work = this.#work.then(
      () =>
        new Promise<void>((resolve) =>
          operator.ask(
            async () => {
              await action();
              return undefined;
            },
            () => {
              refresh();
              resolve();
            },
          ),
        ),
    );
  }
}
