/**
 * Basic blocks and the regions made of them. A region is a graph whose nodes are numbered by *keys*: a block's key is its
 * guest-physical address, or for a copy of it (an inlined function, an unrolled loop, a second way into a loop) its address
 * plus a multiple of {@link COPY}. Blocks never change once made; who rearranges a region makes new ones.
 */

import type { Operation } from "../x86/operation.js";
import type { JumpTable } from "./jump-tables.js";

/** How a block ends. Addresses are guest-physical. */
export type Ending =
  /** Falls through, or jumps when `jump` says that an instruction did it, which is then `operation`. */
  | { readonly kind: "next"; readonly jump: boolean; readonly operation?: Operation }
  /** A conditional jump: ways are where it goes when taken, and when not. */
  | { readonly kind: "branch"; readonly operation: Operation }
  | { readonly kind: "switch"; readonly operation: Operation; readonly table: JumpTable }
  | { readonly kind: "return"; readonly operation: Operation }
  /** Looks where a call through a pointer goes: ways are when it goes to `expected`, and when not. */
  | { readonly kind: "guard"; readonly operation: Operation; readonly expected: number }
  /** The call of a function that follows in line. */
  | { readonly kind: "inlined call"; readonly operation: Operation }
  /** The return of a function in line, `callee`, to `expected` unless the guest has changed the return address. */
  | {
      readonly kind: "inlined return";
      readonly operation: Operation;
      readonly callee: number;
      readonly expected: number;
    }
  /** A jump to another function. */
  | { readonly kind: "tail call"; readonly operation: Operation; readonly target: number }
  /** A jump through a pointer that is no switch: to another function, as a rule. */
  | { readonly kind: "indirect tail call"; readonly operation: Operation }
  /** `int N`: the VM leaves behind it. */
  | { readonly kind: "interrupt"; readonly operation: Operation }
  /** An instruction that is not translated: the interpreter executes it. */
  | { readonly kind: "interpret"; readonly operation: Operation | undefined };

export interface Block {
  readonly key: number;
  readonly address: number;
  /** Operations in order; one that is part of the ending is not among them unless it is a call. */
  readonly operations: readonly Operation[];
  readonly ending: Ending;
  /** Keys of the blocks it may go on with, in the order of the ending's ways. */
  readonly ways: readonly number[];
  /** Address of what stands behind its operations: the ending's instruction, or where it falls through to. */
  readonly end: number;
}

/** The blocks reachable from a first one without leaving the function. */
export interface Region {
  /** Key of the first block, which is its address. */
  readonly start: number;
  readonly blocks: ReadonlyMap<number, Block>;
  /** Copies made so far: keys are below (copies + 1) * {@link COPY}. */
  readonly copies: number;
}

/** What keys of copies differ by: more than any address. */
export const COPY = 2 ** 32;

/** Instructions that a block's ending itself is. */
export function endingInstructions({ ending }: Block): number {
  if (ending.kind === "next") return ending.jump ? 1 : 0;
  return ending.kind === "interpret" || ending.kind === "guard" ? 0 : 1;
}

/** Instructions of a block that are retired when it is left by its ending. */
export function instructionsOf(block: Block): number {
  return block.operations.length + endingInstructions(block);
}

/** New keys for copies of some blocks of a region, which must then count as many copies more. */
export function freshKeys(keys: ReadonlySet<number>, region: Region, taken = 0): Map<number, number> {
  let copies = region.copies + taken;
  return new Map([...keys].map((key) => [key, (region.blocks.get(key) as Block).address + ++copies * COPY]));
}

/** The same block under another key, going on elsewhere. */
export function copyOf(block: Block, key: number, way: (key: number) => number): Block {
  return { ...block, key, ways: block.ways.map(way) };
}

export function predecessorsOf(region: Region): Map<number, number[]> {
  const predecessors = new Map<number, number[]>([...region.blocks.keys()].map((key) => [key, []]));
  for (const block of region.blocks.values()) {
    for (const way of new Set(block.ways)) (predecessors.get(way) as number[]).push(block.key);
  }
  return predecessors;
}

/** Without the blocks that nothing leads to any more. */
export function reachable(region: Region): Region {
  const blocks = new Map<number, Block>();
  const queue = [region.start];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (blocks.has(key)) continue;
    const block = region.blocks.get(key) as Block;
    blocks.set(key, block);
    queue.push(...block.ways);
  }
  return { ...region, blocks };
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

export function isCall(operation: Operation): boolean {
  return isDirectCall(operation) || operation.entry?.semantics === "call indirect";
}

/** A call whose target is known. */
export function isDirectCall(operation: Operation): boolean {
  return operation.entry?.semantics === "call";
}
