/** What is known of a region before code is emitted for it: its blocks arranged for translation, their shape, and live flags. */

import { type Block, endingInstructions, isCall, predecessorsOf, type Region } from "./block.js";
import { type FlagLiveness, flagLiveness } from "./flag-liveness.js";
import { guardCalls } from "./guarding.js";
import { type FindFunction, inlineCalls } from "./inlining.js";
import { type Dispatch, type Reduction, reduce } from "./reduction.js";
import { splitLoops } from "./splitting.js";
import { type PoppedBy, type StackOffsets, stackOffsets } from "./stack-offsets.js";
import { edgesOf, type Shape, shapeOf } from "./structure.js";
import { unrollLoops } from "./unrolling.js";
import { type VectorFlow, vectorFlow } from "./vector-flow.js";

export interface Plan {
  readonly region: Region;
  readonly shape: Shape;
  readonly reduction: Reduction;
  readonly liveness: FlagLiveness;
  /** The block before, of each block that only one leads to. */
  readonly onlyPredecessor: ReadonlyMap<number, number>;
  /** Blocks that are reached by branches rather than emitted in line: merges, and targets of switches and dispatches. */
  readonly branchedTo: ReadonlySet<number>;
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
 * @returns undefined when the region is not one that can be translated
 */
export function planRegion(
  original: Region,
  find: FindFunction,
  candidates: ReadonlySet<number>,
  popped: PoppedBy,
  flagsCross: boolean,
): Plan | undefined {
  let region = splitLoops(inlineCalls(guardCalls(original, candidates), find));
  let reduction = reduce(region.start, edgesOf(region));
  if (!reduction || reduction.through.has(region.start)) return undefined;
  let shape = shapeOf(region.start, reduction.edges);
  if (reduction.through.size === 0) {
    const unrolled = unrollLoops(region, shape);
    if (unrolled !== region) {
      region = unrolled;
      reduction = { edges: edgesOf(region), through: new Map() };
      shape = shapeOf(region.start, reduction.edges);
    }
  }
  const liveness = flagLiveness(region, flagsCross);
  const branchedTo = branchTargets(region, reduction, shape);
  return {
    region,
    shape,
    reduction,
    liveness,
    onlyPredecessor: onlyPredecessors(region, reduction, shape),
    branchedTo,
    calls: [...region.blocks.values()].some(callsOut),
    stack: stackOffsets(region, popped),
    popped,
    vectors: vectorFlow([...region.blocks.values()]),
  };
}

function callsOut({ operations, ending }: Block): boolean {
  return ending.kind.endsWith("tail call") || operations.some(isCall);
}

function onlyPredecessors(region: Region, reduction: Reduction, shape: Shape): Map<number, number> {
  const only = new Map<number, number>();
  for (const [key, before] of predecessorsOf(region)) {
    const alone = before.length === 1 && key !== region.start && !shape.loopHeads.has(key) && !shape.merges.has(key);
    if (alone && !reduction.through.has(key)) only.set(key, before[0]);
  }
  return only;
}

function branchTargets(region: Region, reduction: Reduction, shape: Shape): Set<number> {
  const targets = new Set(shape.merges);
  for (const { ending, ways } of region.blocks.values()) {
    if (ending.kind === "switch") for (const way of ways) targets.add(reduction.through.get(way)?.block ?? way);
  }
  for (const dispatch of dispatchesOf(reduction)) for (const target of dispatch.targets) targets.add(target);
  return targets;
}

export function dispatchesOf({ through }: Reduction): Set<Dispatch> {
  return new Set(through.values());
}

/**
 * Most instructions of a region that are retired between two looks at the fuel, which are at loops' heads and behind calls.
 * @param ofCall instructions of a function called that looks at none
 */
export function longestPath({ region, shape, reduction }: Plan, ofCall: (target: number) => number): number {
  const toNextLook = new Map<number, number>();
  let longest = 0;
  for (let index = shape.order.length - 1; index >= 0; index--) {
    const key = shape.order[index];
    let length = 0;
    for (const next of reduction.edges.get(key) ?? []) {
      if ((shape.place.get(next) as number) > index) length = Math.max(length, toNextLook.get(next) ?? 0);
    }
    const block = region.blocks.get(key);
    if (block) {
      length += endingInstructions(block);
      for (const operation of block.operations.toReversed()) {
        longest = Math.max(longest, length);
        length = isCall(operation) ? 1 + ofCall(operation.target.address) : length + 1;
      }
    }
    toNextLook.set(key, length);
    longest = Math.max(longest, length);
  }
  return longest;
}
