import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FenwickTree } from "../../../source/kernel/sched/fenwick-tree.js";

/** The entry a point falls into, found by adding up. */
function scan(weights: ReadonlyMap<number, number>, point: number): number {
  let rest = point;
  for (const [index, weight] of [...weights].sort(([one], [other]) => one - other)) {
    if (rest < weight) return index;
    rest -= weight;
  }
  throw new Error("beyond the total");
}

describe("a tree of running sums", () => {
  it("finds what adding up finds, whatever was set, grown and cleared", () => {
    const change = fc.tuple(fc.nat(500), fc.oneof(fc.constant(0), fc.nat(10_000)));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 100 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (changes, points) => {
          const tree = new FenwickTree();
          const weights = new Map<number, number>();
          for (const [index, weight] of changes) {
            tree.set(index, weight);
            weights.set(index, weight);
          }
          const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
          expect(tree.total).toBe(total);
          for (const [index, weight] of weights) expect(tree.weight(index)).toBe(weight);
          if (total === 0) return;
          for (const share of [0, ...points]) {
            const point = Math.min(Math.floor(share * total), total - 1);
            expect(tree.find(point)).toBe(scan(weights, point));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("finds the only entry there is, the last of a full tree included", () => {
    for (const index of [0, 1, 63, 64, 127, 131_071]) {
      const tree = new FenwickTree();
      tree.set(index, 5);
      expect([tree.find(0), tree.find(4), tree.total]).toEqual([index, index, 5]);
    }
  });

  it("stays exact with the largest sums the kernel can make", () => {
    const tree = new FenwickTree();
    const weight = 10_000 * 100 * 256;
    for (let index = 0; index < 131_072; index++) tree.set(index, weight);
    expect(tree.total).toBe(131_072 * weight);
    for (const index of [0, 1, 65_535, 131_071]) {
      expect(tree.find(index * weight)).toBe(index);
      expect(tree.find((index + 1) * weight - 1)).toBe(index);
    }
    for (let index = 0; index < 131_072; index++) tree.set(index, 0);
    expect(tree.total).toBe(0);
  });
});
