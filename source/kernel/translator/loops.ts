/** Loops with any number of ways in, which control flow need not be reducible for, and the edges that show one. By places. */

import { dominates, type Flow, type Order, predecessorsByPlace } from "./structure.js";

export interface Loop {
  readonly blocks: ReadonlySet<number>;
  /** Those of its blocks that something outside it leads to, in ascending order. */
  readonly waysIn: readonly number[];
}

/** By its blocks. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** An edge back to a block that does not dominate where it comes from: there is one where the flow is irreducible. */
export function retreatingEdge({ order, next, parents }: Flow): Edge | undefined {
  for (let from = 0; from < next.length; from++) {
    const ways = next[from];
    for (let index = 0; index < ways.length; index++) {
      const to = ways[index];
      if (to <= from && !dominates(to, from, parents)) return { from: order[from], to: order[to] };
    }
  }
  return undefined;
}

/** The loop around a block that a retreating edge leads to. */
export function loopWithWaysIn(flow: Flow, block: number): Loop {
  const at = flow.place.get(block) as number;
  return loopOf(flow, at, dominatedBy(flow, flow.parents[at]));
}

/** The outermost loop that a block is in: all that it reaches and that reaches it. */
export function loopAround(order: Order, block: number): Loop {
  return loopOf(order, order.place.get(block) as number, new Uint8Array(order.order.length).fill(1));
}

/** By place: whether a place dominates it; itself aside. */
function dominatedBy({ parents }: Flow, above: number): Uint8Array {
  const within = new Uint8Array(parents.length);
  for (let at = above + 1; at < parents.length; at++)
    if (parents[at] === above || within[parents[at]] === 1) within[at] = 1;
  return within;
}

/** What a place reaches, and what reaches it, are the bits of a mark. */
const FORTH = 1;
const BACK = 2;
const BOTH = FORTH | BACK;

/** The places among `within` that `from` reaches and that reach it. */
function loopOf({ order, next }: Order, from: number, within: Uint8Array): Loop {
  const { first, before } = predecessorsByPlace(next);
  const marks = new Uint8Array(next.length);
  marks[from] = BOTH;
  const queue = [from];
  const visit = (at: number, mark: number): void => {
    if (within[at] === 0 || (marks[at] & mark) !== 0) return;
    marks[at] |= mark;
    queue.push(at);
  };
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (let index = 0; index < next[at].length; index++) visit(next[at][index], FORTH);
  }
  queue.push(from);
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (let index = first[at]; index < first[at + 1]; index++) visit(before[index], BACK);
  }
  const blocks = new Set<number>();
  const waysIn: number[] = [];
  for (let at = 0; at < marks.length; at++) {
    if (marks[at] !== BOTH) continue;
    blocks.add(order[at]);
    for (let index = first[at]; index < first[at + 1]; index++) {
      if (marks[before[index]] === BOTH) continue;
      waysIn.push(order[at]);
      break;
    }
  }
  return { blocks, waysIn: waysIn.sort((a, b) => a - b) };
}
