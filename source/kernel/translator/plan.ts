/** What is known of a region before code is emitted for it: its blocks arranged for translation, their shape, and live flags. */

import { type Block, endingInstructions, jumpsOn, type Region } from "./block.js";
import { isDirectCall } from "./facts.js";
import { type FlagLiveness, flagLiveness } from "./flag-liveness.js";
import { guardCalls } from "./guarding.js";
import { type FindFunction, inlineCalls } from "./inlining.js";
import type { PlanningBudget } from "./planning-budget.js";
import { type Dispatch, outermost, type Reduction, reduce } from "./reduction.js";
import { splitLoops } from "./splitting.js";
import { type PoppedBy, type StackOffsets, stackOffsets } from "./stack-offsets.js";
import { dominatedAmong, flowOf, loopHeadsOf, type Shape, shapeOf, waysOf } from "./structure.js";
import { unrollLoops } from "./unrolling.js";
import { type VectorFlow, vectorFlow } from "./vector-flow.js";

export interface Plan {
  readonly region: Region;
  readonly shape: Shape;
  readonly reduction: Reduction;
  /** The block at each of the shape's places; undefined for a dispatch block. */
  readonly blocks: readonly (Block | undefined)[];
  /** Where the block at each of the shape's places goes on, as places: past dispatch blocks. */
  readonly places: readonly (readonly number[])[];
  readonly liveness: FlagLiveness;
  /** The block before, of each block that only one leads to. */
  readonly onlyPredecessor: ReadonlyMap<number, number>;
  /** Blocks that are reached by branches rather than emitted in line: merges, and targets of switches and dispatches. */
  readonly branchedTo: ReadonlySet<number>;
  /** Those of them that each block dominates immediately, in ascending order of place. */
  readonly behind: ReadonlyMap<number, readonly number[]>;
  /** Whether the region calls a function that is not in line, and so may be part of a recursion. */
  readonly calls: boolean;
  /** How XMM registers are used; undefined where none is. */
  readonly vectors: VectorFlow | undefined;
  /** Where ESP stands; undefined where it is moved by what is not known. */
  readonly stack: StackOffsets | undefined;
  /** What functions that it calls pop of their arguments. */
  readonly popped: PoppedBy;
}

/**
 * @param find functions that may be put in line
 * @param candidates functions that calls through pointers may go to
 * @param popped what functions pop of their arguments
 * @param flagsCross whether flags are kept across calls and returns
 * @param budget what it takes to make the region's flow reducible is taken off
 * @returns undefined when the region is not one that can be translated
 */
export function planRegion(
  original: Region,
  find: FindFunction,
  candidates: ReadonlySet<number>,
  popped: PoppedBy,
  flagsCross: boolean,
  budget: PlanningBudget,
): Plan | undefined {
  const split = splitLoops(inlineCalls(guardCalls(original, candidates), find), budget);
  let { region } = split;
  let reduction = reduce(split, budget);
  if (!reduction || reduction.through.has(region.start)) return undefined;
  let loopHeads = loopHeadsOf(reduction.flow);
  if (reduction.through.size === 0) {
    const unrolled = unrollLoops(region, reduction.flow, loopHeads);
    if (unrolled !== region) {
      region = unrolled;
      reduction = { flow: flowOf(region.start, waysOf(region)), through: reduction.through };
      loopHeads = loopHeadsOf(reduction.flow);
    }
  }
  // Copies of what is called, and of loops' bodies.
  budget.take(region.blocks.size - original.blocks.size);
  const { flow } = reduction;
  const shape = shapeOf(flow, loopHeads);
  const blocks = shape.order.map((key) => region.blocks.get(key));
  const places = placesOf(blocks, reduction);
  const branchedTo = branchTargets(blocks, reduction, shape.merges);
  return {
    region,
    shape,
    reduction,
    blocks,
    places,
    liveness: flagLiveness(blocks, shape.place, places, flagsCross),
    onlyPredecessor: onlyPredecessors(reduction, shape),
    branchedTo,
    behind: dominatedAmong(branchedTo, flow),
    calls: blocks.some(callsOut),
    stack: stackOffsets(region, popped),
    popped,
    vectors: vectorFlow([...region.blocks.values()]),
  };
}

/** The same plan, but flags are kept across calls and returns. */
export function keepingFlags(plan: Plan): Plan {
  return { ...plan, liveness: flagLiveness(plan.blocks, plan.shape.place, plan.places, true) };
}

function placesOf(blocks: Plan["blocks"], { flow, through }: Reduction): Plan["places"] {
  if (through.size === 0) return flow.next;
  return blocks.map((block) => block?.ways.map((way) => flow.place.get(way) as number) ?? []);
}

function callsOut(block: Block | undefined): boolean {
  return block !== undefined && (block.straight.calls.length > 0 || jumpsOn(block));
}

/** A dispatch block leads to what several blocks lead to. */
function onlyPredecessors({ through }: Reduction, { onlyPredecessor }: Shape): ReadonlyMap<number, number> {
  if (through.size === 0) return onlyPredecessor;
  return new Map([...onlyPredecessor].filter(([key]) => !through.has(key)));
}

function branchTargets(blocks: Plan["blocks"], reduction: Reduction, merges: ReadonlySet<number>): ReadonlySet<number> {
  const byTable = blocks.filter(goesByTable);
  if (byTable.length === 0 && reduction.through.size === 0) return merges;
  const targets = new Set(merges);
  for (const block of byTable) for (const way of block.ways) targets.add(outermost(way, reduction.through));
  for (const dispatch of dispatchesOf(reduction)) for (const target of dispatch.targets) targets.add(target);
  return targets;
}

function goesByTable(block: Block | undefined): block is Block {
  return block?.ending.kind === "switch" || block?.ending.kind === "resume";
}

export function dispatchesOf({ through }: Reduction): Set<Dispatch> {
  return new Set(through.values());
}

/**
 * Most instructions of a region that are retired between two looks at the fuel, which are at loops' heads and behind calls.
 * @param ofCall instructions of a function called, or jumped to, that looks at none; of any that may be where the target is not known
 */
export function longestPath({ blocks, reduction }: Plan, ofCall: (target: number | undefined) => number): number {
  const toNextLook = new Int32Array(blocks.length);
  let longest = 0;
  for (let index = blocks.length - 1; index >= 0; index--) {
    let length = 0;
    const ways = reduction.flow.next[index];
    for (let way = 0; way < ways.length; way++) {
      if (ways[way] > index) length = Math.max(length, toNextLook[ways[way]]);
    }
    const block = blocks[index];
    if (block) {
      const { operations, straight } = block;
      let behind = operations.length;
      length += endingInstructions(block) + ofTailCall(block, ofCall);
      for (let at = straight.calls.length - 1; at >= 0; at--) {
        const call = straight.calls[at];
        longest = Math.max(longest, length + behind - call - 1);
        length = 1 + ofCall(isDirectCall(operations[call]) ? operations[call].target.address : undefined);
        behind = call;
      }
      length += behind;
    }
    toNextLook[index] = length;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** Instructions of the function that a block ends by jumping to. */
function ofTailCall({ ending }: Block, ofCall: (target: number | undefined) => number): number {
  if (ending.kind === "tail call") return ofCall(ending.target);
  return ending.kind === "indirect tail call" ? ofCall(undefined) : 0;
}
