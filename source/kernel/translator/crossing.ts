/**
 * How a translated function is entered, calls others, returns and leaves:
 *
 *     (esp, fuel, registers it is given) -> (fuel << 32 | eip: i64, eax: i32)
 *
 * A return in order, with ESP as it was, answers where the guest goes on, which the caller compares with what it expects;
 * other registers that the function may have changed are then in globals. Everything else (out of fuel, `int N`, a return in disorder, something that is not
 * translated) *leaves*: the function puts the registers that are its own into globals and says so in a global; every
 * caller adds those that it alone has, and passes the answer on.
 */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, type Operation } from "../x86/operation.js";
import type { Emitter } from "./emitter.js";
import { FUEL, KNOWN_SHIFT, placeOf } from "./emitter-state.js";
import { isDirectCall } from "./facts.js";
import { FlagKind } from "./flag-kind.js";
import {
  type Callee,
  type ModuleLayout,
  pushAnswer,
  removeMissing,
  STACK_OF_TAIL_CALL,
  STACK_PER_ENTRY,
} from "./layout.js";
import { RETURNED_BY_ANY, RETURNED_IN_GLOBALS, type RegisterSet } from "./register-sets.js";
import type { StackOffsets } from "./stack-offsets.js";

const { EAX, ESP } = Register;

/** Where in a place's number those of behind a call start. */
const BEHIND_CALL_SHIFT = 16;

/** A function that is not known. */
const ANY = { returned: RETURNED_BY_ANY, popped: 0 };

export class Crossing {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #layout: ModuleLayout;
  /** Address that the function starts at. */
  #start = 0;
  /** ESP as it was at the function's start, where it is not known otherwise. */
  #entryEsp: number | undefined;
  /** Registers that the function returns; undefined in a region that is not called, and returns by leaving. */
  readonly #returned: RegisterSet | undefined;
  readonly #popped: number;
  /** A call answered something else than its return address. */
  #unexpected!: Label;
  #callsMade = false;
  /** Where an indirect call goes. */
  #called: number | undefined;

  /** @param popped bytes that the function pops of its arguments */
  constructor(e: Emitter, layout: ModuleLayout, returned: RegisterSet | undefined, popped: number) {
    this.#f = e.f;
    this.#e = e;
    this.#layout = layout;
    this.#returned = returned;
    this.#popped = popped;
  }

  /** Opens what {@link end} closes; before anything else. */
  begin(): void {
    this.#e.leave = this.#f.block();
    this.#unexpected = this.#f.block();
  }

  /**
   * Leaves at once where the function must not be entered as things are: with ESP where the host's stack might be used up
   * or distances from it wrap around, or, if it calls others, without fuel. Keeps ESP for the function's end.
   */
  emitEntry(start: number, stack: StackOffsets | undefined, calls: boolean): void {
    const f = this.#f;
    const e = this.#e;
    this.#start = start;
    if (stack?.matters || calls) {
      this.#leaveIf(start, () => {
        f.localGet(ESP);
        f.globalGet(this.#layout.stackLimit);
        f.op(Op.i32_sub);
        f.i32Const(STACK_PER_ENTRY);
        f.op(Op.i32_gt_u);
      });
    }
    if (calls) this.#leaveIf(start, () => this.#pushSpent());
    const base = f.local(ValueType.I32, stack ? "stack" : "entry.esp");
    f.localGet(ESP);
    if (stack) {
      f.i32Const(stack.deepest);
      f.op(Op.i32_sub);
      e.stack = { base, zero: stack.deepest };
    } else this.#entryEsp = base;
    f.localSet(base);
  }

  #leaveIf(address: number, pushCondition: () => void): void {
    pushCondition();
    const leaves = this.#f.if();
    this.#e.leaveAt(address);
    this.#f.end(leaves);
  }

  #pushSpent(): void {
    this.#f.localGet(FUEL);
    this.#f.i32Const(0);
    this.#f.op(Op.i32_le_s);
  }

  // --- calls ---

  emitCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    const returnTo = operation.next.address;
    if (isDirectCall(operation)) {
      const callee = this.#layout.functionAt(operation.target.address);
      e.push(() => f.i32Const(returnTo));
      if (!callee || this.#isBeyondEntry) e.leaveAt(operation.target.address);
      else this.#callAndGoOn(returnTo, callee, () => this.#pushAndCall(callee.index, callee.parameters));
      return;
    }
    this.#called ??= f.local(ValueType.I32, "called");
    const called = this.#called;
    pushTarget(e, operation);
    f.localSet(called);
    e.push(() => f.i32Const(returnTo));
    if (this.#isBeyondEntry) {
      f.localGet(called);
      f.localSet(e.eip);
      e.leaveThere();
    } else this.#callAndGoOn(returnTo, ANY, () => this.#pushAndDispatch(called));
  }

  /** Whether the guest has dropped the function's own return address: calls would pile up on the host's stack alone. */
  get #isBeyondEntry(): boolean {
    return this.#e.stack !== undefined && this.#e.esp >= 0;
  }

  #pushAndCall(index: number, parameters: readonly number[]): void {
    for (const parameter of parameters) this.#pushParameter(parameter);
    this.#f.call(index);
  }

  #pushAndDispatch(target: number): void {
    for (let parameter = 0; parameter <= FUEL; parameter++) this.#pushParameter(parameter);
    this.#f.localGet(target);
    this.#f.call(this.#layout.dispatch);
  }

  #pushParameter(parameter: number): void {
    if (parameter === ESP) {
      this.#e.pushEsp();
      return;
    }
    if (parameter < FUEL) this.#e.fetch(1 << parameter);
    this.#f.localGet(parameter);
  }

  #callAndGoOn(returnTo: number, { returned, popped }: Pick<Callee, "returned" | "popped">, call: () => void): void {
    const f = this.#f;
    const e = this.#e;
    e.settle();
    const before = placeOf(e);
    call();
    this.#takeAnswer(returned);
    const after = placeOf(e);
    f.localGet(e.eip);
    f.i32Const(returnTo);
    f.op(Op.i32_ne);
    this.#goUnexpectedIf(before | (after << BEHIND_CALL_SHIFT), returned, popped);
    this.#keepEax(returned);
    e.addToEsp(4 + popped);
    this.#leaveIf(returnTo, () => this.#pushSpent());
    if (this.#layout.flagsCross) {
      f.globalGet(this.#layout.flags);
      f.localSet(e.flags.result);
      e.flags.kind = FlagKind.BITS;
    }
  }

  /** Takes a function's answer apart: EAX, which {@link #keepEax} keeps, the fuel and where the guest is. */
  #takeAnswer(returned: RegisterSet): void {
    const f = this.#f;
    const e = this.#e;
    if (returnsEax(returned)) f.localSet(e.value);
    else f.op(Op.drop);
    f.localTee(e.value64);
    f.i64Const(32n);
    f.op(Op.i64_shr_u);
    f.op(Op.i32_wrap_i64);
    f.localSet(FUEL);
    f.localGet(e.value64);
    f.op(Op.i32_wrap_i64);
    f.localSet(e.eip);
    e.own |= returned;
    e.inGlobals |= returned & RETURNED_IN_GLOBALS;
  }

  /** The EAX that was answered is the function's: not so where the VM has left before EAX was written. */
  #keepEax(returned: RegisterSet): void {
    if (!returnsEax(returned)) return;
    this.#f.localGet(this.#e.value);
    this.#f.localSet(EAX);
  }

  /**
   * @param returned registers of a function that has returned elsewhere
   * @param popped bytes that it popped
   */
  #goUnexpectedIf(place: number, returned: RegisterSet, popped: number): void {
    const f = this.#f;
    this.#callsMade = true;
    const unexpected = f.if();
    if (!returnsEax(returned)) {
      f.localGet(EAX);
      f.localSet(this.#e.value);
    }
    this.#e.pushEsp(popped);
    f.localSet(ESP);
    f.i32Const(place);
    f.localSet(this.#e.place);
    f.br(this.#unexpected);
    f.end(unexpected);
  }

  // --- returns ---

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
    f.localGet(this.#entryEsp as number);
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
    // Functions that jump to each other for ever do so backwards somewhere.
    const counted = target < this.#start;
    this.#answerFor(callee.returned, counted, () => this.#pushAndCall(callee.index, callee.parameters));
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
    this.#answerFor(RETURNED_BY_ANY, true, () => this.#pushAndDispatch(e.eip));
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
    this.#takeAnswer(calleeReturned);
    f.localGet(e.eip);
    f.op(Op.i32_eqz);
    this.#goUnexpectedIf(before | (placeOf(e) << BEHIND_CALL_SHIFT), calleeReturned, this.#popped);
    this.#keepEax(calleeReturned);
    if (counted) this.#raiseStackLimit(-STACK_OF_TAIL_CALL);
    this.#answerReturn(this.#returned as RegisterSet);
  }

  #raiseStackLimit(bytes: number): void {
    this.#f.globalGet(this.#layout.stackLimit);
    this.#f.i32Const(bytes);
    this.#f.op(Op.i32_add);
    this.#f.globalSet(this.#layout.stackLimit);
  }

  // --- the function's end ---

  end(): void {
    const f = this.#f;
    f.op(Op.unreachable);
    f.end(this.#unexpected);
    if (this.#callsMade) this.#emitUnexpected();
    f.end(this.#e.leave);
    this.#emitLeave();
  }

  /** A call did not come back to where it was called from: the VM has left, or the guest returned elsewhere. */
  #emitUnexpected(): void {
    const f = this.#f;
    const { place } = this.#e;
    f.globalGet(this.#layout.left);
    const left = f.if();
    this.#complete(() => {
      f.localGet(place);
      f.globalGet(this.#layout.missing);
      f.op(Op.i32_and);
    });
    removeMissing(f, this.#layout, () => this.#pushKnown());
    this.#answerLeft();
    f.op(Op.return);
    f.end(left);
    f.localGet(this.#e.value);
    f.localSet(EAX);
    f.localGet(ESP);
    f.i32Const(4);
    f.op(Op.i32_add);
    f.localSet(ESP);
    f.localGet(place);
    f.i32Const(BEHIND_CALL_SHIFT);
    f.op(Op.i32_shr_u);
    f.localSet(place);
  }

  #emitLeave(): void {
    const f = this.#f;
    const { place, eip } = this.#e;
    this.#complete(() => f.localGet(place));
    f.localGet(eip);
    f.globalSet(this.#layout.eip);
    f.i32Const(1);
    f.globalSet(this.#layout.left);
    this.#pushKnown();
    f.i32Const(0xff);
    f.op(Op.i32_xor);
    f.globalSet(this.#layout.missing);
    this.#answerLeft();
  }

  /** Puts the registers of a mask, of which the lowest eight bits count, into the globals. */
  #complete(pushMask: () => void): void {
    const f = this.#f;
    for (let register = 0; register < 8; register++) f.localGet(register);
    pushMask();
    f.call(this.#layout.complete);
  }

  #pushKnown(): void {
    const f = this.#f;
    f.localGet(this.#e.place);
    f.i32Const(KNOWN_SHIFT);
    f.op(Op.i32_shr_u);
    f.i32Const(0xff);
    f.op(Op.i32_and);
  }

  #answerLeft(): void {
    const f = this.#f;
    pushAnswer(
      f,
      () => f.i32Const(0),
      () => f.i32Const(0),
    );
  }
}

const returnsEax = (returned: RegisterSet): boolean => (returned & (1 << EAX)) !== 0;

/** Pushes where an indirect call or jump goes. */
export function pushTarget(e: Emitter, operation: Operation): void {
  if (operation.memory === MemoryOperand.FIRST) {
    e.pushOperand(operation);
    e.load(32);
  } else if (operation.destination === ESP) e.pushEsp();
  else e.f.localGet(operation.destination);
}
