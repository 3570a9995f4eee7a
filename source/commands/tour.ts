/** `denali tour`: the monitor, with five scenes that show what the machine does. */

import type { Worker } from "node:worker_threads";
import type { CommandSpec } from "./arguments.js";
import { runCommand } from "./command.js";
import { MACHINE_OPTIONS } from "./machine-options.js";
import { showMonitor } from "./monitor.js";
import { MONITOR_OPTIONS } from "./monitor-options.js";

export const spec: CommandSpec = {
  usage: "tour [FLEET] [OPTION...]",
  about: `The monitor with a short tour: five scenes that drive the machine and say what
to look at (isolation, idling, interrupts, swapping, the quantum). u goes to
the next scene, Esc leaves; in the monitor, u starts the tour at any time.`,
  options: { ...MONITOR_OPTIONS, ...MACHINE_OPTIONS },
  inputs: [0, 1],
};

/** @param thread a kernel's thread that was started already */
export const main = (argv: readonly string[], thread?: Worker): Promise<number> =>
  runCommand({ spec, execute: (given) => showMonitor(given, { tour: true }, thread) }, argv);
