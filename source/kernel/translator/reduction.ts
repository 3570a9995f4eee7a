/**
 * Makes irreducible control flow reducible: a loop with several ways in is given one, a dispatch block that all of them go
 * through, with a number that says which was meant (as LLVM does for WebAssembly). Compilers make such loops by threading
 * jumps. Knows blocks by number only.
 */

import { dominatorsOf, type Edges, retreatingEdge } from "./structure.js";

/** A dispatch block: entered with a number, it goes to the target of that number. */
export interface Dispatch {
  /** Below zero, where no guest address is. */
  readonly block: number;
  readonly targets: readonly number[];
}

export interface Reduction {
  readonly edges: Edges;
  /** By the block that edges no longer lead to directly: through which dispatch they lead. */
  readonly through: ReadonlyMap<number, Dispatch>;
}

/** Dispatch blocks beyond which a region is left to the interpreter. */
const MOST_DISPATCHES = 16;

/** Undefined when too many dispatch blocks were needed. */
export function reduce(start: number, original: Edges): Reduction | undefined {
  let edges = original;
  const through = new Map<number, Dispatch>();
  for (let count = 1; count <= MOST_DISPATCHES; count++) {
    const edge = retreatingEdge(start, edges);
    if (!edge) return { edges, through };
    const targets = waysIn(start, edges, edge.to);
    const dispatch = { block: -count, targets };
    for (const target of targets) through.set(target, dispatch);
    edges = redirect(edges, dispatch);
  }
  return undefined;
}

/** Blocks of the loop around `inside` that something outside it leads to. */
function waysIn(start: number, edges: Edges, inside: number): number[] {
  const loop = componentOf(inside, edges, dominatorsOf(start, edges).dominatedWith(inside));
  const targets = new Set<number>();
  for (const [from, next] of edges) {
    if (loop.has(from)) continue;
    for (const to of next) if (loop.has(to)) targets.add(to);
  }
  return [...targets].sort((a, b) => a - b);
}

/** The blocks among `within` that `block` reaches and that reach it. */
function componentOf(block: number, edges: Edges, within: ReadonlySet<number>): Set<number> {
  const backward = new Map<number, number[]>();
  for (const [from, next] of edges) {
    for (const to of next) backward.set(to, [...(backward.get(to) ?? []), from]);
  }
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

function redirect(edges: Edges, { block, targets }: Dispatch): Edges {
  const redirected = new Map<number, readonly number[]>();
  for (const [from, next] of edges) {
    redirected.set(from, [...new Set(next.map((to) => (targets.includes(to) ? block : to)))]);
  }
  redirected.set(block, targets);
  return redirected;
}
