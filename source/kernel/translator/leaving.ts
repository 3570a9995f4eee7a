/**
 * The end of a translated function that does not return in order: the VM has left within it or within a function that it
 * called, or a function that it called has returned elsewhere. Registers that are its own go into the globals.
 */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import type { Emitter } from "./emitter.js";
import { FUEL, KNOWN_SHIFT } from "./emitter-state.js";
import { type ModuleLayout, pushAnswer, removeMissing, returnsEax } from "./layout.js";
import type { RegisterSet } from "./register-sets.js";

const { EAX, ESP } = Register;

/** Where in a place's number those of behind a call start. */
const BEHIND_CALL_SHIFT = 16;

export class Leaving {
  readonly #f: FunctionBuilder;
  readonly #e: Emitter;
  readonly #layout: ModuleLayout;
  /** A call answered something else than its return address. */
  #unexpected!: Label;
  #callsMade = false;

  constructor(e: Emitter, layout: ModuleLayout) {
    this.#f = e.f;
    this.#e = e;
    this.#layout = layout;
  }

  /** Opens what {@link end} closes; before anything else. */
  begin(): void {
    this.#e.leave = this.#f.block();
    this.#unexpected = this.#f.block();
  }

  /** Leaves where a condition holds. */
  leaveIf(leave: () => void, pushCondition: () => void): void {
    pushCondition();
    const leaves = this.#f.if();
    leave();
    this.#f.end(leaves);
  }

  /** Leaves where the fuel is used up. */
  leaveIfSpent(leave: () => void): void {
    this.leaveIf(leave, () => {
      this.#f.localGet(FUEL);
      this.#f.i32Const(0);
      this.#f.op(Op.i32_le_s);
    });
  }

  /**
   * Goes to the function's end where the number on the stack is not 0: a call was not answered as expected.
   * @param before,after places before and behind the call
   * @param returned registers of a function that has returned elsewhere
   * @param popped bytes that it popped
   */
  goUnexpectedIf(before: number, after: number, returned: RegisterSet, popped: number): void {
    const f = this.#f;
    this.#callsMade = true;
    const unexpected = f.if();
    if (!returnsEax(returned)) {
      f.localGet(EAX);
      f.localSet(this.#e.value);
    }
    this.#e.pushEsp(popped);
    f.localSet(ESP);
    f.i32Const(before | (after << BEHIND_CALL_SHIFT));
    f.localSet(this.#e.place);
    f.br(this.#unexpected);
    f.end(unexpected);
  }

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
