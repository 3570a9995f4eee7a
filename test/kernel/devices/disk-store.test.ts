import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsynchronousFile } from "../../../source/kernel/devices/block-file.js";
import { DiskStore, type VirtualDisk } from "../../../source/kernel/devices/disk-store.js";
import { UserError } from "../../../source/kernel/errors.js";
import { MAXIMUM_DISK_BLOCKS } from "../../../source/kernel/params.js";
import { canLimitFileSize, limitFileSize } from "../support/file-size-limit.js";
import { asOrdinaryUser } from "../support/ordinary-user.js";
import { canMount, withSmallDisk } from "../support/small-disk.js";

let folder: string;
let store: DiskStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-disks-"));
  store = newStore();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function newStore(where = folder): DiskStore {
  return new DiskStore(where, (file) => new AsynchronousFile(file));
}

const spec = (name: string, readOnly = false, blocks = 16) => ({ name, blocks, readOnly });
const path = (name: string) => join(folder, `${name}.disk`);

function write(disk: VirtualDisk, block: number, fill: number): Promise<Error | undefined> {
  return new Promise((done) => disk.write(block, new Uint8Array(4096).fill(fill), done));
}

async function read(disk: VirtualDisk, block: number): Promise<Uint8Array> {
  const target = new Uint8Array(4096).fill(0xee);
  const error = await new Promise((done) => disk.read(block, target, done));
  expect(error).toBeUndefined();
  return target;
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).not.toContain("\n");
    return (error as UserError).message;
  }
  throw new Error("was not refused");
}

describe("a virtual disk", () => {
  it("is made on first use, full of zeros, and takes next to no space", async () => {
    const disk = store.open(spec("new", false, MAXIMUM_DISK_BLOCKS));
    expect([disk.blocks, disk.readOnly]).toEqual([MAXIMUM_DISK_BLOCKS, false]);
    expect(await read(disk, MAXIMUM_DISK_BLOCKS - 1)).toEqual(new Uint8Array(4096));
    expect(statSync(path("new")).size).toBe((MAXIMUM_DISK_BLOCKS + 1) * 4096);
    expect(statSync(path("new")).blocks * 512).toBeLessThan(64 * 1024);
    expect(statSync(path("new")).mode & 0o777).toBe(0o600);
  });

  it("keeps what was written when it is opened again, by this store or another", async () => {
    const disk = store.open(spec("kept"));
    expect(await write(disk, 0, 1)).toBeUndefined();
    expect(await write(disk, 15, 2)).toBeUndefined();
    disk.release();
    // The size asked for counts for a new disk only.
    const again = store.open(spec("kept", false, 99));
    expect(again.blocks).toBe(16);
    expect((await read(again, 15))[4095]).toBe(2);
    await store.close();
    store = newStore();
    const later = store.open(spec("kept", true));
    expect([(await read(later, 0))[0], (await read(later, 1))[0], (await read(later, 15))[0]]).toEqual([1, 0, 2]);
  });

  it("goes where its user came to nothing and it was made for that one alone", () => {
    store.open(spec("kept")).release();
    store.open(spec("kept")).discard();
    store.open(spec("fresh")).discard();
    expect(readdirSync(folder)).toEqual(["kept.disk"]);
    store.open(spec("fresh")).release();
    expect(readdirSync(folder).sort()).toEqual(["fresh.disk", "kept.disk"]);
  });

  it("that cannot go is named when the store closes, and keeps nobody from taking back the rest", async () => {
    const [first, second] = [store.open(spec("first")), store.open(spec("second"))];
    chmodSync(folder, 0o500);
    try {
      asOrdinaryUser(() => {
        first.discard();
        second.discard();
      });
    } finally {
      chmodSync(folder, 0o700);
    }
    await expect(store.close()).rejects.toThrow(/^cannot remove .*first\.disk: permission denied; /);
    store = newStore();
  });

  it("is read and written as a model says, in any order of blocks", async () => {
    const disk = store.open(spec("model"));
    const model = new Uint8Array(16);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(15), fc.nat(255)), { maxLength: 20 }), async (writes) => {
        const last = new Map(writes);
        await Promise.all(Array.from(last, ([block, fill]) => write(disk, block, fill)));
        for (const [block, fill] of last) model[block] = fill;
        for (let block = 0; block < 16; block++) {
          const expected = new Uint8Array(4096).fill(model[block]);
          expect(Buffer.compare(await read(disk, block), expected)).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("refuses, loudly, what only a defect of the kernel can ask for", () => {
    store.open(spec("shared")).release();
    const disk = store.open(spec("shared", true));
    const block = new Uint8Array(4096);
    expect(() => disk.write(0, block, () => {})).toThrow(/read-only/);
    for (const bad of [-1, 16, 0.5, Number.NaN]) expect(() => disk.read(bad, block, () => {})).toThrow(/block/);
    expect(() => disk.read(0, new Uint8Array(4095), () => {})).toThrow(/whole block/);
    disk.release();
    expect(() => disk.release()).toThrow(/released once/);
    expect(() => disk.read(0, block, () => {})).toThrow(/released/);
  });

  it("closes when its store does, behind the transfers under way", async () => {
    const disk = store.open(spec("busy"));
    const writing = write(disk, 3, 7);
    await store.close();
    expect(await writing).toBeUndefined();
    expect(readFileSync(path("busy"))[4 * 4096]).toBe(7);
    disk.release();
  });

  it.skipIf(!canLimitFileSize())("reports a write that the host refuses and keeps working", async () => {
    const disk = store.open(spec("limited"));
    limitFileSize(String(4 * 4096));
    try {
      expect(await write(disk, 2, 1)).toBeUndefined();
      expect(await write(disk, 3, 1)).toMatchObject({ code: "EFBIG" });
    } finally {
      limitFileSize("unlimited");
    }
    expect(await write(disk, 3, 5)).toBeUndefined();
    expect((await read(disk, 3))[0]).toBe(5);
  });
});

describe("sharing", () => {
  beforeEach(() => store.open(spec("disk")).release());

  it("gives a disk to any number of readers", async () => {
    const readers = Array.from({ length: 50 }, () => store.open(spec("disk", true)));
    expect(await read(readers[49], 0)).toEqual(new Uint8Array(4096));
    for (const reader of readers.slice(1)) reader.release();
    expect(await read(readers[0], 0)).toEqual(new Uint8Array(4096));
    expect(refusal(() => store.open(spec("disk")))).toMatch(/being read by/);
    readers[0].release();
    expect(store.open(spec("disk")).readOnly).toBe(false);
  });

  it("gives it to one writer, and names it to everybody else", () => {
    const writer = store.open(spec("disk"), "web-1");
    for (const readOnly of [true, false]) {
      expect(refusal(() => store.open(spec("disk", readOnly), "web-2"))).toMatch(
        /^disk "disk" is being written by web-1: .* use another disk$/,
      );
    }
    writer.release();
    store.open(spec("disk", true), "web-2");
    expect(refusal(() => store.open(spec("disk"), "web-3"))).toMatch(/being read by web-2/);
  });

  it("keeps a second kernel off, and lets it in afterwards", async () => {
    store.open(spec("disk", true));
    const second = newStore();
    expect(refusal(() => second.open(spec("disk", true)))).toMatch(/disk\.disk is in use by this process/);
    await store.close();
    second.open(spec("disk"));
    await second.close();
    expect(readdirSync(folder)).toEqual(["disk.disk"]);
  });
});

describe("a request that cannot be met", () => {
  it.each(["", ".", "..", "../up", "a/b", ".hidden", "a b", "ä", "x".repeat(65), "a\0b", "a\n"])(
    "%j is no name of a disk",
    (name) => {
      expect(refusal(() => store.open(spec(name)))).toMatch(/cannot be the name of a disk/);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each([0, -1, 1.5, Number.NaN, MAXIMUM_DISK_BLOCKS + 1])("%d blocks are no size", (blocks) => {
    expect(refusal(() => store.open(spec("sized", false, blocks)))).toMatch(/give 1 to 262144/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not make a disk for somebody who only reads", () => {
    expect(refusal(() => store.open(spec("none", true)))).toMatch(/"none" does not exist .* may write it first/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("makes the folder, or says why it cannot", async () => {
    const deep = newStore(join(folder, "a", "b"));
    deep.open(spec("disk")).release();
    expect(existsSync(join(folder, "a", "b", "disk.disk"))).toBe(true);
    await deep.close();
    writeFileSync(join(folder, "file"), "");
    expect(refusal(() => newStore(join(folder, "file")).open(spec("disk")))).toMatch(/cannot make folder .*file: /);
    expect(refusal(() => newStore(join(folder, "file", "x")).open(spec("disk")))).toMatch(/is a file, not a folder/);
  });

  it.skipIf(!canLimitFileSize())("leaves nothing behind when the host has no room for a new disk", () => {
    limitFileSize("8192");
    try {
      expect(refusal(() => store.open(spec("large")))).toMatch(/cannot make disk .*large\.disk: .*limit/);
    } finally {
      limitFileSize("unlimited");
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves nothing behind where a disk was made and cannot be opened", async () => {
    store.open(spec("kept")).release();
    const refusing = new DiskStore(folder, () => {
      throw new UserError("there are too many open files; close some");
    });
    for (const name of ["new", "kept"]) {
      expect(refusal(() => refusing.open(spec(name)))).toMatch(/too many open files/);
    }
    expect(readdirSync(folder)).toEqual(["kept.disk"]);
    await refusing.close();
  });

  it("starts over where making a disk was cut short", () => {
    writeFileSync(`${path("cut")}.new`, "half a header");
    store.open(spec("cut")).release();
    expect(readdirSync(folder)).toEqual(["cut.disk"]);
  });
});

describe.skipIf(!canMount())("a host disk that is full or cannot be written", () => {
  it("fails a write and keeps what was written before", () =>
    withSmallDisk(8 * 4096, async ({ folder: small }) => {
      const full = newStore(small);
      const disk = full.open(spec("disk"));
      const errors: (Error | undefined)[] = [];
      for (let block = 0; block < 16; block++) errors.push(await write(disk, block, block + 1));
      expect(errors[0]).toBeUndefined();
      expect(errors[15]).toMatchObject({ code: "ENOSPC" });
      for (let block = 0; block < 16; block++) {
        if (errors[block] === undefined) expect((await read(disk, block))[0]).toBe(block + 1);
      }
      await full.close();
    }));

  it.each([4096, 8192])("has no room for a new disk beside %i bytes, and nothing is left behind", (filled) =>
    withSmallDisk(8192, ({ folder: small }) => {
      writeFileSync(join(small, "filler"), new Uint8Array(filled));
      expect(refusal(() => newStore(small).open(spec("disk")))).toMatch(/no space is left on the disk; free some/);
      expect(readdirSync(small)).toEqual(["filler"]);
    }),
  );

  it("cannot be used for disks, and says so", () =>
    withSmallDisk(65_536, async ({ folder: small, makeReadOnly }) => {
      const once = newStore(small);
      once.open(spec("disk")).release();
      await once.close();
      makeReadOnly();
      expect(refusal(() => newStore(small).open(spec("disk")))).toMatch(
        /mounted read-only; choose a path on another one/,
      );
    }));
});

describe("a file that is no virtual disk in order", () => {
  function damaged(change: (bytes: Buffer) => Buffer): string {
    store.open(spec("damaged")).release();
    const bytes = change(readFileSync(path("damaged")));
    writeFileSync(path("damaged"), bytes);
    const message = refusal(() => store.open(spec("damaged")));
    expect(message).toMatch(/^cannot use .*damaged\.disk as a disk: .+; restore it, or remove it/);
    // It was not touched, and nobody holds it.
    expect(readFileSync(path("damaged")).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(["damaged.disk"]);
    rmSync(path("damaged"));
    return message;
  }

  it("is refused whatever its length", () => {
    expect(damaged(() => Buffer.alloc(0))).toMatch(/0 bytes, less than a header/);
    expect(damaged((bytes) => bytes.subarray(0, 4095))).toMatch(/less than a header/);
    expect(damaged((bytes) => bytes.subarray(0, 4096))).toMatch(/has 4096 bytes instead of 69632/);
    expect(damaged((bytes) => bytes.subarray(0, -1))).toMatch(/instead of/);
    expect(damaged((bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))).toMatch(/instead of/);
    expect(damaged(() => Buffer.alloc(8192, "text\n"))).toMatch(/not a virtual disk/);
  });

  it("is refused whichever bit of its header is flipped", () => {
    fc.assert(
      fc.property(fc.nat(4095), fc.nat(7), (at, bit) => {
        damaged((bytes) => {
          bytes[at] ^= 1 << bit;
          return bytes;
        });
      }),
      { numRuns: 150 },
    );
  });

  it("is refused when it is a folder", () => {
    mkdirSync(path("folder"));
    expect(refusal(() => store.open(spec("folder")))).toMatch(/it is a folder/);
    expect(existsSync(`${path("folder")}.lock`)).toBe(false);
  });

  it("may lose its end while in use: reads are zeros, no other disk is harmed", async () => {
    const disk = store.open(spec("shrunk"));
    expect(await write(disk, 15, 9)).toBeUndefined();
    truncateSync(path("shrunk"), 8192);
    expect(await read(disk, 15)).toEqual(new Uint8Array(4096));
  });
});

describe("files", () => {
  it("that the host fails to close are named when the store closes, however long ago they were left", async () => {
    const failing = new DiskStore(folder, (file) => {
      const inner = new AsynchronousFile(file);
      return {
        read: (...transfer) => inner.read(...transfer),
        write: (...transfer) => inner.write(...transfer),
        close: () => inner.close().then(() => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }))),
      };
    });
    failing.open(spec("left")).release();
    await new Promise(setImmediate);
    failing.open(spec("kept"));
    await expect(failing.close()).rejects.toThrow(/cannot close .*left\.disk: the disk failed/);
    // Both are free again.
    for (const name of ["left", "kept"]) store.open(spec(name)).release();
  });

  it("are closed when the last user lets go", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const before = descriptors();
    for (let round = 0; round < 20; round++) {
      const users = Array.from({ length: 5 }, (_, index) => store.open(spec(`d${index}`)));
      for (const user of users) user.release();
    }
    writeFileSync(path("bad"), new Uint8Array(8192));
    for (let round = 0; round < 20; round++) refusal(() => store.open(spec("bad")));
    await store.close();
    expect(descriptors()).toBe(before);
  });
});
