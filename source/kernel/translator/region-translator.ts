/**
 * Translates one region, a function or what is reachable from a loop's head, into one wasm function with real loops and
 * branches. The general registers and the fuel are its parameters; it answers where the guest goes on and EAX:
 *
 *     (eax, ecx, edx, ebx, esp, ebp, esi, edi, fuel) -> (fuel << 32 | eip: i64, eax: i32)
 *
 * A return to the caller with EBX, EBP, ESI, EDI and ESP as they should be answers the return address; ECX and EDX are then
 * in globals. Everything else (out of fuel, `int N`, a return in disorder, something not translated) puts all registers
 * into globals and answers 0: every caller passes that on, and the VM has left.
 */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, type Operation } from "../x86/operation.js";
import { type Block, type Region, successors } from "./control-flow.js";
import { writesRegister } from "./effects.js";
import { Emitter, FUEL, type Mark, PARAMETER_NAMES, PARAMETERS } from "./emitter.js";
import { type FlagLiveness, flagLiveness, isCall, liveBefore } from "./flag-liveness.js";
import { FlagKind } from "./flag-source.js";
import { pushTaken } from "./operations/branches.js";
import { accepts, translate } from "./operations.js";
import { type Dispatch, type Reduction, reduce } from "./reduction.js";
import { type Shape, shapeOf } from "./structure.js";

/** What the functions of a module share. */
export interface ModuleLayout {
  /** Globals by register number, then EIP, EFLAGS bits and the lowest ESP before the VM must leave. */
  readonly registers: readonly number[];
  readonly eip: number;
  readonly flags: number;
  readonly stackLimit: number;
  /** The function that goes to any address: `dispatch(registers, fuel, target)`. */
  readonly dispatch: number;
  /** Index of the translation of the function at an address, undefined when there is none. */
  functionAt(address: number): number | undefined;
}

const { ECX, EDX, EBX, ESP, EBP, ESI, EDI } = Register;
const PRESERVED = [EBX, EBP, ESI, EDI];

/** What is known of a region before it is emitted. */
export interface Plan {
  readonly region: Region;
  readonly shape: Shape;
  readonly reduction: Reduction;
  readonly liveness: FlagLiveness;
}

/** Undefined when the region is not one that can be translated. */
export function planRegion(region: Region): Plan | undefined {
  const edges = new Map([...region.blocks.values()].map((block) => [block.address, successors(block.ending)]));
  const reduction = reduce(region.start, edges);
  if (!reduction || reduction.through.has(region.start)) return undefined;
  const shape = shapeOf(region.start, reduction.edges);
  const liveness = flagLiveness(region);
  if (liveness.acrossCalls || (liveness.in.get(region.start) ?? 0) !== 0) return undefined;
  for (const head of shape.loopHeads) if ((liveness.in.get(head) ?? 0) !== 0) return undefined;
  for (const target of reduction.through.keys()) if ((liveness.in.get(target) ?? 0) !== 0) return undefined;
  return { region, shape, reduction, liveness };
}

export class RegionTranslator {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #plan: Plan;
  readonly #layout: ModuleLayout;
  /** Whether the region is a function that is called; one entered at a loop's head returns by leaving. */
  readonly #isFunction: boolean;
  /** Labels of blocks that are branched to. */
  readonly #labels = new Map<number, Label>();
  /** How flags stand at the end of each block emitted. */
  readonly #flagsOut = new Map<number, { kind: FlagKind; size: number }>();
  /** The block before, where there is one alone. */
  readonly #onlyPredecessor = new Map<number, number>();
  /** Registers as they were at the function's start, by register; those that are compared at its end. */
  readonly #entry = new Map<number, number>();
  /** Dispatch blocks by number, the local that says which way they go, and blocks that are branched to by a table. */
  readonly #dispatches: ReadonlyMap<number, Dispatch>;
  readonly #way: number;
  readonly #switchTargets: ReadonlySet<number>;
  /** A call answered something else than its return address. */
  #unexpected!: Label;

  constructor(f: FunctionBuilder, plan: Plan, layout: ModuleLayout, isFunction: boolean) {
    this.#f = f;
    this.#e = new Emitter(f, layout.flags);
    this.#plan = plan;
    this.#layout = layout;
    this.#isFunction = isFunction;
    const { reduction, region } = plan;
    this.#dispatches = new Map([...reduction.through.values()].map((dispatch) => [dispatch.block, dispatch]));
    this.#way = f.local(ValueType.I32, "way");
    const switched = [...region.blocks.values()].flatMap(({ ending }) =>
      ending.kind === "switch" ? ending.table.targets : [],
    );
    this.#switchTargets = new Set([
      ...switched.map((target) => reduction.through.get(target)?.block ?? target),
      ...[...this.#dispatches.values()].flatMap(({ targets }) => targets),
    ]);
    for (const block of plan.region.blocks.values()) {
      for (const next of successors(block.ending)) {
        if (!plan.shape.merges.has(next) && !plan.shape.loopHeads.has(next))
          this.#onlyPredecessor.set(next, block.address);
      }
    }
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
    const f = this.#f;
    const e = this.#e;
    e.leave = f.block();
    this.#unexpected = f.block();
    if (this.#isFunction) this.#emitEntry();
    this.#emitTree(this.#plan.region.start);
    f.op(Op.unreachable);
    e.markShared();
    f.end(this.#unexpected);
    this.#emitUnexpected();
    f.end(e.leave);
    this.#emitLeave();
  }

  // --- the function's ends ---

  #emitEntry(): void {
    const f = this.#f;
    for (const register of [ESP, ...PRESERVED.filter((each) => this.#changes(each))]) {
      const local = f.local(ValueType.I32, `entry.${PARAMETER_NAMES[register]}`);
      f.localGet(register);
      f.localSet(local);
      this.#entry.set(register, local);
    }
    f.localGet(FUEL);
    f.i32Const(0);
    f.op(Op.i32_le_s);
    f.localGet(ESP);
    f.globalGet(this.#layout.stackLimit);
    f.op(Op.i32_lt_u);
    f.op(Op.i32_or);
    const spent = f.if();
    this.#e.leaveAt(this.#plan.region.start);
    f.end(spent);
  }

  /** Whether the region writes a register itself. */
  #changes(register: number): boolean {
    for (const block of this.#plan.region.blocks.values()) {
      if (block.operations.some((operation) => writesRegister(operation, register))) return true;
    }
    return false;
  }

  /** A call did not come back to where it was called from: the VM has left, or the guest returned elsewhere. */
  #emitUnexpected(): void {
    const f = this.#f;
    const e = this.#e;
    f.localGet(e.eip);
    f.op(Op.i32_eqz);
    const left = f.if();
    this.#pushResult(() => f.i32Const(0));
    f.op(Op.return);
    f.end(left);
    f.globalGet(this.#layout.registers[ECX]);
    f.localSet(ECX);
    f.globalGet(this.#layout.registers[EDX]);
    f.localSet(EDX);
    f.localGet(ESP);
    f.i32Const(4);
    f.op(Op.i32_add);
    f.localSet(ESP);
  }

  /** Puts everything into globals and answers 0. */
  #emitLeave(): void {
    const f = this.#f;
    this.#layout.registers.forEach((global, register) => {
      f.localGet(register);
      f.globalSet(global);
    });
    f.localGet(this.#e.eip);
    f.globalSet(this.#layout.eip);
    this.#pushResult(() => f.i32Const(0));
  }

  /** Pushes both results: the fuel with an address, and EAX. */
  #pushResult(pushAddress: () => void): void {
    const f = this.#f;
    f.localGet(FUEL);
    f.op(Op.i64_extend_i32_u);
    f.i64Const(32n);
    f.op(Op.i64_shl);
    pushAddress();
    f.op(Op.i64_extend_i32_u);
    f.op(Op.i64_or);
    f.localGet(Register.EAX);
  }

  // --- structure ---

  /** Emits a block with everything it dominates. */
  #emitTree(address: number): void {
    const { shape } = this.#plan;
    const merges = (shape.children.get(address) as readonly number[]).filter((child) => this.#isBranchedTo(child));
    if (!shape.loopHeads.has(address)) {
      // The loop that a dispatch block stands for is looked at where it goes on.
      if (this.#plan.reduction.through.has(address)) this.#emitLoopCheck(address);
      this.#emitWithin(address, merges);
      return;
    }
    const loop = this.#f.loop();
    this.#labels.set(address, loop);
    this.#emitLoopCheck(address);
    this.#emitWithin(address, merges);
    this.#f.end(loop);
  }

  /** Emits a block inside one wasm block for each merge behind it, the nearest innermost. */
  #emitWithin(address: number, merges: readonly number[]): void {
    const last = merges.at(-1);
    if (last === undefined) {
      const dispatch = this.#dispatches.get(address);
      if (dispatch) this.#emitDispatch(dispatch);
      else this.#emitBlock(this.#plan.region.blocks.get(address) as Block);
      return;
    }
    const around = this.#f.block();
    const outer = this.#labels.get(last);
    this.#labels.set(last, around);
    this.#emitWithin(address, merges.slice(0, -1));
    this.#f.end(around);
    if (outer) this.#labels.set(last, outer);
    this.#emitTree(last);
  }

  /** Whether a block is reached by branches rather than emitted in line: a merge, or the target of a switch. */
  #isBranchedTo(address: number): boolean {
    return this.#plan.shape.merges.has(address) || this.#switchTargets.has(address);
  }

  /** Goes where the number in its local says. */
  #emitDispatch({ block, targets }: Dispatch): void {
    const f = this.#f;
    const labels = targets.map((target) => this.#labels.get(target) as Label);
    f.localGet(this.#way);
    f.brTable(labels.slice(0, -1), labels.at(-1) as Label);
    this.#flagsOut.set(block, { kind: FlagKind.NONE, size: 32 });
  }

  /** At a loop's head the VM leaves when its fuel is used up; a dispatch block's loop does so at its targets. */
  #emitLoopCheck(address: number): void {
    const f = this.#f;
    if (this.#dispatches.has(address)) return;
    f.localGet(FUEL);
    f.i32Const(0);
    f.op(Op.i32_le_s);
    const spent = f.if();
    this.#e.leaveAt(address);
    f.end(spent);
  }

  /** Goes on with a block from another. */
  #branch(from: number, target: number): void {
    const { shape } = this.#plan;
    const to = this.#chooseWay(target);
    const backward = (shape.place.get(to) as number) <= (shape.place.get(from) as number);
    if (backward || this.#isBranchedTo(to)) this.#f.br(this.#labels.get(to) as Label);
    else this.#emitTree(to);
  }

  /** Where an edge to a block really leads: to the block, or to the dispatch before it with the number that means it. */
  #chooseWay(target: number): number {
    const dispatch = this.#plan.reduction.through.get(target);
    if (!dispatch) return target;
    this.#f.i32Const(dispatch.targets.indexOf(target));
    this.#f.localSet(this.#way);
    return dispatch.block;
  }

  // --- blocks ---

  #emitBlock(block: Block): void {
    this.#adoptFlags(block.address);
    this.#e.forget();
    if (this.#emitOperations(block)) this.#emitEnding(block);
  }

  #adoptFlags(address: number): void {
    const { flags } = this.#e;
    const before = this.#onlyPredecessor.get(address);
    const known = before === undefined ? undefined : this.#flagsOut.get(before);
    flags.kind = known?.kind ?? FlagKind.BITS;
    flags.size = known?.size ?? 32;
  }

  /** False when an operation could not be translated: the VM leaves there and what follows is not reached. */
  #emitOperations(block: Block): boolean {
    const e = this.#e;
    const live = this.#liveBehind(block);
    let charged = 0;
    for (const [index, operation] of block.operations.entries()) {
      if (charged === 0) {
        charged = this.#segmentLength(block, index);
        e.addFuel(-charged);
      }
      e.current = operation;
      e.unretired = charged;
      if (!accepts(operation, live[index])) {
        this.#interpretAt(operation, liveBefore(operation, live[index]), charged);
        return false;
      }
      if (isCall(operation)) this.#emitCall(operation);
      else translate(e, operation, live[index]);
      charged--;
    }
    if (charged === 0) e.addFuel(-(block.instructions - block.operations.length));
    return true;
  }

  /** Instructions charged together: up to a call, or to the end of the block. */
  #segmentLength(block: Block, from: number): number {
    const call = block.operations.findIndex((operation, index) => index >= from && isCall(operation));
    return call < 0 ? block.instructions - from : call + 1 - from;
  }

  #liveBehind(block: Block): number[] {
    const live = new Array<number>(block.operations.length);
    let flags = this.#plan.liveness.out.get(block.address) ?? 0;
    for (let index = block.operations.length - 1; index >= 0; index--) {
      live[index] = flags;
      flags = liveBefore(block.operations[index], flags);
    }
    return live;
  }

  #interpretAt(operation: Operation, live: number, charged: number): void {
    const e = this.#e;
    this.#saveFlags(live);
    e.addFuel(charged);
    e.leaveAt(operation.address);
  }

  /** Gives the interpreter the flags that something still reads. */
  #saveFlags(live: number): void {
    if (live === 0) return;
    this.#e.flags.pushBits();
    this.#f.globalSet(this.#layout.flags);
  }

  // --- endings ---

  #emitEnding(block: Block): void {
    const { ending } = block;
    const f = this.#f;
    const e = this.#e;
    const live = this.#plan.liveness.out.get(block.address) ?? 0;
    if ("operation" in ending && ending.operation) e.current = ending.operation;
    this.#prepareMerges(block);
    this.#flagsOut.set(block.address, { kind: e.flags.kind, size: e.flags.size });
    switch (ending.kind) {
      case "next":
        this.#branch(block.address, ending.next);
        break;
      case "branch":
        this.#emitBranch(block, ending.operation, ending.taken, ending.next);
        break;
      case "switch":
        this.#emitSwitch(block, ending.table);
        break;
      case "return":
        e.current = ending.operation;
        this.#emitReturn(ending.operation);
        break;
      case "tail call":
        this.#emitTailCall(ending.target);
        break;
      case "interrupt":
        // Flags behind `int` are as before it; the interpreter retires it.
        this.#saveFlags(live);
        e.addFuel(1);
        e.leaveAt(ending.operation.address);
        break;
      case "interpret":
        this.#saveFlags(live);
        e.leaveAt(ending.address);
        break;
    }
    f.op(Op.unreachable);
  }

  /** Where paths meet and a flag is still read, it must stand as bits, whichever path is taken. */
  #prepareMerges(block: Block): void {
    const needs = successors(block.ending).some(
      (next) => !this.#onlyPredecessor.has(next) && (this.#plan.liveness.in.get(next) ?? 0) !== 0,
    );
    if (needs) this.#e.flags.toBits();
  }

  #emitBranch(block: Block, operation: Operation, taken: number, next: number): void {
    const f = this.#f;
    const known = { kind: this.#e.flags.kind, size: this.#e.flags.size };
    pushTaken(this.#e, operation);
    const place = this.#plan.shape.place;
    const direct = !this.#plan.reduction.through.has(taken);
    const takenIsLabel =
      direct && (this.#isBranchedTo(taken) || (place.get(taken) as number) <= (place.get(block.address) as number));
    if (takenIsLabel) f.brIf(this.#labels.get(taken) as Label);
    else {
      const then = f.if();
      this.#branch(block.address, taken);
      f.end(then);
      this.#e.current = operation;
      this.#e.flags.kind = known.kind;
      this.#e.flags.size = known.size;
    }
    this.#branch(block.address, next);
  }

  /** The table is the guest's to change: each way checks that it is the one the table names now. */
  #emitSwitch(block: Block, table: { address: number; index: number; targets: readonly number[] }): void {
    const f = this.#f;
    const e = this.#e;
    e.current = (block.ending as { operation: Operation }).operation;
    e.pushAddress(e.current);
    e.load(32);
    f.localSet(e.eip);
    const elsewhere = f.block();
    const ways = [...new Set(table.targets)];
    const labels = new Map<number, Label>();
    for (const way of [...ways].reverse()) labels.set(way, f.block());
    f.localGet(table.index);
    f.brTable(
      table.targets.map((target) => labels.get(target) as Label),
      elsewhere,
    );
    for (const way of ways) {
      f.end(labels.get(way) as Label);
      f.localGet(e.eip);
      f.i32Const(way);
      f.op(Op.i32_ne);
      f.brIf(elsewhere);
      f.br(this.#labels.get(this.#chooseWay(way)) as Label);
    }
    f.end(elsewhere);
    f.br(e.leave);
  }

  #emitReturn(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    const target = e.eip;
    f.localGet(ESP);
    e.load(32);
    f.localSet(target);
    if (this.#isFunction && operation.immediate === 0) {
      // In order: where it came from on top of the stack, and the registers that callers rely on unchanged.
      f.localGet(target);
      f.op(Op.i32_eqz);
      for (const [register, local] of this.#entry) {
        f.localGet(register);
        f.localGet(local);
        f.op(Op.i32_ne);
        f.op(Op.i32_or);
      }
      f.op(Op.i32_eqz);
      const orderly = f.if();
      for (const register of [ECX, EDX]) {
        f.localGet(register);
        f.globalSet(this.#layout.registers[register]);
      }
      this.#pushResult(() => f.localGet(target));
      f.op(Op.return);
      f.end(orderly);
    }
    f.localGet(ESP);
    f.i32Const(4 + operation.immediate);
    f.op(Op.i32_add);
    f.localSet(ESP);
    f.br(e.leave);
  }

  /** Calls the function jumped to as if the caller had, and passes its answer on. */
  #emitTailCall(target: number): void {
    const f = this.#f;
    const e = this.#e;
    const index = this.#layout.functionAt(target);
    if (index === undefined || !this.#isFunction) {
      e.leaveAt(target);
      return;
    }
    // Unless everything is as callers expect it, the jump is made by leaving.
    f.i32Const(0);
    for (const [register, local] of this.#entry) {
      f.localGet(register);
      f.localGet(local);
      f.op(Op.i32_ne);
      f.op(Op.i32_or);
    }
    const disorder = f.if();
    e.leaveAt(target);
    f.end(disorder);
    this.#pushParameters();
    f.call(index);
    f.op(Op.return);
  }

  // --- calls ---

  #emitCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    const returnTo = operation.next.address;
    const direct = operation.entry?.semantics === "call";
    const target = direct ? operation.target.address : 0;
    const index = direct ? this.#layout.functionAt(target) : undefined;
    const called = f.local(ValueType.I32, "called");
    if (!direct) {
      if (operation.memory === MemoryOperand.FIRST) {
        e.pushAddress(operation);
        e.load(32);
      } else f.localGet(operation.destination);
      f.localSet(called);
    }
    e.push(() => f.i32Const(returnTo));
    if (direct && index === undefined) {
      e.leaveAt(target);
      return;
    }
    this.#pushParameters();
    if (index !== undefined) f.call(index);
    else {
      f.localGet(called);
      f.call(this.#layout.dispatch);
    }
    this.#emitAnswer(returnTo);
  }

  #emitAnswer(returnTo: number): void {
    const f = this.#f;
    const e = this.#e;
    f.localSet(Register.EAX);
    f.localTee(e.value64);
    f.i64Const(32n);
    f.op(Op.i64_shr_u);
    f.op(Op.i32_wrap_i64);
    f.localSet(FUEL);
    f.localGet(e.value64);
    f.op(Op.i32_wrap_i64);
    f.localTee(e.eip);
    f.i32Const(returnTo);
    f.op(Op.i32_ne);
    f.brIf(this.#unexpected);
    for (const register of [ECX, EDX]) {
      f.globalGet(this.#layout.registers[register]);
      f.localSet(register);
    }
    f.localGet(ESP);
    f.i32Const(4);
    f.op(Op.i32_add);
    f.localSet(ESP);
    e.forget();
  }

  #pushParameters(): void {
    for (let parameter = 0; parameter < PARAMETERS; parameter++) this.#f.localGet(parameter);
  }
}
