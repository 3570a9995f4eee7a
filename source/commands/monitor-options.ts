/** Options of the commands that show the monitor: what it starts with. */

import { join } from "node:path";
import { defined } from "../defined.js";
import { configFolder } from "../host/places.js";
import { parseFilter } from "../ui/filter.js";
import type { MonitorOptions } from "../ui/monitor.js";
import { parseView } from "../ui/views.js";
import { parseSort } from "../ui/vm-order.js";
import { parseInterval } from "../units.js";
import type { Arguments, OptionSpec } from "./arguments.js";
import { SHOWN_SELECTION } from "./selection-options.js";

/** Milliseconds, of which Node's timers take no more: 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const MONITOR_OPTIONS = {
  interval: { short: "d", value: "TIME", description: "between two refreshes, 250ms unless given" },
  ...SHOWN_SELECTION,
  view: { value: "NAME", description: "start with a view, as heat or swap" },
  ascii: { description: "draw with ASCII alone" },
} satisfies Record<string, OptionSpec>;

/** @throws UsageError for what the screen does not know */
export function monitorOptions(given: Arguments): MonitorOptions {
  const folder = configFolder();
  const nanoseconds = given.parsed("interval", parseInterval);
  return defined({
    settingsFile: folder && join(folder, "settings.json"),
    interval: nanoseconds === undefined ? undefined : Math.min(nanoseconds / 1e6, LONGEST_TIMER),
    filter: given.parsed("filter", checkedFilter),
    sort: given.parsed("sort", parseSort),
    view: given.parsed("view", parseView),
    ascii: given.has("ascii") ? true : undefined,
  });
}

/** The screen reads it once more; here it is refused before anything starts. */
function checkedFilter(text: string): string {
  parseFilter(text);
  return text;
}
