/**
 * The shape of a region's control flow: reverse postorder, dominators, loops and merges, from which structured code follows
 * (Ramsey, "Beyond Relooper", ICFP 2022). Knows blocks by number only. Here, and wherever the translator goes through blocks
 * again and again, loops count: most of an image is translated before V8 has optimised the translator, and until then a loop
 * over an array's elements makes an object for each, which was two fifths of all memory taken.
 */

import type { Block, Region } from "./block.js";

export interface Shape {
  /** Block numbers in reverse postorder; the first is the region's start. */
  readonly order: readonly number[];
  /** Place of each block in `order`. */
  readonly place: ReadonlyMap<number, number>;
  /** Blocks each block dominates immediately, in ascending order of place; absent where there are none. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** Blocks that an edge leads back to. */
  readonly loopHeads: ReadonlySet<number>;
  /** Blocks that several edges lead forward to. */
  readonly merges: ReadonlySet<number>;
  /** The block before, of each block that only one edge leads to. */
  readonly onlyPredecessor: ReadonlyMap<number, number>;
}

/** Where each block goes on. */
export type Edges = ReadonlyMap<number, readonly number[]>;

/** Where a block goes on. */
export type WaysOf = (block: number) => readonly number[];

export const waysOf =
  ({ blocks }: Region): WaysOf =>
  (key) =>
    (blocks.get(key) as Block).ways;

export function edgesOf(region: Region): Map<number, readonly number[]> {
  const edges = new Map<number, readonly number[]>();
  for (const { key, ways } of region.blocks.values()) edges.set(key, ways);
  return edges;
}

/** What follows from a region's edges. Blocks are at *places*: their numbers in reverse postorder. */
export interface Flow {
  /** Block at each place. */
  readonly order: readonly number[];
  readonly place: ReadonlyMap<number, number>;
  /** Where each place goes on, as places. */
  readonly next: readonly (readonly number[])[];
  /** Place of each one's immediate dominator. */
  readonly parents: Int32Array;
}

/** @param ways of the blocks reachable from `start` */
export function flowOf(start: number, ways: WaysOf): Flow {
  const order = reversePostorder(start, ways);
  const place = new Map<number, number>();
  for (let index = 0; index < order.length; index++) place.set(order[index], index);
  const next = order.map((block) => placesOf(ways(block), place));
  return { order, place, next, parents: dominators(next) };
}

const NOWHERE: readonly number[] = [];

function placesOf(blocks: readonly number[], place: ReadonlyMap<number, number>): readonly number[] {
  if (blocks.length === 0) return NOWHERE;
  const places = new Array<number>(blocks.length);
  for (let index = 0; index < blocks.length; index++) places[index] = place.get(blocks[index]) as number;
  return places;
}

/** @param flow reducible (see reduction.ts) */
export function shapeOf({ order, place, next, parents }: Flow): Shape {
  const loopHeads = new Set<number>();
  const forward = new Int32Array(order.length);
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) {
      const to = ways[index];
      if (to > from) forward[to]++;
      else loopHeads.add(order[to]);
    }
  }
  const merges = new Set<number>();
  const onlyPredecessor = new Map<number, number>();
  for (let at = 1; at < order.length; at++) {
    if (forward[at] > 1) merges.add(order[at]);
    else if (!loopHeads.has(order[at])) onlyPredecessor.set(order[at], order[parents[at]]);
  }
  return { order, place, children: childrenOf(order, parents), loopHeads, merges, onlyPredecessor };
}

/** An edge back to a block that does not dominate where it comes from: there is one where the flow is irreducible. */
export function retreatingEdge({ order, next, parents }: Flow): { from: number; to: number } | undefined {
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) {
      const to = ways[index];
      if (to <= from && !dominates(to, from, parents)) return { from: order[from], to: order[to] };
    }
  }
  return undefined;
}

function reversePostorder(start: number, ways: WaysOf): number[] {
  const seen = new Set([start]);
  const postorder: number[] = [];
  const blocks = [start];
  const ahead = [ways(start)];
  const taken = [0];
  while (blocks.length > 0) {
    const top = blocks.length - 1;
    const to = ahead[top][taken[top]++];
    if (to === undefined) {
      postorder.push(blocks.pop() as number);
      ahead.pop();
      taken.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      blocks.push(to);
      ahead.push(ways(to));
      taken.push(0);
    }
  }
  return postorder.reverse();
}

/** Immediate dominators by place (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm"). */
function dominators(next: readonly (readonly number[])[]): Int32Array {
  const { first, before } = predecessorsByPlace(next);
  const parents = new Int32Array(next.length).fill(-1);
  parents[0] = 0;
  for (let changed = true; changed; ) {
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

/** The places that lead to a place are those from `first` of it on, up to `first` of the next. */
function predecessorsByPlace(next: readonly (readonly number[])[]): { first: Int32Array; before: Int32Array } {
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

function dominates(above: number, place: number, parents: Int32Array): boolean {
  let at = place;
  while (at > above) at = parents[at];
  return at === above;
}

function childrenOf(order: readonly number[], parents: Int32Array): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (let at = 1; at < order.length; at++) {
    const parent = order[parents[at]];
    const known = children.get(parent);
    if (known) known.push(order[at]);
    else children.set(parent, [order[at]]);
  }
  return children;
}

/** The loop around a block that a retreating edge leads to, and those of its blocks that something outside it leads to. */
export function loopWithWaysIn(
  flow: Flow,
  edges: Edges,
  inside: number,
): { loop: ReadonlySet<number>; waysIn: readonly number[] } {
  const loop = componentOf(inside, edges, dominatedWith(flow, inside));
  return { loop, waysIn: waysInto(loop, edges) };
}

/** The outermost loop that a block is in: all that it reaches and that reaches it. */
export function loopAround(block: number, edges: Edges): ReadonlySet<number> {
  return componentOf(block, edges, new Set(edges.keys()));
}

/** Blocks of a loop that something outside it leads to, in ascending order. */
export function waysInto(loop: ReadonlySet<number>, edges: Edges): number[] {
  const waysIn = new Set<number>();
  for (const [from, next] of edges) {
    if (loop.has(from)) continue;
    for (const to of next) if (loop.has(to)) waysIn.add(to);
  }
  return [...waysIn].sort((a, b) => a - b);
}

/** The blocks that a block's immediate dominator dominates, itself aside. */
function dominatedWith({ order, place, parents }: Flow, block: number): Set<number> {
  const parent = parents[place.get(block) as number];
  return new Set(order.filter((_, at) => at !== parent && dominates(parent, at, parents)));
}

/** The blocks among `within` that `block` reaches and that reach it. */
function componentOf(block: number, edges: Edges, within: ReadonlySet<number>): Set<number> {
  const backward = predecessorsOf(edges);
  const forth = reach(block, edges, within);
  const back = reach(block, backward, within);
  return new Set([...forth].filter((each) => back.has(each)));
}

function predecessorsOf(edges: Edges): Map<number, number[]> {
  const predecessors = new Map<number, number[]>();
  for (const block of edges.keys()) predecessors.set(block, []);
  for (const [from, next] of edges) for (const to of next) predecessors.get(to)?.push(from);
  return predecessors;
}

function reach(from: number, edges: Edges, within: ReadonlySet<number>): Set<number> {
  const reached = new Set([from]);
  const queue = [from];
  for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
    for (const next of edges.get(block) ?? []) {
      if (reached.has(next) || !within.has(next)) continue;
      reached.add(next);
      queue.push(next);
    }
  }
  return reached;
}
