/**
 * How basic blocks end. All endings are made by the functions here, with the same properties whatever their kind, so that V8
 * has one hidden class for all: blocks' endings are looked at everywhere, and with a class a kind each look is a search.
 */

import type { Operation } from "../x86/operation.js";
import type { JumpTable } from "./jump-tables.js";

/** How a block ends. Addresses are guest-physical. */
export type Ending =
  /** Falls through, or jumps when `jump` says that an instruction did it, which is then `operation`. */
  | { readonly kind: "next"; readonly jump: boolean; readonly operation: Operation | undefined }
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
  /** No instruction: a region that is entered at several places goes on at the one meant. */
  | { readonly kind: "resume" }
  /** An instruction that is not translated: the interpreter executes it. */
  | { readonly kind: "interpret"; readonly operation: Operation | undefined };

interface Properties {
  readonly kind: Ending["kind"];
  readonly operation: Operation | undefined;
  readonly jump: boolean;
  readonly table: JumpTable | undefined;
  /** Addresses. */
  readonly expected: number;
  readonly callee: number;
  readonly target: number;
}

/** What is not said is what no ending of the kind has. */
function made(
  kind: Ending["kind"],
  operation?: Operation,
  jump = false,
  table?: JumpTable,
  expected = 0,
  callee = 0,
  target = 0,
): Ending {
  const properties: Properties = { kind, operation, jump, table, expected, callee, target };
  return properties as Ending;
}

const FALLING = made("next");
const RESUMING = made("resume");

/** Makes endings; see {@link Ending} for what each is. */
export const endings = {
  falls: (): Ending => FALLING,
  jump: (operation: Operation): Ending => made("next", operation, true),
  branch: (operation: Operation): Ending => made("branch", operation),
  switch: (operation: Operation, table: JumpTable): Ending => made("switch", operation, false, table),
  return: (operation: Operation): Ending => made("return", operation),
  guard: (operation: Operation, expected: number): Ending => made("guard", operation, false, undefined, expected),
  inlinedCall: (operation: Operation): Ending => made("inlined call", operation),
  inlinedReturn: (operation: Operation, callee: number, expected: number): Ending =>
    made("inlined return", operation, false, undefined, expected, callee),
  tailCall: (operation: Operation, target: number): Ending =>
    made("tail call", operation, false, undefined, 0, 0, target),
  indirectTailCall: (operation: Operation): Ending => made("indirect tail call", operation),
  interrupt: (operation: Operation): Ending => made("interrupt", operation),
  resume: (): Ending => RESUMING,
  interpret: (operation: Operation | undefined): Ending => made("interpret", operation),
} as const;
