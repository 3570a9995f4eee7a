/** `denali`: the monitor. */

import { type Fleet, readFleet } from "../fleet/fleet.js";
import { DEFAULT_FLEET } from "../host/places.js";
import { WorkerClient } from "../host/worker-client.js";
import { type KernelOptions, UserError } from "../kernel/index.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { runCommand } from "./command.js";
import { MACHINE_OPTIONS, machineOptions } from "./machine-options.js";

export const spec: CommandSpec = {
  usage: "[FLEET] [OPTION...] | COMMAND",
  about: `Watch virtual machines live. FLEET is a YAML file that says which VMs to start;
without one a built-in fleet starts. Press ? in the monitor for its keys.

Commands: exec IMAGE    run one VM in the foreground
          run [FLEET]   run a fleet without a screen
          images        list the images that a VM can run
          help          show this help; COMMAND --help tells more`,
  options: { ...MACHINE_OPTIONS, version: { description: "show the version" } },
  inputs: [0, 1],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(given: Arguments): Promise<number> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new UserError("the monitor needs a terminal; use 'denali run' to print figures instead");
  }
  const fleet = readFleet(given.inputs[0] ?? DEFAULT_FLEET);
  const screen = import("../ui/monitor.js"); // Loads while the kernel boots.
  screen.catch(() => {}); // A failed boot is told first.
  const client = await bootFleet(machineOptions(given, fleet), fleet);
  try {
    const { runMonitor } = await screen;
    return await runMonitor(client, {});
  } finally {
    await client.close();
  }
}

/** A kernel with all of the fleet's VMs, or none. */
async function bootFleet(options: Partial<KernelOptions>, fleet: Fleet): Promise<WorkerClient> {
  const client = await WorkerClient.boot({ ...options, supervisor: true });
  try {
    for (const vm of fleet.vms) await client.spawn(vm);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
