/**
 * How a translated function is entered, calls others, returns and leaves:
 *
 *     (esp, fuel, registers it is given) -> (fuel << 32 | eip: i64, eax: i32)
 *
 * A return in order, with ESP, EBX, EBP, ESI and EDI as they were, answers where the guest goes on, which the caller
 * compares with what it expects. Everything else (out of fuel, `int N`, a return in disorder, something that is not
 * translated) *leaves*: the function puts the registers that are its own into globals and says so in a global; every
 * caller adds those that it alone has, and passes the answer on.
 */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, type Operation } from "../x86/operation.js";
import { type Emitter, FUEL, KNOWN_SHIFT, PARAMETER_NAMES, placeOf } from "./emitter.js";
import { FlagKind } from "./flag-source.js";
import { type ModuleLayout, pushAnswer, removeMissing, STACK_PER_ENTRY } from "./layout.js";
import { RETURNED_IN_GLOBALS, type RegisterSet, SCRATCH } from "./register-sets.js";

const { EAX, ECX, EDX, ESP } = Register;

/** Where in a place's number those of behind a call start. */
const BEHIND_CALL_SHIFT = 16;

export class Crossing {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #layout: ModuleLayout;
  /** Registers as they were at the function's start, by register; those that are compared at its end. */
  readonly #entry = new Map<number, number>();
  /** Registers that the function returns; undefined in a region that is not called, and returns by leaving. */
  readonly #returned: RegisterSet | undefined;
  /** A call answered something else than its return address. */
  #unexpected!: Label;
  #callsMade = false;
  /** Where an indirect call goes. */
  #called: number | undefined;

  constructor(e: Emitter, layout: ModuleLayout, returned: RegisterSet | undefined) {
    this.#f = e.f;
    this.#e = e;
    this.#layout = layout;
    this.#returned = returned;
  }

  /** Opens what {@link end} closes; before anything else. */
  begin(): void {
    this.#e.leave = this.#f.block();
    this.#unexpected = this.#f.block();
  }

  /** Keeps what a return is compared with. @param preserved registers that the function changes and callers rely on */
  emitEntry(preserved: readonly number[]): void {
    const f = this.#f;
    for (const register of [ESP, ...preserved]) {
      const local = f.local(ValueType.I32, `entry.${PARAMETER_NAMES[register]}`);
      f.localGet(register);
      f.localSet(local);
      this.#entry.set(register, local);
    }
  }

  /** Leaves at once when the fuel is used up, or the stack has grown so far that the host's might be. */
  emitEntryCheck(start: number): void {
    const f = this.#f;
    f.localGet(FUEL);
    f.i32Const(0);
    f.op(Op.i32_le_s);
    f.localGet(ESP);
    f.globalGet(this.#layout.stackLimit);
    f.op(Op.i32_sub);
    f.i32Const(STACK_PER_ENTRY);
    f.op(Op.i32_gt_u);
    f.op(Op.i32_or);
    const spent = f.if();
    this.#e.leaveAt(start);
    f.end(spent);
  }

  // --- calls ---

  emitCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    const returnTo = operation.next.address;
    if (operation.entry?.semantics === "call") {
      const callee = this.#layout.functionAt(operation.target.address);
      e.push(() => f.i32Const(returnTo));
      if (!callee) e.leaveAt(operation.target.address);
      else this.#callAndGoOn(returnTo, callee.returned, () => this.#pushAndCall(callee.index, callee.parameters));
      return;
    }
    this.#called ??= f.local(ValueType.I32, "called");
    const called = this.#called;
    pushTarget(e, operation);
    f.localSet(called);
    e.push(() => f.i32Const(returnTo));
    this.#callAndGoOn(returnTo, SCRATCH, () => this.#pushAndDispatch(called));
  }

  #pushAndCall(index: number, parameters: readonly number[]): void {
    for (const parameter of parameters) {
      this.#e.fetch(1 << parameter);
      this.#f.localGet(parameter);
    }
    this.#f.call(index);
  }

  #pushAndDispatch(target: number): void {
    this.#e.fetch(SCRATCH);
    for (let register = 0; register <= FUEL; register++) this.#f.localGet(register);
    this.#f.localGet(target);
    this.#f.call(this.#layout.dispatch);
  }

  #callAndGoOn(returnTo: number, returned: RegisterSet, call: () => void): void {
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
    this.#goUnexpectedIf(before | (after << BEHIND_CALL_SHIFT));
    f.localGet(ESP);
    f.i32Const(4);
    f.op(Op.i32_add);
    f.localSet(ESP);
    f.localGet(FUEL);
    f.i32Const(0);
    f.op(Op.i32_le_s);
    const spent = f.if();
    e.leaveAt(returnTo);
    f.end(spent);
    if (this.#layout.flagsCross) {
      f.globalGet(this.#layout.flags);
      f.localSet(e.flags.result);
      e.flags.kind = FlagKind.BITS;
    }
  }

  /** Takes a function's answer apart: EAX, the fuel and where the guest is. */
  #takeAnswer(returned: RegisterSet): void {
    const f = this.#f;
    const e = this.#e;
    if ((returned & (1 << EAX)) !== 0) f.localSet(EAX);
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

  #goUnexpectedIf(place: number): void {
    const f = this.#f;
    this.#callsMade = true;
    const unexpected = f.if();
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
    f.localGet(ESP);
    e.load(32);
    f.localSet(e.eip);
    e.settle();
    if (this.#returned !== undefined && operation.immediate === 0) {
      this.#pushDisorder();
      f.op(Op.i32_eqz);
      const orderly = f.if();
      this.#answerReturn(this.#returned);
      f.end(orderly);
    }
    this.#goThere(4 + operation.immediate);
  }

  /** The `ret` of a function that stands in line: goes on behind it where it returns as expected. */
  emitInlinedReturn(operation: Operation, expected: number): void {
    const f = this.#f;
    const e = this.#e;
    f.localGet(ESP);
    e.load(32);
    f.localTee(e.eip);
    f.i32Const(expected);
    f.op(Op.i32_ne);
    const elsewhere = f.if();
    this.#e.keepState(() => this.#goThere(4 + operation.immediate));
    f.end(elsewhere);
    f.localGet(ESP);
    f.i32Const(4 + operation.immediate);
    f.op(Op.i32_add);
    f.localSet(ESP);
  }

  /** Leaves with the EIP that was read from the stack, the instruction retired. */
  #goThere(popped: number): void {
    const f = this.#f;
    f.localGet(ESP);
    f.i32Const(popped);
    f.op(Op.i32_add);
    f.localSet(ESP);
    this.#e.leaveThere();
  }

  /** Pushes whether a register that callers rely on differs from what it was. */
  #pushDisorder(): void {
    const f = this.#f;
    let pushed = false;
    for (const [register, local] of this.#entry) {
      f.localGet(register);
      f.localGet(local);
      f.op(Op.i32_ne);
      if (pushed) f.op(Op.i32_or);
      pushed = true;
    }
  }

  #answerReturn(returned: RegisterSet): void {
    const f = this.#f;
    const e = this.#e;
    for (const register of [ECX, EDX]) {
      if ((returned & ~e.inGlobals & (1 << register)) === 0) continue;
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
    if (!callee || this.#returned === undefined) {
      this.#e.leaveAt(target);
      return;
    }
    this.#leaveUnlessOrderly(() => this.#e.leaveAt(target));
    this.#answerFor(callee.returned, () => this.#pushAndCall(callee.index, callee.parameters));
  }

  /** A jump through a pointer, as compilers make of a call at a function's end. */
  emitIndirectTailCall(operation: Operation): void {
    const f = this.#f;
    const e = this.#e;
    pushTarget(e, operation);
    f.localSet(e.eip);
    e.settle();
    if (this.#returned === undefined) {
      e.leaveThere();
      return;
    }
    this.#leaveUnlessOrderly(() => e.leaveThere());
    this.#answerFor(SCRATCH, () => this.#pushAndDispatch(e.eip));
  }

  /** Unless everything is as callers expect it, a jump to another function is made by leaving. */
  #leaveUnlessOrderly(leave: () => void): void {
    const f = this.#f;
    this.#e.settle();
    this.#pushDisorder();
    const disorder = f.if();
    this.#e.keepState(leave);
    f.end(disorder);
  }

  #answerFor(calleeReturned: RegisterSet, call: () => void): void {
    const f = this.#f;
    const e = this.#e;
    const before = placeOf(e);
    const keepsEax = (calleeReturned & (1 << EAX)) === 0;
    call();
    this.#takeAnswer(keepsEax ? calleeReturned : calleeReturned | (1 << EAX));
    f.localGet(e.eip);
    f.op(Op.i32_eqz);
    this.#goUnexpectedIf(before | (placeOf(e) << BEHIND_CALL_SHIFT));
    this.#answerReturn(this.#returned as RegisterSet);
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

/** Pushes where an indirect call or jump goes. */
export function pushTarget(e: Emitter, operation: Operation): void {
  if (operation.memory === MemoryOperand.FIRST) {
    e.pushAddress(operation);
    e.load(32);
  } else e.f.localGet(operation.destination);
}
