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
function flip(position: number, bit: number, file = path): void {
  const byte = new Uint8Array(1);
  const descriptor = openSync(file, "r+");
  readSync(descriptor, byte, 0, 1, position);
  byte[0] ^= 1 << bit;
  writeSync(descriptor, byte, 0, 1, position);
  closeSync(descriptor);
}

describe("closing", () => {
  it("gives back lock and descriptor where the file was removed meanwhile", async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    const other = join(folder, "removed");
    const file = SwapFile.open(other, (host) => new AsynchronousFile(host));
    rmSync(other);
    await file.close();
    expect(existsSync(`${other}.lock`)).toBe(false);
    expect(open()).toBe(before);
  });
});

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
    expect(await out(region, vm)).toEqual({ error: undefined, bytes: PAGE });
    const restored = memory(3 * PAGE);
    await back(region, restored);
    expect(same(vm, restored)).toBe(true);
  });

  it("costs nothing when it is all zeros, whatever its size", async () => {
    const region = swap.reserve(64 * MIB, 7);
    expect(await out(region, memory(64 * MIB))).toEqual({ error: undefined, bytes: 0 });
    const restored = memory(64 * MIB);
    expect(await back(region, restored)).toEqual({ error: undefined, bytes: 0 });
    expect(statSync(path).blocks * 512).toBeLessThan(32 * 1024);
  });

  it("fits its region when no page is zero", async () => {
    const [below, region, above] = [1, 2, 3].map((id) => swap.reserve(MIB, id));
    const all = (id: number) => memory(MIB, Array(256).keys(), id);
    await out(below, all(1));
    await out(above, all(3));
    expect(await out(region, all(2))).toEqual({ error: undefined, bytes: MIB });
    for (const [id, each] of [below, region, above].entries()) {
      const restored = memory(MIB);
      expect((await back(each, restored)).error).toBeUndefined();
      expect(same(restored, all(id + 1))).toBe(true);
    }
  });

  it("is on the map wherever it lies, also when all in front of it are gone", async () => {
    // No block as any other.
    const full = (id: number) => {
      const bytes = memory(MIB);
      const words = new Uint32Array(bytes.buffer);
      for (let page = 0; page < 256; page++) words[(page * PAGE) / 4] = id * 256 + page + 1;
      return bytes;
    };
    const all = Array.from({ length: 8 }, (_, id) => swap.reserve(MIB, id));
    for (const [id, region] of all.entries()) await out(region, full(id));
    for (const region of all.slice(0, -1)) swap.release(region);
    const mapped = () => {
      const { bytes, reserved, stored } = swap.map(64);
      const sum = (shares: number[]) => shares.reduce((whole, share) => whole + share) / 64;
      return { bytes, reserved: sum(reserved), stored: sum(stored), first: stored[0], last: stored[63] };
    };
    const whole = { reserved: 1 / 8, stored: 1 / 8, first: 0, last: 1 };
    expect(mapped()).toEqual({ ...whole, bytes: expect.any(Number) });
    expect(mapped().bytes).toBeGreaterThan(8 * MIB);
    // What is reserved and empty is shown where it will be filled.
    const next = swap.reserve(MIB, 9);
    expect(mapped()).toMatchObject({ ...whole, reserved: 2 / 8 });
    expect(swap.map(64).reserved.slice(0, 8)).toEqual(Array(8).fill(1));
    await out(next, full(9));
    expect(mapped()).toMatchObject({ ...whole, reserved: 2 / 8, stored: 2 / 8, first: 1 });
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
    expect(written.bytes).toBe(new Set([...touched, 0, size / PAGE - 1]).size * PAGE);
  });

  it("may be one of many that leave at once: no step looks at more of them than of a large one", async () => {
    const vms = Array.from({ length: 12 }, (_, id) => memory(2 * MIB, Array(512).keys(), id));
    const steps = new Map<number, number>();
    await swap.close();
    const time = new VirtualTime();
    const file = SwapFile.open(
      path,
      (host) => {
        const scheduled = new ScheduledFile(host, time.schedule, 1000);
        const write: BlockFile["write"] = (bytes, position, done) => {
          const pieces = bytes instanceof Uint8Array ? [bytes] : bytes;
          const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
          steps.set(time.now, (steps.get(time.now) ?? 0) + length);
          scheduled.write(bytes, position, done);
        };
        return { read: scheduled.read.bind(scheduled), write, close: () => scheduled.close() };
      },
      { sharedBytes: 0 },
    );
    const regions = vms.map((_, id) => file.reserve(2 * MIB, id));
    const written = vms.map((vm, id) => out(regions[id], vm, file));
    time.run();
    for (const { error, bytes } of await Promise.all(written)) expect([error, bytes]).toEqual([undefined, 2 * MIB]);
    expect([...steps.values()].reduce((sum, bytes) => sum + bytes)).toBe(24 * MIB);
    expect(Math.max(...steps.values())).toBeLessThanOrEqual(SWAP_SLICE);
    const restored = vms.map(() => memory(2 * MIB));
    const read = restored.map((vm, id) => back(regions[id], vm, file));
    time.run();
    await Promise.all(read);
    expect(vms.every((vm, id) => same(vm, restored[id]))).toBe(true);
    await file.close();
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
    expect(log).toEqual([`out ${3 * PAGE} at 100`, `in ${3 * PAGE} at 200`]);
    expect(same(vm, restored)).toBe(true);
    return file.close();
  });
});

describe("regions", () => {
  it("are reserved and given back, and the file shrinks when nothing is left", () => {
    const regions = Array.from({ length: 100 }, (_, id) => swap.reserve(MIB, id));
    expect(swap.reservedBytes).toBe(100 * MIB);
    expect(statSync(path).size).toBeGreaterThanOrEqual(swap.reservedBytes + PAGE);
    expect(statSync(path).blocks * 512).toBeLessThan(32 * 1024);
    for (const region of regions) swap.release(region);
    expect([swap.reservedBytes, statSync(path).size]).toEqual([0, PAGE]);
  });

  it("given back in the middle of a transfer are reused only after it", async () => {
    const [region, other] = [swap.reserve(MIB, 1), swap.reserve(MIB, 2)];
    const moving = out(region, memory(MIB, Array(256).keys()));
    swap.release(region);
    expect(swap.storedBytes).toBe(MIB);
    expect((await moving).error).toBeUndefined();
    expect(swap.storedBytes).toBe(0);
    await out(other, memory(MIB, [1]));
    expect(swap.positionOf(other, 1)).toBe(PAGE);
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
    expect(() => swap.reserve(PAGE + 1, 7)).toThrow(/whole blocks/);
  });
});

describe("damage", () => {
  const TOUCHED = [0, 1, 5, 77, 255];
  const at = (region: SwapRegion, block: number) => swap.positionOf(region, block) as number;

  it("by one flipped bit anywhere is found, and other VMs are unharmed", async () => {
    // Nothing is kept in core: what was met before would not be read from the file at all.
    const file = SwapFile.open(join(folder, "flips"), (host) => new AsynchronousFile(host), { sharedBytes: 0 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TOUCHED), fc.nat(PAGE - 1), fc.nat(7), async (block, byte, bit) => {
        const [region, other] = [file.reserve(MIB, 7), file.reserve(MIB, 8)];
        const vm = memory(MIB, TOUCHED);
        await out(region, vm, file);
        await out(other, vm, file);
        flip((file.positionOf(region, block) as number) + byte, bit, join(folder, "flips"));
        const { error, bytes } = await back(region, memory(MIB), file);
        expect(error).toBeInstanceOf(SwapDamage);
        expect(error?.message).toMatch(/^the swap region of VM 7 is damaged: .+[^.]$/);
        expect(bytes).toBe(0);
        const restored = memory(MIB);
        expect((await back(other, restored, file)).error).toBeUndefined();
        expect(same(restored, vm)).toBe(true);
        file.release(region);
        file.release(other);
      }),
      { numRuns: 80 },
    );
    await file.close();
  });

  it("says which page it is in", async () => {
    const region = swap.reserve(MIB, 7);
    await out(region, memory(MIB, TOUCHED));
    flip(at(region, 77), 0);
    const { error } = await back(region, memory(MIB));
    expect((error as SwapDamage).reason).toBe(`the checksum of its page at 0x${(77 * PAGE).toString(16)} is wrong`);
  });

  it("by losing the end of the file is found", async () => {
    const [first, last] = [swap.reserve(MIB, 7), swap.reserve(MIB, 8)];
    await out(first, memory(MIB, TOUCHED, 1));
    await out(last, memory(MIB, TOUCHED, 2));
    truncateSync(path, at(last, 255) - 1);
    expect((await back(last, memory(MIB))).error).toBeInstanceOf(SwapDamage);
    expect((await back(first, memory(MIB))).error).toBeUndefined();
  });

  it("by an old block, or another VM's, in its place is found", async () => {
    const [region, other] = [swap.reserve(MIB, 7), swap.reserve(MIB, 8)];
    await out(region, memory(MIB, [1], 1));
    await out(other, memory(MIB, [1], 2));
    const file = readFileSync(path);
    const position = at(region, 1);
    const descriptor = openSync(path, "r+");
    writeSync(descriptor, file, at(other, 1), PAGE, position);
    closeSync(descriptor);
    expect((await back(region, memory(MIB))).error).toBeInstanceOf(SwapDamage);
    expect((await back(other, memory(MIB))).error).toBeUndefined();
  });

  it("of a block that is shared harms those that share it, and nobody else", async () => {
    // Nothing is kept in core but one block: what it makes room for is read from the file.
    const file = SwapFile.open(join(folder, "little"), (host) => new AsynchronousFile(host), { sharedBytes: PAGE });
    const vms = [1, 2, 3, 4].map((id) => ({ region: file.reserve(MIB, id), bytes: memory(MIB, [3], 9) }));
    for (const { region, bytes } of vms) await out(region, bytes, file);
    const own = vms.map(({ region }) => file.positionOf(region, 3) as number);
    expect(own[2]).toBe(own[1]);
    expect(own[3]).toBe(own[1]);
    const [one, two] = [file.reserve(MIB, 5), file.reserve(MIB, 6)];
    for (const region of [one, two]) await out(region, memory(MIB, [8], 77), file); // They take the one place.
    flip(own[1], 0, join(folder, "little"));
    const failed = [];
    for (const { region } of vms) failed.push((await back(region, memory(MIB), file)).error instanceof SwapDamage);
    expect(failed).toEqual([false, true, true, true]);
    expect((await back(one, memory(MIB), file)).error).toBeUndefined();
    await file.close();
  });
});

describe("sharing", () => {
  it("stores what many have in common a few times at most, and less than all", async () => {
    const common = Array.from({ length: 20 }, (_, page) => page);
    const vms = Array.from({ length: 100 }, (_, id) => {
      const bytes = memory(MIB, common);
      bytes.set(memory(MIB, [40], id + 1).subarray(40 * PAGE, 41 * PAGE), 40 * PAGE);
      return { region: swap.reserve(MIB, id), bytes };
    });
    for (const { region, bytes } of vms) await out(region, bytes);
    expect(swap.usedBytes).toBe(100 * 21 * PAGE);
    expect(swap.storedBytes).toBeLessThanOrEqual((100 + 3 * 20) * PAGE);
    for (const { region, bytes } of vms) {
      const restored = memory(MIB);
      expect((await back(region, restored)).error).toBeUndefined();
      expect(same(bytes, restored)).toBe(true);
    }
    expect([swap.usedBytes, swap.storedBytes]).toEqual([0, 0]);
  });

  it.each([PAGE, 4 * PAGE, 16 * PAGE])(
    "leaks no write to another, whatever is moved when, and adds up (blocks of %i)",
    async (blockSize) => {
      const name = `shared-${blockSize}`;
      const PAGES = 32;
      /** Few contents, so that much is the same: a page is filled with one letter. */
      const action = fc.record({ vm: fc.nat(5), page: fc.nat(PAGES - 1), letter: fc.nat(2), move: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 80 }), fc.constantFrom(0, 1, 8), async (actions, kept) => {
          const options = { blockSize, sharedBytes: kept * blockSize };
          const file = SwapFile.open(join(folder, name), (host) => new AsynchronousFile(host), options);
          const vms = Array.from({ length: 6 }, (_, id) => ({
            region: file.reserve(PAGES * PAGE, id),
            memory: memory(PAGES * PAGE) as Uint8Array | undefined,
            expected: memory(PAGES * PAGE),
          }));
          const bringIn = async (vm: (typeof vms)[number]) => {
            const restored = memory(PAGES * PAGE);
            expect((await back(vm.region, restored, file)).error).toBeUndefined();
            expect(same(restored, vm.expected)).toBe(true);
            vm.memory = restored;
          };
          for (const { vm: id, page, letter, move } of actions) {
            const vm = vms[id];
            if (!vm.memory) await bringIn(vm);
            vm.memory?.fill(letter, page * PAGE, (page + 1) * PAGE);
            vm.expected.fill(letter, page * PAGE, (page + 1) * PAGE);
            if (!move || !vm.memory) continue;
            expect((await out(vm.region, vm.memory, file)).error).toBeUndefined();
            vm.memory.fill(0xee); // Whoever gets this memory next does as it likes.
            vm.memory = undefined;
          }
          expect(file.storedBytes).toBeLessThanOrEqual(file.usedBytes);
          expect(file.usedBytes).toBeLessThanOrEqual(file.reservedBytes);
          await Promise.all(vms.filter((vm) => !vm.memory).map(bringIn));
          expect([file.storedBytes, file.usedBytes]).toEqual([0, 0]);
          for (const { region } of vms) file.release(region);
          expect(file.reservedBytes).toBe(0);
          await file.close();
        }),
        { numRuns: 30 },
      );
    },
  );

  it("does not rely on a write that failed", async () => {
    let failing = true;
    const file = SwapFile.open(join(folder, "fails"), (host): BlockFile => {
      const good = new AsynchronousFile(host);
      const error = Object.assign(new Error("EIO: injected"), { code: "EIO" });
      return {
        read: good.read.bind(good),
        write: (source, position, done) =>
          failing ? process.nextTick(done, error) : good.write(source, position, done),
        close: () => good.close(),
      };
    });
    const regions = [1, 2, 3].map((id) => file.reserve(MIB, id));
    const vm = memory(MIB, [4, 5]);
    for (const region of regions) expect((await out(region, vm, file)).error).toBeInstanceOf(UserError);
    expect(file.storedBytes).toBe(0);
    failing = false;
    for (const region of regions) await out(region, vm, file);
    for (const region of regions) {
      const restored = memory(MIB);
      await back(region, restored, file);
      expect(same(restored, vm)).toBe(true);
    }
    await file.close();
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
    expect([refused.bytes, file.storedBytes]).toEqual([0, 0]);
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
    expect(file.storedBytes).toBe(0);
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
    limitFileSize(String(MIB + 2 * PAGE));
    try {
      const region = swap.reserve(MIB, 7);
      await out(region, memory(MIB, [9]));
      expect(() => swap.reserve(MIB, 8)).toThrow(UserError);
      expect(() => swap.reserve(MIB, 8)).toThrow(/cannot resize swap file .*swap: .*limit.*ulimit/);
      expect(swap.reservedBytes).toBe(MIB);
      expect((await back(region, memory(MIB))).error).toBeUndefined();
    } finally {
      limitFileSize("unlimited");
    }
    swap.reserve(MIB, 8);
    expect(swap.reservedBytes).toBe(2 * MIB);
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
