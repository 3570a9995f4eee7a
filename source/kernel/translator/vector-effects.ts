/**
 * Which halves of XMM registers an operation reads and writes, and as what it takes them: what the choice of locals for
 * them and their liveness are made of.
 */

import type { Semantics } from "../x86/instruction-table.js";
import { MemoryOperand, type Operation } from "../x86/operation.js";

/** Bit n stands for the lower 64 bits of register n, bit n + 8 for the upper. */
export type HalfSet = number;

export const lowHalf = (register: number): HalfSet => 1 << register;
export const highHalf = (register: number): HalfSet => 1 << (register + 8);
export const bothHalves = (register: number): HalfSet => lowHalf(register) | highHalf(register);

export interface VectorEffect {
  readonly reads: HalfSet;
  readonly writes: HalfSet;
}

/** How an operation's operands are used. */
interface Row {
  /** Halves of the first operand: those read, and those written (`-` for none, `l` lower, `h` upper, `b` both). */
  readonly first: readonly [reads: Part, writes: Part];
  /** Halves of the second operand that are read. */
  readonly second: Part;
  /** What a scalar operation takes its operands as: the first, the second. */
  readonly as?: readonly [first: Scalar | undefined, second: Scalar | undefined];
}

type Part = "-" | "l" | "h" | "b";
export type Scalar = "double" | "single";

const DOUBLES = ["double", "double"] as const;
const SINGLES = ["single", "single"] as const;

const rows = (names: readonly Semantics[], row: Row): [Semantics, Row][] => names.map((name) => [name, row]);

/** Operations on registers; the forms of moves are looked at in {@link moved}. */
const ROWS: ReadonlyMap<Semantics, Row> = new Map([
  ...rows(["addsd", "subsd", "mulsd", "divsd", "minsd", "maxsd", "cmpsd scalar"], {
    first: ["l", "l"],
    second: "l",
    as: DOUBLES,
  }),
  ...rows(["addss", "subss", "mulss", "divss", "minss", "maxss", "cmpss", "sqrtss"], {
    first: ["l", "l"],
    second: "l",
    as: SINGLES,
  }),
  ...rows(["sqrtsd"], { first: ["-", "l"], second: "l", as: DOUBLES }),
  ...rows(["comisd"], { first: ["l", "-"], second: "l", as: DOUBLES }),
  ...rows(["comiss"], { first: ["l", "-"], second: "l", as: SINGLES }),
  ...rows(["cvtss2sd"], { first: ["-", "l"], second: "l", as: ["double", "single"] }),
  ...rows(["cvtsd2ss"], { first: ["l", "l"], second: "l", as: ["single", "double"] }),
  ...rows(["cvtsi2sd"], { first: ["-", "l"], second: "-", as: ["double", undefined] }),
  ...rows(["cvtsi2ss"], { first: ["l", "l"], second: "-", as: ["single", undefined] }),
  ...rows(["cvtsd2si", "cvttsd2si"], { first: ["-", "-"], second: "l", as: [undefined, "double"] }),
  ...rows(["cvtss2si", "cvttss2si"], { first: ["-", "-"], second: "l", as: [undefined, "single"] }),
  ...rows(["addpd", "subpd", "mulpd", "divpd", "cmppd", "pand", "pandn", "por", "pxor"], {
    first: ["b", "b"],
    second: "b",
  }),
  ...rows(["cvttpd2dq"], { first: ["-", "b"], second: "b" }),
  ...rows(["unpcklpd"], { first: ["-", "h"], second: "l" }),
  ...rows(["pslld"], { first: ["b", "b"], second: "l" }),
  ...rows(["movss"], { first: ["-", "l"], second: "l", as: SINGLES }),
  ...rows(["movsd scalar"], { first: ["-", "l"], second: "l", as: DOUBLES }),
  ...rows(["movq"], { first: ["-", "b"], second: "l", as: DOUBLES }),
  ...rows(["move aligned", "move unaligned"], { first: ["-", "b"], second: "b" }),
  ...rows(["movd to vector"], { first: ["-", "b"], second: "-" }),
  ...rows(["movd from vector"], { first: ["-", "-"], second: "l" }),
]);

const NONE: VectorEffect = { reads: 0, writes: 0 };

/** Undefined for an operation without XMM registers. */
export function vectorEffect(operation: Operation): VectorEffect | undefined {
  const semantics = operation.entry?.semantics;
  const row = semantics && ROWS.get(semantics);
  if (!row) return undefined;
  if (operation.memory === MemoryOperand.FIRST) return { reads: halves(row.second, operation.source), writes: 0 };
  if (clearsVector(operation)) return { reads: 0, writes: bothHalves(operation.destination) };
  const [reads, writes] = firstOperand(operation, row);
  const inRegister = operation.memory === MemoryOperand.NONE && operation.entry?.forms[0] !== "x,imm";
  return {
    reads: halves(reads, operation.destination) | (inRegister ? halves(row.second, operation.source) : 0),
    writes: halves(writes, operation.destination),
  };
}

/** MOVSS and MOVSD clear the rest of the register when they load it; from a register MOVSS leaves part of the lower half. */
function firstOperand({ entry, memory }: Operation, row: Row): readonly [reads: Part, writes: Part] {
  const scalar = entry?.semantics === "movss" || entry?.semantics === "movsd scalar";
  if (scalar && memory === MemoryOperand.SECOND) return ["-", "b"];
  return entry?.semantics === "movss" ? ["l", "l"] : row.first;
}

function halves(part: Part, register: number): HalfSet {
  if (part === "-") return 0;
  return part === "l" ? lowHalf(register) : part === "h" ? highHalf(register) : bothHalves(register);
}

/** `pxor x, x`: the result is 0 whatever the register holds. */
export function clearsVector({ entry, memory, source, destination }: Operation): boolean {
  return entry?.semantics === "pxor" && memory === MemoryOperand.NONE && source === destination;
}

/** What an operation takes its XMM operands as, where it is scalar: pairs of register and type. */
export function scalarsOf(operation: Operation): readonly (readonly [register: number, as: Scalar])[] {
  const semantics = operation.entry?.semantics;
  const as = semantics && ROWS.get(semantics)?.as;
  if (!as) return [];
  const found: [number, Scalar][] = [];
  if (as[0] && operation.memory !== MemoryOperand.FIRST) found.push([operation.destination, as[0]]);
  if (as[1] && operation.memory !== MemoryOperand.SECOND) found.push([operation.source, as[1]]);
  return found;
}

const PACKED: ReadonlySet<Semantics> = new Set(["addpd", "subpd", "mulpd", "divpd", "cmppd", "cvttpd2dq", "pslld"]);

/** Registers that an operation takes as two doubles. */
export function packedOf(operation: Operation): readonly number[] {
  const semantics = operation.entry?.semantics;
  if (semantics === undefined || !PACKED.has(semantics)) return [];
  return operation.memory === MemoryOperand.NONE ? [operation.destination, operation.source] : [operation.destination];
}

/** The same of any operation. */
export const effectOf = (operation: Operation): VectorEffect => vectorEffect(operation) ?? NONE;
