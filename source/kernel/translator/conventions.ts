/**
 * Which registers cross a call. A translated function is given ESP, the fuel, and those registers whose value it needs;
 * what it is not given stays with its caller, who completes the machine's state when the VM leaves further inside. What it
 * may change comes back.
 *
 * At every place of a function, each register is either certainly its own (given to it or written by it) or certainly not
 * yet: one of which it could be either is given to it.
 */

import { type Block, jumpsOn, NOTHING } from "./block.js";
import { isCall, isDirectCall, readsOf, writesOf } from "./facts.js";
import type { Plan } from "./plan.js";
import { ALL_REGISTERS, PRESERVED, RETURNED_BY_ANY, type RegisterSet } from "./register-sets.js";

export interface Convention {
  /** Registers given to the function, ESP aside. */
  readonly given: RegisterSet;
  /** Registers that it may have changed when it returns, ESP aside. */
  readonly returned: RegisterSet;
}

/** What a function that is called through a pointer must be taken for. */
export const UNKNOWN_FUNCTION: Convention = { given: ALL_REGISTERS, returned: RETURNED_BY_ANY };

/** Operations between calls, taken together, or a call. */
export interface Step {
  readonly reads: RegisterSet;
  readonly writes: RegisterSet;
  /** Address of the function called or jumped to; undefined in a step that is no call. */
  readonly callee: number | "unknown" | undefined;
}

/** What of a function's plan matters here. Blocks are at places: see structure.ts. */
interface Summary {
  readonly start: number;
  /** By place; undefined for a dispatch block. */
  readonly blocks: readonly (Block | undefined)[];
  readonly steps: readonly (readonly Step[])[];
  /** Where each block goes on, as places. */
  readonly next: readonly (readonly number[])[];
  /** Everything that the function's own operations write. */
  readonly writes: RegisterSet;
  readonly callees: ReadonlySet<number | "unknown">;
  given: RegisterSet;
  returned: RegisterSet;
  /** What follows from `given`; undefined until that is known. */
  states: States | undefined;
}

/** A function's convention, and what follows from it inside. */
export interface InnerConvention extends Convention {
  /** Registers that are certainly the function's own at the start of each block, by key; all of them where it is not said. */
  readonly own: ReadonlyMap<number, RegisterSet>;
}

/** @param plans of all functions that are called as such, by address */
export function findConventions(plans: ReadonlyMap<number, Plan>): Map<number, InnerConvention> {
  const summaries = new Map<number, Summary>();
  for (const [start, plan] of plans) summaries.set(start, summarize(plan, plans));
  const callers = callersOf(summaries);
  // Both grow only, so that going on until nothing changes ends.
  repeat(summaries, callers, (summary) => {
    const before = summary.returned;
    summary.returned |= returnedBy(summary, summaries);
    return summary.returned !== before;
  });
  repeat(summaries, callers, (summary) => {
    const needed = neededBy(summary, summaries);
    summary.given |= needed;
    return needed !== 0;
  });
  const found = new Map<number, InnerConvention>();
  for (const [start, summary] of summaries) {
    const { given, returned } = summary;
    found.set(start, { given, returned, own: ownRegisters(summary, summaries) });
  }
  return found;
}

function ownRegisters(summary: Summary, known: ReadonlyMap<number, Convention>): Map<number, RegisterSet> {
  const own = new Map<number, RegisterSet>();
  if (summary.given === ALL_REGISTERS) return own;
  const states = summary.states ?? flow(summary, known);
  for (let place = 0; place < summary.blocks.length; place++) {
    const block = summary.blocks[place];
    if (block) own.set(block.key, states.own[place]);
  }
  return own;
}

function conventionOf(callee: number | "unknown", known: ReadonlyMap<number, Convention>): Convention {
  return (callee === "unknown" ? undefined : known.get(callee)) ?? UNKNOWN_FUNCTION;
}

function summarize({ region, blocks, places }: Plan, functions: ReadonlyMap<number, unknown>): Summary {
  const steps = blocks.map((block) => (block ? stepsOf(block, functions) : NO_STEPS));
  const callees = new Set<number | "unknown">();
  let reads = 0;
  let writes = 0;
  for (const each of steps) {
    for (const step of each) {
      reads |= step.reads;
      writes |= step.writes;
      if (step.callee !== undefined) callees.add(step.callee);
    }
  }
  const given = (reads | writes) & PRESERVED;
  return { start: region.start, blocks, steps, next: places, writes, callees, given, returned: 0, states: undefined };
}

const NO_STEPS: readonly Step[] = [];

/** The steps of a block are those of its copies, too: a return within a function in line reads and writes as any. */
function stepsOf(block: Block, functions: ReadonlyMap<number, unknown>): readonly Step[] {
  const { straight } = block;
  if (straight === NOTHING) return findSteps(block, functions);
  straight.steps ??= findSteps(block, functions);
  return straight.steps;
}

function findSteps(block: Block, functions: ReadonlyMap<number, unknown>): Step[] {
  const steps: Step[] = [];
  let reads = 0;
  let writes = 0;
  const finish = (callee: Step["callee"]): void => {
    if ((reads | writes) !== 0) steps.push({ reads, writes, callee: undefined });
    if (callee !== undefined) steps.push({ reads: 0, writes: 0, callee });
    reads = 0;
    writes = 0;
  };
  const { operations } = block;
  for (let index = 0; index < operations.length; index++) {
    const operation = operations[index];
    reads |= readsOf(operation) & ~writes;
    writes |= writesOf(operation);
    if (!isCall(operation)) continue;
    if (!isDirectCall(operation)) finish("unknown");
    // A function that is not translated is reached by leaving.
    else finish(functions.has(operation.target.address) ? operation.target.address : undefined);
  }
  const { ending } = block;
  if ("operation" in ending && ending.operation && ending.kind !== "interpret") {
    reads |= readsOf(ending.operation) & ~writes;
    writes |= writesOf(ending.operation);
  }
  if (ending.kind === "indirect tail call") finish("unknown");
  else finish(ending.kind === "tail call" && functions.has(ending.target) ? ending.target : undefined);
  return steps;
}

function callersOf(summaries: ReadonlyMap<number, Summary>): Map<number, number[]> {
  const callers = new Map<number, number[]>();
  for (const { start, callees } of summaries.values()) {
    for (const callee of callees) {
      if (callee === "unknown") continue;
      const known = callers.get(callee);
      if (known) known.push(start);
      else callers.set(callee, [start]);
    }
  }
  return callers;
}

/** Applies `update` to every function, and again to the callers of those for which it answers true. */
function repeat(
  summaries: ReadonlyMap<number, Summary>,
  callers: ReadonlyMap<number, readonly number[]>,
  update: (summary: Summary) => boolean,
): void {
  const queue = new Set(summaries.keys());
  for (const start of queue) {
    queue.delete(start);
    if (!update(summaries.get(start) as Summary)) continue;
    for (const caller of callers.get(start) ?? []) queue.add(caller);
  }
}

function returnedBy({ writes, callees }: Summary, known: ReadonlyMap<number, Convention>): RegisterSet {
  let returned = writes;
  for (const callee of callees) returned |= conventionOf(callee, known).returned;
  return returned;
}

/** Registers that the function needs and is not given yet. */
function neededBy(summary: Summary, known: ReadonlyMap<number, Convention>): RegisterSet {
  const states = flow(summary, known);
  let { needed } = states;
  // Of one that could be either, or that is to come back, the function must have a value.
  for (let place = 0; place < summary.blocks.length; place++) {
    const block = summary.blocks[place];
    if (!block) continue;
    needed |= states.own[place] & states.foreign[place];
    if (block.ending.kind !== "return" && !jumpsOn(block)) continue;
    let foreign = states.foreign[place];
    for (const step of summary.steps[place]) foreign &= ~writtenBy(step, known);
    needed |= foreign & summary.returned;
  }
  needed &= ~summary.given;
  summary.states = needed === 0 ? states : undefined;
  return needed;
}

const writtenBy = ({ writes, callee }: Step, known: ReadonlyMap<number, Convention>): RegisterSet =>
  callee === undefined ? writes : conventionOf(callee, known).returned;

/** Registers that may be the function's own, and that may still be its caller's, at the start of each place. */
interface States {
  readonly own: Uint8Array;
  readonly foreign: Uint8Array;
  /** Registers that are read while they may be the caller's. */
  readonly needed: RegisterSet;
}

function flow(summary: Summary, known: ReadonlyMap<number, Convention>): States {
  const { blocks, steps, next, given } = summary;
  const own = new Uint8Array(blocks.length);
  const foreign = new Uint8Array(blocks.length);
  own[0] = given;
  foreign[0] = ALL_REGISTERS & ~given;
  let needed = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let place = 0; place < blocks.length; place++) {
      let mine = own[place];
      let others = foreign[place];
      const taken = steps[place];
      for (let index = 0; index < taken.length; index++) {
        const step = taken[index];
        const convention = step.callee === undefined ? undefined : conventionOf(step.callee, known);
        needed |= (convention ? convention.given : step.reads) & others;
        const written = convention ? convention.returned : step.writes;
        mine |= written;
        others &= ~written;
      }
      const ways = next[place];
      for (let index = 0; index < ways.length; index++) {
        const way = ways[index];
        if ((own[way] | mine) === own[way] && (foreign[way] | others) === foreign[way]) continue;
        own[way] |= mine;
        foreign[way] |= others;
        changed = true;
      }
    }
  }
  return { own, foreign, needed };
}
