/** The options --filter and --sort, of the commands that show VMs and of those that print them. What they mean: selecting.ts. */

import type { OptionSpec } from "./arguments.js";

const ORDER =
  "by a column: figures the largest first, names, images and ids from the first on; with - before it, as -cpu or -name, the other way round";

export const SHOWN_SELECTION = {
  filter: { value: "TEXT", mayBeEmpty: true, description: "start with a filter, as typed after /" },
  sort: {
    value: "COLUMN",
    description: `start sorted ${ORDER}`,
    line: "start sorted, as cpu or name; -cpu: the other way round",
  },
} satisfies Record<string, OptionSpec>;

export const PRINTED_SELECTION = {
  filter: {
    value: "TEXT",
    mayBeEmpty: true,
    description: "tell of the VMs alone that pass it, as typed after / in the monitor",
    line: "VMs to tell of, as typed after /; --sort COLUMN",
  },
  sort: { value: "COLUMN", description: `VMs sorted ${ORDER}`, told: true },
} satisfies Record<string, OptionSpec>;
