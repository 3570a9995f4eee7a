/** Every family of the instruction table with its handlers. */
import type { Semantics } from "../instruction-table.js";
import { arithmetic } from "./arithmetic.js";
import type { Bind } from "./binding.js";
import { bits } from "./bits.js";
import { control } from "./control.js";
import { dataTransfer } from "./data-transfer.js";
import { multiplication } from "./multiplication.js";
import { shifts } from "./shifts.js";
import { sseArithmetic } from "./sse-arithmetic.js";
import { sseMoves } from "./sse-moves.js";
import { stack } from "./stack.js";
import { strings } from "./strings.js";

/** Whether a family works on XMM registers. */
export function usesVectors(semantics: Semantics): boolean {
  return semantics in sseMoves || semantics in sseArithmetic;
}

export const BINDINGS: Readonly<Record<Semantics, Bind>> = {
  ...dataTransfer,
  ...stack,
  ...arithmetic,
  ...multiplication,
  ...shifts,
  ...bits,
  ...strings,
  ...control,
  ...sseMoves,
  ...sseArithmetic,
};
