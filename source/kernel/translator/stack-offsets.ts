/**
 * Where ESP stands in each block of a region, as a distance from what it was at its start, if that is the same whichever way
 * a block is reached. Then ESP needs no local of its own: pushes and pops move a number that is known while code is emitted,
 * and every access to the stack has a constant distance from one base.
 */

import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Block, Region } from "./block.js";
import { Fact, has, isCall, writesRegister } from "./facts.js";

const { ESP, EBP } = Register;

/** Bytes that ESP may move down and up in a region for this to hold: see {@link LOWEST_STACK}. */
const DEEPEST = 16 * 1024;
const HIGHEST = 64 * 1024;

export interface StackOffsets {
  /** By key, at the start of each block. */
  readonly states: ReadonlyMap<number, StackState>;
  /** The lowest of all places, as a positive number of bytes below the start. */
  readonly deepest: number;
  /** Whether distances from ESP matter, up or down: where they do, ESP must be where they do not wrap around. */
  readonly matters: boolean;
}

/** ESP, and EBP if it was made to point into the stack, less ESP at the region's start. */
export interface StackState {
  readonly esp: number;
  readonly ebp: number | undefined;
}

/** Bytes that the function at an address pops of its arguments when it returns. */
export type PoppedBy = (address: number) => number;

/** Undefined when ESP is moved by amounts that are not known. */
export function stackOffsets(region: Region, popped: PoppedBy): StackOffsets | undefined {
  const states = new Map<number, StackState>([[region.start, { esp: 0, ebp: undefined }]]);
  const queue = [region.start];
  let deepest = 0;
  let highest = 0;
  const reach = ({ esp }: StackState): void => {
    deepest = Math.max(deepest, -esp);
    highest = Math.max(highest, esp);
  };
  let matters = false;
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const block = region.blocks.get(key) as Block;
    let state: StackState | undefined = states.get(key) as StackState;
    const { operations, straight, ways } = block;
    matters ||= straight.usesStack;
    const { stackMoves } = straight;
    for (let index = 0; index < stackMoves.length; index++) {
      const operation = operations[stackMoves[index]];
      // A call pushes its return address, if only until it returns.
      if (isCall(operation)) deepest = Math.max(deepest, WORD - state.esp);
      state = stackBehind(operation, state, popped);
      if (!state || isBeyond(state)) return undefined;
      reach(state);
    }
    state = behindEnding(block, state);
    if (isBeyond(state)) return undefined;
    reach(state);
    for (let index = 0; index < ways.length; index++) {
      const way = ways[index];
      const known = states.get(way);
      if (!known) states.set(way, state);
      else if (known.esp !== state.esp) return undefined;
      else if (known.ebp !== undefined && known.ebp !== state.ebp) states.set(way, { esp: known.esp, ebp: undefined });
      else continue;
      queue.push(way);
    }
  }
  return { states, deepest, matters: matters || deepest > 0 || highest > 0 };
}

/** How the stack stands behind an operation; undefined where that is not known. Calls may change EBP: it is checked when used. */
export function stackBehind(operation: Operation, state: StackState, popped: PoppedBy): StackState | undefined {
  if (!has(operation, Fact.MOVES_STACK)) return state;
  const { esp, ebp } = state;
  const semantics = operation.entry?.semantics;
  switch (semantics) {
    case "push":
      return { esp: esp - operation.size / 8, ebp };
    case "pop":
      if (writesEsp(operation)) return undefined;
      return { esp: esp + operation.size / 8, ebp: writesEbp(operation) ? undefined : ebp };
    case "call":
      return { esp: esp + popped(operation.target.address), ebp };
    case "call indirect":
      return state;
    case "leave":
      return ebp === undefined ? undefined : { esp: ebp + WORD, ebp: undefined };
    case "mov":
      if (operation.size !== 32 || operation.memory !== MemoryOperand.NONE) break;
      if (operation.destination === EBP && operation.source === ESP) return { esp, ebp: esp };
      if (movesEbpToEsp(operation)) return ebp === undefined ? undefined : { esp: ebp, ebp };
      break;
  }
  const moved = constantMove(operation);
  if (moved !== undefined) return { esp: esp + moved, ebp };
  if (writesEsp(operation)) return undefined;
  return { esp, ebp: writesEbp(operation) ? undefined : ebp };
}

/** How far an `add esp, n`, `sub esp, n` or `lea esp, [esp+n]` moves ESP; undefined for other operations. */
export function constantMove(operation: Operation): number | undefined {
  if (operation.size !== 32 || operation.destination !== ESP) return undefined;
  const semantics = operation.entry?.semantics;
  if (semantics === "lea") {
    return operation.base === ESP && operation.index === NO_REGISTER ? operation.displacement : undefined;
  }
  if (operation.memory !== MemoryOperand.NONE || operation.source !== NO_REGISTER) return undefined;
  if (semantics === "add") return operation.immediate;
  return semantics === "sub" ? -operation.immediate : undefined;
}

export function movesEbpToEsp(operation: Operation): boolean {
  return (
    operation.entry?.semantics === "mov" &&
    operation.size === 32 &&
    operation.memory === MemoryOperand.NONE &&
    operation.destination === ESP &&
    operation.source === EBP
  );
}

const isBeyond = ({ esp }: StackState): boolean => esp < -DEEPEST || esp > HIGHEST;

export function behindEnding({ ending }: Block, state: StackState): StackState {
  const { esp, ebp } = state;
  if (ending.kind === "inlined call") return { esp: esp - WORD, ebp };
  if (ending.kind === "inlined return") return { esp: esp + WORD + ending.operation.immediate, ebp };
  return state;
}

const WORD = 4;

const writesEsp = (operation: Operation): boolean => {
  const { semantics } = operation.entry ?? {};
  if (semantics === "pop") return operation.memory === MemoryOperand.NONE && operation.destination === ESP;
  return semantics !== "push" && writesRegister(operation, ESP);
};
const writesEbp = (operation: Operation): boolean => writesRegister(operation, EBP);
