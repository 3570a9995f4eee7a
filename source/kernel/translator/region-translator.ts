/**
 * Translates one region, a function or what is reachable from a loop's head, into one wasm function with real loops and
 * branches. How it is entered and left is {@link Crossing}'s matter; what an operation becomes, that of `operations/`.
 */

import { MOST_FUNCTION_BYTES } from "../params.js";
import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op } from "../wasm/opcodes.js";
import type { Mark } from "./access-emitter.js";
import type { Block } from "./block.js";
import { BlockEndings } from "./block-endings.js";
import { BlockOperations } from "./block-operations.js";
import { Crossing } from "./crossing.js";
import { Dispatching } from "./dispatching.js";
import { Emitter } from "./emitter.js";
import { type EmitterState, FUEL, UNKNOWN_STATE } from "./emitter-state.js";
import { isTaken } from "./host-limits.js";
import type { ModuleLayout } from "./layout.js";
import type { Plan } from "./plan.js";
import { ALL_REGISTERS, type RegisterSet } from "./register-sets.js";
import { VectorRegisters } from "./vector-registers.js";

/** How a region is used. */
export interface Role {
  /** Registers that are its own at the start of each block, by key; all of them where it is not said. */
  readonly own: ReadonlyMap<number, RegisterSet>;
  /** Registers it returns when it is called as a function; undefined when it is only entered, at a loop's head. */
  readonly returned: RegisterSet | undefined;
  /** Bytes that it pops of its arguments. */
  readonly popped: number;
}

export class RegionTranslator {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #crossing: Crossing;
  readonly #operations: BlockOperations;
  readonly #endings: BlockEndings;
  readonly #plan: Plan;
  readonly #layout: ModuleLayout;
  readonly #role: Role;
  /** Labels of blocks that are branched to. */
  readonly #labels = new Map<number, Label>();
  /** How things stand where a block starts that only one other leads to, if that branches to it. */
  readonly #stateInto = new Map<number, EmitterState>();
  readonly #dispatching: Dispatching;
  /** What is still to be emitted, the next last: a guest's function nests deeper than the host's stack is. */
  readonly #rest: (() => void)[] = [];

  constructor(f: FunctionBuilder, plan: Plan, layout: ModuleLayout, role: Role) {
    this.#f = f;
    this.#e = new Emitter(f, layout.registers, layout.flags);
    if (plan.vectors) this.#e.vectorRegisters = new VectorRegisters(f, layout.vectors, plan.vectors);
    this.#crossing = new Crossing(this.#e, layout, role.returned, role.popped);
    this.#operations = new BlockOperations(this.#e, this.#crossing, plan, layout);
    this.#endings = new BlockEndings(this.#e, this.#crossing, this.#operations, plan, layout, {
      one: (from, target) => this.#goOn(from, target),
      either: (block) => this.#goEither(block),
      byEntry: (block, pushEntry) => this.#goByEntry(block, pushEntry),
      behind: (emit) => this.#behind(emit),
    });
    this.#plan = plan;
    this.#layout = layout;
    this.#role = role;
    this.#dispatching = new Dispatching(f, plan, this.#labels);
  }

  /** Places in the code that may trap, with the guest instruction each belongs to. */
  get accesses(): Emitter["accesses"] {
    return this.#e.accesses;
  }

  /** Has it recorded where in the code each guest instruction begins. @returns the record, filled by {@link emit} */
  recordMarks(): Mark[] {
    const marks: Mark[] = [];
    this.#e.marks = marks;
    return marks;
  }

  /** @returns false where the host would not take the function: it is not whole then */
  emit(): boolean {
    const { region, liveness } = this.#plan;
    const { start } = region;
    const leave = (): void => this.#leaveAtStart();
    this.#crossing.begin();
    this.#adopt(start);
    this.#e.vectorsAreSaved();
    this.#crossing.emitEntry(leave, this.#plan);
    this.#e.vectorRegisters?.begin(leave, start);
    if (liveness.in.get(start) !== 0) this.#loadFlags();
    this.#emitTree(start);
    for (let emit = this.#rest.pop(); emit; emit = this.#rest.pop()) {
      if (this.#f.code.length > MOST_FUNCTION_BYTES) return false;
      emit();
    }
    this.#e.markShared();
    this.#crossing.end();
    return isTaken(this.#f);
  }

  /** In the place of {@link emit}: a function that leaves where it is entered, so that the interpreter goes on. */
  emitLeaving(): void {
    this.#crossing.begin();
    this.#adopt(this.#plan.region.start);
    this.#e.vectorsAreSaved();
    this.#layout.hostStack.add(this.#f, true, 0);
    this.#leaveAtStart();
    this.#crossing.end();
  }

  #leaveAtStart(): void {
    const { start, blocks } = this.#plan.region;
    if (blocks.get(start)?.ending.kind !== "resume") {
      this.#e.leaveAt(start);
      return;
    }
    this.#f.globalGet(this.#layout.eip);
    this.#f.localSet(this.#e.eip);
    this.#e.leaveThere();
  }

  #loadFlags(): void {
    this.#f.globalGet(this.#layout.flags);
    this.#f.localSet(this.#e.flags.result);
  }

  // --- structure ---
  // Each of these emits its beginning, and leaves in `rest` what comes behind that.

  /** Emits a block with everything it dominates. */
  #emitTree(key: number): void {
    const merges = this.#plan.behind.get(key) ?? NONE;
    this.#adopt(key);
    if (!this.#plan.shape.loopHeads.has(key)) {
      // The loop that a dispatch block stands for is looked at where it goes on.
      if (this.#plan.reduction.through.has(key)) this.#emitLoopCheck(key);
      this.#emitWithin(key, merges);
      return;
    }
    const loop = this.#f.loop();
    this.#labels.set(key, loop);
    this.#emitLoopCheck(key);
    this.#rest.push(() => this.#f.end(loop));
    this.#emitWithin(key, merges);
  }

  /** Emits a block inside one wasm block for each merge behind it, the nearest innermost. */
  #emitWithin(key: number, merges: readonly number[]): void {
    for (let index = merges.length - 1; index >= 0; index--) {
      const merge = merges[index];
      const label = this.#f.block();
      this.#labels.set(merge, label);
      this.#rest.push(() => {
        this.#f.end(label);
        this.#emitTree(merge);
      });
    }
    if (this.#dispatching.has(key)) {
      this.#emitDispatch(key);
      return;
    }
    const block = this.#plan.region.blocks.get(key) as Block;
    this.#rest.push(this.#endBlock);
    this.#operations.emit(block);
    this.#endings.emit(block);
  }

  readonly #endBlock = (): void => this.#f.op(Op.unreachable);

  #emitDispatch(key: number): void {
    const pushEip = (): void => this.#f.localGet(this.#e.eip);
    this.#dispatching.emit(key, pushEip, (target) => {
      this.#adopt(target);
      this.#operations.saveFlags(this.#plan.liveness.in.get(target));
      this.#e.leaveThere();
    });
  }

  /** At a loop's head the VM leaves when its fuel is used up; a dispatch block's loop does so at its targets. */
  #emitLoopCheck(key: number): void {
    const block = this.#plan.region.blocks.get(key);
    if (!block) return;
    const f = this.#f;
    f.localGet(FUEL);
    f.i32Const(0);
    f.op(Op.i32_le_s);
    const spent = f.if();
    this.#operations.saveFlags(this.#plan.liveness.in.get(key));
    this.#e.leaveAt(block.address);
    f.end(spent);
  }

  // --- going on ---

  /** Goes on with a block from another, and does nothing else before that. */
  #goOn(from: number, target: number): void {
    const e = this.#e;
    const only = this.#plan.onlyPredecessor.has(target);
    if (!only) e.settle(ALL_REGISTERS);
    const to = this.#dispatching.choose(target);
    if (this.#isLabel(from, to)) {
      if (only) this.#stateInto.set(target, e.state);
      this.#f.br(this.#labels.get(to) as Label);
    } else this.#rest.push(() => this.#emitTree(to));
  }

  /** Has something emitted behind all that is gone on with from now on, things standing as they do now. */
  #behind(emit: () => void): void {
    const { state } = this.#e;
    this.#rest.push(() => {
      this.#e.state = state;
      emit();
    });
  }

  /** Goes the first way when the number on the stack is not 0, the second when it is. */
  #goEither({ key, address, ways: [taken, next] }: Block): void {
    const f = this.#f;
    const e = this.#e;
    const { onlyPredecessor, reduction } = this.#plan;
    const straight = e.isSettled || onlyPredecessor.has(taken);
    if (straight && this.#isLabel(key, taken) && !reduction.through.has(taken)) {
      if (onlyPredecessor.has(taken)) this.#stateInto.set(taken, e.state);
      f.brIf(this.#labels.get(taken) as Label);
      this.#goOn(key, next);
      return;
    }
    const then = f.if();
    this.#behind(() => {
      f.end(then);
      e.markAt(address);
      this.#goOn(key, next);
    });
    this.#goOn(key, taken);
  }

  /** Goes by the number of an entry, where all entries lead through one dispatch block. @returns whether it does */
  #goByEntry(block: Block, pushEntry: () => void): boolean {
    const found = this.#dispatching.byEntry(block);
    if (!found || !this.#isLabel(block.key, found.to)) return false;
    this.#dispatching.goByEntry(found.run, pushEntry);
    return true;
  }

  /** Whether a block is branched to from another, rather than emitted behind it. */
  #isLabel(from: number, to: number): boolean {
    const { shape, branchedTo } = this.#plan;
    return branchedTo.has(to) || (shape.place.get(to) as number) <= (shape.place.get(from) as number);
  }

  /** Takes over how things stand at a block's start: as now, if it is emitted right behind the only one that leads to it. */
  #adopt(key: number): void {
    const e = this.#e;
    e.forget();
    if (!this.#plan.onlyPredecessor.has(key)) e.state = UNKNOWN_STATE;
    else if (this.#plan.branchedTo.has(key)) e.state = this.#stateInto.get(key) as EmitterState;
    e.own = this.#role.own.get(key) ?? ALL_REGISTERS;
    const stack = this.#plan.stack?.states.get(key);
    if (stack) {
      e.esp = stack.esp;
      e.ebp = stack.ebp;
    }
    e.vectorRegisters?.enter(key);
  }
}

const NONE: readonly number[] = [];
