/** Cuts loops out of a function, as regions of their own that a VM can be entered at: from each way out of one it leaves. */

import { type Block, blockOf, COPIES, NOTHING, type Region, reachable } from "./block.js";
import { endings } from "./ending.js";
import { loopAround } from "./loops.js";
import { type Order, orderOf, type Predecessors, predecessorsByPlace, waysOf } from "./structure.js";

const NOWHERE: readonly number[] = [];

/** The natural loops of some heads as regions of their own, one at a time: from each way out of one the VM leaves. */
export function* loopRegions(region: Region, heads: Iterable<number>): Iterable<Region> {
  const order = orderOf(region.start, waysOf(region));
  const predecessors = predecessorsByPlace(order.next);
  for (const head of heads) {
    const place = order.place.get(head);
    if (place === undefined) continue;
    const body = loopBody(order, predecessors, place);
    yield reachable({ start: head, blocks: cutOut(region, body), copies: region.copies });
  }
}

/**
 * Loops that have loops with several ways in, or are such, as regions that are entered at any of their ways in: a VM that is in
 * one may go round for long without coming by any one place.
 * @param region of a function
 * @param ways addresses that loops with several ways in are entered at, from outside them or from within
 * @param heads of loops with one way in
 */
export function loopsWithWaysIn(region: Region, ways: readonly number[], heads: readonly number[]): Region[] {
  const regions: Region[] = [];
  const left = new Set(ways.filter((way) => region.blocks.has(way)));
  if (left.size === 0) return regions;
  const around = headsAround(region, left, heads);
  const order = orderOf(region.start, waysOf(region));
  for (const way of left) {
    const { blocks: loop, waysIn } = loopAround(order, way);
    const entries = new Set(waysIn);
    for (const other of [...around, ...left]) if (loop.has(other)) entries.add(other);
    for (const entry of entries) left.delete(entry);
    if (loop.size > 1) regions.push(resuming(region, loop, [...entries]));
  }
  return regions;
}

/** Heads of loops in which some other blocks are. */
function headsAround(region: Region, inside: ReadonlySet<number>, heads: readonly number[]): number[] {
  const around: number[] = [];
  for (const { start, blocks } of loopRegions(region, heads)) {
    for (const key of inside) {
      // A block that the loop is left to is there, too, but another.
      if (blocks.get(key) !== region.blocks.get(key)) continue;
      around.push(start);
      break;
    }
  }
  return around;
}

/** A region that starts with no instruction, and goes on at one of some blocks. */
function resuming(region: Region, loop: ReadonlySet<number>, entries: readonly number[]): Region {
  const blocks = cutOut(region, loop);
  const copies = region.copies + 1;
  const start = COPIES + copies;
  const address = entries[0];
  blocks.set(start, blockOf(start, address, NOTHING, endings.resume(), entries, address));
  return reachable({ start, blocks, copies });
}

/** Some blocks of a region: from each way out of them the VM leaves. */
function cutOut(region: Region, body: ReadonlySet<number>): Map<number, Block> {
  const blocks = new Map<number, Block>();
  for (const key of body) {
    const block = region.blocks.get(key) as Block;
    blocks.set(key, block);
    for (const way of block.ways) if (!body.has(way)) blocks.set(way, exitTo(region.blocks.get(way) as Block));
  }
  return blocks;
}

/** Leaves at the start of a block. */
function exitTo({ key, address, operations, ending }: Block): Block {
  const operation = operations[0] ?? ("operation" in ending ? ending.operation : undefined);
  return blockOf(key, address, NOTHING, endings.interpret(operation), NOWHERE, address);
}

/**
 * The head and the blocks from which what leads back to it can be reached without passing it.
 * @param head its place
 * @param most blocks; where there are more, only some are found
 */
export function loopBody(
  { order }: Order,
  { first, before }: Predecessors,
  head: number,
  most = Number.POSITIVE_INFINITY,
): Set<number> {
  const body = new Set([order[head]]);
  const queue: number[] = [];
  for (let index = first[head]; index < first[head + 1]; index++) if (before[index] >= head) queue.push(before[index]);
  for (let at = queue.pop(); at !== undefined && body.size <= most; at = queue.pop()) {
    if (body.has(order[at])) continue;
    body.add(order[at]);
    for (let index = first[at]; index < first[at + 1]; index++) queue.push(before[index]);
  }
  return body;
}
