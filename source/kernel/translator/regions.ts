/** Takes functions, and what is reachable from a loop's head, apart into basic blocks. */

import type { Operation } from "../x86/operation.js";
import { type Block, type Ending, predecessorsOf, type Region, reachable } from "./block.js";
import type { InstructionReader } from "./instruction-reader.js";
import { dominatorsOf, edgesOf } from "./structure.js";

/** Longest block, in operations: a longer one is cut, so that fuel is looked at often enough. */
const LONGEST_BLOCK = 200;

/** Blocks of a region beyond which it is left to the interpreter: the host would pause to compile it. */
const MOST_BLOCKS = 4_000;

/** An ending, and where it goes on. */
interface Way {
  readonly ending: Ending;
  readonly ways: readonly number[];
}

export class RegionReader {
  readonly #reader: InstructionReader;
  readonly #functions: ReadonlySet<number>;
  readonly #isTranslated: (operation: Operation) => boolean;
  /** Whether some blocks of the region being read may not be led to after all. */
  #mayBeUnreachable = false;

  /**
   * @param functions starts of functions: a jump to one is a tail call
   * @param isTranslated whether the translator has a translation of the operation
   */
  constructor(
    reader: InstructionReader,
    functions: ReadonlySet<number>,
    isTranslated: (operation: Operation) => boolean,
  ) {
    this.#reader = reader;
    this.#functions = functions;
    this.#isTranslated = isTranslated;
  }

  /** The region that starts at an address; undefined when it is too large to be translated. */
  region(start: number): Region | undefined {
    const leaders = this.#leaders(start);
    if (leaders.size > MOST_BLOCKS) return undefined;
    const blocks = new Map<number, Block>();
    this.#mayBeUnreachable = false;
    for (const leader of leaders) blocks.set(leader, this.#block(leader, leaders, start));
    const region = { start, blocks, copies: 0 };
    return this.#mayBeUnreachable ? reachable(region) : region;
  }

  /** Addresses at which blocks start: the targets of jumps, and where long straight code is cut. */
  #leaders(start: number): Set<number> {
    const leaders = new Set([start]);
    const seen = new Set<number>();
    const queue = [start];
    for (let leader = queue.pop(); leader !== undefined; leader = queue.pop()) {
      let at = leader;
      for (let length = 0; !seen.has(at); length++) {
        const operation = this.#reader.at(at);
        const end = length >= LONGEST_BLOCK ? { ways: [at] } : this.#endingAt(operation, start);
        if (end) {
          for (const way of end.ways) {
            if (leaders.has(way)) continue;
            leaders.add(way);
            queue.push(way);
          }
          break;
        }
        seen.add(at);
        at = (operation as Operation).next.address;
      }
      // Straight code that runs into code seen before meets it there.
      if (seen.has(at)) leaders.add(at);
      if (leaders.size > MOST_BLOCKS) break;
    }
    return leaders;
  }

  #block(address: number, leaders: ReadonlySet<number>, start: number): Block {
    const operations: Operation[] = [];
    for (let at = address; ; ) {
      const operation = this.#reader.at(at);
      const end =
        at !== address && leaders.has(at)
          ? { ending: { kind: "next", jump: false } as const, ways: [at] }
          : this.#endingAt(operation, start);
      if (end) return { key: address, address, operations, ...this.#whole(end, operations), end: at };
      operations.push(operation as Operation);
      at = (operation as Operation).next.address;
    }
  }

  /** The ending that an operation makes of a block, undefined when the block goes on. */
  #endingAt(operation: Operation | undefined, start: number): Way | undefined {
    const nowhere: readonly number[] = [];
    if (!operation) return { ending: { kind: "interpret", operation }, ways: nowhere };
    switch (operation.entry?.semantics) {
      case "jcc":
      case "jecxz":
      case "loop":
      case "loope":
      case "loopne":
        return { ending: { kind: "branch", operation }, ways: [operation.target.address, operation.next.address] };
      case "jmp":
        return this.#jump(operation, start);
      case "jmp indirect":
        return this.#switch(operation);
      case "ret":
        return { ending: { kind: "return", operation }, ways: nowhere };
      case "int":
        return { ending: { kind: "interrupt", operation }, ways: nowhere };
      default:
        return this.#isTranslated(operation) ? undefined : { ending: { kind: "interpret", operation }, ways: nowhere };
    }
  }

  /** A switch of whose load the block knows nothing, since somebody jumps behind it, is none. */
  #whole(end: Way, operations: readonly Operation[]): Way {
    const { ending } = end;
    if (ending.kind !== "switch" || !ending.table.load || ending.table.load === operations.at(-1)) return end;
    this.#mayBeUnreachable = true;
    return { ending: { kind: "indirect tail call", operation: ending.operation }, ways: [] };
  }

  #jump(operation: Operation, start: number): Way {
    const target = operation.target.address;
    const tail = this.#functions.has(target) && target !== start;
    return tail
      ? { ending: { kind: "tail call", operation, target }, ways: [] }
      : { ending: { kind: "next", jump: true, operation }, ways: [target] };
  }

  #switch(operation: Operation): Way {
    const table = this.#reader.jumpTable(operation);
    return table
      ? { ending: { kind: "switch", operation, table }, ways: [...new Set(table.targets)] }
      : { ending: { kind: "indirect tail call", operation }, ways: [] };
  }
}

/** The natural loops of some heads as regions of their own: from each way out of one the VM leaves. */
export function loopRegions(region: Region, heads: Iterable<number>): Map<number, Region> {
  const predecessors = predecessorsOf(region);
  const { place } = dominatorsOf(region.start, edgesOf(region));
  const regions = new Map<number, Region>();
  for (const head of heads) {
    const from = place.get(head);
    if (from === undefined) continue;
    const body = loopBody(predecessors, head, (key) => (place.get(key) ?? -1) >= from);
    const blocks = new Map<number, Block>();
    for (const key of body) {
      const block = region.blocks.get(key) as Block;
      blocks.set(key, block);
      for (const way of block.ways) if (!body.has(way)) blocks.set(way, exitTo(region.blocks.get(way) as Block));
    }
    regions.set(head, { start: head, blocks, copies: region.copies });
  }
  return regions;
}

/** Leaves at the start of a block. */
function exitTo({ key, address, operations, ending }: Block): Block {
  const operation = operations[0] ?? ("operation" in ending ? ending.operation : undefined);
  return { key, address, operations: [], ending: { kind: "interpret", operation }, ways: [], end: address };
}

/**
 * The head and the blocks from which what leads back to it can be reached without passing it.
 * @param predecessors of the region's blocks
 */
export function loopBody(
  predecessors: ReadonlyMap<number, readonly number[]>,
  head: number,
  leadsBack: (from: number) => boolean,
): Set<number> {
  const body = new Set([head]);
  const queue = (predecessors.get(head) as readonly number[]).filter(leadsBack);
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (body.has(key)) continue;
    body.add(key);
    queue.push(...(predecessors.get(key) as readonly number[]));
  }
  return body;
}
