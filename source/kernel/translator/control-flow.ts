/**
 * Finds the functions and basic blocks of a program without running it: from the entry point, symbols and addresses found
 * in data, through direct calls, jumps and jump tables. What is missed here is interpreted.
 */

import type { Operation } from "../x86/operation.js";
import type { Program } from "../x86/program.js";
import { type JumpTable, type JumpTableReader, readJumpTable } from "./jump-tables.js";

/** How a block ends. Addresses are guest-physical. */
export type Ending =
  /** Falls through, or jumps when `jump` says that an instruction did it. */
  | { readonly kind: "next"; readonly next: number; readonly jump: boolean; readonly operation?: Operation }
  | { readonly kind: "branch"; readonly operation: Operation; readonly taken: number; readonly next: number }
  | { readonly kind: "switch"; readonly operation: Operation; readonly table: JumpTable }
  | { readonly kind: "return"; readonly operation: Operation }
  /** A jump to another function. */
  | { readonly kind: "tail call"; readonly operation: Operation; readonly target: number }
  /** `int N`: the VM leaves behind it. */
  | { readonly kind: "interrupt"; readonly operation: Operation }
  /** An instruction that is not translated: the interpreter executes it. */
  | { readonly kind: "interpret"; readonly address: number; readonly operation: Operation | undefined };

export interface Block {
  readonly address: number;
  /** Operations in order; one that is part of the ending is not among them unless it is a call. */
  readonly operations: readonly Operation[];
  readonly ending: Ending;
  /** Instructions of the block that are retired when it is left by its ending. */
  readonly instructions: number;
}

/** The blocks reachable from an address without leaving the function. */
export interface Region {
  readonly start: number;
  readonly blocks: ReadonlyMap<number, Block>;
}

/** Longest block, in operations: a longer one is cut, so that fuel is looked at often enough. */
const LONGEST_BLOCK = 200;

/** Blocks of a region beyond which it is left to the interpreter: the host would pause to compile it. */
const MOST_BLOCKS = 4_000;

export class ControlFlow {
  readonly #program: Program;
  readonly #readTable: JumpTableReader;
  readonly #isTranslated: (operation: Operation) => boolean;
  /** Starts of functions. */
  readonly functions = new Set<number>();

  /**
   * @param readTable reads the image's initial data
   * @param isTranslated whether the translator has a translation of the operation
   */
  constructor(program: Program, readTable: JumpTableReader, isTranslated: (operation: Operation) => boolean) {
    this.#program = program;
    this.#readTable = readTable;
    this.#isTranslated = isTranslated;
  }

  /** Follows direct calls from the addresses given; every function found is then in {@link functions}. */
  discover(roots: Iterable<number>): void {
    const queue = [...roots].filter((address) => this.#program.segmentAt(address) !== undefined);
    for (const root of queue) this.functions.add(root);
    for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
      for (const target of this.#callsFrom(address)) {
        if (this.functions.has(target) || this.#program.segmentAt(target) === undefined) continue;
        this.functions.add(target);
        queue.push(target);
      }
    }
  }

  /** The region that starts at an address; undefined when it is too large to be translated. */
  region(start: number): Region | undefined {
    const leaders = this.#leaders(start);
    if (leaders.size > MOST_BLOCKS) return undefined;
    const blocks = new Map<number, Block>();
    for (const leader of leaders) blocks.set(leader, this.#block(leader, leaders, start));
    return { start, blocks };
  }

  /** The operation at an address, undefined where there is none that could be executed. */
  decoded(address: number): Operation | undefined {
    const operation = this.#program.at(address);
    try {
      this.#program.decode(operation);
    } catch {
      return undefined;
    }
    return operation.entry === undefined ? undefined : operation;
  }

  /** Addresses at which blocks start. */
  #leaders(start: number): Set<number> {
    const leaders = new Set([start]);
    const queue = [start];
    for (let leader = queue.pop(); leader !== undefined; leader = queue.pop()) {
      for (const next of successors(this.#block(leader, NO_LEADERS, start).ending)) {
        if (leaders.has(next)) continue;
        leaders.add(next);
        queue.push(next);
        if (leaders.size > MOST_BLOCKS) return leaders;
      }
    }
    return leaders;
  }

  #callsFrom(start: number): Set<number> {
    const targets = new Set<number>();
    const region = this.region(start);
    for (const block of region?.blocks.values() ?? []) {
      for (const operation of block.operations) {
        if (operation.entry?.semantics === "call") targets.add(operation.target.address);
      }
      if (block.ending.kind === "tail call") targets.add(block.ending.target);
    }
    return targets;
  }

  #block(address: number, leaders: ReadonlySet<number>, start: number): Block {
    const operations: Operation[] = [];
    let at = address;
    for (;;) {
      const operation = this.decoded(at);
      const ending =
        operations.length > 0 && (leaders.has(at) || operations.length >= LONGEST_BLOCK)
          ? ({ kind: "next", next: at, jump: false } as const)
          : this.#endingAt(at, operation, start);
      if (ending) return { address, operations, ending, instructions: operations.length + retiredBy(ending) };
      operations.push(operation as Operation);
      at = (operation as Operation).next.address;
    }
  }

  /** The ending that an operation makes of a block, undefined when the block goes on. */
  #endingAt(address: number, operation: Operation | undefined, start: number): Ending | undefined {
    switch (operation?.entry?.semantics) {
      case undefined:
        return { kind: "interpret", address, operation };
      case "jcc":
      case "jecxz":
      case "loop":
      case "loope":
      case "loopne":
        return {
          kind: "branch",
          operation: operation!,
          taken: operation!.target.address,
          next: operation!.next.address,
        };
      case "jmp":
        return this.#jump(operation!, start);
      case "jmp indirect":
        return this.#switch(operation!);
      case "ret":
        return { kind: "return", operation: operation! };
      case "int":
        return { kind: "interrupt", operation: operation! };
      default:
        return this.#isTranslated(operation!) ? undefined : { kind: "interpret", address, operation };
    }
  }

  #jump(operation: Operation, start: number): Ending {
    const target = operation.target.address;
    const tail = this.functions.has(target) && target !== start;
    return tail ? { kind: "tail call", operation, target } : { kind: "next", next: target, jump: true, operation };
  }

  #switch(operation: Operation): Ending {
    const table = readJumpTable(operation, this.#program, this.#readTable);
    return table ? { kind: "switch", operation, table } : { kind: "interpret", address: operation.address, operation };
  }
}

const NO_LEADERS: ReadonlySet<number> = new Set();

/** Where a block goes on within its region. */
export function successors(ending: Ending): readonly number[] {
  switch (ending.kind) {
    case "next":
      return [ending.next];
    case "branch":
      return [ending.taken, ending.next];
    case "switch":
      return [...new Set(ending.table.targets)];
    default:
      return [];
  }
}

/** Instructions that the ending itself is. */
function retiredBy(ending: Ending): number {
  if (ending.kind === "next") return ending.jump ? 1 : 0;
  return ending.kind === "interpret" ? 0 : 1;
}

/**
 * The natural loop of a head as a region of its own: from each way out of it the VM leaves.
 * @param leadsBack whether a predecessor of the head is part of the loop
 */
export function loopRegion(
  region: Region,
  head: number,
  leadsBack: (from: number) => boolean,
  decode: (address: number) => Operation | undefined,
): Region {
  const body = loopBody(region, head, leadsBack);
  const blocks = new Map<number, Block>();
  for (const address of body) {
    const block = region.blocks.get(address) as Block;
    blocks.set(address, block);
    for (const next of successors(block.ending)) {
      if (body.has(next)) continue;
      const ending = { kind: "interpret", address: next, operation: decode(next) } as const;
      blocks.set(next, { address: next, operations: [], ending, instructions: 0 });
    }
  }
  return { start: head, blocks };
}

/** The head and the blocks from which what leads back to it can be reached without passing it. */
function loopBody(region: Region, head: number, leadsBack: (from: number) => boolean): Set<number> {
  const predecessors = new Map<number, number[]>();
  for (const block of region.blocks.values()) {
    for (const next of successors(block.ending))
      predecessors.set(next, [...(predecessors.get(next) ?? []), block.address]);
  }
  const body = new Set([head]);
  const queue = (predecessors.get(head) ?? []).filter(leadsBack);
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (body.has(address)) continue;
    body.add(address);
    queue.push(...(predecessors.get(address) ?? []));
  }
  return body;
}
