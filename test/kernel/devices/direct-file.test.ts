import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIRECT_GRANULE, DirectFile, openDirectly } from "../../../source/kernel/devices/direct-file.js";
import type { HostFile } from "../../../source/kernel/devices/host-file.js";
import { DIRECT_ARENA } from "../../../source/kernel/params.js";
import { canLimitFileSize, limitFileSize } from "../support/file-size-limit.js";
import { canMount, withSmallDisk } from "../support/small-disk.js";
import { transfer } from "../support/transfer.js";

const BLOCK = DIRECT_GRANULE;
const ARENA = DIRECT_ARENA.pieces * DIRECT_ARENA.pieceBytes;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-direct-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether there is a way past the cache where tests keep their files. */
function canBeDirect(): boolean {
  const probing = mkdtempSync(join(tmpdir(), "denali-direct-file-"));
  const path = join(probing, "probe");
  writeFileSync(path, new Uint8Array(BLOCK));
  const file = openDirectly(path);
  if (file) closeSync(file.descriptor);
  rmSync(probing, { recursive: true });
  return file !== undefined;
}

describe.skipIf(!canBeDirect())("a file past the page cache", () => {
  function open(content: Uint8Array = new Uint8Array(BLOCK)): { path: string; file: DirectFile } {
    const path = join(folder, `${Math.random()}`);
    writeFileSync(path, content);
    return { path, file: new DirectFile(openDirectly(path) as HostFile) };
  }

  it("moves blocks from and to buffers that are aligned to nothing, shared or not", async () => {
    const { path, file } = open();
    const odd = randomBytes(3 * BLOCK + 1).subarray(1);
    expect(await transfer((done) => file.write(odd, BLOCK, done))).toBeUndefined();
    expect(readFileSync(path).subarray(BLOCK).equals(odd)).toBe(true);
    const memory = new Uint8Array(new SharedArrayBuffer(4 * BLOCK));
    expect(await transfer((done) => file.read(memory.subarray(7, 7 + 3 * BLOCK), BLOCK, done))).toBeUndefined();
    expect(odd.equals(memory.subarray(7, 7 + 3 * BLOCK))).toBe(true);
    await file.close();
  });

  it("writes pieces one behind the other, however they are cut, and more of them than its arena holds", async () => {
    const { path, file } = open();
    const all = randomBytes(ARENA + 5 * BLOCK);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += 70_001) pieces.push(all.subarray(at, at + 70_001));
    expect(await transfer((done) => file.write(pieces, 2 * BLOCK, done))).toBeUndefined();
    expect(
      readFileSync(path)
        .subarray(2 * BLOCK)
        .equals(all),
    ).toBe(true);
    const target = Buffer.alloc(all.length);
    expect(await transfer((done) => file.read(target, 2 * BLOCK, done))).toBeUndefined();
    expect(target.equals(all)).toBe(true);
    expect(await transfer((done) => file.write([], 0, done))).toBeUndefined();
    await file.close();
  });

  it("has more transfers under way than its arena has pieces", async () => {
    const { path, file } = open();
    const blocks = Array.from({ length: 10 * DIRECT_ARENA.pieces }, () => randomBytes(BLOCK));
    const writes = blocks.map((block, index) => transfer((done) => file.write(block, index * BLOCK, done)));
    expect(new Set(await Promise.all(writes))).toEqual(new Set([undefined]));
    expect(readFileSync(path).equals(Buffer.concat(blocks))).toBe(true);
    const targets = blocks.map(() => Buffer.alloc(BLOCK));
    await Promise.all(targets.map((target, index) => transfer((done) => file.read(target, index * BLOCK, done))));
    expect(Buffer.concat(targets).equals(Buffer.concat(blocks))).toBe(true);
    await file.close();
  });

  it("reads zeros behind the end of a file, wherever in a block that is", async () => {
    const { path, file } = open(new Uint8Array(2 * BLOCK).fill(5));
    truncateSync(path, BLOCK + 100);
    const target = new Uint8Array(3 * BLOCK).fill(9);
    expect(await transfer((done) => file.read(target, 0, done))).toBeUndefined();
    const expected = new Uint8Array(3 * BLOCK).fill(5, 0, BLOCK + 100);
    expect(Buffer.compare(target, expected)).toBe(0);
    target.fill(9);
    expect(await transfer((done) => file.read(target, 8 * BLOCK, done))).toBeUndefined();
    expect(Buffer.compare(target, new Uint8Array(3 * BLOCK))).toBe(0);
    await file.close();
  });

  it("refuses, loudly, what is not whole blocks", async () => {
    const { path, file } = open();
    expect(() => file.write(new Uint8Array(BLOCK - 1), 0, () => {})).toThrow(/whole blocks/);
    expect(() => file.write([new Uint8Array(BLOCK), new Uint8Array(1)], 0, () => {})).toThrow(/whole blocks/);
    expect(() => file.read(new Uint8Array(BLOCK), 512, () => {})).toThrow(/whole blocks/);
    expect(statSync(path).size).toBe(BLOCK);
    await file.close();
  });

  it("closes behind the transfers under way, those that wait for the arena too, and refuses later ones", async () => {
    const { path, file } = open();
    const blocks = Array.from({ length: 5 * DIRECT_ARENA.pieces }, () => randomBytes(BLOCK));
    const writes = blocks.map((block, index) => transfer((done) => file.write(block, index * BLOCK, done)));
    const closing = file.close();
    expect(new Set(await Promise.all(writes))).toEqual(new Set([undefined]));
    await closing;
    await file.close();
    expect(readFileSync(path).equals(Buffer.concat(blocks))).toBe(true);
    const target = new Uint8Array(BLOCK);
    expect(await transfer((done) => file.read(target, 0, done))).toMatchObject({ code: "ECANCELED" });
  });

  it.skipIf(!canLimitFileSize())("reports the host's limits through done, and goes on afterwards", async () => {
    const { path, file } = open();
    limitFileSize(String(3 * BLOCK));
    try {
      const large = new Uint8Array(2 * DIRECT_ARENA.pieceBytes);
      for (let time = 0; time < 2 * DIRECT_ARENA.pieces; time++) {
        expect(await transfer((done) => file.write(large, 0, done))).toMatchObject({ code: "EFBIG" });
      }
    } finally {
      limitFileSize("unlimited");
    }
    const block = randomBytes(BLOCK);
    expect(await transfer((done) => file.write(block, 0, done))).toBeUndefined();
    expect(readFileSync(path).subarray(0, BLOCK).equals(block)).toBe(true);
    await file.close();
  });
});

describe("where there is no way past the page cache", () => {
  it("says so of a file that is shorter than a block", () => {
    const path = join(folder, "short");
    writeFileSync(path, "short");
    expect(openDirectly(path)).toBeUndefined();
  });

  it.skipIf(!canMount())("says so of a file system that knows none", () =>
    withSmallDisk(
      1 << 20,
      ({ folder: ram }) => {
        writeFileSync(join(ram, "file"), new Uint8Array(BLOCK));
        expect(openDirectly(join(ram, "file"))).toBeUndefined();
      },
      "ramfs",
    ),
  );
});
