import { describe, expect, it } from "vitest";
import { CLEARED_AT_ONCE, MEMORY_GRANULE, POOLED_BYTES } from "../../../source/kernel/params.js";
import { MemoryPool, roundMemorySize } from "../../../source/kernel/vm/memory.js";

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

describe("MemoryPool", () => {
  it("gives memory of exactly the size asked for, bounded by the host", () => {
    const { bytes, view } = new MemoryPool().take(2 * MEMORY_GRANULE);
    expect(bytes.length).toBe(2 * MEMORY_GRANULE);
    expect(() => view.getUint8(2 * MEMORY_GRANULE)).toThrow(RangeError);
    expect(() => view.getUint32(2 * MEMORY_GRANULE - 3, true)).toThrow(RangeError);
  });

  it("never shows a VM what another left", () => {
    const pool = new MemoryPool();
    const first = pool.take(MEMORY_GRANULE);
    first.bytes.fill(0xa5, 100, 9000);
    first.bytes[MEMORY_GRANULE - 1] = 1;
    pool.give(first);
    const second = pool.take(MEMORY_GRANULE);
    expect(second.wasm).toBe(first.wasm);
    expect(isZero(second.bytes)).toBe(true);
  });

  it("does not hand out memory of another size", () => {
    const pool = new MemoryPool();
    pool.give(pool.take(MEMORY_GRANULE));
    expect(pool.take(2 * MEMORY_GRANULE).bytes.length).toBe(2 * MEMORY_GRANULE);
  });

  it("rounds sizes up to what the host can bound", () => {
    expect(roundMemorySize(1)).toBe(65536);
    expect(roundMemorySize(65536)).toBe(65536);
    expect(roundMemorySize(65537)).toBe(131072);
  });

  it("keeps no memory of a VM that has ended where that takes long to clear", () => {
    const pool = new MemoryPool();
    const [small, large] = [CLEARED_AT_ONCE, CLEARED_AT_ONCE + MEMORY_GRANULE].map((size) => pool.take(size));
    for (const memory of [small, large]) pool.giveForGood(memory);
    expect(pool.take(small.bytes.length) === small).toBe(true);
    expect(pool.take(large.bytes.length) === large).toBe(false);
  });

  it("keeps a large one of a VM that was swapped out for the next that is swapped in", () => {
    const pool = new MemoryPool();
    const large = pool.take(CLEARED_AT_ONCE + MEMORY_GRANULE);
    pool.give(large);
    expect(pool.take(CLEARED_AT_ONCE + MEMORY_GRANULE) === large).toBe(true);
  });

  it("clears a large one piece by piece, and hands it out when that is done", () => {
    const pool = new MemoryPool();
    let told = 0;
    pool.onSoiled = () => told++;
    const size = 2 * CLEARED_AT_ONCE + MEMORY_GRANULE;
    const large = pool.take(size);
    for (let page = 0; page < size; page += 4096) large.bytes[page + 7] = 1;
    const soiled = () => large.bytes.filter((byte) => byte !== 0).length * 4096;
    pool.give(large);
    const left = [soiled()];
    expect([told, pool.take(size) === large]).toEqual([1, false]);
    for (let more = true; more; left.push(soiled())) more = pool.clearSome();
    expect(left).toEqual([size, size - CLEARED_AT_ONCE, MEMORY_GRANULE, 0]);
    expect(pool.take(size) === large).toBe(true);
    expect(pool.clearSome()).toBe(false);
  });

  it("keeps no large memory that nobody uses", () => {
    const pool = new MemoryPool();
    const large = pool.take(POOLED_BYTES + MEMORY_GRANULE);
    pool.give(large);
    expect(pool.take(POOLED_BYTES + MEMORY_GRANULE) === large).toBe(false);
    const half = [pool.take(POOLED_BYTES / 2), pool.take(POOLED_BYTES / 2), pool.take(POOLED_BYTES / 2)];
    for (const memory of half) pool.give(memory);
    const again = [pool.take(POOLED_BYTES / 2), pool.take(POOLED_BYTES / 2), pool.take(POOLED_BYTES / 2)];
    expect(again.filter((memory) => half.includes(memory)).length).toBe(2);
  });
});
