import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsynchronousFile } from "../../../source/kernel/devices/block-file.js";
import { DirectFile } from "../../../source/kernel/devices/direct-file.js";
import type { HostFile } from "../../../source/kernel/devices/host-file.js";
import { SwapDamage, SwapFile, type SwapRegion } from "../../../source/kernel/swap/swap-file.js";
import { boot, IMAGES } from "../boot.js";
import { canMount, withSmallDisk } from "../support/small-disk.js";

const PAGE = 4096;
const MIB = 1 << 20;
const makeFile = (file: HostFile) => (file.direct ? new DirectFile(file) : new AsynchronousFile(file));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-direct-swap-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const out = (file: SwapFile, region: SwapRegion, bytes: Uint8Array) =>
  new Promise<Error | undefined>((done) => file.swapOut(region, bytes, done));
const back = (file: SwapFile, region: SwapRegion, bytes: Uint8Array) =>
  new Promise<Error | undefined>((done) => file.swapIn(region, bytes, done));

/** A VM's memory: some pages filled with a letter of the VM's. */
function memory(pages: Iterable<number>, letter: number): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(MIB));
  for (const page of pages) bytes.fill((letter + page) | 1, page * PAGE, (page + 1) * PAGE);
  return bytes;
}

/** Whether there is a way past the page cache where tests keep their files. */
function canBeDirect(): boolean {
  const probing = mkdtempSync(join(tmpdir(), "denali-direct-swap-"));
  const file = SwapFile.open(join(probing, "swap"), makeFile, { direct: true });
  void file.close();
  rmSync(probing, { recursive: true });
  return file.direct;
}

describe.skipIf(!canBeDirect())("a swap file past the host's page cache", () => {
  it.each([PAGE, 4 * PAGE, 16 * PAGE])("gives every VM back as it was, in blocks of %i", async (blockSize) => {
    const pages = fc.array(fc.nat(255), { maxLength: 60 });
    const vms = fc.array(fc.record({ pages, letter: fc.nat(250) }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(vms, async (contents) => {
        const options = { blockSize, sharedBytes: 2 * blockSize, direct: true };
        const file = SwapFile.open(join(folder, "swap"), makeFile, options);
        expect(file.direct).toBe(true);
        const all = contents.map(({ pages: touched, letter }, id) => ({
          region: file.reserve(MIB, id),
          before: memory(touched, letter),
        }));
        const written = await Promise.all(all.map(({ region, before }) => out(file, region, before)));
        expect(new Set(written)).toEqual(new Set([undefined]));
        for (const { region, before } of all) {
          const restored = memory([], 0);
          expect(await back(file, region, restored)).toBeUndefined();
          expect(Buffer.compare(restored, before)).toBe(0);
        }
        await file.close();
      }),
      { numRuns: 15 },
    );
  });

  it("has nothing of what it holds in the host's page cache, unlike one that goes through it", async (context) => {
    if (spawnSync("fincore", ["--version"]).status !== 0) context.skip("needs fincore of util-linux");
    const paths = { direct: join(folder, "direct"), cached: join(folder, "cached") };
    const resident: Record<string, number> = {};
    for (const [name, path] of Object.entries(paths)) {
      const file = SwapFile.open(path, makeFile, { direct: name === "direct" });
      const region = file.reserve(MIB, 1);
      const vm = memory([], 0);
      for (let at = 0; at < MIB; at++) vm[at] = (at * 31 + (at >> 12) * 7) | 1;
      await out(file, region, vm);
      resident[name] = residentPages(path);
      await file.close();
    }
    expect(resident.direct).toBeLessThanOrEqual(1); // The header.
    expect(resident.cached).toBeGreaterThan(200);
  });

  it("refuses a block that was damaged on the disk, and brings the others in", async () => {
    const path = join(folder, "swap");
    const file = SwapFile.open(path, makeFile, { direct: true, sharedBytes: 0 });
    const [first, second] = [file.reserve(MIB, 7), file.reserve(MIB, 8)];
    await out(file, first, memory([3, 9], 1));
    await out(file, second, memory([3, 9], 100));
    const position = (file.positionOf(first, 9) as number) + 1234;
    const descriptor = openSync(path, "r+");
    const byte = new Uint8Array(1);
    readSync(descriptor, byte, 0, 1, position);
    writeSync(descriptor, new Uint8Array([byte[0] ^ 0x10]), 0, 1, position);
    closeSync(descriptor);
    const error = await back(file, first, memory([], 0));
    expect(error).toBeInstanceOf(SwapDamage);
    expect(error?.message).toMatch(/VM 7 is damaged: the checksum of its page at 0x9000 is wrong/);
    const restored = memory([], 0);
    expect(await back(file, second, restored)).toBeUndefined();
    expect(Buffer.compare(restored, memory([3, 9], 100))).toBe(0);
    await file.close();
  });

  it("is its owner's alone, has room for what it reserves, and goes when it is closed", async () => {
    const path = join(folder, "swap");
    const file = SwapFile.open(path, makeFile, { direct: true });
    file.reserve(MIB, 1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(path).size).toBeGreaterThanOrEqual(PAGE + MIB);
    await file.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("where there is no way past the page cache", () => {
  it.skipIf(!canMount())("the machine goes through it, and says so in one line", () =>
    withSmallDisk(
      8 * MIB,
      async ({ folder: ram }) => {
        const kernel = boot({ clock: "real", swapCache: "none", stateFolder: ram, imageFolders: [IMAGES] });
        expect(kernel.notices(0).map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
          "information: the swap file goes through the host's page cache: its file system knows no other way",
        ]);
        await kernel.shutdown();
        expect(readdirSync(ram)).toEqual(["disks"]);
      },
      "ramfs",
    ),
  );

  it("nothing is said where nobody asked for it, nor in virtual time", () => {
    for (const options of [{ clock: "real" as const }, { swapCache: "none" }]) {
      expect(boot(options).notices(0)).toEqual([]);
    }
  });

  it("a cache that does not exist is refused, and a disk without a speed", () => {
    expect(() => boot({ swapIops: 0 })).toThrow(/^a disk of 0 transfers a second makes no sense; give 1 to 100000$/);
    expect(() => boot({ swapCache: "unsafe" })).toThrow(
      "there is no cache of the swap file 'unsafe'; use writeback or none",
    );
  });
});

/** Pages of a file in the host's page cache, by fincore of util-linux. */
function residentPages(path: string): number {
  const { stdout } = spawnSync("fincore", ["--noheadings", "--output", "PAGES", path], { encoding: "utf8" });
  return Number(stdout);
}
