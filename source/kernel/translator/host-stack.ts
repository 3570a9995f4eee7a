/**
 * How much of the guest's stack calls may use before the VM leaves, so that they do not use up the host's own. A function
 * takes of that what its locals have room in, and of the guest's what is between its entry and that of a function it calls:
 * where recursion goes by many locals and a small frame, calls may go less deep.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { ValueType } from "../wasm/opcodes.js";
import { componentsOf } from "./components.js";

/** Bytes of the guest's stack that calls may use at most, wherever the host's allows for it. */
export const STACK_PER_ENTRY = 8 * 1024;

/** Bytes of it that a jump to another function stands for: it takes as much of the host's stack as a call. */
export const STACK_OF_TAIL_CALL = 8;

/** The least of it that a call takes: its return address. */
export const STACK_OF_CALL = 4;

/** Bytes of the host's stack for all calls: Node's main thread has 984 KB of it, other threads have more. */
const HOST_STACK = 880 * 1024;

/** Bytes of it that a function takes besides its locals: what is saved around it, the host's own, operands. */
const FRAME = 120;

/** Bytes that `dispatch` takes, where a call goes through it. */
const FRAME_OF_DISPATCH = 200;

/** Bytes of a local, where it is no word, in code that the host has not optimised yet: there each has its own place. */
const LOCAL_BYTES: ReadonlyMap<number, number> = new Map([
  [ValueType.I64, 8],
  [ValueType.F64, 8],
  [ValueType.V128, 16],
]);
const WORD = 4;

/** In the place of a function's index: `dispatch`, which leads to all that are called. */
export const DISPATCH = -1;

/** A function as it is emitted, as far as the stacks are concerned. */
interface Use {
  readonly builder: FunctionBuilder;
  /** Whether others call it: a loop is only entered. */
  readonly called: boolean;
  /** Bytes of the guest's stack that a call takes at least, where its own place does not say more. */
  readonly least: number;
  /** Fewest bytes that any call takes. */
  fewest: number;
  readonly callees: Set<number>;
  /** Functions that it jumps to, which jump nowhere themselves, and the bytes of the guest's stack that stand for that. */
  readonly jumps: Map<number, number>;
}

export class HostStack {
  /** By index. */
  readonly #uses = new Map<number, Use>();

  /** A function is being emitted. */
  add(builder: FunctionBuilder, called: boolean, least: number): void {
    const targets = { callees: new Set<number>(), jumps: new Map<number, number>() };
    this.#uses.set(builder.index, { builder, called, least, fewest: Number.POSITIVE_INFINITY, ...targets });
  }

  /** It calls another, or jumps to it as if it called. @param bytes of the guest's stack that this takes, if known */
  noteCall({ index }: FunctionBuilder, callee: number, bytes?: number): void {
    const use = this.#uses.get(index) as Use;
    use.callees.add(callee);
    use.fewest = Math.min(use.fewest, bytes ?? use.least);
  }

  /** It jumps to another, which jumps nowhere itself. */
  noteJump({ index }: FunctionBuilder, callee: number, bytes: number): void {
    const { jumps } = this.#uses.get(index) as Use;
    jumps.set(callee, Math.min(jumps.get(callee) ?? bytes, bytes));
  }

  /**
   * Bytes that calls may use, when all functions are emitted. What is part of no recursion is on the stack once; but in a long
   * chain of large functions it may be better to take each call for part of one.
   */
  get perEntry(): number {
    const uses = [...this.#uses.values()];
    const largest = uses.reduce((most, use) => Math.max(most, frameOf(use)), 0);
    // Of the last two the guest's stack says nothing: what is called then leaves at once.
    const left = HOST_STACK - 2 * largest;
    const { recursive, once } = this.#recursions();
    const among = (some: readonly Use[], host: number): number => host / this.#mostHostBytes(some);
    const bytes = Math.max(among(uses, left), among(recursive, left - once));
    return Math.max(0, Math.min(STACK_PER_ENTRY, Math.floor(bytes)));
  }

  /** Bytes of the host's stack for one of the guest's, where most is taken. */
  #mostHostBytes(uses: readonly Use[]): number {
    let most = 0;
    for (const use of uses) {
      most = Math.max(most, frameOf(use) / use.fewest);
      for (const [to, bytes] of use.jumps) {
        const target = this.#uses.get(to) as Use;
        most = Math.max(most, (frameOf(use) + frameOf(target)) / (bytes + target.fewest));
      }
    }
    return most;
  }

  /** What may be on the stack many times, and the bytes of what else may be below and above that, each once. */
  #recursions(): { recursive: Use[]; once: number } {
    const called = [...this.#uses].filter(([, use]) => use.called).map(([index]) => index);
    const leadsTo = (node: number): readonly number[] => {
      const use = this.#uses.get(node);
      return use ? [...use.callees, ...use.jumps.keys()] : called;
    };
    const recursive: Use[] = [];
    const deepest = new Map<number, number>();
    let once = 0;
    // What a component leads to comes before it.
    for (const component of componentsOf([DISPATCH, ...this.#uses.keys()], leadsTo)) {
      const recurs = component.length > 1 || leadsTo(component[0]).includes(component[0]);
      let bytes = 0;
      for (const node of component) for (const to of leadsTo(node)) bytes = Math.max(bytes, deepest.get(to) ?? 0);
      for (const node of component) {
        const use = this.#uses.get(node);
        if (recurs && use) recursive.push(use);
        else if (use) bytes += frameOf(use);
        deepest.set(node, bytes);
      }
      once = Math.max(once, bytes);
    }
    return { recursive, once };
  }
}

function frameOf({ builder, callees }: Use): number {
  let bytes = FRAME + WORD * builder.type.parameters.length + (callees.has(DISPATCH) ? FRAME_OF_DISPATCH : 0);
  for (const type of builder.locals) bytes += LOCAL_BYTES.get(type) ?? WORD;
  return bytes;
}
