import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegionAllocator } from "../../../source/kernel/swap/region-allocator.js";

describe("reserving regions", () => {
  it("never hands out a page twice, and gets every page back", () => {
    const operation = fc.record({
      pages: fc.integer({ min: 1, max: 20 }),
      release: fc.option(fc.nat(50), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const allocator = new RegionAllocator();
        const live: { offset: number; pages: number }[] = [];
        const owned = new Set<number>();
        for (const { pages, release } of operations) {
          if (release === undefined) {
            const offset = allocator.reserve(pages);
            for (let page = offset; page < offset + pages; page++) {
              expect(owned.has(page)).toBe(false);
              owned.add(page);
            }
            live.push({ offset, pages });
          } else if (release < live.length) {
            const [extent] = live.splice(release, 1);
            allocator.release(extent);
            for (let page = 0; page < extent.pages; page++) owned.delete(extent.offset + page);
          }
          expect(allocator.reserved).toBe(owned.size);
          expect(allocator.end).toBe(owned.size === 0 ? 0 : Math.max(...owned) + 1);
        }
        for (const extent of live) allocator.release(extent);
        expect([allocator.reserved, allocator.end, allocator.fragments]).toEqual([0, 0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it("uses the first gap that is large enough before it grows", () => {
    const allocator = new RegionAllocator();
    const offsets = [4, 2, 6, 2, 4].map((pages) => allocator.reserve(pages));
    expect(offsets).toEqual([0, 4, 6, 12, 14]);
    allocator.release({ offset: 0, pages: 4 });
    allocator.release({ offset: 6, pages: 6 });
    expect(allocator.reserve(5)).toBe(6);
    expect(allocator.reserve(4)).toBe(0);
    expect(allocator.reserve(1)).toBe(11);
    expect(allocator.reserve(1)).toBe(18);
  });

  it("joins what is given back with free neighbours on both sides", () => {
    const allocator = new RegionAllocator();
    for (let index = 0; index < 5; index++) allocator.reserve(10);
    allocator.release({ offset: 0, pages: 10 });
    allocator.release({ offset: 20, pages: 10 });
    expect(allocator.fragments).toBe(2);
    allocator.release({ offset: 10, pages: 10 });
    expect(allocator.fragments).toBe(1);
    expect(allocator.reserve(30)).toBe(0);
  });

  it("refuses to take back what is not reserved", () => {
    const allocator = new RegionAllocator();
    for (let index = 0; index < 4; index++) allocator.reserve(10);
    allocator.release({ offset: 10, pages: 10 });
    for (const extent of [
      { offset: 10, pages: 10 },
      { offset: 15, pages: 10 },
      { offset: 5, pages: 10 },
      { offset: 0, pages: 40 },
      { offset: 35, pages: 10 },
      { offset: 40, pages: 1 },
    ]) {
      expect(() => allocator.release(extent)).toThrow(/only reserved pages/);
    }
    expect(allocator.reserved).toBe(30);
  });

  it("bears 100,000 regions that come and go", () => {
    const allocator = new RegionAllocator();
    const sizes = [257, 17, 1025];
    const pagesOf = (index: number) => sizes[index % 3];
    const offsets = Array.from({ length: 100_000 }, (_, index) => allocator.reserve(pagesOf(index)));
    for (let index = 0; index < 100_000; index += 2)
      allocator.release({ offset: offsets[index], pages: pagesOf(index) });
    expect(allocator.fragments).toBeGreaterThan(40_000);
    const end = allocator.end;
    for (let index = 0; index < 100_000; index += 2) offsets[index] = allocator.reserve(pagesOf(index));
    expect(allocator.end).toBe(end);
    expect(new Set(offsets).size).toBe(100_000);
  });
});
