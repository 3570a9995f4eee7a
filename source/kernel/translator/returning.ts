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

/**
 * How often the blocks of some functions are looked at on average before the rest of them is taken to return: in programs that
 * people write it is once or twice, functions that call each other in circles aside.
 */
const MOST_LOOKS = 64;

/** What is known of an image's functions: each is looked into once, with all that it calls. */
export class Returning {
  readonly #regionOf: RegionOf;
  /** Of functions looked into, whether a call may come back. */
  readonly #known = new Map<number, boolean>();

  constructor(regionOf: RegionOf) {
    this.#regionOf = regionOf;
  }

  /** Whether a call of the function may come back. True where that cannot be seen. */
  mayReturn(start: number): boolean {
    if (!this.#known.has(start)) this.#lookInto(start);
    return this.#known.get(start) as boolean;
  }

  readonly #returns = (address: number): boolean => this.#known.get(address) === true;

  #lookInto(start: number): void {
    const callers = this.#callersWithin(start);
    const reached = [...callers.keys()];
    for (const address of reached) this.#known.set(address, false);
    let looks = 0;
    for (const address of reached) looks += MOST_LOOKS * this.#sizeOf(address);
    // What is called first, mostly, and again whoever calls what was found to return.
    const queue = reached;
    const queued = new Set(queue);
    for (let address = queue.pop(); address !== undefined && looks > 0; address = queue.pop()) {
      queued.delete(address);
      looks -= this.#sizeOf(address);
      if (!reachesReturn(this.#regionOf(address), this.#returns)) continue;
      this.#known.set(address, true);
      for (const caller of callers.get(address) ?? []) {
        if (this.#returns(caller) || queued.has(caller)) continue;
        queued.add(caller);
        queue.push(caller);
      }
    }
    if (looks <= 0) for (const address of callers.keys()) this.#known.set(address, true);
  }

  #sizeOf(address: number): number {
    return 1 + (this.#regionOf(address)?.blocks.size ?? 0);
  }

  /** The function and all that it calls directly, and so on, as far as that is not known; with those of them that call each. */
  #callersWithin(start: number): Map<number, Set<number>> {
    const callers = new Map<number, Set<number>>([[start, new Set()]]);
    for (const address of callers.keys()) {
      const calls = (callee: number): void => {
        if (this.#known.has(callee)) return;
        const known = callers.get(callee);
        if (known) known.add(address);
        else callers.set(callee, new Set([address]));
      };
      for (const { operations, straight, ending } of this.#regionOf(address)?.blocks.values() ?? []) {
        for (const at of straight.calls) if (isDirectCall(operations[at])) calls(operations[at].target.address);
        if (ending.kind === "tail call") calls(ending.target);
      }
    }
    return callers;
  }
}

type Returns = (address: number) => boolean;

/** Whether there is a way to the function's end on which every function called is known to return, or one that turns for ever. */
function reachesReturn(region: Region | undefined, returns: Returns): boolean {
  if (!region) return true;
  const seen = new Set([region.start]);
  const goingOn: Block[] = [];
  for (const key of seen) {
    const block = region.blocks.get(key);
    if (!block) return true;
    const { operations, straight } = block;
    const passes = straight.calls.every(
      (at) => !isDirectCall(operations[at]) || returns(operations[at].target.address),
    );
    if (!passes) continue;
    if (endsFunction(block.ending, returns)) return true;
    for (const way of block.ways) seen.add(way);
    if (block.ways.length > 0) goingOn.push(block);
  }
  return turnsForEver(goingOn);
}

/** Whether some blocks lead nowhere but to each other. @param blocks all that go on */
function turnsForEver(blocks: readonly Block[]): boolean {
  const left = new Set<number>();
  for (const { key } of blocks) left.add(key);
  const before = new Map<number, number[]>();
  const elsewhere: number[] = [];
  for (const { key, ways } of blocks) {
    for (const way of ways) {
      const known = before.get(way);
      if (!left.has(way)) elsewhere.push(key);
      else if (known) known.push(key);
      else before.set(way, [key]);
    }
  }
  for (let key = elsewhere.pop(); key !== undefined; key = elsewhere.pop()) {
    if (!left.delete(key)) continue;
    for (const from of before.get(key) ?? []) elsewhere.push(from);
  }
  return left.size > 0;
}

/** Whether a function returns behind a block, or does what is not seen here. */
function endsFunction(ending: Ending, returns: Returns): boolean {
  switch (ending.kind) {
    case "tail call":
      return returns(ending.target);
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
