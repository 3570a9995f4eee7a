import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AsynchronousFile,
  type BlockFile,
  ScheduledFile,
  type TransferDone,
} from "../../../source/kernel/devices/block-file.js";
import { type HostFile, openFile } from "../../../source/kernel/devices/host-file.js";
import { canLimitFileSize, limitFileSize } from "../support/file-size-limit.js";
import { transfer as transferOf } from "../support/transfer.js";
import { VirtualTime } from "../support/virtual-time.js";

/** A file of Linux's that gives a page or less at a time. */
const SHORT_READS = "/proc/kallsyms";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-block-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const time = new VirtualTime();
const asFile = (descriptor: number): HostFile => ({ path: "", descriptor, readOnly: false, direct: false });
const KINDS: [string, (descriptor: number) => BlockFile, () => void][] = [
  ["an asynchronous file", (descriptor) => new AsynchronousFile(asFile(descriptor)), () => {}],
  ["a scheduled file", (descriptor) => new ScheduledFile(asFile(descriptor), time.schedule, 100), () => time.run()],
];

describe.each(KINDS)("%s", (_kind, make, advance) => {
  function open(content: Uint8Array = new Uint8Array(0)): { path: string; file: BlockFile } {
    const path = join(folder, `${Math.random()}`);
    writeFileSync(path, content);
    return { path, file: make(openFile(path).descriptor) };
  }

  const transfer = (start: (done: TransferDone) => void) => transferOf(start, advance);

  it("writes and reads at positions", async () => {
    const { path, file } = open();
    const bytes = randomBytes(10_000);
    expect(await transfer((done) => file.write(bytes, 5000, done))).toBeUndefined();
    expect(readFileSync(path).subarray(5000)).toEqual(bytes);
    const target = new Uint8Array(100);
    expect(await transfer((done) => file.read(target, 5050, done))).toBeUndefined();
    expect(Buffer.from(target)).toEqual(bytes.subarray(50, 150));
    await file.close();
  });

  it("writes pieces one behind the other, more than the host takes in one call", async () => {
    const { path, file } = open();
    const pieces = Array.from({ length: 3000 }, (_, index) => randomBytes(index % 5));
    expect(await transfer((done) => file.write(pieces, 3, done))).toBeUndefined();
    expect(readFileSync(path).subarray(3)).toEqual(Buffer.concat(pieces));
    expect(await transfer((done) => file.write([], 0, done))).toBeUndefined();
    await file.close();
  });

  it("moves shared memory, as guests' memory is", async () => {
    const { file } = open();
    const memory = new Uint8Array(new SharedArrayBuffer(8192));
    memory.set(randomBytes(4096));
    expect(await transfer((done) => file.write([memory.subarray(0, 4096)], 0, done))).toBeUndefined();
    expect(await transfer((done) => file.read(memory.subarray(4096), 0, done))).toBeUndefined();
    expect(memory.slice(4096)).toEqual(memory.slice(0, 4096));
    await file.close();
  });

  it("reads zeros behind the end of the file", async () => {
    const { file } = open(Buffer.from("abc"));
    const target = new Uint8Array(8).fill(9);
    expect(await transfer((done) => file.read(target, 1, done))).toBeUndefined();
    expect(Buffer.from(target).toString("latin1")).toBe("bc\0\0\0\0\0\0");
    target.fill(9);
    expect(await transfer((done) => file.read(target, 1000, done))).toBeUndefined();
    expect(target).toEqual(new Uint8Array(8));
    await file.close();
  });

  it.skipIf(!existsSync(SHORT_READS))("goes on where the host reads less than was asked for", async () => {
    const file = make(openFile(SHORT_READS, { readOnly: true }).descriptor);
    const target = Buffer.alloc(100_000);
    expect(await transfer((done) => file.read(target, 10, done))).toBeUndefined();
    expect(target.equals(readFileSync(SHORT_READS).subarray(10, 100_010))).toBe(true);
    await file.close();
  });

  it("reports a full disk through done", async () => {
    const file = make(openSync("/dev/full", "r+"));
    const error = await transfer((done) => file.write(new Uint8Array(4096), 0, done));
    expect(error).toMatchObject({ code: "ENOSPC" });
    const pieces = await transfer((done) => file.write([new Uint8Array(4096), new Uint8Array(1)], 0, done));
    expect(pieces).toMatchObject({ code: "ENOSPC" });
    await file.close();
  });

  it.skipIf(!canLimitFileSize())(
    "reports the host's file size limit through done, after writing what fits",
    async () => {
      const { path, file } = open();
      limitFileSize("10000");
      try {
        const error = await transfer((done) => file.write(new Uint8Array(20_000).fill(7), 0, done));
        expect(error).toMatchObject({ code: "EFBIG" });
        const pieces = [new Uint8Array(9000), new Uint8Array(9000)];
        expect(await transfer((done) => file.write(pieces, 0, done))).toMatchObject({ code: "EFBIG" });
      } finally {
        limitFileSize("unlimited");
      }
      expect(readFileSync(path)).toHaveLength(10_000);
      await file.close();
    },
  );

  it("reports a file opened for reading only when it is written", async () => {
    const path = join(folder, "read-only");
    writeFileSync(path, "x");
    const file = make(openFile(path, { readOnly: true }).descriptor);
    expect(await transfer((done) => file.write(new Uint8Array(1), 0, done))).toMatchObject({ code: "EBADF" });
    await file.close();
  });

  it("closes behind the transfers under way, and refuses later ones", async () => {
    const { path, file } = open();
    const pieces = Array.from({ length: 3000 }, () => randomBytes(100));
    const writing = transfer((done) => file.write(pieces, 0, done));
    const closing = file.close();
    expect(await writing).toBeUndefined();
    await closing;
    await file.close();
    expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true);
    const target = new Uint8Array(1);
    expect(await transfer((done) => file.read(target, 0, done))).toMatchObject({ code: "ECANCELED" });
    expect(await transfer((done) => file.write(target, 0, done))).toMatchObject({ code: "ECANCELED" });
  });
});

describe("in virtual time", () => {
  it("transfers complete in the order they were started, each after the latency", () => {
    const clock = new VirtualTime();
    const path = join(folder, "virtual");
    writeFileSync(path, "");
    const file = new ScheduledFile(openFile(path), clock.schedule, 250);
    const order: string[] = [];
    file.write(new Uint8Array(1 << 20), 0, () => order.push(`large ${clock.now}`));
    file.write(new Uint8Array(1), 0, () => order.push(`small ${clock.now}`));
    expect(order).toEqual([]);
    clock.run();
    expect(order).toEqual(["large 250", "small 250"]);
    file.close();
  });
});
