/** Keys that are text: into a dialog's field, or to a guest's keyboard. */

import type { Controller } from "./controller.js";
import { keyBytes } from "./keys.js";
import { messageOf } from "./operator.js";
import { chooseByKey } from "./spawning.js";
import { editField } from "./text-field.js";
import { typeTickets } from "./tickets.js";

export function typeKey(monitor: Controller, key: string): void {
  const { mode } = monitor.state;
  if (mode === "console") typeToGuest(monitor, key);
  else if (mode === "filter") typeFilter(monitor, key);
  else if (mode === "spawn") typeField(monitor, key);
  else if (mode === "memory") typeMemory(monitor, key);
  else if (mode === "tickets") typeTickets(monitor, key);
}

function typeFilter(monitor: Controller, key: string): void {
  const filter = editField(monitor.state.filter, key);
  if (!filter) return;
  monitor.store.dispatch({ type: "filter", filter });
  monitor.arrange();
}

function typeMemory({ store, state }: Controller, key: string): void {
  const field = editField(state.memory.field, key);
  // Something else to look for is looked for from here on.
  const { found: _, ...memory } = state.memory;
  if (field) store.dispatch({ type: "set", change: { memory: { ...memory, field } } });
}

function typeField(monitor: Controller, key: string): void {
  const { store, state } = monitor;
  const { focus, fields } = state.spawn;
  // A number has no letters, and no ends worth going to: they are for the list above it.
  if ((focus === "count" || focus === "tickets") && chooseByKey(monitor, key)) return;
  const edited = editField(fields[focus], key);
  if (edited) store.dispatch({ type: "spawnForm", change: { fields: { ...fields, [focus]: edited } } });
}

/** Types on the keyboard of the VM whose console is open. One call at a time, so that keys stay in order. */
function typeToGuest(monitor: Controller, key: string): void {
  const target = monitor.state.console;
  if (!target) return;
  monitor.store.dispatch({ type: "offset", offset: 0 });
  monitor.typed = monitor.typed.then(async () => {
    try {
      const bytes = keyBytes(key);
      const taken = await monitor.client.type(target.id, bytes);
      if (taken < bytes.length)
        monitor.say({ severity: "warning", text: `${target.name} does not read its keyboard; the key was lost` });
    } catch (error) {
      monitor.say(messageOf(error));
    }
  });
}
