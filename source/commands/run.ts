/** `denali run`: a fleet without a screen, its figures on standard output. */

import { readFleet } from "../fleet/fleet.js";
import { LocalClient } from "../host/local-client.js";
import { VIRTUAL_STRETCH } from "../host/params.js";
import { DEFAULT_FLEET } from "../host/places.js";
import { Snapshots } from "../host/snapshot.js";
import { UserError, VmState } from "../kernel/index.js";
import { parseCount, parseDuration, parseInterval } from "../units.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { CAPTURE_OPTIONS, startCapturing } from "./capturing.js";
import { closing, type Opened } from "./closing.js";
import { runCommand } from "./command.js";
import { ExitStatus } from "./failure.js";
import { MACHINE_OPTIONS, machineOptions, VIRTUAL_TIME_OPTIONS } from "./machine-options.js";
import { Output } from "./output.js";
import { tellControl, UPLINK_OPTIONS, uplinkPlan } from "./publishing.js";
import { CsvReport, JsonReport, type Report, TableReport } from "./reports.js";
import type { Selection } from "./selecting.js";
import { PRINTED_SELECTION } from "./selection-options.js";
import { Interrupted, SignalWatch } from "./signals.js";
import { UsageError } from "./usage-error.js";
import { startWatching, WATCHING_OPTIONS } from "./watching.js";

const DEFAULT_INTERVAL = 1_000_000_000;

export const spec: CommandSpec = {
  usage: "run [FLEET] [OPTION...]",
  about: "Prints a fleet's figures until --for, or all VMs have ended. FLEET: a YAML file.",
  options: {
    for: { value: "TIME", description: "how long to run, e.g. 5s" },
    json: {
      description: "one object a line: time, kernel, vms",
      line: "one object a line; --csv: one line a VM, with a heading",
    },
    csv: { description: "one line a VM, with a heading", told: true },
    interval: { short: "d", value: "TIME", description: "time between two reports, 1s unless given" },
    count: { short: "n", value: "N", description: "reports to print, then end" },
    ...PRINTED_SELECTION,
    ...WATCHING_OPTIONS,
    ...CAPTURE_OPTIONS,
    ...UPLINK_OPTIONS,
    ...VIRTUAL_TIME_OPTIONS,
    ...MACHINE_OPTIONS,
  },
  inputs: [0, 1],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

/** What a recording or a capture was stopped by is told when it happens, and not once more when it is closed. */
async function execute(given: Arguments): Promise<number> {
  const troubles = new Troubles();
  const haveTold = (error: unknown) => error instanceof UserError && troubles.haveTold(error.message);
  try {
    return await closing((opened) => run(given, opened, troubles), haveTold);
  } catch (error) {
    if (haveTold(error)) return ExitStatus.FAILURE;
    throw error;
  }
}

async function run(given: Arguments, opened: Opened, troubles: Troubles): Promise<number> {
  if (given.has("json") && given.has("csv")) throw new UsageError("--json and --csv exclude each other; give one");
  const every = given.parsed("interval", parseInterval) ?? DEFAULT_INTERVAL;
  const count = given.parsed("count", (text, what) => parseCount(text, what)) ?? Number.POSITIVE_INFINITY;
  const endsAt = given.parsed("for", parseDuration) ?? Number.POSITIVE_INFINITY;
  const fleet = readFleet(given.inputs[0] ?? DEFAULT_FLEET);
  const plan = uplinkPlan(given, fleet);
  const machine = machineOptions(given, fleet);
  const select = await selectionOf(given);
  const output = new Output();
  const signals = new SignalWatch();
  opened(() => signals.dispose());
  const client = new LocalClient({ ...machine, supervisor: true });
  opened(() => client.close());
  const snapshots = new Snapshots(client, machine.clock === "virtual", select);
  const report = makeReport(given, output, snapshots);
  const capturing = await startCapturing(client, given, (text) => troubles.haveTold(text));
  opened(() => capturing.stop());
  const { fleetIds, watching } = await capturing.unlessRefused(async () => {
    await client.openUplink(plan);
    tellControl(plan);
    const ids = await client.spawnAll(fleet.vms, fleet.places);
    return { fleetIds: ids, watching: await startWatching(client, given, opened, machine.clock !== "virtual") };
  });
  const running = new FleetRun(client, fleetIds, signals.signal, async () => {
    await watching.take();
    await troubles.tell(client);
    await output.ready(signals.signal);
  });
  const reporting = running.reportEvery(every, { count, endsAt }, async () => report.add(await snapshots.take()));
  const status = await Promise.race([output.failed, reporting]);
  // Behind what its reader leaves lying, the last report would only be more of it.
  if (!signals.signal.aborted || !output.isFull) report.end(await snapshots.take());
  await troubles.tell(client);
  await output.flush(signals.signal);
  return status;
}

/** What reads them is loaded where they are given. */
async function selectionOf(given: Arguments): Promise<Selection | undefined> {
  if (given.value("filter") === undefined && given.value("sort") === undefined) return undefined;
  return (await import("./selecting.js")).selection(given);
}

function makeReport(given: Arguments, output: Output, snapshots: Snapshots): Report {
  const write = (text: string) => output.write(text);
  if (given.has("json")) return new JsonReport(write);
  return given.has("csv") ? new CsvReport(write, snapshots.vmNames) : new TableReport(write);
}

/** Says on standard error what an operator has to mend: one line each, and reports of engines that differ. What guests do to themselves is in the figures. */
class Troubles {
  #told = 0;
  readonly #texts = new Set<string>();

  async tell(client: LocalClient): Promise<void> {
    for (const { index, severity, text, report } of await client.notices(this.#told)) {
      this.#told = index + 1;
      if (severity !== "error") continue;
      this.#texts.add(text);
      process.stderr.write(`denali: ${text}\n${report === undefined ? "" : `${report}\n`}`);
    }
  }

  haveTold(text: string): boolean {
    return this.#texts.has(text);
  }
}

/** When a run ends: at the time of so many reports, or at a time in nanoseconds. */
interface RunEnd {
  readonly count: number;
  readonly endsAt: number;
}

class FleetRun {
  constructor(
    private readonly client: LocalClient,
    private readonly ids: readonly number[],
    private readonly signal: AbortSignal,
    private readonly onPass: () => Promise<void>,
  ) {}

  /**
   * Reports between the start and the end, both excluded; not those whose time passed while the process stood still. Answers the
   * exit status; a signal only ends the run early.
   */
  async reportEvery(interval: number, until: RunEnd, report: () => Promise<void>): Promise<number> {
    try {
      let next = interval;
      for (let reports = 1; ; reports++) {
        await this.#runUntil(Math.min(next, until.endsAt));
        if (next >= until.endsAt || reports >= until.count || this.#allEnded()) return 0;
        await report();
        next = Math.max(next, Math.floor(this.client.time / interval) * interval) + interval;
      }
    } catch (error) {
      if (error instanceof Interrupted) return error.exitStatus;
      throw error;
    }
  }

  /**
   * Runs to that time, or until every VM of the fleet has ended. Where a report has taken until then, guests, signals and whoever
   * reads the output have their turn all the same.
   */
  async #runUntil(time: number): Promise<void> {
    for (let first = true; (first || this.client.time < time) && !this.#allEnded(); first = false) {
      await this.client.passUntil(Math.min(time, this.client.time + VIRTUAL_STRETCH), this.signal);
      await this.onPass();
    }
  }

  #allEnded(): boolean {
    const { panel } = this.client;
    const rows = panel.get("rows");
    const running = new Set<number>();
    for (let row = 0; row < rows; row++) if (panel.vm.state[row] < VmState.TERMINATED) running.add(panel.vm.id[row]);
    return !this.ids.some((id) => running.has(id));
  }
}
