import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotAllocator } from "../../../source/kernel/swap/slot-allocator.js";

describe("slots", () => {
  it("are handed out lowest first, never twice, and come back", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(2_000), { nil: undefined }), { maxLength: 3_000 }), (operations) => {
        const allocator = new SlotAllocator();
        const taken = new Set<number>();
        for (const given of operations) {
          if (given !== undefined && taken.delete(given)) allocator.give(given);
          else {
            let lowest = 0;
            while (taken.has(lowest)) lowest++;
            expect(allocator.take()).toBe(lowest);
            taken.add(lowest);
          }
          expect(allocator.taken).toBe(taken.size);
          expect(allocator.end).toBe(Math.max(-1, ...taken) + 1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are as many as are wanted", () => {
    const allocator = new SlotAllocator();
    for (let slot = 0; slot < 1_200_000; slot++) if (allocator.take() !== slot) expect.fail(`slot ${slot}`);
    for (let slot = 5; slot < 1_200_000; slot += 7) allocator.give(slot);
    expect([allocator.take(), allocator.take(), allocator.isTaken(19), allocator.isTaken(20)]).toEqual([
      5,
      12,
      false,
      true,
    ]);
  });

  it("are given back once", () => {
    const allocator = new SlotAllocator();
    allocator.give(allocator.take());
    expect(() => allocator.give(0)).toThrow(/taken/);
    expect(() => allocator.give(5_000)).toThrow(/taken/);
  });
});
