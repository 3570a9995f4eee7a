import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AsynchronousFile, type BlockFile, ScheduledFile } from "../../../source/kernel/devices/block-file.js";
import { UserError } from "../../../source/kernel/errors.js";
import { SWAP_SLICE } from "../../../source/kernel/params.js";
import { SwapDamage, SwapFile, type SwapRegion } from "../../../source/kernel/swap/swap-file.js";
import { canLimitFileSize, limitFileSize } from "../support/file-size-limit.js";
import { canMount, withSmallDisk } from "../support/small-disk.js";
import { VirtualTime } from "../support/virtual-time.js";

const PAGE = 4096;
const MIB = 1 << 20;

let folder: string;
let path: string;
let swap: SwapFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-swap-"));
  path = join(folder, "swap");
  swap = SwapFile.open(path, (file) => new AsynchronousFile(file));
});
afterEach(async () => {
  if (existsSync(path)) await swap.close();
  rmSync(folder, { recursive: true });
});

/** A VM's memory: shared, with some pages touched. */
function memory(size: number, touched: Iterable<number> = [], seed = 1): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  for (const page of touched) {
    for (let at = page * PAGE; at < (page + 1) * PAGE; at++)
      bytes[at] = (at * 31 + page * 7 + seed * 13 + (at >> 9)) | 1;
  }
  return bytes;
}

interface Result {
  error: Error | undefined;
  bytes: number;
}

function out(region: SwapRegion, bytes: Uint8Array, file = swap): Promise<Result> {
  return new Promise((done) => file.swapOut(region, bytes, (error, count) => done({ error, bytes: count })));
}

function back(region: SwapRegion, bytes: Uint8Array, file = swap): Promise<Result> {
  return new Promise((done) => file.swapIn(region, bytes, (error, count) => done({ error, bytes: count })));
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Flips one bit of the file, as failing hardware would. */
function flip(position: number, bit: number): void {
  const byte = new Uint8Array(1);
  const descriptor = openSync(path, "r+");
  readSync(descriptor, byte, 0, 1, position);
  byte[0] ^= 1 << bit;
  writeSync(descriptor, byte, 0, 1, position);
  closeSync(descriptor);
}

describe("a VM that is swapped out and in", () => {
  it("is the same, whichever of its pages are zero", async () => {
    const pages = fc.integer({ min: 1, max: 300 });
    await fc.assert(
      fc.asyncProperty(pages, fc.array(fc.nat(299)), fc.nat(), async (count, touched, seed) => {
        const region = swap.reserve(count * PAGE, 7);
        const vm = memory(
          count * PAGE,
          touched.filter((page) => page < count),
          seed,
        );
        const written = await out(region, vm);
        const restored = memory(count * PAGE);
        const read = await back(region, restored);
        expect([written.error, read.error]).toEqual([undefined, undefined]);
        expect(read.bytes).toBe(written.bytes);
        expect(same(vm, restored)).toBe(true);
        swap.release(region);
      }),
      { numRuns: 60 },
    );
  });

  it("has a page stored for one bit in its last byte", async () => {
    const region = swap.reserve(3 * PAGE, 7);
    const vm = memory(3 * PAGE);
    vm[2 * PAGE - 1] = 0x80;
    expect(await out(region, vm)).toEqual({ error: undefined, bytes: 2 * PAGE });
    const restored = memory(3 * PAGE);
    await back(region, restored);
    expect(same(vm, restored)).toBe(true);
  });

  it("costs a header when it is all zeros, whatever its size", async () => {
    const region = swap.reserve(64 * MIB, 7);
    expect(await out(region, memory(64 * MIB))).toEqual({ error: undefined, bytes: PAGE });
    const restored = memory(64 * MIB);
    expect(await back(region, restored)).toEqual({ error: undefined, bytes: PAGE });
    expect(statSync(path).blocks * 512).toBeLessThan(32 * 1024);
  });

  it("fits its region when no page is zero", async () => {
    const [below, region, above] = [1, 2, 3].map((id) => swap.reserve(MIB, id));
    const all = (id: number) => memory(MIB, Array(256).keys(), id);
    await out(below, all(1));
    await out(above, all(3));
    expect(await out(region, all(2))).toEqual({ error: undefined, bytes: MIB + PAGE });
    for (const [id, each] of [below, region, above].entries()) {
      const restored = memory(MIB);
      expect((await back(each, restored)).error).toBeUndefined();
      expect(same(restored, all(id + 1))).toBe(true);
    }
  });

  it("may be larger than one step moves", async () => {
    const size = 2 * SWAP_SLICE + 3 * PAGE;
    const touched = Array.from({ length: 1500 }, (_, index) => (index * 7) % (size / PAGE));
    const vm = memory(size, [...touched, 0, size / PAGE - 1]);
    const region = swap.reserve(size, 7);
    const written = await out(region, vm);
    const restored = memory(size);
    expect(await back(region, restored)).toEqual(written);
    expect(same(vm, restored)).toBe(true);
    expect(written.bytes).toBe((1 + new Set([...touched, 0, size / PAGE - 1]).size) * PAGE);
  });

  it("goes out and comes in over and over, the last copy counting", async () => {
    const region = swap.reserve(MIB, 7);
    for (let round = 1; round < 20; round++) {
      const vm = memory(MIB, [round, round + 5, 200 - round], round);
      await out(region, vm);
      const restored = memory(MIB);
      expect((await back(region, restored)).error).toBeUndefined();
      expect(same(vm, restored)).toBe(true);
    }
  });

  it("moves while others do", async () => {
    const vms = Array.from({ length: 50 }, (_, id) => ({
      bytes: memory(MIB, [id, id * 3, 255 - id], id),
      region: swap.reserve(MIB, id),
    }));
    await Promise.all(vms.map(({ region, bytes }) => out(region, bytes)));
    const restored = vms.map(() => memory(MIB));
    await Promise.all(vms.map(({ region }, index) => back(region, restored[index])));
    expect(vms.every(({ bytes }, index) => same(bytes, restored[index]))).toBe(true);
  });

  it("moves the same in virtual time, each step after the latency", () => {
    const time = new VirtualTime();
    const file = SwapFile.open(join(folder, "virtual"), (host) => new ScheduledFile(host, time.schedule, 100));
    const region = file.reserve(MIB, 7);
    const vm = memory(MIB, [1, 2, 3]);
    const restored = memory(MIB);
    const log: string[] = [];
    file.swapOut(region, vm, (_error, bytes) => {
      log.push(`out ${bytes} at ${time.now}`);
      file.swapIn(region, restored, (_problem, count) => log.push(`in ${count} at ${time.now}`));
    });
    time.run();
    expect(log).toEqual([`out ${4 * PAGE} at 100`, `in ${4 * PAGE} at 200`]);
    expect(same(vm, restored)).toBe(true);
    return file.close();
  });
});

describe("regions", () => {
  it("are reserved and given back, and the file shrinks again", () => {
    const regions = Array.from({ length: 100 }, (_, id) => swap.reserve(MIB, id));
    expect(swap.reservedBytes).toBe(100 * (MIB + PAGE));
    expect(statSync(path).size).toBe(swap.reservedBytes + PAGE);
    expect(statSync(path).blocks * 512).toBeLessThan(32 * 1024);
    for (const region of regions) swap.release(region);
    expect([swap.reservedBytes, statSync(path).size]).toEqual([0, PAGE]);
  });

  it("given back in the middle of a transfer are reused only after it", async () => {
    const region = swap.reserve(MIB, 1);
    const moving = out(region, memory(MIB, Array(256).keys()));
    swap.release(region);
    expect(swap.reserve(MIB, 2).firstPage).not.toBe(region.firstPage);
    expect((await moving).error).toBeUndefined();
    expect(swap.reserve(MIB, 3).firstPage).toBe(region.firstPage);
  });

  it("take little room in core", () => {
    const before = process.memoryUsage();
    const regions = Array.from({ length: 100_000 }, (_, id) => swap.reserve(MIB, id));
    const after = process.memoryUsage();
    const each = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / regions.length;
    expect(regions).toHaveLength(100_000);
    expect(each).toBeLessThan(200);
  });

  it("refuse, loudly, what only a defect of the kernel can ask for", async () => {
    const region = swap.reserve(MIB, 7);
    expect(() => swap.swapIn(region, memory(MIB), () => {})).toThrow(/swapped out/);
  });

  it("have one transfer at a time, of the right size", async () => {
    const region = swap.reserve(MIB, 7);
    expect(() => swap.swapOut(region, memory(2 * MIB), () => {})).toThrow(/as large/);
    const moving = out(region, memory(MIB));
    expect(() => swap.swapOut(region, memory(MIB), () => {})).toThrow(/one transfer/);
    await moving;
    swap.release(region);
    expect(() => swap.release(region)).toThrow(/released once/);
    expect(() => swap.swapOut(region, memory(MIB), () => {})).toThrow(/one transfer/);
    expect(() => swap.reserve(PAGE + 1, 7)).toThrow(/whole pages/);
  });
});

describe("damage", () => {
  const TOUCHED = [0, 1, 5, 77, 255];
  const vm = memory(MIB, TOUCHED);
  /** The region of the VM above, its header and its pages. */
  const REGION_BYTES = (1 + TOUCHED.length) * PAGE;

  it("by one flipped bit anywhere is found, the memory untouched and other VMs unharmed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(REGION_BYTES - 1), fc.nat(7), async (at, bit) => {
        const [region, other] = [swap.reserve(MIB, 7), swap.reserve(MIB, 8)];
        await out(region, vm);
        await out(other, vm);
        flip(region.firstPage * PAGE + at, bit);
        const restored = memory(MIB);
        const { error, bytes } = await back(region, restored);
        expect(error).toBeInstanceOf(SwapDamage);
        expect(error?.message).toMatch(/^the swap region of VM 7 is damaged: .+[^.]$/);
        expect(bytes).toBe(0);
        expect(same(restored, new Uint8Array(MIB))).toBe(true);
        expect((await back(other, memory(MIB))).error).toBeUndefined();
        swap.release(region);
        swap.release(other);
      }),
      { numRuns: 80 },
    );
  });

  it("is described by what is wrong", async () => {
    const region = swap.reserve(MIB, 7);
    const damage = async (position: number) => {
      await out(region, vm);
      flip(region.firstPage * PAGE + position, 0);
      return ((await back(region, memory(MIB))).error as SwapDamage).reason;
    };
    expect(await damage(0)).toBe("no header where it should be");
    expect(await damage(40)).toBe("the checksum of its header is wrong");
    expect(await damage(PAGE + 1)).toBe("the checksum of its pages is wrong");
  });

  it("by losing the end of the file is found", async () => {
    const [first, last] = [swap.reserve(MIB, 7), swap.reserve(MIB, 8)];
    await out(first, vm);
    await out(last, vm);
    truncateSync(path, last.firstPage * PAGE + REGION_BYTES - 1);
    expect((await back(last, memory(MIB))).error).toMatchObject({ reason: "the checksum of its pages is wrong" });
    truncateSync(path, last.firstPage * PAGE);
    expect((await back(last, memory(MIB))).error).toMatchObject({ reason: "no header where it should be" });
    expect((await back(first, memory(MIB))).error).toBeUndefined();
  });

  it("by an old copy, or another VM's, in its place is found", async () => {
    const [region, other] = [swap.reserve(MIB, 7), swap.reserve(MIB, 8)];
    await out(region, vm);
    await out(other, vm);
    const old = readFileSync(path).subarray(region.firstPage * PAGE, region.firstPage * PAGE + REGION_BYTES);
    await out(region, memory(MIB, [3, 4, 5, 6, 7]));
    const descriptor = openSync(path, "r+");
    writeSync(descriptor, old, 0, old.length, region.firstPage * PAGE);
    writeSync(descriptor, old, 0, old.length, other.firstPage * PAGE);
    closeSync(descriptor);
    expect((await back(region, memory(MIB))).error?.message).toMatch(/names generation 1 instead of 2/);
    expect((await back(other, memory(MIB))).error?.message).toMatch(/names VM 7 instead of 8/);
  });

  it("of a large VM is found too", async () => {
    const size = 3 * MIB;
    const region = swap.reserve(size, 7);
    await out(region, memory(size, Array(768).keys()));
    for (const at of [PAGE, MIB, 2 * MIB, size]) {
      flip(region.firstPage * PAGE + at, 3);
      expect((await back(region, memory(size))).error).toBeInstanceOf(SwapDamage);
      flip(region.firstPage * PAGE + at, 3);
    }
    expect((await back(region, memory(size))).error).toBeUndefined();
  });
});

describe("a host that refuses", () => {
  /** A file that fails as told, in the middle of a transfer. */
  function failing(code: string): { file: SwapFile; fail: { writes: boolean; reads: boolean } } {
    const fail = { writes: false, reads: false };
    const file = SwapFile.open(join(folder, `failing-${code}`), (host): BlockFile => {
      const good = new AsynchronousFile(host);
      const error = Object.assign(new Error(`${code}: injected`), { code });
      return {
        read: (target, position, done) => good.read(target, position, (problem) => done(fail.reads ? error : problem)),
        write: (source, position, done) => {
          if (!fail.writes) good.write(source, position, done);
          else good.write(Buffer.alloc(100, 0xaa), position, () => done(error));
        },
        close: () => good.close(),
      };
    });
    return { file, fail };
  }

  it.each(["ENOSPC", "EFBIG", "EIO"])("a write (%s) gets one line and may be tried again", async (code) => {
    const { file, fail } = failing(code);
    const region = file.reserve(MIB, 7);
    const vm = memory(MIB, [1, 2, 3]);
    fail.writes = true;
    const refused = await out(region, vm, file);
    expect(refused.error).toBeInstanceOf(UserError);
    expect(refused.error?.message).toMatch(/^cannot write swap file .*failing-E.*: [^;]+; [^\n]+$/);
    expect([refused.bytes, region.storedBytes]).toEqual([0, 0]);
    expect(() => file.swapIn(region, memory(MIB), () => {})).toThrow(/swapped out/);
    fail.writes = false;
    expect((await out(region, vm, file)).error).toBeUndefined();
    const restored = memory(MIB);
    await back(region, restored, file);
    expect(same(vm, restored)).toBe(true);
    await file.close();
  });

  it("a write over an older copy leaves no copy", async () => {
    const { file, fail } = failing("EIO");
    const region = file.reserve(MIB, 7);
    await out(region, memory(MIB, [1]), file);
    fail.writes = true;
    expect((await out(region, memory(MIB, [1]), file)).bytes).toBe(0);
    expect(region.storedBytes).toBe(0);
    expect(() => file.swapIn(region, memory(MIB), () => {})).toThrow(/swapped out/);
    await file.close();
  });

  it("a read (EIO) gets one line and may be tried again", async () => {
    const { file, fail } = failing("EIO");
    const region = file.reserve(MIB, 7);
    const vm = memory(MIB, [1, 2, 3]);
    await out(region, vm, file);
    fail.reads = true;
    expect((await back(region, memory(MIB), file)).error?.message).toMatch(
      /^cannot read swap file .*: the disk failed/,
    );
    fail.reads = false;
    const restored = memory(MIB);
    expect((await back(region, restored, file)).error).toBeUndefined();
    expect(same(vm, restored)).toBe(true);
    await file.close();
  });

  it.skipIf(!canLimitFileSize())("a growth refuses the VM, not those that are there", async () => {
    const region = swap.reserve(MIB, 7);
    await out(region, memory(MIB, [9]));
    limitFileSize(String(2 * MIB));
    try {
      expect(() => swap.reserve(MIB, 8)).toThrow(UserError);
      expect(() => swap.reserve(MIB, 8)).toThrow(/cannot resize swap file .*swap: .*limit.*ulimit/);
    } finally {
      limitFileSize("unlimited");
    }
    expect(swap.reservedBytes).toBe(MIB + PAGE);
    expect((await back(region, memory(MIB))).error).toBeUndefined();
    expect(swap.reserve(MIB, 8).firstPage).toBe(region.firstPage + region.extentPages);
  });
});

describe.skipIf(!canMount())("a disk that is full", () => {
  it("refuses one VM, keeps those that are out, and takes it when there is room again", () =>
    withSmallDisk(MIB, async ({ folder: small }) => {
      const file = SwapFile.open(join(small, "swap"), (host) => new AsynchronousFile(host));
      const [little, large] = [file.reserve(MIB, 1), file.reserve(4 * MIB, 2)];
      const [first, second] = [memory(MIB, [1, 2, 3]), memory(4 * MIB, Array(500).keys())];
      expect((await out(little, first, file)).error).toBeUndefined();
      const refused = await out(large, second, file);
      expect(refused.error).toBeInstanceOf(UserError);
      expect(refused.error?.message).toMatch(/^cannot write swap file .*swap: no space is left on the disk; free some/);
      const restored = memory(MIB);
      expect((await back(little, restored, file)).error).toBeUndefined();
      expect(same(first, restored)).toBe(true);
      expect(same(second, memory(4 * MIB, Array(500).keys()))).toBe(true);
      expect((await out(large, memory(4 * MIB, [1, 1000]), file)).error).toBeUndefined();
      await file.close();
    }));

  it.each([4096, 8192])("refuses to begin a swap file beside %i bytes", (filled) =>
    withSmallDisk(8192, ({ folder: small }) => {
      writeFileSync(join(small, "filler"), new Uint8Array(filled));
      const open = () => SwapFile.open(join(small, "swap"), (host) => new AsynchronousFile(host));
      expect(open).toThrow(/^cannot (write|make) .*swap.*: no space is left on the disk; free some/);
      expect(readdirSync(small)).toEqual(["filler"]);
    }),
  );
});

describe("the file", () => {
  it("is its owner's alone and goes when it is closed", async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await swap.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("closes behind the transfers under way", async () => {
    const moving = out(swap.reserve(MIB, 7), memory(MIB, [1]));
    await swap.close();
    expect((await moving).error).toBeUndefined();
  });

  it("of a killed kernel is cleared away by the next, whatever its name", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const name of ["killed", "same-name"]) {
      writeFileSync(join(folder, name), readFileSync(path));
      writeFileSync(join(folder, `${name}.lock`), `${pid} 123\n`);
    }
    writeFileSync(join(folder, "letter"), "not a swap file");
    writeFileSync(join(folder, "letter.lock"), `${pid} 123\n`);
    const next = SwapFile.open(join(folder, "same-name"), (file) => new AsynchronousFile(file));
    expect(readdirSync(folder).sort()).toEqual([
      "letter",
      "letter.lock",
      "same-name",
      "same-name.lock",
      "swap",
      "swap.lock",
    ]);
    expect(() => SwapFile.open(path, (file) => new AsynchronousFile(file))).toThrow(/swap is in use by this process/);
    await next.close();
    const region = swap.reserve(MIB, 7);
    expect((await out(region, memory(MIB, [1]))).error).toBeUndefined();
  });

  it("does not take the place of another", () => {
    writeFileSync(join(folder, "mine"), "precious");
    const open = (name: string) => () => SwapFile.open(join(folder, name), (file) => new AsynchronousFile(file));
    expect(open("mine")).toThrow(/mine: it exists already/);
    expect(readFileSync(join(folder, "mine"), "utf8")).toBe("precious");
    expect(readdirSync(folder).sort()).toEqual(["mine", "swap", "swap.lock"]);
    expect(open("none/swap")).toThrow(/no such file or folder/);
    expect(open("mine/swap")).toThrow(/is a file, not a folder/);
  });

  it.skipIf(!canLimitFileSize())("leaves nothing behind when it cannot be begun", () => {
    limitFileSize("100");
    try {
      const open = () => SwapFile.open(join(folder, "tiny"), (file) => new AsynchronousFile(file));
      expect(open).toThrow(/cannot write .*tiny: .*limit/);
    } finally {
      limitFileSize("unlimited");
    }
    expect(existsSync(join(folder, "tiny"))).toBe(false);
  });
});
