/** Changing the machine's settings while guests run: the quantum keys, the policy key, and the tuning panel's arrows. */

import { IDLE_MODES, INTERRUPT_MODES } from "../kernel/index.js";
import type { Controller } from "./controller.js";
import { BUDGET_STEPS, SMALLEST_BUDGET } from "./params.js";
import { SETTINGS } from "./presentation/settings.js";
import { bytes } from "./presentation/units.js";
import { nextQuantum } from "./quantum.js";

type Direction = 1 | -1;

/** Changes the setting that is chosen in the panel. */
export function changeSetting(monitor: Controller, direction: Direction): void {
  const { client, dashboard, operator, refresh } = monitor;
  const { present } = dashboard;
  const ask = (told: string, command: () => Promise<void>) =>
    operator.ask(async () => {
      await command();
      return told;
    }, refresh);
  switch (SETTINGS[monitor.state.offset]) {
    case "quantum":
      turnQuantum(monitor, direction);
      break;
    case "policy":
      turnPolicy(monitor, direction);
      break;
    case "interrupts": {
      const mode = other(INTERRUPT_MODES, present.interruptMode, direction);
      ask(`interrupts are ${mode}`, () => client.setInterruptMode(mode));
      break;
    }
    case "idle": {
      const mode = other(IDLE_MODES, present.idleMode, direction);
      ask(mode === "spin" ? "idle VMs spin" : "idle VMs yield", () => client.setIdleMode(mode));
      break;
    }
    case "memory budget": {
      const budget = nextBudget(present.memoryBudget, direction);
      ask(`memory budget: ${bytes(budget)}`, () => client.setMemoryBudget(budget));
      break;
    }
  }
}

export function turnQuantum(monitor: Controller, direction: Direction): void {
  const { store, state, dashboard, operator, client } = monitor;
  const quantum = nextQuantum(state.wanted.quantum ?? dashboard.present.quantum, direction);
  store.dispatch({ type: "set", change: { wanted: { ...state.wanted, quantum } } });
  operator.ask(
    async () => {
      await client.setQuantum({ nanoseconds: quantum });
      return undefined;
    },
    () => answered(monitor, "quantum", quantum),
  );
}

export function turnPolicy(monitor: Controller, direction: Direction = 1): void {
  const { store, state, dashboard, operator, client } = monitor;
  const { length } = client.policies;
  const policy = ((state.wanted.policy ?? dashboard.present.policy) + direction + length) % length;
  store.dispatch({ type: "set", change: { wanted: { ...state.wanted, policy } } });
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
  if (last === value) store.dispatch({ type: "set", change: { wanted: others } });
  refresh();
}

function other<Name>(names: readonly Name[], present: number, direction: Direction): Name {
  return names[(present + direction + names.length) % names.length];
}

/** The next larger (1) or smaller (-1) budget of the scale 4 MiB, 6, 8, 12, 16 ... */
export function nextBudget(budget: number, direction: Direction): number {
  const power = Math.floor(Math.log2(Math.max(SMALLEST_BUDGET, budget)));
  const scale = [power - 1, power, power + 1].flatMap((exponent) => BUDGET_STEPS.map((step) => step * 2 ** exponent));
  const next = direction > 0 ? scale.find((step) => step > budget) : scale.findLast((step) => step < budget);
  return Math.max(SMALLEST_BUDGET, next ?? budget);
}
