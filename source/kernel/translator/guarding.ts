/**
 * Calls through a pointer, in images where few functions have their address taken: the pointer is compared with each of
 * them, and what is called so is called directly, and may be put in line.
 */

import { findEntry } from "../x86/instruction-table.js";
import { Operation } from "../x86/operation.js";
import { type Block, blockOf, COPIES, cut, NOTHING, type Region, Straight } from "./block.js";
import { endings } from "./ending.js";
import { changed, isDirectCall } from "./facts.js";

/**
 * Functions that a pointer is compared with, and calls of a region for which that is done. With more of them, what was
 * measured gained nothing.
 */
const MOST_CANDIDATES = 16;
const MOST_CALLS = 8;

/** @param candidates addresses of functions that pointers may point to */
export function guardCalls(region: Region, candidates: ReadonlySet<number>): Region {
  if (candidates.size === 0 || candidates.size > MOST_CANDIDATES) return region;
  const queue = [...region.blocks.values()].filter((block) => callThrough(block) !== undefined);
  if (queue.length === 0) return region;
  const blocks = new Map(region.blocks);
  let { copies } = region;
  for (let guarded = 0; queue.length > 0 && guarded < MOST_CALLS; ) {
    const block = queue.shift() as Block;
    const { operations } = block;
    const index = callThrough(block);
    if (index === undefined) continue;
    guarded++;
    const call = operations[index];
    const restKey = COPIES + ++copies;
    const calling = (operation: Operation): Block => {
      const straight = new Straight([operation]);
      return blockOf(COPIES + ++copies, call.address, straight, endings.falls(), [restKey], call.next.address);
    };
    let otherwise = calling(call);
    // Its place among the blocks; what it is, is known below.
    blocks.set(restKey, block).set(otherwise.key, otherwise);
    for (const candidate of candidates) {
      const direct = calling(directCall(call, candidate));
      const ending = endings.guard(call, candidate);
      const ways = [direct.key, otherwise.key];
      const guard = blockOf(COPIES + ++copies, call.address, NOTHING, ending, ways, call.address);
      blocks.set(direct.key, direct).set(guard.key, guard);
      otherwise = guard;
    }
    const [before, rest] = cut(block, index, restKey, endings.falls(), [otherwise.key]);
    blocks.set(block.key, before).set(restKey, rest);
    queue.unshift(rest);
  }
  return { start: region.start, blocks, copies };
}

/** Which of a block's operations is its first call through a pointer. */
function callThrough({ operations, straight }: Block): number | undefined {
  return straight.calls.find((each) => !isDirectCall(operations[each]));
}

/** The call as it is when the pointer points there. */
function directCall(call: Operation, target: number): Operation {
  return changed(call, {
    entry: findEntry("call", "rel", call.size),
    target: new Operation(target, call.execute),
  });
}
