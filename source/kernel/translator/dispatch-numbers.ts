/**
 * The numbers that dispatch blocks are entered with: one for each of its targets, and runs of more, one for each entry of a table
 * all of whose targets are the dispatch's. So a jump through the table needs no branches of its own, which in an interpreter of
 * bytecode, with such a jump at the end of each instruction, would be thousands.
 */

import type { Block, Region } from "./block.js";
import type { Dispatch, Reduction } from "./reduction.js";

/** Numbers one after the other that stand for the entries of a table, or for those of a region. */
export interface Run {
  readonly dispatch: Dispatch;
  /** The number of entry 0. */
  readonly first: number;
  /** Keys of the targets of entry 0, 1, ... */
  readonly targets: readonly number[];
  /** Whether the table is the guest's to change: a target looks whether EIP is what the table was found to name. */
  readonly checked: boolean;
}

export class DispatchNumbers {
  readonly #runs: Run[] = [];
  /** By the key of the block that ends with a switch. */
  readonly #byBlock = new Map<number, Run>();

  constructor({ blocks }: Region, { through }: Reduction) {
    if (through.size === 0) return;
    for (const block of blocks.values()) {
      const targets = targetsOf(block);
      const dispatch = targets && through.get(targets[0]);
      if (!dispatch || targets.some((target) => through.get(target) !== dispatch)) continue;
      this.#byBlock.set(block.key, this.#run(dispatch, targets, block.ending.kind === "switch"));
    }
  }

  /** The numbers by which a block goes on, undefined where it does so otherwise. */
  of(block: Block): Run | undefined {
    return this.#byBlock.get(block.key);
  }

  /** In the order of their numbers, which begin behind those of the dispatch's targets. */
  runsOf(dispatch: Dispatch): readonly Run[] {
    return this.#runs.filter((run) => run.dispatch === dispatch);
  }

  /** Tables that several jumps go through have their numbers once. */
  #run(dispatch: Dispatch, targets: readonly number[], checked: boolean): Run {
    const runs = this.runsOf(dispatch);
    const same = runs.find((run) => run.checked === checked && areSame(run.targets, targets));
    if (same) return same;
    const first = runs.reduce((sum, run) => sum + run.targets.length, dispatch.targets.length);
    const run = { dispatch, first, targets, checked };
    this.#runs.push(run);
    return run;
  }
}

/** Where each entry of the table or region goes that a block ends with; undefined where it ends with none. */
function targetsOf({ ending, ways }: Block): readonly number[] | undefined {
  if (ending.kind === "resume") return ways;
  if (ending.kind !== "switch") return undefined;
  const wayOf = new Map<number, number>();
  for (const address of ending.table.targets) {
    if (!wayOf.has(address)) wayOf.set(address, ways[wayOf.size]);
  }
  return ending.table.targets.map((address) => wayOf.get(address) as number);
}

const areSame = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((each, index) => each === right[index]);
