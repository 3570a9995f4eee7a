/** Runs the built program as a person's shell would. */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
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
    return this.run("bash", ["-c", line.replaceAll("$denali", `'${process.execPath}' '${DENALI}'`)], input);
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

  run(program: string, args: readonly string[], input = "", watch: Watch = {}): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: PACKAGE_FOLDER, env: this.environment });
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
