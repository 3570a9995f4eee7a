/** A machine of its own for one measurement, in real time, with state that is thrown away; and what is read off it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalClient } from "../../host/local-client.js";
import { cacheFolder, IMAGE_FOLDER } from "../../host/places.js";
import { type KernelFigure, type KernelOptions, UserError } from "../../kernel/index.js";
import { SignalWatch } from "../signals.js";

/** Seconds between two looks at something that is waited for. */
const LOOK = 0.005;

/** Milliseconds after which what was waited for does not come any more. */
const PATIENCE = 120_000;

/** Milliseconds more for each VM: thousands of them take tens of milliseconds each to boot where most are swapped out. */
const PATIENCE_PER_VM = 60;

const SECOND = 1e9;

/**
 * Boots a machine, measures, and takes it down. No supervisor unless it is asked for.
 * @throws Interrupted when a signal asks the command to end
 */
export async function onMachine<T>(
  options: Partial<KernelOptions>,
  measure: (machine: Machine) => Promise<T>,
): Promise<T> {
  const stateFolder = mkdtempSync(join(tmpdir(), "denali-bench-"));
  const places = { stateFolder, cacheFolder: cacheFolder(), imageFolders: [IMAGE_FOLDER] };
  const signals = new SignalWatch();
  const client = new LocalClient({ supervisor: false, ...places, ...options });
  try {
    return await measure(new Machine(client, signals.signal));
  } finally {
    signals.dispose();
    await client.close();
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

export class Machine {
  /** @param signal aborted when the command is to end */
  constructor(
    readonly client: LocalClient,
    readonly signal: AbortSignal,
  ) {}

  get(figure: KernelFigure): number {
    return this.client.panel.get(figure);
  }

  /** @throws what broke the kernel */
  async pass(seconds: number): Promise<void> {
    await this.client.passUntil(this.client.time + seconds * SECOND, this.signal);
  }

  /** @param what is waited for, as it is said when it does not come */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE + PATIENCE_PER_VM * this.get("rows");
    while (!(await holds())) {
      if (performance.now() > end) throw new UserError(`waited in vain for ${what}; the host may be too busy`);
      await this.pass(LOOK);
    }
  }

  /** Waits until every VM has run. */
  async untilAllRan(): Promise<void> {
    const { panel } = this.client;
    await this.until("all VMs to run", () =>
      panel.vm.slices.subarray(0, panel.get("rows")).every((count) => count > 0),
    );
  }

  /** What a VM printed, as far as it is kept. */
  async console(id: number): Promise<string> {
    return Buffer.from((await this.client.readConsole(id, 0)).bytes).toString();
  }

  /**
   * What a VM reports, a line each, once there are as many as wanted.
   * @param pattern with the figures as groups
   * @param wanted how many, given those there are
   * @returns the figures of each
   */
  async reports(
    id: number,
    pattern: RegExp,
    wanted: (reports: readonly (readonly number[])[]) => number,
  ): Promise<number[][]> {
    let reports: number[][] = [];
    let count = 0;
    await this.until(`reports of VM ${id}`, async () => {
      const whole = (await this.console(id)).split("\n").slice(0, -1);
      reports = whole.flatMap((line) => {
        const match = pattern.exec(line);
        return match ? [match.slice(1).map(Number)] : [];
      });
      count = wanted(reports);
      return reports.length >= count;
    });
    return reports.slice(0, count);
  }
}

/** Nanoseconds of CPU time that this process has used: others on the host do not count. */
export function processTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}
