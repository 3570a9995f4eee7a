/**
 * Unrolls small inner loops: their fuel is looked at and charged once for several turns. A loop of a few instructions
 * spends a third of its time on that otherwise.
 */

import { type Block, copyOf, freshKeys, instructionsOf, type Region } from "./block.js";
import { loopBody } from "./loop-regions.js";
import { type Order, predecessorsByPlace } from "./structure.js";

/** Instructions that should be executed between two looks at the fuel. */
const WORTHWHILE_TURN = 32;
/** Copies of a loop's body, and blocks it may have. */
const MOST_TURNS = 6;
const MOST_BLOCKS = 8;

/** @param order of the region, which is reducible @param heads of its loops */
export function unrollLoops(region: Region, order: Order, heads: ReadonlySet<number>): Region {
  if (heads.size === 0) return region;
  let blocks: Map<number, Block> | undefined;
  let { copies } = region;
  const predecessors = predecessorsByPlace(order.next);
  for (const head of heads) {
    const body = loopBody(order, predecessors, order.place.get(head) as number, MOST_BLOCKS);
    const turns = turnsFor(region, head, body, heads);
    if (turns <= 1) continue;
    blocks ??= new Map(region.blocks);
    unroll(blocks, head, body, turns, copies);
    copies += (turns - 1) * body.size;
  }
  return blocks ? { start: region.start, blocks, copies } : region;
}

function turnsFor(region: Region, head: number, body: ReadonlySet<number>, heads: ReadonlySet<number>): number {
  if (body.size > MOST_BLOCKS) return 1;
  let instructions = 0;
  for (const key of body) {
    const block = region.blocks.get(key) as Block;
    if ((key !== head && heads.has(key)) || block.ending.kind === "switch") return 1;
    if (block.straight.calls.length > 0) return 1;
    instructions += instructionsOf(block);
  }
  return Math.min(MOST_TURNS, Math.ceil(WORTHWHILE_TURN / Math.max(1, instructions)));
}

/** @param blocks the region's, changed here @param copies those made before */
function unroll(
  blocks: Map<number, Block>,
  head: number,
  body: ReadonlySet<number>,
  turns: number,
  copies: number,
): void {
  const originals = [...body].map((key) => blocks.get(key) as Block);
  const same = new Map(originals.map(({ key }) => [key, key]));
  const keys = Array.from({ length: turns }, (_, turn) =>
    turn === 0 ? same : freshKeys(body, copies + (turn - 1) * body.size),
  );
  for (const [turn, own] of keys.entries()) {
    const following = (keys[turn + 1] ?? same).get(head) as number;
    const way = (key: number) => (key === head ? following : (own.get(key) ?? key));
    for (const block of originals) {
      const copy = own.get(block.key) as number;
      blocks.set(copy, copyOf(block, copy, way));
    }
  }
}
