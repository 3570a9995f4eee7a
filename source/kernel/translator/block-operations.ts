/** Emits the operations of a basic block up to its ending, calls included, and keeps what is known of the stack meanwhile. */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Block } from "./block.js";
import type { Crossing } from "./crossing.js";
import { type Emitter, wantsFlags } from "./emitter.js";
import { Fact, factsOf, isCall, readsOf, writesIn } from "./facts.js";
import { type FlagSet, liveBefore } from "./flag-facts.js";
import type { JumpTable } from "./jump-tables.js";
import type { ModuleLayout } from "./layout.js";
import { restoreEsp } from "./operations/stack.js";
import { translate } from "./operations.js";
import type { Plan } from "./plan.js";
import { boundOf, UNBOUNDED } from "./register-bounds.js";
import { constantMove, movesEbpToEsp, type StackState, stackBehind } from "./stack-offsets.js";

export class BlockOperations {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #crossing: Crossing;
  readonly #plan: Plan;
  readonly #layout: ModuleLayout;
  /** The local that says which entry of a table was loaded, in a region that has such a switch. */
  index: number | undefined;
  /** Flags live behind each operation of the block that is being emitted. */
  readonly #live: FlagSet[] = [];

  constructor(e: Emitter, crossing: Crossing, plan: Plan, layout: ModuleLayout) {
    this.#f = e.f;
    this.#e = e;
    this.#crossing = crossing;
    this.#plan = plan;
    this.#layout = layout;
  }

  emit(block: Block): void {
    const e = this.#e;
    this.#findLive(block);
    const live = this.#live;
    const vectors = e.vectorRegisters?.liveBehind(block);
    const { operations, ending } = block;
    const table = ending.kind === "switch" ? ending.table : undefined;
    for (let index = 0; index < operations.length; index++) {
      const operation = operations[index];
      const facts = factsOf(operation);
      e.current = operation;
      if (e.inGlobals !== 0) e.fetch(readsOf(operation));
      if ((facts & Fact.CALL) !== 0) {
        if (this.#layout.flagsCross) this.saveFlags(liveBefore(operation, live[index]) || ALL_FLAGS);
        e.debt++;
        e.saveVectors();
        // A number, not the state: behind an indirect call that is the emitter itself, whose ESP moves meanwhile.
        const behind = e.stack && (stackBehind(operation, e, this.#plan.popped) as StackState).esp;
        this.#crossing.emitCall(operation);
        // Where the VM leaves instead, what comes next is not reached, but is emitted as if the callee had returned.
        if (behind !== undefined) e.esp = behind;
        if (vectors) e.vectors.fetch(vectors[index]);
        e.forget();
        e.bounds = UNBOUNDED;
        continue;
      }
      const bounded = (facts & Fact.MAY_BOUND) === 0 ? UNBOUNDED : boundOf(operation, e.bounds);
      if (table?.load === operation) this.#keepIndex(table);
      if (!e.stack || (facts & STACK_FACTS) === 0) translate(e, operation, live[index]);
      else this.#translateStack(operation, facts, live[index]);
      if ((facts & Fact.VECTOR) !== 0) e.vectors.did(operation);
      e.debt++;
      e.wrote(writesIn(facts));
      e.bounds |= bounded << operation.destination;
    }
    e.settleNumbers();
  }

  /** Where ESP stands at known distances, what moves it is followed rather than executed. */
  #translateStack(operation: Operation, facts: number, live: FlagSet): void {
    const e = this.#e;
    const behind = stackBehind(operation, e, this.#plan.popped) as StackState;
    if (constantMove(operation) === undefined || wantsFlags(live)) {
      if (movesEbpToEsp(operation)) restoreEsp(e, operation, live);
      else {
        if ((facts & Fact.NAMES_ESP) !== 0) e.storeEsp();
        translate(e, operation, live);
      }
    }
    e.esp = behind.esp;
    e.ebp = behind.ebp;
  }

  #findLive({ key, operations }: Block): void {
    const { flagsCross } = this.#layout;
    let flags = this.#plan.liveness.out.get(key);
    for (let index = operations.length - 1; index >= 0; index--) {
      this.#live[index] = flags;
      flags = flagsCross && isCall(operations[index]) ? ALL_FLAGS : liveBefore(operations[index], flags);
    }
  }

  /** Gives the interpreter the flags that something still reads. */
  saveFlags(live: number): void {
    if (live === 0) return;
    this.#e.flags.pushBits();
    this.#f.globalSet(this.#layout.flags);
  }

  /** Keeps which entry of a table is loaded: the register with the index may be the one that is loaded. */
  #keepIndex({ address, index, load }: JumpTable): void {
    const f = this.#f;
    if (index !== NO_REGISTER) f.localGet(index);
    else {
      f.localGet((load as Operation).base);
      f.i32Const(address);
      f.op(Op.i32_sub);
      f.i32Const(2);
      f.op(Op.i32_shr_u);
    }
    this.index ??= f.local(ValueType.I32, "index");
    f.localSet(this.index);
  }
}

/** What says whether an operation has to do with the stack, its memory aside. */
const STACK_FACTS = Fact.MOVES_STACK | Fact.NAMES_ESP;

/** What is live where nothing is known: every arithmetic flag. */
const ALL_FLAGS = 0x3f;
