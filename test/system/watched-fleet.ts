/** A fleet that runs in a process of its own in real time, and whose reports are read as they come: nobody has to look again and again. */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PACKAGE_FOLDER } from "../../source/host/places.js";
import { stop } from "./fleet-process.js";
import { DENALI, type Home } from "./program.js";

/** Of one VM, what these tests look at. */
export interface VmReport {
  readonly name: string;
  readonly state: string;
  readonly console: string;
  readonly instructions: number;
}

export interface Report {
  readonly kernel: Record<string, unknown>;
  readonly vms: readonly VmReport[];
}

/** Milliseconds until a report must be as wanted; the machine may have much else to do. */
const PATIENCE = 60_000;

export class WatchedFleet {
  #last: Report = { kernel: {}, vms: [] };
  #stderr = "";
  readonly #watchers = new Set<() => void>();

  private constructor(readonly process: ChildProcess) {
    const lines = createInterface({ input: process.stdout as NodeJS.ReadableStream });
    lines.on("line", (line) => {
      this.#last = JSON.parse(line) as Report;
      this.#tell();
    });
    process.stderr?.on("data", (bytes) => {
      this.#stderr += bytes;
      this.#tell();
    });
    process.once("close", () => this.#tell());
  }

  /** @param lines of the fleet's YAML */
  static start(home: Home, lines: readonly string[], options: readonly string[] = [], env = {}): WatchedFleet {
    const fleet = home.file("watched.yaml", `${lines.join("\n")}\n`);
    const args = [DENALI, "run", fleet, "--for", "600s", "--interval", "0.1", "--json", ...options];
    return new WatchedFleet(
      spawn(process.execPath, args, {
        cwd: PACKAGE_FOLDER,
        env: { ...home.environment, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  get pid(): number {
    return this.process.pid as number;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** A VM as the last report had it. */
  vm(name: string): VmReport | undefined {
    return this.#last.vms.find((vm) => vm.name === name);
  }

  /** Waits until it answers something else than undefined or false. @param what is waited for, for the complaint */
  until<T>(what: string, look: (report: Report) => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(check);
      };
      const fail = (why: string) => {
        done();
        reject(new Error(`${why} before ${what}; it said: ${this.#stderr}; consoles: ${this.#consoles()}`));
      };
      const check = () => {
        const found = look(this.#last);
        if (found !== undefined && found !== false) {
          done();
          resolve(found);
        } else if (this.process.exitCode !== null || this.process.signalCode !== null) fail("the fleet ended");
      };
      const timer = setTimeout(() => fail("time was up"), PATIENCE);
      this.#watchers.add(check);
      check();
    });
  }

  stop(): Promise<void> {
    return stop(this.process, "SIGINT");
  }

  #tell(): void {
    for (const check of [...this.#watchers]) check();
  }

  #consoles(): string {
    return JSON.stringify(this.#last.vms.map(({ name, console }) => [name, console]));
  }
}
