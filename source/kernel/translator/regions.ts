/** Takes functions, and what is reachable from a loop's head, apart into basic blocks. */

import type { Operation } from "../x86/operation.js";
import { type Block, COPIES, type Ending, NOTHING, predecessorsOf, type Region, reachable, Straight } from "./block.js";
import type { InstructionReader } from "./instruction-reader.js";
import { edgesOf, flowOf, loopAround, waysInto, waysOf } from "./structure.js";

/** Longest block, in operations: a longer one is cut, so that fuel is looked at often enough. */
const LONGEST_BLOCK = 200;

/** Blocks of a region beyond which it is left to the interpreter: the host would pause to compile it. */
const MOST_BLOCKS = 4_000;

/** An ending, and where it goes on. */
interface Way {
  readonly ending: Ending;
  readonly ways: readonly number[];
}

/** Straight code, each instruction of which is in no other. */
interface Run extends Way {
  readonly from: number;
  readonly operations: readonly Operation[];
  /** Address of what stands behind its operations. */
  readonly end: number;
}

const NOWHERE: readonly number[] = [];

const fallsTo = (address: number): Way => ({ ending: { kind: "next", jump: false }, ways: [address] });

export class RegionReader {
  readonly #reader: InstructionReader;
  readonly #functions: ReadonlySet<number>;
  readonly #isTranslated: (operation: Operation) => boolean;

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
    const { leaders, runs } = this.#follow(start);
    if (leaders.size > MOST_BLOCKS) return undefined;
    const made = new Map<number, Block>();
    let allLedTo = true;
    for (const run of runs) if (!cutRun(run, leaders, made)) allLedTo = false;
    const blocks = new Map<number, Block>();
    for (const leader of leaders) blocks.set(leader, made.get(leader) as Block);
    const region = { start, blocks, copies: 0 };
    return allLedTo ? region : reachable(region);
  }

  /** Addresses at which blocks start: the targets of jumps, and where long straight code is cut; and the code between. */
  #follow(start: number): { leaders: ReadonlySet<number>; runs: readonly Run[] } {
    const leaders = new Set([start]);
    const seen = new Set<number>();
    const runs: Run[] = [];
    const queue = [start];
    for (let leader = queue.pop(); leader !== undefined; leader = queue.pop()) {
      if (seen.has(leader)) continue;
      const run = this.#run(leader, seen, start);
      runs.push(run);
      for (const way of run.ways) {
        if (leaders.has(way)) continue;
        leaders.add(way);
        queue.push(way);
      }
      if (leaders.size > MOST_BLOCKS) break;
    }
    return { leaders, runs };
  }

  /** Straight code to its end, or to where it runs into code seen before. */
  #run(from: number, seen: Set<number>, start: number): Run {
    const operations: Operation[] = [];
    let at = from;
    while (!seen.has(at) && operations.length < LONGEST_BLOCK) {
      const operation = this.#reader.at(at);
      const way = this.#endingAt(operation, start);
      if (way) return { from, operations, ...way, end: at };
      seen.add(at);
      operations.push(operation as Operation);
      at = (operation as Operation).next.address;
    }
    return { from, operations, ...fallsTo(at), end: at };
  }

  /** The ending that an operation makes of a block, undefined when the block goes on. */
  #endingAt(operation: Operation | undefined, start: number): Way | undefined {
    if (!operation) return { ending: { kind: "interpret", operation }, ways: NOWHERE };
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
        return { ending: { kind: "return", operation }, ways: NOWHERE };
      case "int":
        return { ending: { kind: "interrupt", operation }, ways: NOWHERE };
      default:
        return this.#isTranslated(operation) ? undefined : { ending: { kind: "interpret", operation }, ways: NOWHERE };
    }
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
      : jumpOf(operation);
  }
}

/** A switch of whose load the block knows nothing, since somebody jumps behind it, is none. */
function isWhole({ ending }: Way, operations: readonly Operation[]): boolean {
  return ending.kind !== "switch" || !ending.table.load || operations.includes(ending.table.load);
}

/**
 * Makes blocks of straight code, by where they start.
 * @returns false where one of them does not lead to all that the code was found to lead to
 */
function cutRun(run: Run, leaders: ReadonlySet<number>, made: Map<number, Block>): boolean {
  const { from, operations, end } = run;
  let first = 0;
  let address = from;
  const add = (behind: number, at: number, way: Way): void => {
    const straight = new Straight(
      first === 0 && behind === operations.length ? operations : operations.slice(first, behind),
    );
    made.set(address, { key: address, address, straight, operations: straight.operations, ...way, end: at });
    first = behind;
    address = at;
  };
  for (let index = 1; index < operations.length; index++) {
    const at = operations[index].address;
    if (leaders.has(at)) add(index, at, fallsTo(at));
  }
  // What ends straight code may be jumped to, too.
  if (end !== address && leaders.has(end)) {
    add(operations.length, end, fallsTo(end));
    return true;
  }
  const { ending, ways } = run;
  const whole = isWhole(run, operations.slice(first));
  const jump = ending.kind === "switch" && !whole ? jumpOf(ending.operation) : { ending, ways };
  add(operations.length, end, jump);
  return whole;
}

const jumpOf = (operation: Operation): Way => ({ ending: { kind: "indirect tail call", operation }, ways: [] });

/** The natural loops of some heads as regions of their own: from each way out of one the VM leaves. */
export function loopRegions(region: Region, heads: Iterable<number>): Map<number, Region> {
  const predecessors = predecessorsOf(region);
  const { place } = flowOf(region.start, waysOf(region));
  const regions = new Map<number, Region>();
  for (const head of heads) {
    const from = place.get(head);
    if (from === undefined) continue;
    const body = loopBody(predecessors, head, (key) => (place.get(key) ?? -1) >= from);
    regions.set(head, reachable({ start: head, blocks: cutOut(region, body), copies: region.copies }));
  }
  return regions;
}

/**
 * Loops that have loops with several ways in, or are such, as regions that are entered at any of their ways in: a VM that is in
 * one may go round for long without coming by any one place.
 * @param region of a function
 * @param ways addresses that loops with several ways in are entered at, from outside them or from within
 * @param heads of loops with one way in
 */
export function loopsWithWaysIn(region: Region, ways: readonly number[], heads: readonly number[]): Region[] {
  const edges = edgesOf(region);
  const regions: Region[] = [];
  const left = new Set(ways.filter((way) => region.blocks.has(way)));
  if (left.size === 0) return regions;
  const around = headsAround(region, left, heads);
  for (const way of left) {
    const loop = loopAround(way, edges);
    const entries = new Set(waysInto(loop, edges));
    for (const other of [...around, ...left]) if (loop.has(other)) entries.add(other);
    for (const entry of entries) left.delete(entry);
    if (loop.size > 1) regions.push(resuming(region, loop, [...entries]));
  }
  return regions;
}

/** Heads of loops in which some other blocks are. */
function headsAround(region: Region, inside: ReadonlySet<number>, heads: readonly number[]): number[] {
  const around: number[] = [];
  for (const [head, { blocks }] of loopRegions(region, heads)) {
    for (const key of inside) {
      // A block that the loop is left to is there, too, but another.
      if (blocks.get(key) !== region.blocks.get(key)) continue;
      around.push(head);
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
  const { operations } = NOTHING;
  const address = entries[0];
  const ending = { kind: "resume" } as const;
  blocks.set(start, { key: start, address, straight: NOTHING, operations, ending, ways: entries, end: address });
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
  const { operations: none } = NOTHING;
  return {
    key,
    address,
    straight: NOTHING,
    operations: none,
    ending: { kind: "interpret", operation },
    ways: [],
    end: address,
  };
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
