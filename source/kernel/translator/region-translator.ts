/**
 * Translates one region, a function or what is reachable from a loop's head, into one wasm function with real loops and
 * branches. How it is entered and left is {@link Crossing}'s matter; what an operation becomes, that of `operations/`.
 */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { NO_REGISTER, type Operation } from "../x86/operation.js";
import type { Mark } from "./access-emitter.js";
import type { Block } from "./block.js";
import { Crossing, pushTarget } from "./crossing.js";
import { Emitter, wantsFlags } from "./emitter.js";
import { type EmitterState, FUEL, UNBOUNDED, UNKNOWN_STATE } from "./emitter-state.js";
import { Fact, factsOf, has, isCall, readsOf, writesOf } from "./facts.js";
import { type FlagSet, liveBefore } from "./flag-facts.js";
import { FlagKind } from "./flag-kind.js";
import type { JumpTable } from "./jump-tables.js";
import type { ModuleLayout } from "./layout.js";
import { pushTaken } from "./operations/branches.js";
import { restoreEsp } from "./operations/stack.js";
import { accepts, translate } from "./operations.js";
import { dispatchesOf, type Plan } from "./plan.js";
import type { Dispatch } from "./reduction.js";
import { boundOf } from "./register-bounds.js";
import { ALL_REGISTERS, type RegisterSet } from "./register-sets.js";
import { constantMove, movesEbpToEsp, type StackState, stackBehind } from "./stack-offsets.js";
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
  readonly #plan: Plan;
  readonly #layout: ModuleLayout;
  readonly #role: Role;
  /** Labels of blocks that are branched to. */
  readonly #labels = new Map<number, Label>();
  /** How things stand where a block starts that only one other leads to. */
  readonly #stateInto = new Map<number, EmitterState>();
  /** Dispatch blocks by number, and the local that says which way they go. */
  readonly #dispatches: ReadonlyMap<number, Dispatch>;
  readonly #way: number;
  /** The local that says which entry of a table was loaded, in a region that has such a switch. */
  #index: number | undefined;

  constructor(f: FunctionBuilder, plan: Plan, layout: ModuleLayout, role: Role) {
    this.#f = f;
    this.#e = new Emitter(f, layout.registers, layout.flags);
    if (plan.vectors) this.#e.vectorRegisters = new VectorRegisters(f, layout.vectors, plan.vectors);
    this.#crossing = new Crossing(this.#e, layout, role.returned, role.popped);
    this.#plan = plan;
    this.#layout = layout;
    this.#role = role;
    this.#dispatches = new Map([...dispatchesOf(plan.reduction)].map((dispatch) => [dispatch.block, dispatch]));
    this.#way = this.#dispatches.size > 0 ? f.local(ValueType.I32, "way") : -1;
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

  emit(): void {
    const { region, calls, liveness, stack } = this.#plan;
    const { start } = region;
    this.#crossing.begin();
    this.#adopt(start);
    this.#e.vectorsAreSaved();
    this.#crossing.emitEntry(start, stack, calls);
    this.#e.vectorRegisters?.begin(() => this.#e.leaveAt(start), start);
    if (liveness.in.get(start) !== 0) this.#loadFlags();
    this.#emitTree(start);
    this.#e.markShared();
    this.#crossing.end();
  }

  #loadFlags(): void {
    this.#f.globalGet(this.#layout.flags);
    this.#f.localSet(this.#e.flags.result);
  }

  // --- structure ---

  /** Emits a block with everything it dominates. */
  #emitTree(key: number): void {
    const { shape, branchedTo } = this.#plan;
    const merges = shape.children.get(key)?.filter((child) => branchedTo.has(child)) ?? NONE;
    this.#adopt(key);
    if (!shape.loopHeads.has(key)) {
      // The loop that a dispatch block stands for is looked at where it goes on.
      if (this.#plan.reduction.through.has(key)) this.#emitLoopCheck(key);
      this.#emitWithin(key, merges);
      return;
    }
    const loop = this.#f.loop();
    this.#labels.set(key, loop);
    this.#emitLoopCheck(key);
    this.#emitWithin(key, merges);
    this.#f.end(loop);
  }

  /** Emits a block inside one wasm block for each merge behind it, the nearest innermost. */
  #emitWithin(key: number, merges: readonly number[]): void {
    const around = merges.toReversed().map((merge) => {
      const label = this.#f.block();
      this.#labels.set(merge, label);
      return { merge, label };
    });
    const dispatch = this.#dispatches.get(key);
    if (dispatch) this.#emitDispatch(dispatch);
    else this.#emitBlock(this.#plan.region.blocks.get(key) as Block);
    for (const { merge, label } of around.toReversed()) {
      this.#f.end(label);
      this.#emitTree(merge);
    }
  }

  /** Goes where the number in its local says. */
  #emitDispatch({ targets }: Dispatch): void {
    const labels = targets.map((target) => this.#labels.get(target) as Label);
    this.#f.localGet(this.#way);
    this.#f.brTable(labels.slice(0, -1), labels.at(-1) as Label);
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
    this.#saveFlags(this.#plan.liveness.in.get(key));
    this.#e.leaveAt(block.address);
    f.end(spent);
  }

  // --- going on ---

  /** Goes on with a block from another; how things stand is afterwards as it was before. */
  #goOn(from: number, target: number): void {
    const e = this.#e;
    e.keepState(() => {
      if (this.#plan.onlyPredecessor.has(target)) this.#stateInto.set(target, e.state);
      else e.settle(ALL_REGISTERS);
      const to = this.#chooseWay(target);
      if (this.#isLabel(from, to)) this.#f.br(this.#labels.get(to) as Label);
      else this.#emitTree(to);
    });
  }

  /** Whether a block is branched to from another, rather than emitted behind it. */
  #isLabel(from: number, to: number): boolean {
    const { shape, branchedTo } = this.#plan;
    return branchedTo.has(to) || (shape.place.get(to) as number) <= (shape.place.get(from) as number);
  }

  /** Where an edge to a block really leads: to the block, or to the dispatch before it with the number that means it. */
  #chooseWay(target: number): number {
    const dispatch = this.#plan.reduction.through.get(target);
    if (!dispatch) return target;
    this.#f.i32Const(dispatch.targets.indexOf(target));
    this.#f.localSet(this.#way);
    return dispatch.block;
  }

  /** Takes over how things stand at a block's start. */
  #adopt(key: number): void {
    const e = this.#e;
    e.forget();
    e.state = this.#stateInto.get(key) ?? UNKNOWN_STATE;
    e.own = this.#role.own.get(key) ?? ALL_REGISTERS;
    const stack = this.#plan.stack?.states.get(key);
    if (stack) {
      e.esp = stack.esp;
      e.ebp = stack.ebp;
    }
    e.vectorRegisters?.enter(key);
  }

  // --- blocks ---

  #emitBlock(block: Block): void {
    if (this.#emitOperations(block)) this.#emitEnding(block);
    this.#f.op(Op.unreachable);
  }

  /** False when an operation could not be translated: the VM leaves there and what follows is not reached. */
  #emitOperations(block: Block): boolean {
    const e = this.#e;
    const live = this.#liveBehind(block);
    const vectors = e.vectorRegisters?.liveBehind(block);
    const { operations } = block;
    for (let index = 0; index < operations.length; index++) {
      const operation = operations[index];
      e.current = operation;
      e.fetch(readsOf(operation));
      if (!accepts(operation, live[index])) {
        this.#interpretAt(operation, liveBefore(operation, live[index]));
        return false;
      }
      if (isCall(operation)) {
        if (this.#layout.flagsCross) this.#saveFlags(liveBefore(operation, live[index]) || ALL_FLAGS);
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
      const bound = boundOf(operation, e.bounds);
      if (block.ending.kind === "switch" && block.ending.table.load === operation) this.#keepIndex(block.ending.table);
      this.#translate(operation, live[index]);
      e.vectorRegisters?.did(operation);
      e.debt++;
      e.wrote(writesOf(operation));
      if (bound !== undefined) e.bound(operation.destination, bound);
    }
    e.settleNumbers();
    return true;
  }

  /** Where ESP stands at known distances, what moves it is followed rather than executed. */
  #translate(operation: Operation, live: FlagSet): void {
    const e = this.#e;
    if (!e.stack || (factsOf(operation) & STACK_FACTS) === Fact.LEAVES_STACK) {
      translate(e, operation, live);
      return;
    }
    const behind = stackBehind(operation, e, this.#plan.popped) as StackState;
    if (constantMove(operation) === undefined || wantsFlags(live)) {
      if (movesEbpToEsp(operation)) restoreEsp(e, operation, live);
      else {
        if (has(operation, Fact.NAMES_ESP)) e.storeEsp();
        translate(e, operation, live);
      }
    }
    e.esp = behind.esp;
    e.ebp = behind.ebp;
  }

  #liveBehind(block: Block): number[] {
    const live = new Array<number>(block.operations.length);
    let flags = this.#plan.liveness.out.get(block.key);
    for (let index = block.operations.length - 1; index >= 0; index--) {
      live[index] = flags;
      flags = liveBefore(block.operations[index], flags);
      if (this.#layout.flagsCross && isCall(block.operations[index])) flags = ALL_FLAGS;
    }
    return live;
  }

  #interpretAt(operation: Operation, live: number): void {
    this.#e.settleNumbers();
    this.#saveFlags(live);
    this.#e.leaveAt(operation.address);
  }

  /** Gives the interpreter the flags that something still reads. */
  #saveFlags(live: number): void {
    if (live === 0) return;
    this.#e.flags.pushBits();
    this.#f.globalSet(this.#layout.flags);
  }

  // --- endings ---

  #emitEnding(block: Block): void {
    const { ending, key, ways } = block;
    const e = this.#e;
    const live = this.#plan.liveness.out.get(key);
    if ("operation" in ending && ending.operation) {
      e.current = ending.operation;
      e.fetch(readsOf(ending.operation));
    }
    this.#prepareMerges(block);
    switch (ending.kind) {
      case "next":
        if (ending.jump) e.debt++;
        this.#goOn(key, ways[0]);
        break;
      case "branch":
        this.#emitBranch(block, ending.operation);
        break;
      case "guard":
        pushTarget(e, ending.operation);
        this.#f.i32Const(ending.expected);
        this.#f.op(Op.i32_eq);
        this.#emitEither(block);
        break;
      case "switch":
        this.#emitSwitch(block, ending);
        break;
      case "return":
        if (this.#layout.flagsCross) this.#saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitReturn(ending.operation);
        break;
      case "inlined call":
        e.push(() => this.#f.i32Const(ending.operation.next.address));
        e.debt++;
        this.#goOn(key, ways[0]);
        break;
      case "inlined return":
        e.debt++;
        this.#crossing.emitInlinedReturn(ending.operation, ending.expected);
        this.#goOn(key, ways[0]);
        break;
      case "tail call":
        if (this.#layout.flagsCross) this.#saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitTailCall(ending.target);
        break;
      case "indirect tail call":
        this.#saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitIndirectTailCall(ending.operation);
        break;
      case "interrupt":
      case "interpret":
        // Flags behind `int` are as before it; the interpreter retires it.
        this.#saveFlags(live);
        e.leaveAt(block.end);
        break;
    }
  }

  /** Where paths meet and a flag is still read, it must stand as bits, whichever path is taken. */
  #prepareMerges(block: Block): void {
    const { onlyPredecessor, liveness } = this.#plan;
    if (this.#e.flags.kind === FlagKind.BITS) return;
    const needs = block.ways.some((way) => !onlyPredecessor.has(way) && liveness.in.get(way) !== 0);
    if (needs) this.#e.flags.toBits();
  }

  #emitBranch(block: Block, operation: Operation): void {
    const e = this.#e;
    const { onlyPredecessor } = this.#plan;
    const [taken, next] = block.ways;
    e.debt++;
    if (!onlyPredecessor.has(taken) && !onlyPredecessor.has(next)) e.settle(ALL_REGISTERS);
    pushTaken(e, operation);
    e.wrote(writesOf(operation));
    this.#emitEither(block);
  }

  /** Goes the first way when the number on the stack is not 0, the second when it is. */
  #emitEither({ key, address, ways: [taken, next] }: Block): void {
    const f = this.#f;
    const e = this.#e;
    const { onlyPredecessor, reduction } = this.#plan;
    const straight = e.isSettled || onlyPredecessor.has(taken);
    if (straight && this.#isLabel(key, taken) && !reduction.through.has(taken)) {
      if (onlyPredecessor.has(taken)) this.#stateInto.set(taken, e.state);
      f.brIf(this.#labels.get(taken) as Label);
    } else {
      const then = f.if();
      this.#goOn(key, taken);
      f.end(then);
      e.markAt(address);
    }
    this.#goOn(key, next);
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
    this.#index ??= f.local(ValueType.I32, "index");
    f.localSet(this.#index);
  }

  /** The table is the guest's to change: each way checks that it is the one the table names now. */
  #emitSwitch({ key, ways }: Block, { operation, table }: Extract<Block["ending"], { kind: "switch" }>): void {
    const f = this.#f;
    const e = this.#e;
    pushTarget(e, operation);
    f.localSet(e.eip);
    e.debt++;
    e.settle(ALL_REGISTERS);
    const elsewhere = f.block();
    const addresses = [...new Set(table.targets)];
    const labels = new Map<number, Label>();
    for (const address of addresses.toReversed()) labels.set(address, f.block());
    f.localGet(table.load ? (this.#index as number) : table.index);
    f.brTable(
      table.targets.map((target) => labels.get(target) as Label),
      elsewhere,
    );
    for (const [index, address] of addresses.entries()) {
      f.end(labels.get(address) as Label);
      f.localGet(e.eip);
      f.i32Const(address);
      f.op(Op.i32_ne);
      f.brIf(elsewhere);
      this.#goOn(key, ways[index]);
    }
    f.end(elsewhere);
    e.leaveThere();
  }
}

const NONE: readonly number[] = [];

/** What says whether an operation has to do with the stack, its memory aside. */
const STACK_FACTS = Fact.LEAVES_STACK | Fact.NAMES_ESP;

/** What is live where nothing is known: every arithmetic flag. */
const ALL_FLAGS = 0x3f;
