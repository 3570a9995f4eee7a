/**
 * Makes irreducible control flow reducible by copying: where a loop has several ways in, one stays its head, and the blocks
 * between the other ways in and that head are copied for who comes from outside. Compilers make such loops by threading
 * jumps and by unrolling. What would take too many copies is left to {@link reduce}, which costs at run time instead.
 */

import { type Block, copyOf, freshKeys, instructionsOf, type Region, reachable } from "./block.js";
import { type Edge, loopWithWaysIn, retreatingEdge } from "./loops.js";
import type { PlanningBudget } from "./planning-budget.js";
import { type Flow, flowOf, waysOf } from "./structure.js";

/** Instructions copied for one loop, and in one region. */
const MOST_COPIED = 120;
const MOST_COPIED_IN_REGION = 600;

export interface Split {
  readonly region: Region;
  readonly flow: Flow;
  /** One back to a loop that has several ways in still. */
  readonly edge: Edge | undefined;
}

/** @param planning what is looked at for each loop is taken off */
export function splitLoops(original: Region, planning: PlanningBudget): Split {
  let region = original;
  let flow = flowOf(region.start, waysOf(region));
  let edge = retreatingEdge(flow);
  for (let budget = MOST_COPIED_IN_REGION; edge && budget > 0 && planning.take(region.blocks.size); ) {
    const { blocks: loop, waysIn } = loopWithWaysIn(flow, edge.to);
    const best = cheapestHead(region, loop, waysIn);
    if (waysIn.length < 2 || !best) break;
    budget -= best.cost;
    region = copyFor(region, loop, best);
    flow = flowOf(region.start, waysOf(region));
    edge = retreatingEdge(flow);
  }
  return { region, flow, edge };
}

interface Choice {
  readonly head: number;
  /** Blocks to copy: those that the other ways in reach without passing the head. */
  readonly copied: ReadonlySet<number>;
  readonly cost: number;
}

/** Undefined where each choice would copy too much. */
function cheapestHead(region: Region, loop: ReadonlySet<number>, waysIn: readonly number[]): Choice | undefined {
  // Every way in but one is copied, and costs something: with many of them there is nothing to look for.
  if (waysIn.length - 1 > MOST_COPIED) return undefined;
  let best: Choice | undefined;
  for (const head of waysIn) best = copying(region, loop, head, waysIn, best ? best.cost - 1 : MOST_COPIED) ?? best;
  return best;
}

/**
 * What is copied when one way in stays the head; undefined where that costs more than wanted, which is found out before more
 * has been looked at.
 */
function copying(
  region: Region,
  loop: ReadonlySet<number>,
  head: number,
  from: readonly number[],
  most: number,
): Choice | undefined {
  const queue = from.filter((key) => key !== head);
  const copied = new Set(queue);
  let cost = 0;
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const block = region.blocks.get(key) as Block;
    cost += instructionsOf(block) + 1;
    if (cost > most) return undefined;
    for (const way of block.ways) {
      if (way === head || !loop.has(way) || copied.has(way)) continue;
      copied.add(way);
      queue.push(way);
    }
  }
  return { head, copied, cost };
}

function copyFor(region: Region, loop: ReadonlySet<number>, { copied }: Choice): Region {
  const keys = freshKeys(copied, region.copies);
  const toCopy = (way: number): number => keys.get(way) ?? way;
  const blocks = new Map<number, Block>();
  for (const [key, block] of region.blocks) {
    const enters = !loop.has(key) && block.ways.some((way) => copied.has(way));
    blocks.set(key, enters ? copyOf(block, key, toCopy) : block);
    const copy = keys.get(key);
    if (copy !== undefined) blocks.set(copy, copyOf(block, copy, toCopy));
  }
  return reachable({ start: region.start, blocks, copies: region.copies + keys.size });
}
