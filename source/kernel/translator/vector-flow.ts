/**
 * How the XMM registers of a region live: in locals within it, in globals of the module outside. Before everything that
 * leaves the region, calls included, those that it may have written are brought to the globals; at its start and behind
 * calls those are fetched that are read, or brought back, later.
 */

import type { Operation } from "../x86/operation.js";
import type { Block } from "./block.js";
import { isCall } from "./facts.js";
import { effectOf, type HalfSet, packedOf, scalarsOf } from "./vector-effects.js";

/** What a register's locals are. */
export const Representation = {
  /** One v128. */
  VECTOR: 0,
  /** The lower half as f64, the upper as i64. */
  DOUBLE: 1,
  /** The lowest word as f32, the next as i32, the upper half as i64. */
  SINGLE: 2,
} as const;
export type Representation = (typeof Representation)[keyof typeof Representation];

export interface VectorFlow {
  /** By register number. */
  readonly representations: readonly Representation[];
  /** Halves that may differ from the globals at the start of each block, by key. */
  readonly writtenInto: ReadonlyMap<number, HalfSet>;
  /** Halves whose locals must be right at the start of each block. */
  readonly liveInto: ReadonlyMap<number, HalfSet>;
  /** Halves whose locals must be right behind each operation of a block. */
  liveBehind(block: Block): HalfSet[];
}

/** Undefined for a region that uses no XMM register. */
export function vectorFlow(blocks: readonly Block[]): VectorFlow | undefined {
  if (!blocks.some(({ straight }) => straight.usesVectors)) return undefined;
  const operations = blocks.flatMap((block) => block.operations);
  const writtenInto = findWritten(blocks);
  const liveInto = new Map<number, HalfSet>();
  const liveBehind = (block: Block): HalfSet[] => throughBlock(block, writtenInto, liveInto).behind;
  const order = blocks.toReversed();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order) {
      const { before } = throughBlock(block, writtenInto, liveInto);
      if (liveInto.get(block.key) === before) continue;
      liveInto.set(block.key, before);
      changed = true;
    }
  }
  return { representations: representationsOf(operations), writtenInto, liveInto, liveBehind };
}

function findWritten(blocks: readonly Block[]): Map<number, HalfSet> {
  const into = new Map<number, HalfSet>(blocks.map(({ key }) => [key, 0]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      let written = into.get(block.key) as HalfSet;
      for (const operation of block.operations) written = writtenBehind(operation, written);
      for (const way of block.ways) {
        const known = into.get(way) ?? 0;
        if ((known | written) === known) continue;
        into.set(way, known | written);
        changed = true;
      }
    }
  }
  return into;
}

/** Halves that may differ from the globals behind an operation. */
export function writtenBehind(operation: Operation, before: HalfSet): HalfSet {
  return isCall(operation) ? 0 : before | effectOf(operation).writes;
}

/** At every operation the VM may leave, for which what was written is read. */
function throughBlock(
  block: Block,
  writtenInto: ReadonlyMap<number, HalfSet>,
  liveInto: ReadonlyMap<number, HalfSet>,
): { before: HalfSet; behind: HalfSet[] } {
  const { operations } = block;
  const written: HalfSet[] = [writtenInto.get(block.key) ?? 0];
  for (const [index, operation] of operations.entries()) written.push(writtenBehind(operation, written[index]));
  const behind = new Array<HalfSet>(operations.length);
  let live = written[operations.length];
  for (const way of block.ways) live |= liveInto.get(way) ?? 0;
  for (let index = operations.length - 1; index >= 0; index--) {
    behind[index] = live;
    const operation = operations[index];
    const { reads, writes } = effectOf(operation);
    live = (isCall(operation) ? 0 : (live & ~writes) | reads) | written[index];
  }
  return { before: live | written[0], behind };
}

/**
 * Scalar code is as fast as native where the scalar is a local of its own; a register that is both kinds of scalar, or
 * taken as two doubles as often as one, is a vector.
 */
function representationsOf(operations: readonly Operation[]): Representation[] {
  const doubles = new Array<number>(8).fill(0);
  const singles = new Array<number>(8).fill(0);
  const packed = new Array<number>(8).fill(0);
  for (const operation of operations) {
    for (const [register, as] of scalarsOf(operation)) (as === "double" ? doubles : singles)[register]++;
    for (const register of packedOf(operation)) packed[register]++;
  }
  return doubles.map((count, register) => {
    if (count > 0 && singles[register] === 0 && count > packed[register]) return Representation.DOUBLE;
    if (singles[register] > 0 && count === 0) return Representation.SINGLE;
    return Representation.VECTOR;
  });
}
