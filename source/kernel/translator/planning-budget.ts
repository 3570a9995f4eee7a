/**
 * How much is planned of an image: text that was written for it makes any amount of that, loops within loops or functions that
 * all go on in one body. What comes behind is left to the interpreter. Plans do not hang on time, so that runs repeat.
 */

import { MOST_PLANNED, PLANNED_AT_LEAST, PLANNED_PER_INSTRUCTION } from "../params.js";
import type { Region } from "./block.js";

/** What a region costs beside what is in it: it becomes a function. */
const OF_REGION = 16;

export class PlanningBudget {
  #left: number;

  /** @param instructions found in the image */
  constructor(instructions: number) {
    this.#left = Math.min(PLANNED_AT_LEAST + PLANNED_PER_INSTRUCTION * instructions, MOST_PLANNED);
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** Takes off as much as so many operations cost. @returns whether that was left */
  take(operations: number): boolean {
    this.#left -= operations;
    return !this.isSpent;
  }

  takeRegion(region: Region): boolean {
    return !this.isSpent && this.take(OF_REGION + sizeOf(region));
  }
}

/** Operations of a region, its blocks, and where those go on: each entry of a table is a few bytes in some places. */
function sizeOf({ blocks }: Region): number {
  let size = blocks.size;
  let ways = 0;
  for (const block of blocks.values()) {
    size += block.operations.length;
    ways += block.ending.kind === "switch" ? block.ending.table.targets.length : block.ways.length;
  }
  return size + Math.ceil(ways / WAYS_OF_OPERATION);
}

/** Ways that cost as much as an operation. */
const WAYS_OF_OPERATION = 8;
