/**
 * Puts small functions in line where they are called. The guest's stack stays as it would be: the call pushes its return
 * address, the return reads it and checks that it is still the expected one, and only the host's call is saved, with the
 * looks at fuel and stack that a function's entry has. At any place inside, the VM can leave as from a function of its own.
 */

import { type Block, blockOf, COPIES, copyOf, cut, freshKeys, instructionsOf, jumpsOn, type Region } from "./block.js";
import { endings } from "./ending.js";
import { isDirectCall } from "./facts.js";

/** Instructions and blocks of a function that is put in line, and instructions that a region may gain so. */
const MOST_INSTRUCTIONS = 64;
const MOST_BLOCKS = 12;
const MOST_GAINED = 400;
/** How deep functions are put in line in functions put in line, and how often one is within itself. */
const DEEPEST = 3;
const MOST_RECURSIONS = 2;

/** Finds the region of a function; undefined where there is none that can be put in line. */
export type FindFunction = (address: number) => Region | undefined;

/** Whether a function is small enough, and returns as functions do. */
export function canBeInlined(region: Region): boolean {
  if (region.blocks.size > MOST_BLOCKS) return false;
  let instructions = 0;
  let returns = false;
  for (const block of region.blocks.values()) {
    instructions += instructionsOf(block);
    const { kind } = block.ending;
    returns ||= kind === "return";
    if (kind === "switch" || jumpsOn(block)) return false;
  }
  return returns && instructions <= MOST_INSTRUCTIONS;
}

interface Site {
  readonly key: number;
  readonly depth: number;
  /** Functions that this place is part of, outermost first. */
  readonly within: readonly number[];
}

export function inlineCalls(region: Region, find: FindFunction): Region {
  const queue: Site[] = [];
  const itself = [region.start];
  for (const { key, straight } of region.blocks.values())
    if (straight.calls.length > 0) queue.push({ key, depth: 0, within: itself });
  if (queue.length === 0) return region;
  let blocks: Map<number, Block> | undefined;
  let { copies } = region;
  let gained = 0;
  for (const site of queue) {
    const block = (blocks ?? region.blocks).get(site.key) as Block;
    const { operations, straight } = block;
    const index = straight.calls.find((each) => isInlinable(operations[each], site, find));
    if (index === undefined) continue;
    const call = operations[index];
    const callee = find(call.target.address) as Region;
    const size = sizeOf(callee);
    if (gained + size > MOST_GAINED) break;
    gained += size;
    blocks ??= new Map(region.blocks);
    const restKey = COPIES + ++copies;
    const keys = freshKeys(callee.blocks.keys(), copies);
    copies += callee.blocks.size;
    const [before, rest] = cut(block, index, restKey, endings.inlinedCall(call), [keys.get(callee.start) as number]);
    blocks.set(restKey, rest);
    blocks.set(site.key, before);
    for (const [key, own] of keys) {
      blocks.set(own, inlinedBlock(callee.blocks.get(key) as Block, own, keys, callee.start, rest));
    }
    if (rest.straight.calls.length > 0) queue.push({ key: restKey, depth: site.depth, within: site.within });
    const within = [...site.within, callee.start];
    for (const [key, own] of keys) {
      const { calls } = (callee.blocks.get(key) as Block).straight;
      if (calls.length > 0) queue.push({ key: own, depth: site.depth + 1, within });
    }
  }
  return blocks ? { start: region.start, blocks, copies } : region;
}

function isInlinable(operation: Block["operations"][number], site: Site, find: FindFunction): boolean {
  if (!isDirectCall(operation) || site.depth >= DEEPEST) return false;
  const target = operation.target.address;
  return site.within.filter((each) => each === target).length <= MOST_RECURSIONS && find(target) !== undefined;
}

function sizeOf(region: Region): number {
  let instructions = 0;
  for (const block of region.blocks.values()) instructions += instructionsOf(block);
  return instructions;
}

/** @param callee the function @param rest where its returns go on */
function inlinedBlock(
  block: Block,
  key: number,
  keys: ReadonlyMap<number, number>,
  callee: number,
  rest: Block,
): Block {
  const { address, straight, ending, end } = block;
  if (ending.kind !== "return") return copyOf(block, key, (way) => keys.get(way) as number);
  const returns = endings.inlinedReturn(ending.operation, callee, rest.address);
  return blockOf(key, address, straight, returns, [rest.key], end);
}
