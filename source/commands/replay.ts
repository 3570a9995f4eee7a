/** `denali replay`: the monitor on a recording. */

import { UserError } from "../kernel/index.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { runCommand } from "./command.js";
import { MONITOR_OPTIONS, monitorOptions } from "./monitor-options.js";

export const spec: CommandSpec = {
  usage: "replay FILE [OPTION...]",
  about: `Shows a recording that 'denali --record FILE' made, with the keys of the
monitor: b and f go back and forward, B and F by half a minute, Z stops and
goes on. It holds figures, registers, consoles and flows, but no memory.`,
  options: MONITOR_OPTIONS,
  inputs: [1, 1],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(given: Arguments): Promise<number> {
  const { ReplayClient } = await import("../host/replay-client.js");
  const client = new ReplayClient(given.inputs[0]);
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new UserError("a recording is replayed in a terminal; this is none");
  }
  try {
    const { runMonitor } = await import("../ui/monitor.js");
    return await runMonitor(client, monitorOptions(given));
  } finally {
    await client.close();
  }
}
