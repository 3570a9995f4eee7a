/** Calls translated functions, and takes what they answer apart. */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, type Operation } from "../x86/operation.js";
import type { Emitter } from "./emitter.js";
import { FUEL, placeOf } from "./emitter-state.js";
import { isDirectCall } from "./facts.js";
import { FlagKind } from "./flag-kind.js";
import { DISPATCH } from "./host-stack.js";
import { type Callee, type ModuleLayout, returnsEax } from "./layout.js";
import type { Leaving } from "./leaving.js";
import { RETURNED_BY_ANY, RETURNED_IN_GLOBALS, type RegisterSet } from "./register-sets.js";

const { EAX, ESP } = Register;

/** Bytes. */
const RETURN_ADDRESS = 4;

/** A function that is not known. */
const ANY = { returned: RETURNED_BY_ANY, popped: 0 };

export class Calling {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #layout: ModuleLayout;
  readonly #leaving: Leaving;
  /** Where an indirect call goes. */
  #called: number | undefined;
  /** Local with ESP as it was at the function's start; undefined where distances from it are known. */
  entryEsp: number | undefined;

  constructor(e: Emitter, layout: ModuleLayout, leaving: Leaving) {
    this.#f = e.f;
    this.#e = e;
    this.#layout = layout;
    this.#leaving = leaving;
  }

  emitCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    const returnTo = operation.next.address;
    if (isDirectCall(operation)) {
      const callee = this.#layout.functionAt(operation.target.address);
      e.push(() => f.i32Const(returnTo));
      const leave = () => e.leaveAt(operation.target.address);
      if (!callee || this.#isBeyondEntry) leave();
      else {
        this.#note(callee.index);
        this.#callAndGoOn(returnTo, callee, () => this.callFunction(callee), leave);
      }
      return;
    }
    this.#called ??= f.local(ValueType.I32, "called");
    const called = this.#called;
    pushTarget(e, operation);
    f.localSet(called);
    e.push(() => f.i32Const(returnTo));
    const leave = () => {
      f.localGet(called);
      f.localSet(e.eip);
      e.leaveThere();
    };
    if (this.#isBeyondEntry) leave();
    else {
      this.#note(DISPATCH);
      this.#callAndGoOn(returnTo, ANY, () => this.callThrough(called), leave);
    }
  }

  /** Has it counted what a call takes of the stacks; its return address is pushed already. */
  #note(callee: number): void {
    const { stack, esp } = this.#e;
    this.#layout.hostStack.noteCall(this.#f, callee, stack && -esp);
  }

  /**
   * Whether the guest has dropped the function's own return address, or most of it: calls would pile up on the host's stack rather than
   * the guest's. The return address of the call is pushed already.
   */
  get #isBeyondEntry(): boolean {
    return this.#e.stack !== undefined && this.#e.esp > -RETURN_ADDRESS;
  }

  /** The same where that is not known ahead: leaves instead of calling. */
  #leaveBeyondEntry(leave: () => void): void {
    if (this.entryEsp === undefined) return;
    const f = this.#f;
    f.localGet(ESP);
    f.i32Const(RETURN_ADDRESS);
    f.op(Op.i32_add);
    f.localGet(this.entryEsp);
    f.op(Op.i32_gt_u);
    const beyond = f.if();
    this.#e.keepState(leave);
    f.end(beyond);
  }

  /** @param leave leaves where the call goes */
  #callAndGoOn(
    returnTo: number,
    { returned, popped }: Pick<Callee, "returned" | "popped">,
    call: () => void,
    leave: () => void,
  ): void {
    const f = this.#f;
    const e = this.#e;
    e.settle();
    this.#leaveBeyondEntry(leave);
    const before = placeOf(e);
    call();
    this.takeAnswer(returned);
    const after = placeOf(e);
    f.localGet(e.eip);
    f.i32Const(returnTo);
    f.op(Op.i32_ne);
    this.#leaving.goUnexpectedIf(before, after, returned, popped);
    this.keepEax(returned);
    e.addToEsp(4 + popped);
    this.#leaving.leaveIfSpent(() => e.leaveAt(returnTo));
    if (this.#layout.flagsCross) {
      f.globalGet(this.#layout.flags);
      f.localSet(e.flags.result);
      e.flags.kind = FlagKind.BITS;
    }
  }

  callFunction({ index, parameters }: Callee): void {
    for (const parameter of parameters) this.#pushParameter(parameter);
    this.#f.call(index);
  }

  /** Calls whatever is at the address in a local. */
  callThrough(target: number): void {
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

  /** Takes a function's answer apart: EAX, which {@link keepEax} keeps, the fuel and where the guest is. */
  takeAnswer(returned: RegisterSet): void {
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
  keepEax(returned: RegisterSet): void {
    if (!returnsEax(returned)) return;
    this.#f.localGet(this.#e.value);
    this.#f.localSet(EAX);
  }
}

/** Pushes where an indirect call or jump goes. */
export function pushTarget(e: Emitter, operation: Operation): void {
  if (operation.memory === MemoryOperand.FIRST) {
    e.pushOperand(operation);
    e.load(32);
  } else if (operation.destination === ESP) e.pushEsp();
  else e.f.localGet(operation.destination);
}
