/** What the functions of a translated module share, and the rules they keep among themselves. */

import type { FunctionBuilder } from "../wasm/function-builder.js";
import { Op } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { FUEL } from "./emitter-state.js";
import type { HostStack } from "./host-stack.js";
import type { RegisterSet } from "./register-sets.js";
import type { VectorGlobals } from "./vector-registers.js";

/** A translated function as others call it. */
export interface Callee {
  readonly index: number;
  /** Locals that it is given, in order. */
  readonly parameters: readonly number[];
  /** Registers that it may have changed, ESP aside: EAX is its second answer, the others are in globals. */
  readonly returned: RegisterSet;
  /** Bytes that it pops of its arguments. */
  readonly popped: number;
  /** Whether it ends by jumping to another function, somewhere. */
  readonly jumpsOn: boolean;
}

/** An address that a module can be entered at. */
export interface Entry {
  readonly callee: Callee;
  /** Which entry of the function it is, where that has several; undefined where it is its start. */
  readonly number: number | undefined;
}

export interface ModuleLayout {
  /** Globals by register number: the machine's state when the VM has left, and what a function has changed when it has returned. */
  readonly registers: readonly number[];
  readonly eip: number;
  readonly flags: number;
  /** 1 when the VM has left: every function passes that on to who called it. */
  readonly left: number;
  /** Which of a function's entries is meant, where it has several; EIP is then in its global. */
  readonly entry: number;
  /** Registers that nobody has put into the globals yet since the VM left, a bit each: their values are further out. */
  readonly missing: number;
  /** The lowest ESP that functions are entered with: below it the host's stack might be used up. */
  readonly stackLimit: number;
  /** What functions take of the host's stack, as they are emitted. */
  readonly hostStack: HostStack;
  /** The function `complete(registers, mask)`, which puts the registers of the mask into the globals. */
  readonly complete: number;
  /** The function that goes to any address: `dispatch(registers, fuel, target)`. */
  readonly dispatch: number;
  readonly vectors: VectorGlobals;
  /** Whether flags are kept across calls and returns. */
  readonly flagsCross: boolean;
  /** The translation of the function at an address, undefined when there is none. */
  functionAt(address: number): Callee | undefined;
}

/** Parameters of a function by the registers it is given: the most used first, since five are passed in the host's registers. */
export function parametersFor(given: RegisterSet): number[] {
  return [Register.ESP, FUEL, ...PARAMETER_ORDER.filter((register) => (given & (1 << register)) !== 0)];
}

const PARAMETER_ORDER = [
  Register.EAX,
  Register.EDX,
  Register.ECX,
  Register.EBX,
  Register.ESI,
  Register.EDI,
  Register.EBP,
];

/** Pushes a function's answer: the fuel with an address, and EAX. */
export function pushAnswer(f: FunctionBuilder, pushAddress: () => void, pushEax: () => void): void {
  f.localGet(FUEL);
  f.op(Op.i64_extend_i32_u);
  f.i64Const(32n);
  f.op(Op.i64_shl);
  pushAddress();
  f.op(Op.i64_extend_i32_u);
  f.op(Op.i64_or);
  pushEax();
}

/** Subtracts some registers from those that are missing. */
export function removeMissing(f: FunctionBuilder, layout: ModuleLayout, pushMask: () => void): void {
  f.globalGet(layout.missing);
  pushMask();
  f.i32Const(-1);
  f.op(Op.i32_xor);
  f.op(Op.i32_and);
  f.globalSet(layout.missing);
}

/** Whether a function's second answer is EAX, rather than nothing. */
export const returnsEax = (returned: RegisterSet): boolean => (returned & (1 << Register.EAX)) !== 0;
