/** Keys that are text: into a dialog's field, or to a guest's keyboard. */

import type { Controller } from "./controller.js";
import { TYPING_MODES } from "./key-bindings.js";
import { keyBytes } from "./keys.js";
import { messageOf } from "./operator.js";
import { editField } from "./text-field.js";

export function typeKey(monitor: Controller, key: string): void {
  const { store, state } = monitor;
  if (!TYPING_MODES.includes(state.mode)) return;
  if (state.mode === "console") return typeToGuest(monitor, key);
  if (state.mode === "filter") {
    const filter = editField(state.filter, key);
    if (!filter) return;
    store.dispatch({ type: "filter", filter });
    monitor.arrange();
    return;
  }
  const { focus, fields } = state.spawn;
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
