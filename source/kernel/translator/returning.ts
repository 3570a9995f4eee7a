/**
 * Finds functions that never return (those that print why and end the program, say): what stands behind a call of one is not
 * reached from it. One that turns for ever is none of them: what it has called may have written another return address, as
 * compilers do against speculation (a "retpoline").
 */

import { VirtualInstruction } from "../abi.js";
import type { Block, Region } from "./block.js";
import type { Ending } from "./ending.js";
import { isDirectCall } from "./facts.js";

/** The region of a function; undefined where an address is none, or it is too large. */
export type RegionOf = (address: number) => Region | undefined;

/** Whether a call of the function may come back. True where that cannot be seen. */
export function mayReturn(start: number, regionOf: RegionOf): boolean {
  const returning = new Set<number>();
  const called = reachedFrom(start, regionOf);
  for (let found = true; found; ) {
    found = false;
    for (const address of called) {
      if (returning.has(address) || !reachesReturn(regionOf(address), returning)) continue;
      returning.add(address);
      found = true;
    }
  }
  return returning.has(start);
}

/** The function and all that it calls directly, and so on. */
function reachedFrom(start: number, regionOf: RegionOf): Set<number> {
  const reached = new Set([start]);
  for (const address of reached) {
    for (const { operations, ending } of regionOf(address)?.blocks.values() ?? []) {
      for (const operation of operations) if (isDirectCall(operation)) reached.add(operation.target.address);
      if (ending.kind === "tail call") reached.add(ending.target);
    }
  }
  return reached;
}

/** Whether there is a way to the function's end on which every function called is known to return, or one that turns for ever. */
function reachesReturn(region: Region | undefined, returning: ReadonlySet<number>): boolean {
  if (!region) return true;
  const seen = new Set([region.start]);
  const goingOn: Block[] = [];
  for (const key of seen) {
    const block = region.blocks.get(key);
    if (!block) return true;
    const passes = block.operations.every(
      (operation) => !isDirectCall(operation) || returning.has(operation.target.address),
    );
    if (!passes) continue;
    if (endsFunction(block.ending, returning)) return true;
    for (const way of block.ways) seen.add(way);
    if (block.ways.length > 0) goingOn.push(block);
  }
  return turnsForEver(goingOn);
}

/** Whether some blocks lead nowhere but to each other. @param blocks all that go on */
function turnsForEver(blocks: readonly Block[]): boolean {
  const left = new Map(blocks.map((block) => [block.key, block]));
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const { key, ways } of left.values()) if (ways.some((way) => !left.has(way))) left.delete(key);
  }
  return left.size > 0;
}

/** Whether a function returns behind a block, or does what is not seen here. */
function endsFunction(ending: Ending, returning: ReadonlySet<number>): boolean {
  switch (ending.kind) {
    case "tail call":
      return returning.has(ending.target);
    case "interrupt":
      return ending.operation.immediate !== VirtualInstruction.TERMINATE;
    case "interpret":
      return ending.operation?.entry?.semantics !== "trap";
    case "return":
    case "indirect tail call":
      return true;
    default:
      return false;
  }
}
