/** Emits dispatch blocks (see reduction.ts), and what goes to them: a number in a local of each says where it goes on. */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import type { Block } from "./block.js";
import { DispatchNumbers, type Run } from "./dispatch-numbers.js";
import { dispatchesOf, type Plan } from "./plan.js";
import { type Dispatch, outermost } from "./reduction.js";

/** Labels of blocks that are branched to, by key. */
type Labels = ReadonlyMap<number, Label>;

export class Dispatching {
  readonly #f: FunctionBuilder;
  readonly #plan: Plan;
  readonly #labels: Labels;
  readonly #numbers: DispatchNumbers;
  /** By the number of the dispatch block. */
  readonly #dispatches = new Map<number, { readonly dispatch: Dispatch; readonly local: number }>();

  constructor(f: FunctionBuilder, plan: Plan, labels: Labels) {
    this.#f = f;
    this.#plan = plan;
    this.#labels = labels;
    this.#numbers = new DispatchNumbers(plan.region, plan.reduction);
    for (const dispatch of dispatchesOf(plan.reduction)) {
      this.#dispatches.set(dispatch.block, { dispatch, local: f.local(ValueType.I32, "way") });
    }
  }

  /** Whether a key is a dispatch block's. */
  has(key: number): boolean {
    return this.#dispatches.has(key);
  }

  /**
   * Goes where the number says.
   * @param key of the dispatch block
   * @param leave leaves with EIP as it is in its local, things standing as they do where a block of that key starts
   */
  emit(key: number, pushEip: () => void, leave: (key: number) => void): void {
    const f = this.#f;
    const { dispatch, local } = this.#find(key);
    const runs = this.#numbers.runsOf(dispatch);
    const checks = new Map<number, Label>();
    for (const { targets, checked } of runs) {
      if (checked) for (const target of targets) if (!checks.has(target)) checks.set(target, f.block());
    }
    const labels = dispatch.targets.map((target) => this.#label(target));
    for (const { targets, checked } of runs) {
      for (const target of targets) labels.push(checked ? (checks.get(target) as Label) : this.#label(target));
    }
    f.localGet(local);
    f.brTable(labels.slice(0, -1), labels.at(-1) as Label);
    for (const [target, label] of [...checks].toReversed()) {
      f.end(label);
      pushEip();
      f.i32Const((this.#plan.region.blocks.get(target) as Block).address);
      f.op(Op.i32_eq);
      f.brIf(this.#label(target));
      leave(target);
    }
  }

  /**
   * Where an edge to a block really leads: to the block, or to the dispatch before it with the number that means it, or to one
   * before that.
   */
  choose(target: number): number {
    const through = this.#plan.reduction.through.get(target);
    if (!through) return target;
    this.#f.i32Const(through.targets.indexOf(target));
    this.#f.localSet(this.#find(through.block).local);
    return this.choose(through.block);
  }

  /** The numbers by which a block goes on, and the dispatch block that it then leads to; undefined where it does so otherwise. */
  byEntry(block: Block): { readonly run: Run; readonly to: number } | undefined {
    const run = this.#numbers.of(block);
    return run && { run, to: outermost(run.dispatch.block, this.#plan.reduction.through) };
  }

  /** Goes on by the number of an entry; what follows is reached where there is no such entry. */
  goByEntry({ dispatch, first, targets }: Run, pushEntry: () => void): void {
    const f = this.#f;
    pushEntry();
    f.i32Const(targets.length);
    f.op(Op.i32_lt_u);
    const known = f.if();
    pushEntry();
    f.i32Const(first);
    f.op(Op.i32_add);
    f.localSet(this.#find(dispatch.block).local);
    f.br(this.#label(this.choose(dispatch.block)));
    f.end(known);
  }

  #find(key: number) {
    return this.#dispatches.get(key) as { readonly dispatch: Dispatch; readonly local: number };
  }

  #label(key: number): Label {
    return this.#labels.get(key) as Label;
  }
}
