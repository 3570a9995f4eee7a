/**
 * What the translator asks of an operation again and again, for each copy of the block that it is in: found out once and kept
 * with the operation, as the bits of one number. Operations of the same encoding share what is found out.
 */

import type { Semantics } from "../x86/instruction-table.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, Operation } from "../x86/operation.js";
import { clearsItself, isVector, type RegisterSet, registersRead, registersWritten } from "./effects.js";
import { vectorEffect } from "./vector-effects.js";

const { EAX, EDX, ESP, EBP } = Register;

/** The lowest eight bits are the registers that are read, the next those that are written. */
const WRITES_SHIFT = 8;
const ALL = 0xff;

/** Bits above those. */
export const Fact = {
  CALL: 1 << 16,
  /** A call whose target is known. */
  DIRECT_CALL: 1 << 17,
  /** ESP is an operand, rather than where the operation's memory is or what it moves by itself. */
  NAMES_ESP: 1 << 18,
  /** The result is 0 whatever the register holds. */
  CLEARS_ITSELF: 1 << 19,
  /** It uses XMM registers. */
  VECTOR: 1 << 20,
  /** ESP or EBP may be other than before. */
  MOVES_STACK: 1 << 21,
  /** It may leave its destination below some number: see register-bounds.ts. */
  MAY_BOUND: 1 << 22,
  /** Its memory is at a distance from ESP. */
  BASED_ON_ESP: 1 << 23,
  /** All of this is known. */
  KNOWN: 1 << 24,
  /** It may change EAX or EDX, whose bits among those of what is written these are. */
  WRITES_EAX_OR_EDX: ((1 << EAX) | (1 << EDX)) << WRITES_SHIFT,
} as const;

export function factsOf(operation: Operation): number {
  return operation.facts === 0 ? findFacts(operation) : operation.facts;
}

/** Whether some fact of a mask holds. */
export const has = (operation: Operation, fact: number): boolean => (factsOf(operation) & fact) !== 0;

export const isCall = (operation: Operation): boolean => (factsOf(operation) & Fact.CALL) !== 0;

/** A call whose target is known. */
export const isDirectCall = (operation: Operation): boolean => (factsOf(operation) & Fact.DIRECT_CALL) !== 0;

/** Every function knows ESP: it is left out of what else is said of an operation. */
const KNOWN_EVERYWHERE: RegisterSet = 1 << ESP;

/** Registers an operation may depend on, ESP aside. */
export const readsOf = (operation: Operation): RegisterSet => factsOf(operation) & ALL & ~KNOWN_EVERYWHERE;

/** Registers an operation changes, ESP aside. */
export const writesOf = (operation: Operation): RegisterSet => writesIn(factsOf(operation));

/** The same, by its facts. */
export const writesIn = (facts: number): RegisterSet => (facts >> WRITES_SHIFT) & ALL & ~KNOWN_EVERYWHERE;

/** Whether an operation may change a register. */
export const writesRegister = (operation: Operation, register: number): boolean =>
  (factsOf(operation) & (1 << (register + WRITES_SHIFT))) !== 0;

/** An operation made of another, of which what was found out about that need not hold. */
export function changed(operation: Operation, changes: Partial<Operation>): Operation {
  const { address, execute } = operation;
  const unknown = { facts: 0, flagFacts: 0, like: undefined };
  return Object.assign(new Operation(address, execute), operation, unknown, changes);
}

/** An operation that is not decoded yet has no facts: it may have some later. */
function findFacts(operation: Operation): number {
  if (operation.like) {
    operation.facts = factsOf(operation.like);
    return operation.facts;
  }
  const semantics = operation.entry?.semantics;
  if (semantics === undefined) return 0;
  const written = registersWritten(operation);
  let facts = Fact.KNOWN | registersRead(operation) | (written << WRITES_SHIFT);
  if (semantics === "call") facts |= Fact.CALL | Fact.DIRECT_CALL;
  if (semantics === "call indirect") facts |= Fact.CALL;
  if (namesEsp(operation)) facts |= Fact.NAMES_ESP;
  if (operation.base === ESP) facts |= Fact.BASED_ON_ESP;
  if (clearsItself(operation)) facts |= Fact.CLEARS_ITSELF;
  if (BOUNDING.has(semantics) && operation.size === 32) facts |= Fact.MAY_BOUND;
  if (vectorEffect(operation)) facts |= Fact.VECTOR;
  if ((written & ((1 << ESP) | (1 << EBP))) !== 0) facts |= Fact.MOVES_STACK;
  operation.facts = facts;
  return facts;
}

/** Of these semantics some operations leave what is below some number. */
const BOUNDING: ReadonlySet<Semantics> = new Set<Semantics>(["movzx", "and", "shr", "mov", "xor", "sub"]);

function namesEsp(operation: Operation): boolean {
  const { destination, source, memory } = operation;
  const first = destination === ESP && memory !== MemoryOperand.FIRST && !isVector(operation, 0);
  return first || (source === ESP && !isVector(operation, 1));
}
