/**
 * Makes irreducible control flow reducible: a loop with several ways in is given one, a dispatch block that all of them go
 * through, with a number that says which was meant (as LLVM does for WebAssembly). Compilers make such loops by threading
 * jumps. Knows blocks by number only.
 */

import type { Region } from "./block.js";
import { loopWithWaysIn, retreatingEdge } from "./loops.js";
import type { PlanningBudget } from "./planning-budget.js";
import type { Split } from "./splitting.js";
import { type Flow, flowOf } from "./structure.js";

/** Where each block goes on. */
type Edges = ReadonlyMap<number, readonly number[]>;

/** A dispatch block: entered with a number, it goes to the target of that number. */
export interface Dispatch {
  /** Below zero, where no guest address is. */
  readonly block: number;
  readonly targets: readonly number[];
}

export interface Reduction {
  readonly flow: Flow;
  /** By the block, a dispatch block among them, that edges no longer lead to directly: through which dispatch they lead. */
  readonly through: ReadonlyMap<number, Dispatch>;
}

/** Where edges to a block really lead: to the block, or to the dispatch before it, or to one before that. */
export function outermost(block: number, through: Reduction["through"]): number {
  const dispatch = through.get(block);
  return dispatch ? outermost(dispatch.block, through) : block;
}

/** Dispatch blocks beyond which a region is left to the interpreter. */
const MOST_DISPATCHES = 16;

/** Ways of a block from which on they are worth keeping together. */
const MANY_WAYS = 4;

/** Undefined when too many dispatch blocks were needed. @param budget what is looked at for each is taken off */
export function reduce(split: Split, budget: PlanningBudget): Reduction | undefined {
  const { region } = split;
  let { flow, edge } = split;
  let edges: Edges | undefined;
  const through = new Map<number, Dispatch>();
  for (let count = 1; count <= MOST_DISPATCHES; count++) {
    if (!edge) return { flow, through };
    if (!budget.takeRegion(region)) return undefined;
    edges ??= edgesOf(region);
    const { waysIn } = loopWithWaysIn(flow, edge.to);
    const targets = withCompanions(waysIn, edges, (to) => to >= 0 && to !== region.start && !through.has(to));
    const dispatch = { block: -count, targets };
    for (const target of targets) through.set(target, dispatch);
    const redirected = redirect(edges, dispatch);
    edges = redirected;
    flow = flowOf(region.start, (block) => redirected.get(block) as readonly number[]);
    edge = retreatingEdge(flow);
  }
  return undefined;
}

function edgesOf(region: Region): Edges {
  const edges = new Map<number, readonly number[]>();
  for (const { key, ways } of region.blocks.values()) edges.set(key, ways);
  return edges;
}

/**
 * Ways into a loop, and where else blocks go on that have many ways, most of them these: then such a block, the end of an
 * instruction in an interpreter of bytecode, goes on through the dispatch block whatever comes next.
 */
function withCompanions(
  waysIn: readonly number[],
  edges: Edges,
  mayBeOne: (block: number) => boolean,
): readonly number[] {
  if (waysIn.length < MANY_WAYS) return waysIn;
  const known = new Set(waysIn);
  const targets = new Set(waysIn);
  for (const [from, next] of edges) {
    if (from < 0 || next.length < MANY_WAYS) continue;
    const common = next.filter((to) => known.has(to)).length;
    if (2 * common > next.length) for (const to of next) if (mayBeOne(to)) targets.add(to);
  }
  return [...targets].sort((a, b) => a - b);
}

function redirect(edges: Edges, { block, targets }: Dispatch): Edges {
  const redirected = new Map<number, readonly number[]>();
  const known = new Set(targets);
  for (const [from, next] of edges) {
    redirected.set(from, [...new Set(next.map((to) => (known.has(to) ? block : to)))]);
  }
  redirected.set(block, targets);
  return redirected;
}
