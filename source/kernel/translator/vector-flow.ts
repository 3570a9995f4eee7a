/**
 * How the XMM registers of a region live: in locals within it, in globals of the module outside. Before everything that
 * leaves the region, calls included, those that it may have written are brought to the globals; at its start and behind
 * calls those are fetched that are read, or brought back, later.
 */

import type { Operation } from "../x86/operation.js";
import type { Block, Straight } from "./block.js";
import { isCall } from "./facts.js";
import { effectOf, type HalfSet, packedOf, scalarsOf, type VectorEffect } from "./vector-effects.js";

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
  const writtenInto = findWritten(blocks);
  const liveInto = findLive(blocks, writtenInto);
  return {
    representations: representationsOf(blocks),
    writtenInto,
    liveInto,
    liveBehind: (block) => throughBlock(block, writtenInto, liveOut(block, liveInto)).behind,
  };
}

function findWritten(blocks: readonly Block[]): Map<number, HalfSet> {
  const into = new Map<number, HalfSet>(blocks.map(({ key }) => [key, 0]));
  // What is written into a block comes out of it unless it calls; what it writes itself always does.
  const made = blocks.map(({ straight, operations }) =>
    straight.usesVectors
      ? effectsOf(straight).reduce((written, effect, index) => writtenBehind(operations[index], effect, written), 0)
      : 0,
  );
  const passes = blocks.map(({ straight }) => straight.calls.length === 0);
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = 0; index < blocks.length; index++) {
      const written = made[index] | (passes[index] ? (into.get(blocks[index].key) as HalfSet) : 0);
      for (const way of blocks[index].ways) {
        const known = into.get(way) ?? 0;
        if ((known | written) === known) continue;
        into.set(way, known | written);
        changed = true;
      }
    }
  }
  return into;
}

const ALL_HALVES: HalfSet = 0xffff;

function findLive(blocks: readonly Block[], writtenInto: ReadonlyMap<number, HalfSet>): Map<number, HalfSet> {
  const liveInto = new Map<number, HalfSet>();
  // Each half apart is either live into a block whatever is behind, or if it is live out of the block, or never.
  const always = blocks.map((block) => throughBlock(block, writtenInto, 0).before);
  const passed = blocks.map((block) => throughBlock(block, writtenInto, ALL_HALVES).before);
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index];
      const before = always[index] | (passed[index] & liveOut(block, liveInto));
      if (liveInto.get(block.key) === before) continue;
      liveInto.set(block.key, before);
      changed = true;
    }
  }
  return liveInto;
}

function liveOut({ ways }: Block, liveInto: ReadonlyMap<number, HalfSet>): HalfSet {
  let live = 0;
  for (let way = 0; way < ways.length; way++) live |= liveInto.get(ways[way]) ?? 0;
  return live;
}

/** Halves that may differ from the globals behind an operation. */
function writtenBehind(operation: Operation, { writes }: VectorEffect, before: HalfSet): HalfSet {
  return isCall(operation) ? 0 : before | writes;
}

/** Found out once for all copies of a block: each is asked several times. */
function effectsOf(straight: Straight): readonly VectorEffect[] {
  straight.vectorEffects ??= straight.operations.map(effectOf);
  return straight.vectorEffects;
}

/** At every operation the VM may leave, for which what was written is read. @param out halves that are live behind the block */
function throughBlock(
  { key, straight, operations }: Block,
  writtenInto: ReadonlyMap<number, HalfSet>,
  out: HalfSet,
): { before: HalfSet; behind: HalfSet[] } {
  const count = operations.length;
  if (!straight.usesVectors && straight.calls.length === 0) {
    const before = (writtenInto.get(key) ?? 0) | out;
    return { before, behind: new Array<HalfSet>(count).fill(before) };
  }
  const effects = effectsOf(straight);
  const written = new Array<HalfSet>(count + 1);
  written[0] = writtenInto.get(key) ?? 0;
  for (let index = 0; index < count; index++) {
    written[index + 1] = writtenBehind(operations[index], effects[index], written[index]);
  }
  const behind = new Array<HalfSet>(count);
  let live = written[count] | out;
  for (let index = count - 1; index >= 0; index--) {
    behind[index] = live;
    const { reads, writes } = effects[index];
    live = (isCall(operations[index]) ? 0 : (live & ~writes) | reads) | written[index];
  }
  return { before: live | written[0], behind };
}

/**
 * Scalar code is as fast as native where the scalar is a local of its own; a register that is both kinds of scalar, or
 * taken as two doubles as often as one, is a vector.
 */
function representationsOf(blocks: readonly Block[]): Representation[] {
  const doubles = new Array<number>(8).fill(0);
  const singles = new Array<number>(8).fill(0);
  const packed = new Array<number>(8).fill(0);
  for (const { straight, operations } of blocks) {
    if (!straight.usesVectors) continue;
    for (const operation of operations) {
      for (const [register, as] of scalarsOf(operation)) (as === "double" ? doubles : singles)[register]++;
      for (const register of packedOf(operation)) packed[register]++;
    }
  }
  return doubles.map((count, register) => {
    if (count > 0 && singles[register] === 0 && count > packed[register]) return Representation.DOUBLE;
    if (singles[register] > 0 && count === 0) return Representation.SINGLE;
    return Representation.VECTOR;
  });
}
