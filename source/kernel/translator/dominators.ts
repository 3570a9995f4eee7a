/**
 * Immediate dominators by place, the places being a reverse postorder (see structure.ts). Found by Cooper, Harvey and Kennedy ("A
 * Simple, Fast Dominance Algorithm"), which goes through a region twice where its loops have one way in. Where they have many it
 * may go through it as often as there are blocks: then by Lengauer and Tarjan ("A Fast Algorithm for Finding Dominators in a
 * Flowgraph"), which is slower mostly, and never slow.
 */

import type { Predecessors } from "./structure.js";

/** How often a region is gone through before the other algorithm takes over. */
const MOST_PASSES = 16;

/** @param next where each place goes on; all are reached from place 0 */
export function dominators(
  next: readonly (readonly number[])[],
  predecessors: Predecessors,
  passes = MOST_PASSES,
): Int32Array {
  const { first, before } = predecessors;
  const parents = new Int32Array(next.length).fill(-1);
  parents[0] = 0;
  let changed = true;
  for (let pass = 0; changed; pass++) {
    if (pass === passes) return dominatorsByTree(next, predecessors);
    changed = false;
    for (let at = 1; at < next.length; at++) {
      let parent = -1;
      for (let index = first[at]; index < first[at + 1]; index++) {
        const from = before[index];
        if (parents[from] >= 0) parent = parent < 0 ? from : meet(from, parent, parents);
      }
      if (parents[at] === parent) continue;
      parents[at] = parent;
      changed = true;
    }
  }
  return parents;
}

/** The nearest place that dominates both. */
function meet(a: number, b: number, parents: Int32Array): number {
  let x = a;
  let y = b;
  while (x !== y) {
    while (x > y) x = parents[x];
    while (y > x) y = parents[y];
  }
  return x;
}

/** Lengauer's and Tarjan's, over numbers in the order in which a depth-first search comes by. */
function dominatorsByTree(next: readonly (readonly number[])[], { first, before }: Predecessors): Int32Array {
  const count = next.length;
  const { places, numbers, above } = searchTree(next);
  const semi = Int32Array.from(places, (_, number) => number);
  const best = Int32Array.from(semi);
  const ancestors = new Int32Array(count).fill(-1);
  const immediate = new Int32Array(count);
  const waiting = Array.from({ length: count }, (): number[] => []);
  const path: number[] = [];
  /** The number with the least semidominator on the way up through what is linked, which is shortened. */
  const evaluate = (number: number): number => {
    if (ancestors[number] < 0) return number;
    for (let at = number; ancestors[ancestors[at]] >= 0; at = ancestors[at]) path.push(at);
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      const up = ancestors[at];
      if (semi[best[up]] < semi[best[at]]) best[at] = best[up];
      ancestors[at] = ancestors[up];
    }
    return best[number];
  };
  for (let number = count - 1; number > 0; number--) {
    const place = places[number];
    for (let index = first[place]; index < first[place + 1]; index++) {
      semi[number] = Math.min(semi[number], semi[evaluate(numbers[before[index]])]);
    }
    waiting[semi[number]].push(number);
    const parent = above[number];
    ancestors[number] = parent;
    for (const each of waiting[parent].splice(0)) {
      const least = evaluate(each);
      immediate[each] = semi[least] < semi[each] ? least : parent;
    }
  }
  const parents = new Int32Array(count);
  for (let number = 1; number < count; number++) {
    if (immediate[number] !== semi[number]) immediate[number] = immediate[immediate[number]];
    parents[places[number]] = places[immediate[number]];
  }
  return parents;
}

interface SearchTree {
  /** Places in the order in which they are found, the number of each, and by number the one that it was found from. */
  readonly places: readonly number[];
  readonly numbers: Int32Array;
  readonly above: Int32Array;
}

function searchTree(next: readonly (readonly number[])[]): SearchTree {
  const places = [0];
  const numbers = new Int32Array(next.length).fill(-1);
  const above = new Int32Array(next.length);
  const taken = new Int32Array(next.length);
  numbers[0] = 0;
  const path = [0];
  while (path.length > 0) {
    const at = path[path.length - 1];
    const to = next[at][taken[at]++];
    if (to === undefined) path.pop();
    else if (numbers[to] < 0) {
      numbers[to] = places.length;
      above[places.length] = numbers[at];
      places.push(to);
      path.push(to);
    }
  }
  return { places, numbers, above };
}
