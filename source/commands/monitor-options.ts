/** Options of the commands that show the monitor: what it starts with. */

import { join } from "node:path";
import { defined } from "../defined.js";
import { configFolder } from "../host/places.js";
import type { MonitorOptions } from "../ui/monitor.js";
import { parseInterval } from "../units.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export const MONITOR_OPTIONS = {
  interval: { short: "d", value: "TIME", description: "between two refreshes, 250ms unless given" },
  filter: { value: "TEXT", description: "start with a filter, as typed after /" },
  sort: {
    value: "COLUMN",
    description:
      "start sorted by a column: figures the largest first, names, images and ids from the first on; with - before it, as -cpu or -name, the other way round",
    line: "start sorted, as cpu or name; -cpu: the other way round",
  },
  view: { value: "NAME", description: "start with a view, as heat or swap" },
  ascii: { description: "draw with ASCII alone" },
} satisfies Record<string, OptionSpec>;

export function monitorOptions(given: Arguments): MonitorOptions {
  const nanoseconds = given.parsed("interval", parseInterval);
  return defined({
    settingsFile: join(configFolder(), "settings.json"),
    interval: nanoseconds === undefined ? undefined : nanoseconds / 1e6,
    filter: given.value("filter"),
    sort: given.value("sort"),
    view: given.value("view"),
    ascii: given.has("ascii") ? true : undefined,
  });
}
