import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileLock } from "../../../source/kernel/devices/file-lock.js";
import { UserError } from "../../../source/kernel/errors.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-lock-"));
  file = join(folder, "data.disk");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", "process.stdout.write(String(process.pid))"]).stdout.toString() as never;
}

describe("a file lock", () => {
  it("is held by one at a time", () => {
    const lock = FileLock.acquire(file);
    expect(() => FileLock.acquire(file)).toThrow(UserError);
    expect(() => FileLock.acquire(file)).toThrow(/data\.disk is in use by this process/);
    lock.release();
    FileLock.acquire(file).release();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it("names the living process that holds it", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      const stat = readFileSync(`/proc/${other.pid}/stat`, "utf8");
      const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      writeFileSync(`${file}.lock`, `${other.pid} ${started}\n`);
      expect(() => FileLock.acquire(file)).toThrow(
        new UserError(
          `${file} is in use by process ${other.pid}; stop that, or give this one files of its own with --state FOLDER ` +
            `(only if no such process runs, remove ${file}.lock)`,
        ),
      );
      expect(existsSync(`${file}.lock`)).toBe(true);
    } finally {
      other.kill();
    }
  });

  it("is taken over from a process that has ended", () => {
    writeFileSync(`${file}.lock`, `${deadProcess()} 12345\n`);
    const lock = FileLock.acquire(file);
    expect(readFileSync(`${file}.lock`, "utf8")).toMatch(new RegExp(`^${process.pid} `));
    lock.release();
  });

  it.skipIf(process.platform !== "linux")("is taken over from an earlier process of the same number", () => {
    writeFileSync(`${file}.lock`, `${process.pid} 1\n`);
    FileLock.acquire(file).release();
  });

  it("is respected where it does not say whose it is", () => {
    writeFileSync(`${file}.lock`, "");
    expect(() => FileLock.acquire(file)).toThrow(/in use by another process; .*remove .*data\.disk\.lock/);
  });

  it("cannot be made in a folder that is not there", () => {
    expect(() => FileLock.acquire(join(folder, "none", "data.disk"))).toThrow(UserError);
  });

  it("leaves nothing else behind", () => {
    writeFileSync(`${file}.lock`, `${deadProcess()} 12345\n`);
    FileLock.acquire(file).release();
    expect(spawnSync("ls", ["-A", folder]).stdout.toString()).toBe("");
  });
});
