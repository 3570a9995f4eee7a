/**
 * How much of the guest's stack a function takes at least where it calls another, if ESP is not known in each of its blocks: it was
 * aligned, moved by what is computed, or differs where ways meet. The highest that it may be counts, as far as the function's
 * own code says.
 */

import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Block, Region } from "./block.js";
import { Fact, has, isCall, writesRegister } from "./facts.js";
import { STACK_OF_CALL } from "./host-stack.js";
import { behindEnding, type PoppedBy, type StackState, stackBehind } from "./stack-offsets.js";

const { ESP, EBP } = Register;

/** In the place of a distance. */
const ANYWHERE = Number.POSITIVE_INFINITY;

/** How often a block may be found to be reached with a higher ESP: it may rise round by round. */
const MOST_RISES = 8;

/** Bytes between the entry of a function and that of any that it calls. */
export function leastTaken(region: Region, popped: PoppedBy): number {
  const states = new Map<number, StackState>([[region.start, { esp: 0, ebp: undefined }]]);
  const queue = [region.start];
  const rises = new Map<number, number>();
  let highest = Number.NEGATIVE_INFINITY;
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const block = region.blocks.get(key) as Block;
    let state: StackState = states.get(key) as StackState;
    /** What registers were set to in this block, and ESP may be set back to. */
    const kept = new Map<number, number>();
    for (const operation of block.operations) {
      if (isCall(operation)) highest = Math.max(highest, state.esp);
      const move = has(operation, Fact.MOVES_STACK);
      const before = state;
      if (move) state = stackBehind(operation, state, popped) ?? atMostBehind(operation, state, kept);
      for (const register of kept.keys()) if (writesRegister(operation, register)) kept.delete(register);
      const above = keptAbove(operation);
      if (above !== undefined) kept.set(operation.destination, before.esp + above);
    }
    state = behindEnding(block, state);
    for (const way of block.ways) {
      const known = states.get(way);
      let joined = known ? joinedWith(known, state) : state;
      if (known && known.esp === joined.esp && known.ebp === joined.ebp) continue;
      const times = (rises.get(way) ?? 0) + 1;
      rises.set(way, times);
      if (times > MOST_RISES) joined = { esp: ANYWHERE, ebp: undefined };
      states.set(way, joined);
      queue.push(way);
    }
  }
  return Math.max(STACK_OF_CALL, STACK_OF_CALL - highest);
}

const joinedWith = (known: StackState, state: StackState): StackState => ({
  esp: Math.max(known.esp, state.esp),
  ebp: known.ebp === state.ebp ? known.ebp : undefined,
});

/** How far above ESP is what a register is set to. */
function keptAbove(operation: Operation): number | undefined {
  if (isMove(operation)) return operation.source === ESP ? 0 : undefined;
  const { entry, size, base, index, displacement } = operation;
  return entry?.semantics === "lea" && size === 32 && base === ESP && index === NO_REGISTER ? displacement : undefined;
}

const isMove = ({ entry, size, memory }: Operation): boolean =>
  entry?.semantics === "mov" && size === 32 && memory === MemoryOperand.NONE;

/** How high ESP may stand behind an operation that does not move it by a constant. */
function atMostBehind(operation: Operation, { esp, ebp }: StackState, kept: ReadonlyMap<number, number>): StackState {
  const { entry, source, base, index, immediate, displacement } = operation;
  if (operation.size !== 32 || operation.destination !== ESP) return { esp: ANYWHERE, ebp };
  if (isMove(operation)) return { esp: kept.get(source) ?? ANYWHERE, ebp };
  // An array of a length that varies, which is none below 0; or `and esp, -16` and the like.
  if (entry?.semantics === "sub") return { esp, ebp };
  if (entry?.semantics === "and" && source === NO_REGISTER && immediate < 0) return { esp, ebp };
  const fromFrame = entry?.semantics === "lea" && base === EBP && index === NO_REGISTER;
  return { esp: fromFrame && ebp !== undefined ? ebp + displacement : ANYWHERE, ebp };
}
