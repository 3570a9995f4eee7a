/** What belongs to a loop, by the blocks that lead to each other. */

import { expect, it } from "vitest";
import { loopBody } from "../../../source/kernel/translator/loop-regions.js";
import { orderOf, predecessorsByPlace } from "../../../source/kernel/translator/structure.js";

/** A loop of some blocks one behind the other, from which a last one is left to. */
function bodyOf(blocks: number, most?: number): Set<number> {
  const order = orderOf(0, (block) => (block === blocks ? [] : block === blocks - 1 ? [0, blocks] : [block + 1]));
  return loopBody(order, predecessorsByPlace(order.next), order.place.get(0) as number, most);
}

it("a loop is its head and what leads back to it", () => {
  expect([...bodyOf(5)].sort()).toEqual([0, 1, 2, 3, 4]);
});

it("no more of a loop is looked at than whoever asks can use", () => {
  expect(bodyOf(1_000, 8).size).toBe(9);
  expect(bodyOf(8, 8).size).toBe(8);
});
