/**
 * How a translated function is entered, calls others, returns and leaves:
 *
 *     (esp, fuel, registers it is given) -> (fuel << 32 | eip: i64, eax: i32)
 *
 * A return in order, with ESP as it was, answers where the guest goes on, which the caller compares with what it expects;
 * other registers that the function may have changed are then in globals. Everything else (out of fuel, `int N`, a return in
 * disorder, something that is not translated) *leaves*: the function puts the registers that are its own into globals and
 * says so in a global; every caller adds those that it alone has, and passes the answer on.
 */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import type { Operation } from "../x86/operation.js";
import { leavesFunction } from "./block.js";
import { Calling, pushTarget } from "./calling.js";
import type { Emitter } from "./emitter.js";
import { placeOf } from "./emitter-state.js";
import { DISPATCH, STACK_OF_TAIL_CALL, STACK_PER_ENTRY } from "./host-stack.js";
import { type ModuleLayout, pushAnswer } from "./layout.js";
import { leastTaken } from "./least-stack.js";
import { Leaving } from "./leaving.js";
import type { Plan } from "./plan.js";
import { RETURNED_BY_ANY, RETURNED_IN_GLOBALS, type RegisterSet } from "./register-sets.js";

const { EAX, ESP } = Register;

export class Crossing {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #layout: ModuleLayout;
  readonly #calling: Calling;
  readonly #leaving: Leaving;
  /** Address that the function starts at; of no use where that is no instruction, in a region that makes no tail calls. */
  #start = 0;
  /** Registers that the function returns; undefined in a region that is not called, and returns by leaving. */
  readonly #returned: RegisterSet | undefined;
  readonly #popped: number;

  /** @param popped bytes that the function pops of its arguments */
  constructor(e: Emitter, layout: ModuleLayout, returned: RegisterSet | undefined, popped: number) {
    this.#f = e.f;
    this.#e = e;
    this.#layout = layout;
    this.#leaving = new Leaving(e, layout);
    this.#calling = new Calling(e, layout, this.#leaving);
    this.#returned = returned;
    this.#popped = popped;
  }

  /** Opens what {@link end} closes; before anything else. */
  begin(): void {
    this.#leaving.begin();
  }

  end(): void {
    this.#leaving.end();
  }

  /**
   * Leaves at once where the function must not be entered as things are: with ESP where the host's stack might be used up
   * or distances from it wrap around, or, if it calls others, without fuel. Keeps ESP for the function's end.
   * @param leave leaves with EIP where the function was to be entered
   */
  emitEntry(leave: () => void, { region, stack, calls, popped }: Plan): void {
    const f = this.#f;
    const e = this.#e;
    this.#start = region.start;
    // What was missed is called as functions are, through pointers; a loop, out of which nothing returns, is not.
    const isCalled = this.#returned !== undefined || leavesFunction(region);
    this.#layout.hostStack.add(f, isCalled, stack || !calls ? 0 : leastTaken(region, popped));
    if (stack?.matters || calls) {
      this.#leaving.leaveIf(leave, () => {
        f.localGet(ESP);
        f.globalGet(this.#layout.stackLimit);
        f.op(Op.i32_sub);
        f.i32Const(STACK_PER_ENTRY);
        f.op(Op.i32_gt_u);
      });
    }
    if (calls) this.#leaving.leaveIfSpent(leave);
    const base = f.local(ValueType.I32, stack ? "stack" : "entry.esp");
    f.localGet(ESP);
    if (stack) {
      f.i32Const(stack.deepest);
      f.op(Op.i32_sub);
      e.stack = { base, zero: stack.deepest };
    } else this.#calling.entryEsp = base;
    f.localSet(base);
  }

  emitCall(operation: Operation): void {
    this.#calling.emitCall(operation);
  }

  /** A `ret`: reads where it goes, and answers that when all is in order. */
  emitReturn(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    e.pushTop();
    f.localSet(e.eip);
    e.settle();
    if (this.#returned === undefined || operation.immediate !== this.#popped) this.#goThere(4 + operation.immediate);
    else {
      this.#unlessOrderly(() => this.#goThere(4 + operation.immediate));
      this.#answerReturn(this.#returned);
    }
  }

  /** The `ret` of a function that stands in line: goes on behind it where it returns as expected. */
  emitInlinedReturn(operation: Operation, expected: number): void {
    const f = this.#f;
    const e = this.#e;
    e.pushTop();
    f.localTee(e.eip);
    f.i32Const(expected);
    f.op(Op.i32_ne);
    const elsewhere = f.if();
    e.keepState(() => {
      if (this.#layout.flagsCross) {
        e.flags.pushBits();
        f.globalSet(this.#layout.flags);
      }
      this.#goThere(4 + operation.immediate);
    });
    f.end(elsewhere);
    e.addToEsp(4 + operation.immediate);
  }

  /** Leaves with the EIP that was read from the stack, the instruction retired. */
  #goThere(popped: number): void {
    this.#e.addToEsp(popped);
    this.#e.leaveThere();
  }

  /** Emits what to do where ESP is not what it was at the function's start, if that can be. */
  #unlessOrderly(otherwise: () => void): void {
    const f = this.#f;
    const e = this.#e;
    if (e.stack) {
      if (e.esp !== 0) e.keepState(otherwise);
      return;
    }
    f.localGet(ESP);
    f.localGet(this.#calling.entryEsp as number);
    f.op(Op.i32_ne);
    const disorder = f.if();
    e.keepState(otherwise);
    f.end(disorder);
  }

  #answerReturn(returned: RegisterSet): void {
    const f = this.#f;
    const e = this.#e;
    const toStore = returned & RETURNED_IN_GLOBALS & ~e.inGlobals;
    for (let register = 0; register < 8; register++) {
      if ((toStore & (1 << register)) === 0) continue;
      f.localGet(register);
      f.globalSet(this.#layout.registers[register]);
    }
    pushAnswer(
      f,
      () => f.localGet(e.eip),
      () => f.localGet(EAX),
    );
    f.op(Op.return);
  }

  /** Calls the function jumped to as if the caller had, and passes its answer on. */
  emitTailCall(target: number): void {
    const callee = this.#layout.functionAt(target);
    // A function that pops otherwise would return with ESP elsewhere.
    if (!callee || this.#returned === undefined || callee.popped !== this.#popped) {
      this.#e.leaveAt(target);
      return;
    }
    this.#leaveUnlessOrderly(() => this.#e.leaveAt(target));
    // Functions that jump to each other for ever do so backwards somewhere; many can do so forwards between two calls.
    const counted = target < this.#start || callee.jumpsOn;
    const { hostStack } = this.#layout;
    if (callee.jumpsOn) hostStack.noteCall(this.#f, callee.index, STACK_OF_TAIL_CALL);
    else hostStack.noteJump(this.#f, callee.index, counted ? STACK_OF_TAIL_CALL : 0);
    this.#answerFor(callee.returned, counted, () => this.#calling.callFunction(callee));
  }

  /** A jump through a pointer, as compilers make of a call at a function's end. */
  emitIndirectTailCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    pushTarget(e, operation);
    f.localSet(e.eip);
    e.settle();
    if (this.#returned === undefined || this.#popped !== 0) {
      e.leaveThere();
      return;
    }
    this.#leaveUnlessOrderly(() => e.leaveThere());
    this.#layout.hostStack.noteCall(f, DISPATCH, STACK_OF_TAIL_CALL);
    this.#answerFor(RETURNED_BY_ANY, true, () => this.#calling.callThrough(e.eip));
  }

  /** Unless the stack is as callers expect it, a jump to another function is made by leaving. */
  #leaveUnlessOrderly(leave: () => void): void {
    this.#e.settle();
    this.#unlessOrderly(leave);
  }

  /** @param counted whether the host's stack that it takes is taken off what may be used: the guest's takes none */
  #answerFor(calleeReturned: RegisterSet, counted: boolean, call: () => void): void {
    const f = this.#f;
    const e = this.#e;
    const before = placeOf(e);
    if (counted) this.#raiseStackLimit(STACK_OF_TAIL_CALL);
    call();
    this.#calling.takeAnswer(calleeReturned);
    f.localGet(e.eip);
    f.op(Op.i32_eqz);
    this.#leaving.goUnexpectedIf(before, placeOf(e), calleeReturned, this.#popped);
    this.#calling.keepEax(calleeReturned);
    if (counted) this.#raiseStackLimit(-STACK_OF_TAIL_CALL);
    this.#answerReturn(this.#returned as RegisterSet);
  }

  #raiseStackLimit(bytes: number): void {
    this.#f.globalGet(this.#layout.stackLimit);
    this.#f.i32Const(bytes);
    this.#f.op(Op.i32_add);
    this.#f.globalSet(this.#layout.stackLimit);
  }
}
