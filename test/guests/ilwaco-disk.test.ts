/** Files of programs on Ilwaco: names as POSIX has them, and disks that are full, fail, are damaged or may only be read. */
import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { VirtualDisk } from "../../source/kernel/devices/disk-store.js";
import { boot, consoleOf, runFor, SECOND, temporaryFolder, typeLine } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");

/** Building them takes minutes and Debian's source packages: `make -C guests/ilwaco` does it, and .ci/run. */
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

function compile(program: string, image = join(temporaryFolder(), `${program}.elf`), ...options: string[]): string {
  execFileSync(join(guests, "cc"), ["-O2", "-w", ...options, "-o", image, here(`programs/${program}.c`)]);
  return image;
}

/** What the same source prints on Linux. */
function onLinux(program: string, ...args: string[]): string {
  const folder = temporaryFolder();
  const native = join(folder, program);
  execFileSync("gcc", ["-O2", "-w", "-pthread", "-o", native, here(`programs/${program}.c`)]);
  return spawnSync(native, [folder, ...args], { encoding: "utf8", timeout: 60_000 }).stdout;
}

const disk = (blocks: number, readOnly = false) => ({ name: "data", blocks, readOnly });

/** Starts an image with a disk. Its state folder outlives the kernel. */
function start(image: string, args: string[], blocks = 64, readOnly = false, stateFolder = temporaryFolder()) {
  const kernel = boot({ stateFolder });
  const [id] = kernel.spawn({ image, arguments: args, disks: [disk(blocks, readOnly)] });
  const ended = () => ["terminated", "crashed"].includes(kernel.inspect(id).state);
  /** Runs until it has ended or waits for what is typed. */
  const proceed = () => {
    for (const end = kernel.now + 20 * SECOND; kernel.now < end && !ended(); ) runFor(kernel, 0.05);
    return consoleOf(kernel, id);
  };
  return { kernel, id, proceed, stateFolder };
}

/** Runs tasks of an image one after the other in VMs with the same disk; answers what each printed. */
function runAll(image: string, tasks: string[], blocks = 64, stateFolder = temporaryFolder()) {
  const kernel = boot({ stateFolder });
  return tasks.map((task) => {
    const [id] = kernel.spawn({ image, arguments: [task], disks: [disk(blocks)] });
    for (const end = kernel.now + 20 * SECOND; kernel.now < end && kernel.inspect(id).state !== "terminated"; )
      runFor(kernel, 0.05);
    return consoleOf(kernel, id);
  });
}

/** FNV-1a over words, as guests/ilwaco/core/volume-format.h has it. */
function checksum(bytes: Buffer): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += 4) sum = Math.imul(sum ^ bytes.readInt32LE(at), 0x01000193);
  return sum >>> 0;
}

/** A disk's file in which the record of a path has none, under checksums that are right (the format: volume-format.h). */
function withoutPath(file: Buffer, path: string): Buffer {
  const block = (number: number) => file.subarray((1 + number) * 4096, (2 + number) * 4096);
  const [superblock] = [block(0), block(1)].sort((a, b) => Number(b.readBigUInt64LE(16) - a.readBigUInt64LE(16)));
  const metadata = block(superblock.readUInt32LE(32)).subarray(0, superblock.readUInt32LE(24));
  metadata.writeUInt32LE(0, metadata.indexOf(path) - 28);
  superblock.writeUInt32LE(checksum(metadata), 28);
  superblock.writeUInt32LE(checksum(superblock.subarray(0, 4092)), 4092);
  return file;
}

const refusals = ["open", "make", "mkdir", "unlink", "rmdir", "rename", "truncate", "chmod", "utimens", "may write"];

describe.skipIf(!librariesAreBuilt)("files", { timeout: 120_000 }, () => {
  it.each([
    ["in memory", "/tmp", ["links"]],
    ["on a disk", "/disk0", []],
  ])("have names that are listed, changed and removed as on Linux: %s", (_, folder, args) => {
    const expected = onLinux("disk-names", ...args);
    expect(expected.split("\n").length).toBeGreaterThan(50);
    const { proceed } = start(compile("disk-names"), [folder, ...args], 256);
    expect(proceed()).toBe(expected);
  });

  it("take lines appended by several threads one after the other, though each waits for the disk", () => {
    const expected = onLinux("disk-appending");
    expect(expected).toContain("41 lines");
    const { proceed } = start(compile("disk-appending"), ["/disk0"], 256);
    expect(proceed()).toBe(expected);
  });

  it("are packed with hard links, links of a hundred bytes, and arguments whose last line does not end", () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "etc"));
    writeFileSync(join(root, "etc/arguments"), "one\ntwo");
    writeFileSync(join(root, "first"), "contents\n");
    linkSync(join(root, "first"), join(root, "hard"));
    symlinkSync(`${"x".repeat(97)}end`, join(root, "soft"));
    const { proceed } = start(compile("packed", undefined, "--root", root), []);
    expect(proceed()).toBe("argument one\nargument two\ncontents\n100 bytes, ending in end\n");
  });
});

describe.skipIf(!librariesAreBuilt)("a disk", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "denali-test-"));
  const image = join(folder, "disk-faults.elf");
  beforeAll(() => compile("disk-faults", image));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("refuses files larger than itself, however large, and keeps what it has", () => {
    const tooLarge = "File too large";
    expect(runAll(image, ["huge", "show"])).toEqual([
      `truncate: ${tooLarge}\ntruncate: ${tooLarge}\nwrite: ${tooLarge}\nwrite: ${tooLarge}\n` +
        `allocate: ${tooLarge}\nallocate: ${tooLarge}\nclose: done\n`,
      "data has 12288 bytes: a a a\n",
    ]);
  });

  it("takes of a write that exceeds it what there is room for", () => {
    expect(runAll(image, ["large"])).toEqual(["written in part: 1\nwrite: No space left on device\nclose: done\n"]);
  });

  it("whose write failed takes no more, says so each time, and keeps what was saved", () => {
    const { kernel, id, proceed, stateFolder } = start(image, ["failing"]);
    runFor(kernel, 0.5);
    expect(consoleOf(kernel, id)).toBe("sync: done\n");
    const write = vi.spyOn(VirtualDisk.prototype, "write");
    write.mockImplementation((_block, _bytes, done) => done(new Error("no space left on the host's disk")));
    typeLine(kernel, id, "");
    runFor(kernel, 0.5);
    write.mockRestore();
    typeLine(kernel, id, "");
    expect(proceed().replaceAll("\n\n", "\n")).toBe(
      "sync: done\n" +
        "ilwaco: disk 0 could not be written: it is read-only from now on, and has what was saved before\n" +
        `sync: I/O error\nsync: I/O error\nsync: I/O error\nwrite: Read-only file system\n` +
        "remove: Read-only file system\nclose: I/O error\n" +
        "ilwaco: changes of disk 0 are not saved: it cannot be written\n",
    );
    expect(runAll(image, ["show"], 64, stateFolder)).toEqual(["data has 12288 bytes: a a a\n"]);
  });

  it("that is too full to be saved says so at close and at the end, and keeps what was saved", () => {
    const [first, second] = runAll(image, ["full", "list"], 8);
    expect(first).toMatch(
      /^close: No space left on device\n\d\d names were saved\nilwaco: changes of disk 0 are not saved: it is full\n$/,
    );
    expect(second).toBe(`${/\d\d names/.exec(first)}\n`);
  });

  it("is saved, and keeps all blocks, when the program has used its memory up", () => {
    expect(runAll(image, ["poor", "show"])).toEqual([
      "sync: done\nwrite: done\nclose: done\n",
      "data has 12288 bytes: a b a\n",
    ]);
  });

  it("keeps the target of a renaming for which there is no memory", () => {
    expect(runAll(image, ["poor-names"])).toEqual(["rename: No space left on device\nthe target: done\n"]);
  });

  it("that may only be read is not changed, not by names either", () => {
    const { proceed, stateFolder } = start(image, ["prepare"]);
    expect(proceed()).toBe("prepare: done\n");
    expect(start(image, ["change-all"], 64, true, stateFolder).proceed()).toBe(
      `${refusals.map((what) => `${what}: Read-only file system\n`).join("")}unmount: Resource busy\n`,
    );
  });

  it("that is damaged is not changed, neither what could be read of it nor the rest", () => {
    const { proceed, stateFolder } = start(image, ["prepare"]);
    expect(proceed()).toBe("prepare: done\n");
    const path = join(stateFolder, "disks", "data.disk");
    writeFileSync(path, withoutPath(readFileSync(path), "folder"));
    const before = readFileSync(path);
    const shown = start(image, ["change-all"], 64, false, stateFolder).proceed();
    const expected = refusals.map((what) =>
      what === "rmdir" ? "rmdir: No such file or directory\n" : `${what}: Read-only file system\n`,
    );
    expect(shown).toBe(
      `ilwaco: disk 0 has no files: its metadata is damaged\n${expected.join("")}unmount: Resource busy\n`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("takes no path that it could not keep, and keeps those that it takes", () => {
    const tooLong = "Filename too long";
    expect(runAll(image, ["deep", "dive"])).toEqual([
      `mkdir: ${tooLong}\nshort: done\nrename: ${tooLong}\nrename: done\nsync: done\n10 deep\n`,
      "short: done\nrenamed: done\n10 deep\n",
    ]);
  });
});
