/** Immediate dominators, compared with what the word means: what lies on every way from the start. */

import { expect, it } from "vitest";
import { dominators } from "../../../source/kernel/translator/dominators.js";
import { orderOf, predecessorsByPlace } from "../../../source/kernel/translator/structure.js";

/** Numbers that look random, the same each time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Places reached from the first without passing one. */
function reachedWithout(removed: number, next: readonly (readonly number[])[]): Set<number> {
  const reached = new Set(removed === 0 ? [] : [0]);
  for (const at of reached) for (const to of next[at]) if (to !== removed) reached.add(to);
  return reached;
}

/** The last of those that dominate a place, itself aside: each of them dominates those behind it, which come later. */
function immediateDominators(next: readonly (readonly number[])[]): number[] {
  const parents = next.map(() => 0);
  for (let above = 1; above < next.length; above++) {
    const reached = reachedWithout(above, next);
    for (let place = above + 1; place < next.length; place++) if (!reached.has(place)) parents[place] = above;
  }
  return parents;
}

it.each([0, 1, 2, 16])("are found whatever the flow is, when the first algorithm may pass %i times", (passes) => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = numbersFrom(seed);
    const blocks = 2 + random(24);
    const ways = Array.from({ length: blocks }, () => Array.from({ length: random(4) }, () => random(blocks)));
    const { next } = orderOf(0, (block) => ways[block]);
    expect([...dominators(next, predecessorsByPlace(next), passes)]).toEqual(immediateDominators(next));
  }
});

it("are found where every second block leads far on, and the others lead back", () => {
  const BLOCKS = 20_000;
  const far = (block: number): number =>
    block % 2 === 1 ? Math.max(0, block - 3) : Math.min(BLOCKS - 1, BLOCKS - 1 - (block >> 1));
  const { next } = orderOf(0, (block) => (block === BLOCKS - 1 ? [] : [far(block), block + 1]));
  const parents = dominators(next, predecessorsByPlace(next));
  expect(parents.every((parent, place) => parent >= 0 && parent <= place)).toBe(true);
});
