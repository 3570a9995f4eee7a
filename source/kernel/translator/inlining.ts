/**
 * Puts small functions in line where they are called. The guest's stack stays as it would be: the call pushes its return
 * address, the return reads it and checks that it is still the expected one, and only the host's call is saved, with the
 * looks at fuel and stack that a function's entry has. At any place inside, the VM can leave as from a function of its own.
 */

import { type Block, COPY, instructionsOf, isCall, type Region } from "./block.js";

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
    const { ending } = block;
    returns ||= ending.kind === "return";
    if (ending.kind === "switch" || ending.kind.endsWith("tail call")) return false;
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
  const blocks = new Map(region.blocks);
  let { copies } = region;
  let gained = 0;
  const queue: Site[] = [...blocks.keys()].map((key) => ({ key, depth: 0, within: [region.start] }));
  for (let site = queue.shift(); site !== undefined; site = queue.shift()) {
    const block = blocks.get(site.key) as Block;
    const index = block.operations.findIndex((operation) => isInlinable(operation, site as Site, find));
    if (index < 0) continue;
    const call = block.operations[index];
    const callee = find(call.target.address) as Region;
    const size = sizeOf(callee);
    if (gained + size > MOST_GAINED) break;
    gained += size;
    copies++;
    const offset = copies * COPY;
    const returnTo = call.next.address;
    const rest: Block = {
      ...block,
      key: returnTo + offset,
      address: returnTo,
      operations: block.operations.slice(index + 1),
    };
    blocks.set(rest.key, rest);
    blocks.set(site.key, {
      ...block,
      operations: block.operations.slice(0, index),
      ending: { kind: "inlined call", operation: call },
      ways: [callee.start + offset],
      end: call.address,
    });
    for (const each of callee.blocks.values())
      blocks.set(each.key + offset, inlinedBlock(each, callee.start, offset, returnTo));
    queue.push({ ...site, key: rest.key });
    const within = [...site.within, callee.start];
    for (const key of callee.blocks.keys()) queue.push({ key: key + offset, depth: site.depth + 1, within });
  }
  return copies === region.copies ? region : { start: region.start, blocks, copies };
}

function isInlinable(operation: Block["operations"][number], site: Site, find: FindFunction): boolean {
  if (!isCall(operation) || operation.entry?.semantics !== "call" || site.depth >= DEEPEST) return false;
  const target = operation.target.address;
  return site.within.filter((each) => each === target).length <= MOST_RECURSIONS && find(target) !== undefined;
}

function sizeOf(region: Region): number {
  let instructions = 0;
  for (const block of region.blocks.values()) instructions += instructionsOf(block);
  return instructions;
}

function inlinedBlock(block: Block, callee: number, offset: number, returnTo: number): Block {
  const { ending } = block;
  if (ending.kind === "return") {
    return {
      ...block,
      key: block.key + offset,
      ending: { kind: "inlined return", operation: ending.operation, callee, expected: returnTo },
      ways: [returnTo + offset],
    };
  }
  return { ...block, key: block.key + offset, ways: block.ways.map((way) => way + offset) };
}
