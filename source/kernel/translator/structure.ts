/**
 * The shape of a region's control flow: reverse postorder, dominators, loops and merges, from which structured code follows
 * (Ramsey, "Beyond Relooper", ICFP 2022). Knows blocks by number only.
 */

import type { Region } from "./block.js";

export interface Shape {
  /** Block numbers in reverse postorder; the first is the region's start. */
  readonly order: readonly number[];
  /** Place of each block in `order`. */
  readonly place: ReadonlyMap<number, number>;
  /** Blocks each block dominates immediately, in ascending order of place. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** Blocks that an edge leads back to. */
  readonly loopHeads: ReadonlySet<number>;
  /** Blocks that several edges lead forward to. */
  readonly merges: ReadonlySet<number>;
}

/** Where each block goes on. */
export type Edges = ReadonlyMap<number, readonly number[]>;

export function edgesOf(region: Region): Map<number, readonly number[]> {
  return new Map([...region.blocks.values()].map(({ key, ways }) => [key, ways]));
}

/** @param edges reducible (see reduction.ts), every block reachable from `start` */
export function shapeOf(start: number, edges: Edges): Shape {
  const { order, place, parents } = dominatorsOf(start, edges);
  const loopHeads = new Set<number>();
  const forward = new Map<number, number>();
  for (const from of order) {
    for (const to of edges.get(from) ?? []) {
      if ((place.get(to) as number) > (place.get(from) as number)) forward.set(to, (forward.get(to) ?? 0) + 1);
      else loopHeads.add(to);
    }
  }
  const merges = new Set([...forward].filter(([, count]) => count > 1).map(([block]) => block));
  return { order, place, children: childrenOf(order, parents), loopHeads, merges };
}

/** An edge back to a block that does not dominate where it comes from: there is one where the flow is irreducible. */
export function retreatingEdge(start: number, edges: Edges): { from: number; to: number } | undefined {
  const { order, place, parents } = dominatorsOf(start, edges);
  for (const from of order) {
    for (const to of edges.get(from) ?? []) {
      const back = (place.get(to) as number) <= (place.get(from) as number);
      if (back && !dominates(to, from, place, parents)) return { from, to };
    }
  }
  return undefined;
}

export interface Dominators {
  readonly order: readonly number[];
  readonly place: ReadonlyMap<number, number>;
  /** Place of each block's immediate dominator, by place. */
  readonly parents: Int32Array;
  /** The blocks that a block's immediate dominator dominates, itself aside. */
  dominatedWith(block: number): Set<number>;
}

export function dominatorsOf(start: number, edges: Edges): Dominators {
  const order = reversePostorder(start, edges);
  const place = new Map(order.map((block, index) => [block, index]));
  const parents = dominators(order, place, predecessorsOf(order, edges));
  const dominatedWith = (block: number): Set<number> => {
    const parent = parents[place.get(block) as number];
    const above = order[parent];
    return new Set(order.filter((each, index) => index !== parent && dominates(above, each, place, parents)));
  };
  return { order, place, parents, dominatedWith };
}

function reversePostorder(start: number, successors: ReadonlyMap<number, readonly number[]>): number[] {
  const seen = new Set([start]);
  const postorder: number[] = [];
  const stack = [{ block: start, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const to = (successors.get(top.block) ?? [])[top.next++];
    if (to === undefined) {
      postorder.push(top.block);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ block: to, next: 0 });
    }
  }
  return postorder.reverse();
}

function predecessorsOf(
  order: readonly number[],
  successors: ReadonlyMap<number, readonly number[]>,
): Map<number, number[]> {
  const predecessors = new Map<number, number[]>(order.map((block) => [block, []]));
  for (const from of order) for (const to of successors.get(from) ?? []) predecessors.get(to)?.push(from);
  return predecessors;
}

/** Immediate dominators by place (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm"). */
function dominators(
  order: readonly number[],
  place: ReadonlyMap<number, number>,
  predecessors: ReadonlyMap<number, readonly number[]>,
): Int32Array {
  const parents = new Int32Array(order.length).fill(-1);
  parents[0] = 0;
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while (x > y) x = parents[x];
      while (y > x) y = parents[y];
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = 1; index < order.length; index++) {
      let parent = -1;
      for (const from of predecessors.get(order[index]) as readonly number[]) {
        const at = place.get(from) as number;
        if (parents[at] >= 0) parent = parent < 0 ? at : meet(at, parent);
      }
      if (parents[index] === parent) continue;
      parents[index] = parent;
      changed = true;
    }
  }
  return parents;
}

function dominates(a: number, b: number, place: ReadonlyMap<number, number>, parents: Int32Array): boolean {
  const wanted = place.get(a) as number;
  let at = place.get(b) as number;
  while (at > wanted) at = parents[at];
  return at === wanted;
}

function childrenOf(order: readonly number[], parents: Int32Array): Map<number, number[]> {
  const children = new Map<number, number[]>(order.map((block) => [block, []]));
  for (let index = 1; index < order.length; index++) children.get(order[parents[index]])?.push(order[index]);
  return children;
}

/** The loop around a block that a retreating edge leads to, and those of its blocks that something outside it leads to. */
export function loopWithWaysIn(
  start: number,
  edges: Edges,
  inside: number,
): { loop: ReadonlySet<number>; waysIn: readonly number[] } {
  const loop = componentOf(inside, edges, dominatorsOf(start, edges).dominatedWith(inside));
  const waysIn = new Set<number>();
  for (const [from, next] of edges) {
    if (loop.has(from)) continue;
    for (const to of next) if (loop.has(to)) waysIn.add(to);
  }
  return { loop, waysIn: [...waysIn].sort((a, b) => a - b) };
}

/** The blocks among `within` that `block` reaches and that reach it. */
function componentOf(block: number, edges: Edges, within: ReadonlySet<number>): Set<number> {
  const backward = predecessorsOf([...edges.keys()], edges);
  const forth = reach(block, edges, within);
  const back = reach(block, backward, within);
  return new Set([...forth].filter((each) => back.has(each)));
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
