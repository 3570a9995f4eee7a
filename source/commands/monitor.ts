/** `denali`: the monitor. */

import { setImmediate as sent } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { builtInFleet } from "../fleet/built-in.js";
import type { Fleet } from "../fleet/fleet.js";
import { collectNowAndThen } from "../host/garbage.js";
import { startKernelThread } from "../host/kernel-thread.js";
import { isCourtesy } from "../host/uplink-plan.js";
import { WorkerClient } from "../host/worker-client.js";
import { UserError } from "../kernel/index.js";
import type { MonitorOptions } from "../ui/monitor.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { CAPTURE_OPTIONS, type Capturing, NO_CAPTURE, startCapturing } from "./capturing.js";
import { closing } from "./closing.js";
import { runCommand } from "./command.js";
import { MACHINE_OPTIONS, machineOptions } from "./machine-options.js";
import { MONITOR_OPTIONS, monitorOptions } from "./monitor-options.js";
import { UPLINK_OPTIONS, uplinkPlan } from "./publishing.js";
import { startWatching, WATCHING_OPTIONS } from "./watching.js";

export const spec: CommandSpec = {
  usage: "[FLEET, a YAML file] [OPTION...] | COMMAND [--help]",
  about: "Watch VMs (?: keys), or exec, run, images, bench, replay, tour, completion, man",
  options: {
    batch: { short: "b", description: "print figures instead; takes the options of denali run" },
    ...MONITOR_OPTIONS,
    ...WATCHING_OPTIONS,
    ...CAPTURE_OPTIONS,
    ...UPLINK_OPTIONS,
    ...MACHINE_OPTIONS,
    version: { description: "show the version" },
  },
  inputs: [0, 1],
};

/** @param thread a kernel's thread that was started already */
export const main = (argv: readonly string[], thread?: Worker): Promise<number> =>
  runCommand({ spec, execute: (given) => showMonitor(given, {}, thread) }, argv);

/**
 * Boots a kernel in a thread of its own and shows it until the operator quits.
 * @param started the thread, where it was started already
 */
export async function showMonitor(given: Arguments, more: Partial<MonitorOptions>, started?: Worker): Promise<number> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    throw new UserError("the monitor needs a terminal; use 'denali run' to print figures instead");
  }
  const options = { ...monitorOptions(given), ...more };
  return closing(async (opened) => {
    const thread = started ?? startKernelThread();
    opened(() => thread.terminate());
    const fleet = await fleetOf(given);
    const plan = uplinkPlan(given, fleet);
    let capturing: Capturing = NO_CAPTURE;
    const booting = WorkerClient.boot({ ...machineOptions(given, fleet), supervisor: true }, thread, async (kernel) => {
      capturing = await startCapturing(kernel, given);
      await capturing.unlessRefused(async () => {
        if (!isCourtesy(plan)) await kernel.openUplink(plan);
        await kernel.spawnAll(fleet.vms, fleet.places);
      });
    });
    // Both threads are busy at the same time: the kernel boots there, and here the screen gets ready.
    const screen = sent().then(readyScreen);
    screen.catch(() => {}); // A failed boot is told first.
    const client = await booting;
    opened(() => client.close());
    opened(() => capturing.stop());
    // What stops the kernel this early, the screen tells.
    client.start().catch(() => {});
    // Ports that nobody asked for keep no first frame waiting, and refuse nothing. Of a kernel that broke the screen tells.
    if (isCourtesy(plan)) client.openUplink(plan).catch(() => {});
    await capturing.unlessRefused(() => startWatching(client, given, opened, true));
    opened(collectNowAndThen());
    return (await screen).runMonitor(client, options);
  });
}

async function readyScreen() {
  const screen = await import("../ui/monitor.js");
  screen.warmUp();
  return screen;
}

async function fleetOf(given: Arguments): Promise<Fleet> {
  const [file] = given.inputs;
  if (file === undefined) return builtInFleet();
  const { readFleet } = await import("../fleet/fleet.js");
  return readFleet(file);
}
