/**
 * Basic blocks and the regions made of them. A region is a graph whose nodes are numbered by *keys*: a block's key is its
 * guest-physical address, or for a copy of it (an inlined function, an unrolled loop, a second way into a loop) a number
 * above {@link COPIES}. Blocks never change once made; who rearranges a region makes new ones.
 */

import type { Operation } from "../x86/operation.js";
import type { Step } from "./conventions.js";
import type { Ending } from "./ending.js";
import { Fact, factsOf, has } from "./facts.js";
import type { FlagEffect } from "./flag-facts.js";
import type { VectorEffect } from "./vector-effects.js";

/** Operations of a block, shared by its copies, with what was found out about them as a whole. */
export class Straight {
  /** Where among them the calls are. */
  readonly calls: readonly number[];
  /** See flag-liveness.ts: as calls end the life of flags, and as they read all. */
  flags: FlagEffect | undefined = undefined;
  flagsCrossing: FlagEffect | undefined = undefined;
  /** See conventions.ts. */
  steps: readonly Step[] | undefined = undefined;
  /** Of each operation: see vector-flow.ts. */
  vectorEffects: readonly VectorEffect[] | undefined = undefined;

  /** Where those are that move ESP or EBP, calls among them. */
  readonly stackMoves: readonly number[];
  /** Whether some use XMM registers. */
  readonly usesVectors: boolean;
  /** Whether some access memory at a distance from ESP. */
  readonly usesStack: boolean;

  constructor(readonly operations: readonly Operation[]) {
    let all = 0;
    let moves = 0;
    let calls = 0;
    for (let index = 0; index < operations.length; index++) {
      const facts = factsOf(operations[index]);
      all |= facts;
      if ((facts & Fact.MOVES_STACK) !== 0) moves++;
      if ((facts & Fact.CALL) !== 0) calls++;
    }
    this.stackMoves = moves === 0 ? NONE : placesOf(operations, Fact.MOVES_STACK, moves);
    this.calls = calls === 0 ? NONE : placesOf(operations, Fact.CALL, calls);
    this.usesVectors = (all & Fact.VECTOR) !== 0;
    this.usesStack = (all & Fact.BASED_ON_ESP) !== 0;
  }
}

const NONE: readonly number[] = [];

/** Where among operations those are of which a fact holds. @param count of them: an array that grows takes more than it needs */
function placesOf(operations: readonly Operation[], fact: number, count: number): readonly number[] {
  const places = new Array<number>(count);
  let found = 0;
  for (let index = 0; found < count; index++) if (has(operations[index], fact)) places[found++] = index;
  return places;
}

/** Whether a block ends by jumping to another function, a known one or one through a pointer. */
export const jumpsOn = ({ ending }: Block): boolean =>
  ending.kind === "tail call" || ending.kind === "indirect tail call";

/** Of a block that has no operations. */
export const NOTHING = new Straight([]);

export interface Block {
  readonly key: number;
  readonly address: number;
  readonly straight: Straight;
  /** Operations in order; one that is part of the ending is not among them unless it is a call. */
  readonly operations: readonly Operation[];
  readonly ending: Ending;
  /** Keys of the blocks it may go on with, in the order of the ending's ways. */
  readonly ways: readonly number[];
  /** Address of what stands behind its operations: the ending's instruction, or where it falls through to. */
  readonly end: number;
}

/** Makes a block. All are made here, and so have one hidden class: whoever looks at a block is compiled for that one. */
export function blockOf(
  key: number,
  address: number,
  straight: Straight,
  ending: Ending,
  ways: readonly number[],
  end: number,
): Block {
  return { key, address, straight, operations: straight.operations, ending, ways, end };
}

/** The blocks reachable from a first one without leaving the function. */
export interface Region {
  /** Key of the first block: its address, or that of no instruction where the block's ending is to resume. */
  readonly start: number;
  readonly blocks: ReadonlyMap<number, Block>;
  /** Copies made so far: the highest key is this much above {@link COPIES}. */
  readonly copies: number;
}

/**
 * Keys of copies are above this, where no text is: memory ends there. A jump may name such an address all the same, and is then
 * no way to a block (regions.ts). They are numbers that the host keeps without a box.
 */
export const COPIES = 2 ** 30;

/** Instructions that a block's ending itself is. */
export function endingInstructions({ ending }: Block): number {
  if (ending.kind === "next") return ending.jump ? 1 : 0;
  return NO_INSTRUCTION.has(ending.kind) ? 0 : 1;
}

const NO_INSTRUCTION: ReadonlySet<Ending["kind"]> = new Set(["interpret", "guard", "resume"] as const);

/** Instructions of a block that are retired when it is left by its ending. */
export function instructionsOf(block: Block): number {
  return block.operations.length + endingInstructions(block);
}

/** New keys for copies of some blocks. @param taken copies made so far in their region */
export function freshKeys(keys: Iterable<number>, taken: number): Map<number, number> {
  let copies = taken;
  const fresh = new Map<number, number>();
  for (const key of keys) fresh.set(key, COPIES + ++copies);
  return fresh;
}

/** The same block under another key, going on elsewhere. */
export function copyOf(block: Block, key: number, way: (key: number) => number): Block {
  const { address, straight, ending, end } = block;
  return blockOf(key, address, straight, ending, block.ways.map(way), end);
}

/** A block cut before one of its operations: what is left, and what goes on, under a key of its own. */
export function cut(block: Block, index: number, key: number, ending: Ending, ways: readonly number[]): [Block, Block] {
  const { operations } = block;
  const { address, next } = operations[index];
  const before = new Straight(operations.slice(0, index));
  const behind = new Straight(operations.slice(index + 1));
  return [
    blockOf(block.key, block.address, before, ending, ways, address),
    blockOf(key, next.address, behind, block.ending, block.ways, block.end),
  ];
}

/** Without the blocks that nothing leads to from the start. */
export function reachable(region: Region): Region {
  const blocks = new Map<number, Block>();
  const queue = [region.start];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (blocks.has(key)) continue;
    const block = region.blocks.get(key) as Block;
    blocks.set(key, block);
    queue.push(...block.ways);
  }
  return { start: region.start, blocks, copies: region.copies };
}

/** Addresses that a region is entered at: mostly the one it starts at. */
export function entriesOf({ start, blocks }: Region): readonly number[] {
  const { ending, ways } = blocks.get(start) as Block;
  return ending.kind === "resume" ? ways.map((way) => (blocks.get(way) as Block).address) : [start];
}

/** Bytes that a function's returns pop besides the return address; 0 where they differ among themselves. */
export function poppedBy(region: Region): number {
  let popped: number | undefined;
  for (const { ending } of region.blocks.values()) {
    if (ending.kind !== "return") continue;
    if (popped !== undefined && popped !== ending.operation.immediate) return 0;
    popped = ending.operation.immediate;
  }
  return popped ?? 0;
}

/** Whether a region goes back to its caller somewhere, or on to another function. */
export function leavesFunction(region: Region): boolean {
  for (const { ending } of region.blocks.values()) if (BEHIND_FUNCTION.has(ending.kind)) return true;
  return false;
}

const BEHIND_FUNCTION: ReadonlySet<Ending["kind"]> = new Set(["return", "tail call", "indirect tail call"] as const);
