/** Giving VMs lottery tickets: the dialog's behaviour, from what they hold to the command. */

import { MAXIMUM_TICKETS, type POLICY_NAMES } from "../kernel/index.js";
import { living } from "./commanding.js";
import type { Controller } from "./controller.js";
import type { Dashboard } from "./dashboard.js";
import { numberProblem, refusesRecording } from "./spawning.js";
import type { Target } from "./state.js";
import { EMPTY_FIELD, editField, fieldOf } from "./text-field.js";

const LOTTERY: (typeof POLICY_NAMES)[number] = "lottery";

/** Keys that mean all of the number that is there already. */
const REPLACING = /^(?:\d|backspace|delete|ctrl\+[uw])$/;

/** Fixes who is meant; the field says what they hold, where all hold the same. */
export function askTickets(monitor: Controller): void {
  if (refusesRecording(monitor)) return;
  const { store, dashboard } = monitor;
  const targets = living(monitor);
  if (targets.length === 0) return;
  const held = heldBy(dashboard, targets);
  const field = /^\d+$/.test(held) ? fieldOf(held) : EMPTY_FIELD;
  store.dispatch({ type: "ask", mode: "tickets", targets });
  store.dispatch({ type: "set", change: { tickets: { field, untouched: true } } });
}

/** What VMs hold now: `100`, or `50 to 300`, or `none` where all of them are gone. */
export function heldBy(dashboard: Dashboard, targets: readonly Target[]): string {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { id } of targets) {
    const held = dashboard.ticketsNow(id);
    if (held === undefined) continue;
    least = Math.min(least, held);
    most = Math.max(most, held);
  }
  return most === 0 ? "none" : least === most ? String(most) : `${least} to ${most}`;
}

/** The policy in force, where tickets mean nothing to it. */
export function policyIgnoringTickets({ client, state, dashboard }: Controller): string | undefined {
  const policy = client.policies[state.wanted.policy ?? dashboard.present.policy];
  return policy === LOTTERY ? undefined : policy;
}

/** Takes digits and what edits them; the first digit takes the place of the number that was there. */
export function typeTickets({ store, state }: Controller, key: string): void {
  const { field, untouched } = state.tickets;
  const edited = editField(untouched && REPLACING.test(key) ? EMPTY_FIELD : field, key);
  if (!edited || /\D/.test(edited.text)) return;
  store.dispatch({ type: "set", change: { tickets: { field: edited, untouched: false } } });
}

/** Gives them what the field says; keeps the dialog open when that makes no sense. */
export function acceptTickets(monitor: Controller): void {
  const { store, state, dashboard, operator, client, refresh } = monitor;
  const { text } = state.tickets.field;
  const problem = numberProblem(text, MAXIMUM_TICKETS, "lottery tickets");
  if (problem !== undefined) {
    monitor.say({ severity: "error", text: problem });
    return;
  }
  const tickets = Number(text);
  const change = `: ${heldBy(dashboard, state.asked)} → ${tickets}`;
  operator.forAll(state.asked, "tickets of", (id) => client.setTickets(id, tickets), refresh, change);
  store.dispatch({ type: "mode", mode: "table" });
}
