/**
 * The shape of a region's control flow: reverse postorder, dominators, loops and merges, from which structured code follows
 * (Ramsey, "Beyond Relooper", ICFP 2022). Knows blocks by number only. Here, and wherever the translator goes through blocks
 * again and again, loops count: most of an image is translated before V8 has optimised the translator, and until then a loop
 * over an array's elements makes an object for each, which was two fifths of all memory taken.
 */

import type { Block, Region } from "./block.js";
import { dominators } from "./dominators.js";

export interface Shape {
  /** Block numbers in reverse postorder; the first is the region's start. */
  readonly order: readonly number[];
  /** Place of each block in `order`. */
  readonly place: ReadonlyMap<number, number>;
  /** Blocks that an edge leads back to. */
  readonly loopHeads: ReadonlySet<number>;
  /** Blocks that several edges lead forward to. */
  readonly merges: ReadonlySet<number>;
  /** The block before, of each block that only one edge leads to. */
  readonly onlyPredecessor: ReadonlyMap<number, number>;
}

/** Where a block goes on. */
export type WaysOf = (block: number) => readonly number[];

export const waysOf =
  ({ blocks }: Region): WaysOf =>
  (key) =>
    (blocks.get(key) as Block).ways;

/** Blocks at *places*, which are their numbers in reverse postorder, and the edges between those. */
export interface Order {
  /** Block at each place. */
  readonly order: readonly number[];
  readonly place: ReadonlyMap<number, number>;
  /** Where each place goes on, as places. */
  readonly next: readonly (readonly number[])[];
}

/** What follows from a region's edges. */
export interface Flow extends Order {
  /** Place of each one's immediate dominator. */
  readonly parents: Int32Array;
}

/** @param ways of the blocks reachable from `start` */
export function flowOf(start: number, ways: WaysOf): Flow {
  const { order, place, next } = orderOf(start, ways);
  return { order, place, next, parents: dominators(next, predecessorsByPlace(next)) };
}

/** The same, where nobody asks for dominators. */
export function orderOf(start: number, ways: WaysOf): Order {
  const { found, numbers, onward, finished } = depthFirst(start, ways);
  // A block that is finished late stands early: a reverse postorder. Its number becomes its place.
  const last = found.length - 1;
  const order = new Array<number>(found.length);
  const next = new Array<readonly number[]>(found.length);
  for (let number = 0; number < found.length; number++) {
    const at = last - finished[number];
    const to = onward[number];
    for (let index = 0; index < to.length; index++) to[index] = last - finished[to[index]];
    order[at] = found[number];
    next[at] = to;
    numbers.set(found[number], at);
  }
  return { order, place: numbers, next };
}

interface DepthFirst {
  /** Blocks in the order in which they are found, which is what numbers them here. */
  readonly found: readonly number[];
  readonly numbers: Map<number, number>;
  /** Where each goes on, as numbers. */
  readonly onward: readonly number[][];
  /** How many were done with before each was. */
  readonly finished: readonly number[];
}

/** Each block is asked for once, and each edge's end looked up once: of all there is to do here, that takes the time. */
function depthFirst(start: number, ways: WaysOf): DepthFirst {
  const found = [start];
  const numbers = new Map([[start, 0]]);
  // Blocks at first, which become numbers as they are taken.
  const onward = [ways(start).slice()];
  const finished = [0];
  let done = 0;
  const blocks = [0];
  const taken = [0];
  while (blocks.length > 0) {
    const top = blocks.length - 1;
    const ahead = onward[blocks[top]];
    const index = taken[top]++;
    if (index === ahead.length) {
      finished[blocks.pop() as number] = done++;
      taken.pop();
      continue;
    }
    const to = ahead[index];
    const known = numbers.get(to);
    const number = known ?? found.length;
    ahead[index] = number;
    if (known !== undefined) continue;
    numbers.set(to, number);
    found.push(to);
    onward.push(ways(to).slice());
    finished.push(0);
    blocks.push(number);
    taken.push(0);
  }
  return { found, numbers, onward, finished };
}

/** Blocks that an edge leads back to. @param order of a region whose flow is reducible (see reduction.ts) */
export function loopHeadsOf({ order, next }: Order): Set<number> {
  const heads = new Set<number>();
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) if (ways[index] <= from) heads.add(order[ways[index]]);
  }
  return heads;
}

export function shapeOf({ order, place, next, parents }: Flow, loopHeads: ReadonlySet<number>): Shape {
  const forward = new Int32Array(order.length);
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) {
      if (ways[index] > from) forward[ways[index]]++;
    }
  }
  const merges = new Set<number>();
  const onlyPredecessor = new Map<number, number>();
  for (let at = 1; at < order.length; at++) {
    if (forward[at] > 1) merges.add(order[at]);
    else if (!loopHeads.has(order[at])) onlyPredecessor.set(order[at], order[parents[at]]);
  }
  return { order, place, loopHeads, merges, onlyPredecessor };
}

/** The places that lead to a place are those in `before` from `first` of it on, up to `first` of the next. */
export interface Predecessors {
  readonly first: Int32Array;
  readonly before: Int32Array;
}

export function predecessorsByPlace(next: Order["next"]): Predecessors {
  const first = new Int32Array(next.length + 1);
  let edges = 0;
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) first[ways[index]]++;
    edges += ways.length;
  }
  let sum = 0;
  for (let at = 0; at <= next.length; at++) {
    sum += first[at];
    first[at] = sum;
  }
  // Filled from the back, so that `first` ends where each one's begin, and they are in order.
  const before = new Int32Array(edges);
  for (let from = next.length - 1; from >= 0; from--) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) before[--first[ways[index]]] = from;
  }
  return { first, before };
}

export function dominates(above: number, place: number, parents: Int32Array): boolean {
  let at = place;
  while (at > above) at = parents[at];
  return at === above;
}

/** Which of some blocks each block dominates immediately, in ascending order of place; absent where it is none. */
export function dominatedAmong(some: ReadonlySet<number>, { order, parents }: Flow): Map<number, number[]> {
  const dominated = new Map<number, number[]>();
  if (some.size === 0) return dominated;
  for (let at = 1; at < order.length; at++) {
    if (!some.has(order[at])) continue;
    const parent = order[parents[at]];
    const known = dominated.get(parent);
    if (known) known.push(order[at]);
    else dominated.set(parent, [order[at]]);
  }
  return dominated;
}
