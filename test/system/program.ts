/** Runs the built program as a person's shell would. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** A person's folders, for one test file. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "denali-system-"));
  readonly environment = { ...process.env, XDG_STATE_HOME: this.folder, NODE_ENV: undefined };

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file and answers its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  denali(args: readonly string[], input = ""): Promise<Ended> {
    return this.run(process.execPath, [DENALI, ...args], input);
  }

  /** Runs a line of bash in which `$denali` stands for the program. */
  bash(line: string, input = ""): Promise<Ended> {
    return this.run("bash", ["-c", line.replaceAll("$denali", `'${process.execPath}' '${DENALI}'`)], input);
  }

  /** @param started called with the process as soon as it runs */
  run(program: string, args: readonly string[], input = "", started?: (pid: number) => void): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: PACKAGE_FOLDER, env: this.environment });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (bytes) => {
        stdout += bytes;
      });
      child.stderr.on("data", (bytes) => {
        stderr += bytes;
      });
      child.on("error", reject);
      child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
      child.stdin.on("error", () => {}); // It may end without reading its input.
      child.stdin.end(input);
      if (child.pid !== undefined) started?.(child.pid);
    });
  }
}
