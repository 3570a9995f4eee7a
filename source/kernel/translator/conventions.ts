/**
 * Which registers cross a call. A translated function is given ESP, the fuel, and those registers whose value it needs;
 * what it is not given stays with its caller, who completes the machine's state when the VM leaves further inside. What it
 * may change comes back.
 *
 * At every place of a function, each register is either certainly its own (given to it or written by it) or certainly not
 * yet: one of which it could be either is given to it.
 */

import { type Block, isCall } from "./block.js";
import type { Plan } from "./plan.js";
import { ALL_REGISTERS, PRESERVED, RETURNED_BY_ANY, type RegisterSet, readsOf, writesOf } from "./register-sets.js";

export interface Convention {
  /** Registers given to the function, ESP aside. */
  readonly given: RegisterSet;
  /** Registers that it may have changed when it returns, ESP aside. */
  readonly returned: RegisterSet;
}

/** What a function that is called through a pointer must be taken for. */
export const UNKNOWN_FUNCTION: Convention = { given: ALL_REGISTERS, returned: RETURNED_BY_ANY };

/** Operations between calls, taken together, or a call. */
interface Step {
  readonly reads: RegisterSet;
  readonly writes: RegisterSet;
  /** Address of the function called or jumped to; undefined in a step that is no call. */
  readonly callee: number | "unknown" | undefined;
}

interface Summary {
  readonly start: number;
  readonly blocks: readonly { readonly block: Block; readonly steps: readonly Step[] }[];
  readonly callees: ReadonlySet<number>;
  given: RegisterSet;
  returned: RegisterSet;
}

/** @param plans of all functions that are called as such, by address */
export function findConventions(plans: ReadonlyMap<number, Plan>): Map<number, Convention> {
  const summaries = new Map([...plans].map(([start, plan]) => [start, summarize(plan, plans)]));
  const callers = callersOf(summaries);
  // Both grow only, so that going on until nothing changes ends.
  repeat(summaries, callers, (summary) => {
    const before = summary.returned;
    summary.returned |= returnedBy(summary, summaries);
    return summary.returned !== before;
  });
  repeat(summaries, callers, (summary) => {
    const before = summary.given;
    for (let last = -1; last !== summary.given; ) {
      last = summary.given;
      summary.given |= neededBy(summary, summaries);
    }
    return summary.given !== before;
  });
  return new Map([...summaries].map(([start, { given, returned }]) => [start, { given, returned }]));
}

/** Registers that are certainly the function's own at the start of each of its blocks, by key. */
export function ownRegisters(plan: Plan, conventions: ReadonlyMap<number, Convention>): Map<number, RegisterSet> {
  const given = conventions.get(plan.region.start)?.given ?? ALL_REGISTERS;
  const known = new Map<number, RegisterSet>();
  if (given === ALL_REGISTERS) {
    for (const key of plan.region.blocks.keys()) known.set(key, ALL_REGISTERS);
    return known;
  }
  const { blocks } = summarize(plan, conventions);
  const states = flow(plan.region.start, blocks, given, (callee) => conventionOf(callee, conventions), nothing);
  for (const { block } of blocks) known.set(block.key, states.get(block.key)?.own ?? 0);
  return known;
}

const nothing = () => {};

function conventionOf(callee: number | "unknown", known: ReadonlyMap<number, Convention>): Convention {
  return (callee === "unknown" ? undefined : known.get(callee)) ?? UNKNOWN_FUNCTION;
}

function summarize(plan: Plan, functions: ReadonlyMap<number, unknown>): Summary {
  const blocks = plan.shape.order
    .map((key) => plan.region.blocks.get(key))
    .filter((block) => block !== undefined)
    .map((block) => ({ block, steps: stepsOf(block, functions) }));
  const callees = new Set<number>();
  let touched = 0;
  for (const { steps } of blocks) {
    for (const { reads, writes, callee } of steps) {
      touched |= reads | writes;
      if (typeof callee === "number") callees.add(callee);
    }
  }
  return { start: plan.region.start, blocks, callees, given: touched & PRESERVED, returned: 0 };
}

function stepsOf(block: Block, functions: ReadonlyMap<number, unknown>): Step[] {
  const steps: Step[] = [];
  let reads = 0;
  let writes = 0;
  const finish = (callee: Step["callee"]): void => {
    if ((reads | writes) !== 0) steps.push({ reads, writes, callee: undefined });
    if (callee !== undefined) steps.push({ reads: 0, writes: 0, callee });
    reads = 0;
    writes = 0;
  };
  for (const operation of block.operations) {
    reads |= readsOf(operation) & ~writes;
    writes |= writesOf(operation);
    if (!isCall(operation)) continue;
    if (operation.entry?.semantics !== "call") finish("unknown");
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

function returnedBy(summary: Summary, known: ReadonlyMap<number, Convention>): RegisterSet {
  let returned = 0;
  for (const { steps } of summary.blocks) {
    for (const { writes, callee } of steps) {
      returned |= writes;
      if (callee !== undefined) returned |= conventionOf(callee, known).returned;
    }
  }
  return returned;
}

/** Registers that the function needs and is not given yet. */
function neededBy(summary: Summary, known: ReadonlyMap<number, Convention>): RegisterSet {
  let needed = 0;
  const states = flow(
    summary.start,
    summary.blocks,
    summary.given,
    (callee) => conventionOf(callee, known),
    (registers) => {
      needed |= registers;
    },
  );
  // Of one that could be either, or that is to come back, the function must have a value.
  for (const { block, steps } of summary.blocks) {
    const state = states.get(block.key);
    if (!state) continue;
    needed |= state.own & state.foreign;
    if (block.ending.kind !== "return" && !block.ending.kind.endsWith("tail call")) continue;
    const end = through(state, steps, known);
    needed |= end.foreign & summary.returned;
  }
  return needed & ~summary.given;
}

/** Registers that may be the function's own, and that may still be its caller's. */
interface State {
  own: RegisterSet;
  foreign: RegisterSet;
}

function through(state: State, steps: readonly Step[], known: ReadonlyMap<number, Convention>): State {
  let { own, foreign } = state;
  for (const { writes, callee } of steps) {
    const written = callee === undefined ? writes : conventionOf(callee, known).returned;
    own |= written;
    foreign &= ~written;
  }
  return { own, foreign };
}

/** The state at the start of each block; `needs` is told of registers that are read while they may be the caller's. */
function flow(
  start: number,
  blocks: Summary["blocks"],
  given: RegisterSet,
  conventionFor: (callee: number | "unknown") => Convention,
  needs: (registers: RegisterSet) => void,
): Map<number, State> {
  const states = new Map<number, State>([[start, { own: given, foreign: ALL_REGISTERS & ~given }]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { block, steps } of blocks) {
      const before = states.get(block.key);
      if (!before) continue;
      let { own, foreign } = before;
      for (const { reads, writes, callee } of steps) {
        const convention = callee === undefined ? undefined : conventionFor(callee);
        needs((convention ? convention.given : reads) & foreign);
        const written = convention ? convention.returned : writes;
        own |= written;
        foreign &= ~written;
      }
      for (const way of block.ways) {
        const known = states.get(way);
        if (!known) states.set(way, { own, foreign });
        else if ((known.own | own) === known.own && (known.foreign | foreign) === known.foreign) continue;
        else {
          known.own |= own;
          known.foreign |= foreign;
        }
        changed = true;
      }
    }
  }
  return states;
}
