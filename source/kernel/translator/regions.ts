/** Takes functions, and what is reachable from an address, apart into basic blocks. */

import type { Operation } from "../x86/operation.js";
import { type Block, blockOf, COPIES, type Region, reachable, Straight } from "./block.js";
import { type Ending, endings } from "./ending.js";
import type { InstructionReader } from "./instruction-reader.js";
import type { PlanningBudget } from "./planning-budget.js";

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

const fallsTo = (address: number): Way => ({ ending: endings.falls(), ways: [address] });

export class RegionReader {
  readonly #reader: InstructionReader;
  readonly #functions: ReadonlySet<number>;
  readonly #isTranslated: (operation: Operation) => boolean;
  readonly #budget: PlanningBudget | undefined;

  /**
   * @param functions starts of functions: a jump to one is a tail call
   * @param isTranslated whether the translator has a translation of the operation
   * @param budget absent: regions are read however many they are
   */
  constructor(
    reader: InstructionReader,
    functions: ReadonlySet<number>,
    isTranslated: (operation: Operation) => boolean,
    budget?: PlanningBudget,
  ) {
    this.#reader = reader;
    this.#functions = functions;
    this.#isTranslated = isTranslated;
    this.#budget = budget;
  }

  /** The region that starts at an address; undefined when it is too large to be translated, or beyond the budget. */
  region(start: number): Region | undefined {
    const { leaders, runs } = this.#follow(start);
    if (leaders.size > MOST_BLOCKS || this.#budget?.isSpent) return undefined;
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
      if (leaders.size > MOST_BLOCKS || this.#budget?.take(run.operations.length + 1) === false) break;
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
      if (way) return { from, operations, ending: way.ending, ways: way.ways, end: at };
      seen.add(at);
      operations.push(operation as Operation);
      at = (operation as Operation).next.address;
    }
    return { from, operations, ending: endings.falls(), ways: [at], end: at };
  }

  /** The ending that an operation makes of a block, undefined when the block goes on. */
  #endingAt(operation: Operation | undefined, start: number): Way | undefined {
    if (!operation) return { ending: endings.interpret(operation), ways: NOWHERE };
    switch (operation.entry?.semantics) {
      case "jcc":
      case "jecxz":
      case "loop":
      case "loope":
      case "loopne":
        return isKeyOfCopy(operation.target.address)
          ? { ending: endings.interpret(operation), ways: NOWHERE }
          : { ending: endings.branch(operation), ways: [operation.target.address, operation.next.address] };
      case "jmp":
        return this.#jump(operation, start);
      case "jmp indirect":
        return this.#switch(operation);
      case "ret":
        return { ending: endings.return(operation), ways: NOWHERE };
      case "int":
        return { ending: endings.interrupt(operation), ways: NOWHERE };
      default:
        return this.#isTranslated(operation) ? undefined : { ending: endings.interpret(operation), ways: NOWHERE };
    }
  }

  #jump(operation: Operation, start: number): Way {
    const target = operation.target.address;
    if (isKeyOfCopy(target)) return { ending: endings.interpret(operation), ways: NOWHERE };
    const tail = this.#functions.has(target) && target !== start;
    return tail
      ? { ending: endings.tailCall(operation, target), ways: NOWHERE }
      : { ending: endings.jump(operation), ways: [target] };
  }

  #switch(operation: Operation): Way {
    const table = this.#reader.jumpTable(operation);
    return table ? { ending: endings.switch(operation, table), ways: table.ways } : jumpOf(operation);
  }
}

/**
 * Whether a jump's target is a number that the key of a copy may be, too. No text is there: memory ends at {@link COPIES}.
 * The interpreter finds that out where the jump is taken.
 */
const isKeyOfCopy = (target: number): boolean => target >= COPIES;

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
    made.set(address, blockOf(address, address, straight, way.ending, way.ways, at));
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

const jumpOf = (operation: Operation): Way => ({ ending: endings.indirectTailCall(operation), ways: NOWHERE });
