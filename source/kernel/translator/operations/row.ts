/** What the files of this folder offer: for each semantics of the instruction table, how it is translated. */

import type { Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import type { FlagSet } from "../flag-facts.js";

/** @param live flags that something reads behind the operation */
export type Translation = (e: Emitter, op: Operation, live: FlagSet) => void;

export interface Row {
  readonly translate: Translation;
  /** Whether this form is translated; absent: always. */
  readonly accepts?: (op: Operation) => boolean;
}

/** Bits that an operand of this size has, as a mask. */
export const maskOf = (size: number): number => -1 >>> (32 - size);
