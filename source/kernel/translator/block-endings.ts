/** Emits what a basic block ends with: where it goes on within the region, or how the function is left there. */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op } from "../wasm/opcodes.js";
import type { Operation } from "../x86/operation.js";
import type { Block } from "./block.js";
import type { BlockOperations } from "./block-operations.js";
import { pushTarget } from "./calling.js";
import type { Crossing } from "./crossing.js";
import type { Emitter } from "./emitter.js";
import { readsOf, writesOf } from "./facts.js";
import type { FlagSet } from "./flag-facts.js";
import { FlagKind } from "./flag-kind.js";
import type { ModuleLayout } from "./layout.js";
import { pushTaken } from "./operations/branches.js";
import type { Plan } from "./plan.js";
import { ALL_REGISTERS } from "./register-sets.js";

/**
 * Goes on in other blocks of the region: later, when the block's ending has been emitted, which is all of the block. Only what is to be
 * emitted {@link GoingOn.behind | behind} that finds things as they stand now.
 */
export interface GoingOn {
  /** From a block, by its key, with another. */
  one(from: number, target: number): void;
  /** The first way when the number on the stack is not 0, the second when it is. */
  either(block: Block): void;
  /**
   * By the number of a table's entry, EIP being in its local: what follows is reached where there is no such entry.
   * @returns false where that cannot be, and nothing was done
   */
  byEntry(block: Block, pushEntry: () => void): boolean;
  /** Has something emitted behind all that is gone on with from now on, things standing as they do now. */
  behind(emit: () => void): void;
}

export class BlockEndings {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #crossing: Crossing;
  readonly #operations: BlockOperations;
  readonly #plan: Plan;
  readonly #layout: ModuleLayout;
  readonly #goOn: GoingOn;

  constructor(
    e: Emitter,
    crossing: Crossing,
    operations: BlockOperations,
    plan: Plan,
    layout: ModuleLayout,
    goOn: GoingOn,
  ) {
    this.#f = e.f;
    this.#e = e;
    this.#crossing = crossing;
    this.#operations = operations;
    this.#plan = plan;
    this.#layout = layout;
    this.#goOn = goOn;
  }

  emit(block: Block): void {
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
        this.#goOn.one(key, ways[0]);
        break;
      case "branch":
        this.#emitBranch(block, ending.operation);
        break;
      case "guard":
        pushTarget(e, ending.operation);
        this.#f.i32Const(ending.expected);
        this.#f.op(Op.i32_eq);
        this.#goOn.either(block);
        break;
      case "switch":
        this.#emitSwitch(block, ending, live);
        break;
      case "return":
        if (this.#layout.flagsCross) this.#operations.saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitReturn(ending.operation);
        break;
      case "inlined call":
        e.push(() => this.#f.i32Const(ending.operation.next.address));
        e.debt++;
        this.#goOn.one(key, ways[0]);
        break;
      case "inlined return":
        e.debt++;
        this.#crossing.emitInlinedReturn(ending.operation, ending.expected);
        this.#goOn.one(key, ways[0]);
        break;
      case "tail call":
        if (this.#layout.flagsCross) this.#operations.saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitTailCall(ending.target);
        break;
      case "indirect tail call":
        this.#operations.saveFlags(live);
        e.debt++;
        e.saveVectors();
        this.#crossing.emitIndirectTailCall(ending.operation);
        break;
      case "resume":
        this.#emitResume(block);
        break;
      case "interrupt":
      case "interpret":
        // Flags behind `int` are as before it; the interpreter retires it.
        this.#operations.saveFlags(live);
        e.leaveAt(block.end);
        break;
    }
  }

  /** Where paths meet and a flag is still read, it must stand as bits, whichever path is taken. */
  #prepareMerges(block: Block): void {
    const { onlyPredecessor, liveness } = this.#plan;
    if (this.#e.flags.kind === FlagKind.BITS) return;
    const { ways } = block;
    for (let index = 0; index < ways.length; index++) {
      if (onlyPredecessor.has(ways[index]) || liveness.in.get(ways[index]) === 0) continue;
      this.#e.flags.toBits();
      return;
    }
  }

  #emitBranch(block: Block, operation: Operation): void {
    const e = this.#e;
    const { onlyPredecessor } = this.#plan;
    const [taken, next] = block.ways;
    e.debt++;
    if (!onlyPredecessor.has(taken) && !onlyPredecessor.has(next)) e.settle(ALL_REGISTERS);
    pushTaken(e, operation);
    e.wrote(writesOf(operation));
    this.#goOn.either(block);
  }

  /** Goes on at the entry whose number the global has. */
  #emitResume(block: Block): void {
    const f = this.#f;
    const { key, ways } = block;
    if (this.#goOn.byEntry(block, () => f.globalGet(this.#layout.entry))) return;
    const labels = ways.map(() => f.block()).toReversed();
    f.globalGet(this.#layout.entry);
    f.brTable(labels.slice(0, -1), labels.at(-1) as Label);
    for (let index = ways.length - 1; index >= 0; index--) {
      this.#goOn.behind(() => {
        f.end(labels[index]);
        this.#goOn.one(key, ways[index]);
      });
    }
  }

  /**
   * The table is the guest's to change: each way checks that it is the one the table names now. Where it is none, that may be another's
   * way, whose flags are kept.
   */
  #emitSwitch(block: Block, { operation, table }: Extract<Block["ending"], { kind: "switch" }>, live: FlagSet): void {
    const { key, ways } = block;
    const f = this.#f;
    const e = this.#e;
    const pushIndex = () => f.localGet(table.load ? (this.#operations.index as number) : table.index);
    pushTarget(e, operation);
    f.localSet(e.eip);
    e.debt++;
    e.settle(ALL_REGISTERS);
    const leave = (): void => {
      this.#operations.saveFlags(live);
      e.leaveThere();
    };
    if (this.#goOn.byEntry(block, pushIndex)) {
      leave();
      return;
    }
    const elsewhere = f.block();
    const addresses = [...new Set(table.targets)];
    const labels = new Map<number, Label>();
    for (const address of addresses.toReversed()) labels.set(address, f.block());
    pushIndex();
    f.brTable(
      table.targets.map((target) => labels.get(target) as Label),
      elsewhere,
    );
    this.#goOn.behind(() => {
      f.end(elsewhere);
      leave();
    });
    for (let index = addresses.length - 1; index >= 0; index--) {
      const address = addresses[index];
      this.#goOn.behind(() => {
        f.end(labels.get(address) as Label);
        f.localGet(e.eip);
        f.i32Const(address);
        f.op(Op.i32_ne);
        f.brIf(elsewhere);
        this.#goOn.one(key, ways[index]);
      });
    }
  }
}
