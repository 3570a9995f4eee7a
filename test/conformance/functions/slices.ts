/** Ways to run a program in pieces: the machine is left and entered again, each time by as many instructions. */

import type { Again, EngineBatch } from "../engines.js";
import type { Outcome } from "../machine-case.js";
import type { Random } from "../random.js";
import { instructionsOf } from "./minimise.js";
import type { FunctionProgram } from "./program-generator.js";

/** Addresses that a second translation is entered at besides others, and runs before it is made, at most. */
const MOST_MISSED = 16;
const MOST_BEFORE = 3;

export type Slices =
  | { readonly kind: Exclude<keyof typeof HOW, "again">; readonly instructions: number }
  | { readonly kind: "again"; readonly instructions: number; readonly again: Again };

const HOW = {
  whole: "in slices of",
  /** What the translator keeps back for its longest path is added, so that translated code has so many and is left. */
  beyond: "alone, in slices that give translated code",
  often: "leaving translated code after",
  alone: "alone, leaving translated code after",
  again: "alone, translated anew, leaving translated code after",
} as const;

export function randomSlices(random: Random, program: FunctionProgram): Slices {
  switch (random.below(6)) {
    case 0:
      return { kind: "whole", instructions: 1 + random.below(20) };
    case 1:
      return { kind: "whole", instructions: 50 + random.below(500) };
    case 2:
      return { kind: "beyond", instructions: 1 + random.below(40) };
    case 3:
      return {
        kind: "again",
        instructions: 1 + random.below(random.pick([4, 16])),
        again: randomAgain(random, program),
      };
    default:
      return { kind: random.pick(["often", "alone", "alone"]), instructions: few(random) };
  }
}

const few = (random: Random): number => 1 + random.below(random.pick([8, 60]));

/** At any instruction a machine may have been seen to go on. */
function randomAgain(random: Random, program: FunctionProgram): Again {
  const starts = instructionsOf(program);
  const missed = Array.from(
    { length: random.below(MOST_MISSED + 1) },
    () => program.codeAddress + random.pick(starts).offset,
  );
  return { missed, after: 1 + random.below(MOST_BEFORE) };
}

export function describeSlices(slices: Slices): string {
  const { kind, instructions } = slices;
  const how = `${HOW[kind]} ${instructions} instructions`;
  if (kind !== "again") return how;
  const { missed, after } = slices.again;
  return `${how}, after ${after} times with ${missed.map((address) => `0x${address.toString(16)}`).join(", ")}`;
}

/**
 * @param batch holds the program and others
 * @param alone makes one that holds it alone: its longest path is less often longer than all that the program does
 */
export function runSliced(
  slices: Slices,
  program: FunctionProgram,
  fuel: number,
  batch: EngineBatch,
  alone: () => EngineBatch,
): Outcome {
  const { kind, instructions } = slices;
  if (kind === "whole") return batch.translate(program, fuel, instructions);
  if (kind === "often") return batch.leaveOften(program, fuel, instructions);
  const own = alone();
  if (kind === "again") return own.adoptAgain(program, fuel, instructions, slices.again);
  if (kind === "alone") return own.leaveOften(program, fuel, instructions);
  return own.translate(program, fuel, own.longestPath + instructions);
}
