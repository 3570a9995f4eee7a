/** A machine of its own for one measurement, in real time, with state that is thrown away; and what is read off it. */

import { rmSync } from "node:fs";
import { defined } from "../../defined.js";
import { LocalClient } from "../../host/local-client.js";
import { cacheFolder, IMAGE_FOLDER, temporaryFolder } from "../../host/places.js";
import { type KernelFigure, type KernelOptions, UserError, VmState } from "../../kernel/index.js";
import { SignalWatch } from "../signals.js";

/** Seconds between two looks at something that is waited for. */
const LOOK = 0.005;

/** Milliseconds after which what was waited for does not come any more, beside those that it takes at best. */
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
  const stateFolder = temporaryFolder("denali-bench-");
  const places = defined({ stateFolder, cacheFolder: cacheFolder(), imageFolders: [IMAGE_FOLDER] });
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

  /**
   * @param what is waited for, as it is said when it does not come
   * @param seconds that it takes at best
   */
  async until(what: string, holds: () => boolean | Promise<boolean>, seconds = 0): Promise<void> {
    const end = performance.now() + PATIENCE + PATIENCE_PER_VM * this.get("rows") + seconds * 1000;
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

  /**
   * What a VM reports, a line each, once there are as many as wanted. However many that are, each is waited for anew.
   * @param pattern with the figures as groups
   * @param wanted how many, given those there are
   * @param seconds between two
   * @returns the figures of each
   */
  async reports(
    id: number,
    pattern: RegExp,
    wanted: (reports: readonly (readonly number[])[]) => number,
    seconds: number,
  ): Promise<number[][]> {
    const reports: number[][] = [];
    const lines = new ConsoleLines(this.client, id);
    while (reports.length < wanted(reports)) {
      const before = reports.length;
      const another = async () => {
        // Looked at first: what it prints before it ends is then there to be read.
        const ended = this.#hasEnded(id);
        for (const line of await lines.next()) {
          const match = pattern.exec(line);
          if (match) reports.push(match.slice(1).map(Number));
        }
        if (reports.length > before) return true;
        if (ended) throw new UserError(`VM ${id} ended instead of reporting, with '${lines.last}'; try other --points`);
        return false;
      };
      await this.until(`reports of VM ${id}`, another, seconds);
    }
    return reports.slice(0, wanted(reports));
  }

  #hasEnded(id: number): boolean {
    const { vm } = this.client.panel;
    return vm.state[vm.id.subarray(0, this.get("rows")).indexOf(id)] >= VmState.TERMINATED;
  }
}

/** What a VM prints, whole line by whole line: read as it comes, since a console keeps only its end. */
class ConsoleLines {
  /** The last whole one. */
  last = "";
  #position = 0;
  /** Behind the last line feed. */
  #rest = "";

  constructor(
    private readonly client: LocalClient,
    private readonly id: number,
  ) {}

  /** Those that have come since. */
  async next(): Promise<string[]> {
    const { position, bytes } = await this.client.readConsole(this.id, this.#position);
    // Behind a gap what is left of a line has no end.
    if (position !== this.#position) this.#rest = "";
    this.#position = position + bytes.length;
    const lines = (this.#rest + Buffer.from(bytes).toString("latin1")).split("\n");
    this.#rest = lines.pop() as string;
    this.last = lines.at(-1) ?? this.last;
    return lines;
  }
}

/** Nanoseconds of CPU time that this process has used: others on the host do not count. */
export function processTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}
