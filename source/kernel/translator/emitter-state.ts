/** What is known where code is emitted: of registers, of the stack, of flags and of the fuel that is still to be charged. */

import { Register } from "../x86/machine.js";
import type { RegisterSet } from "./effects.js";
import { FlagKind } from "./flag-kind.js";
import { type Bounds, UNBOUNDED } from "./register-bounds.js";
import type { HalfSet } from "./vector-effects.js";

/** Parameters of every translated function: the general registers by number, then the fuel. */
export const FUEL = 8;
export const PARAMETERS = 9;
export const PARAMETER_NAMES: readonly string[] = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "fuel"];

/** Accesses to the stack are at `base + zero + esp + displacement`: nothing of it below `base`. */
export interface StackPosition {
  /** A local. */
  readonly base: number;
  /** Bytes between it and ESP at the region's start. */
  readonly zero: number;
}

/** How things stand at a place, as far as code that follows must know. */
export interface EmitterState {
  readonly flags: FlagKind;
  readonly size: number;
  readonly debt: number;
  readonly own: RegisterSet;
  readonly inGlobals: RegisterSet;
  /** ESP less what it was at the region's start, where that is known: see {@link StackOffsets}. */
  readonly esp: number;
  /** EBP likewise, where it was made to point into the stack; what is assumed of it is checked. */
  readonly ebp: number | undefined;
  /** How high registers can be. */
  readonly bounds: Bounds;
  /** Halves of XMM registers that may differ from their globals. */
  readonly vectors: HalfSet;
}

/** How things stand where nothing is known. */
export const UNKNOWN_STATE: EmitterState = {
  flags: FlagKind.BITS,
  size: 32,
  debt: 0,
  own: 0,
  inGlobals: 0,
  esp: 0,
  ebp: undefined,
  bounds: UNBOUNDED,
  vectors: 0,
};

/** Bits of a place's number: which registers are in their locals, and from here on which are known at all. */
export const KNOWN_SHIFT = 8;

/** The number of a place: what the registers' locals are worth there. */
export function placeOf({ own, inGlobals }: Pick<EmitterState, "own" | "inGlobals">): number {
  const known = own | (1 << Register.ESP);
  return (known & ~inGlobals) | (known << KNOWN_SHIFT);
}
