/** The views: what the body of the screen shows, by the number key that switches to it. */

import { UserError } from "../kernel/index.js";

export const VIEWS = ["fleet", "heat", "interrupts", "scheduler", "swap", "network", "vm", "history"] as const;
export type ViewId = (typeof VIEWS)[number];

/** @throws UserError for what is no view */
export function parseView(name: string): ViewId {
  const view = VIEWS.find((known) => known === name);
  if (!view) throw new UserError(`no view "${name}"; the views are ${VIEWS.join(", ")}`);
  return view;
}

/** What a view is called where there is room, and where there is little. */
export const VIEW_TITLES: Readonly<Record<ViewId, { readonly long: string; readonly short: string }>> = {
  fleet: { long: "Fleet", short: "Fleet" },
  heat: { long: "Heat map", short: "Heat" },
  interrupts: { long: "Interrupts", short: "Intr" },
  scheduler: { long: "Scheduler", short: "Sched" },
  swap: { long: "Swap", short: "Swap" },
  network: { long: "Network", short: "Net" },
  vm: { long: "VM", short: "VM" },
  history: { long: "History", short: "Hist" },
};

/** Pages of the view of one VM. */
export const VM_PAGES = ["machine", "registers", "memory", "history"] as const;
export type VmPage = (typeof VM_PAGES)[number];

/** What a page is called where there is room, and where there is little. */
export const VM_PAGE_TITLES: Readonly<Record<VmPage, { readonly long: string; readonly short: string }>> = {
  machine: { long: "machine", short: "machine" },
  registers: { long: "virtual registers", short: "regs" },
  memory: { long: "memory", short: "mem" },
  history: { long: "history", short: "hist" },
};
