/** Runs the built program as a person's shell would. */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { PACKAGE_FOLDER } from "../../source/host/places.js";

export const DENALI = join(PACKAGE_FOLDER, "bin", "denali.js");

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Told, with the process's number, of what happens. */
export interface Watch {
  readonly started?: (pid: number) => void;
  /** Something came on standard output. */
  readonly printed?: (pid: number, output: string) => void;
}

/** What runs still, each with the process, or the group of them, that is to end. */
const running = new Map<ChildProcess, number>();

/** Has a process end with the test, however that ends: nobody else ends what a test left that failed or took too long. */
export function endWithTest(child: ChildProcess, isGroup = false): void {
  if (child.pid === undefined) return;
  running.set(child, isGroup ? -child.pid : child.pid);
  child.once("close", () => running.delete(child));
}

afterEach(() => {
  for (const target of running.values()) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
  running.clear();
});

/** A person's folders, for one test file. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "denali-system-"));
  readonly environment = {
    ...process.env,
    XDG_STATE_HOME: this.folder,
    XDG_CONFIG_HOME: join(this.folder, "config"),
    XDG_CACHE_HOME: join(this.folder, "cache"),
    NODE_ENV: undefined,
  };

  /** A program that was just killed may still be writing. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Writes a file and answers its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a person's settings. */
  settings(settings: object): void {
    mkdirSync(join(this.folder, "config", "denali"), { recursive: true });
    this.file(join("config", "denali", "settings.json"), JSON.stringify(settings));
  }

  denali(args: readonly string[], input = ""): Promise<Ended> {
    return this.run(process.execPath, [DENALI, ...args], input);
  }

  /** Runs a line of bash in which `$denali` stands for the program. */
  bash(line: string, input = ""): Promise<Ended> {
    const script = line.replaceAll("$denali", `'${process.execPath}' '${DENALI}'`);
    // A group of its own, so that what the shell started ends with it.
    return this.run("bash", ["-c", script], input, {}, { detached: true });
  }

  /** Runs the program and sends it a signal once it has printed something. */
  interrupted(args: readonly string[], signal: NodeJS.Signals): Promise<Ended> {
    let sent = false;
    return this.run(process.execPath, [DENALI, ...args], "", {
      printed: (pid) => {
        if (!sent) process.kill(pid, signal);
        sent = true;
      },
    });
  }

  run(
    program: string,
    args: readonly string[],
    input = "",
    watch: Watch = {},
    { detached = false }: Pick<SpawnOptions, "detached"> = {},
  ): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: PACKAGE_FOLDER, env: this.environment, detached });
      endWithTest(child, detached);
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (bytes) => {
        stdout += bytes;
        if (child.pid !== undefined) watch.printed?.(child.pid, stdout);
      });
      child.stderr.on("data", (bytes) => {
        stderr += bytes;
      });
      child.on("error", reject);
      child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
      child.stdin.on("error", () => {}); // It may end without reading its input.
      child.stdin.end(input);
      if (child.pid !== undefined) watch.started?.(child.pid);
    });
  }
}
