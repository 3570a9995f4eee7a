/** The functions of a translated module that belong to no guest function: `enter`, `dispatch` and `complete`. */

import type { FunctionBuilder, Label } from "../wasm/function-builder.js";
import { Op, ValueType } from "../wasm/opcodes.js";
import { Register } from "../x86/machine.js";
import { PARAMETERS } from "./emitter-state.js";
import { type Entry, type ModuleLayout, pushAnswer } from "./layout.js";
import { RETURNED_IN_GLOBALS } from "./register-sets.js";
import { emitLeaveVectors } from "./vector-exchange.js";

/** Text addresses that share an entry of dispatch's table, at least: functions mostly start on 16-byte boundaries. */
const SMALLEST_SHIFT = 4;
/** Entries of the table beyond which more addresses share one: the host takes 65,520 at most. */
const MOST_ENTRIES = 32_768;

/** Entries of one place in the table that are compared one after the other: of more, those above or below are left out first. */
const MOST_COMPARED = 8;

/** ESP below which translated code that uses the stack is not entered: see {@link stackOffsets}. */
export const LOWEST_STACK = 16 * 1024;
/** ESP above which it is not: there is no memory. */
const HIGHEST_STACK = 0x4000_0000;

const { EAX, ESP } = Register;

/** `complete(registers, mask)`: puts the registers of the mask into their globals. */
export function emitComplete(f: FunctionBuilder, { registers }: ModuleLayout): void {
  for (let register = 0; register < 8; register++) {
    f.localGet(8);
    f.i32Const(1 << register);
    f.op(Op.i32_and);
    const wanted = f.if();
    f.localGet(register);
    f.globalSet(registers[register]);
    f.end(wanted);
  }
}

/** `dispatch(registers, fuel, target)`: goes to the translation of an address, and leaves when there is none. */
export function emitDispatch(f: FunctionBuilder, entries: ReadonlyMap<number, Entry>, layout: ModuleLayout): void {
  const target = PARAMETERS;
  const answer = f.local(ValueType.I64);
  const eax = f.local(ValueType.I32);
  const addresses = [...entries.keys()].sort((a, b) => a - b);
  const base = addresses[0] ?? 0;
  const range = (addresses.at(-1) ?? base) - base;
  let shift = SMALLEST_SHIFT;
  while (range >>> shift >= MOST_ENTRIES) shift++;
  const buckets = new Map<number, number[]>();
  for (const address of addresses) {
    const bucket = (address - base) >>> shift;
    const known = buckets.get(bucket);
    if (known) known.push(address);
    else buckets.set(bucket, [address]);
  }
  const answered = f.block();
  const none = f.block();
  const labels = new Map<number, Label>();
  for (const bucket of [...buckets.keys()].reverse()) labels.set(bucket, f.block());
  f.localGet(target);
  f.i32Const(base);
  f.op(Op.i32_sub);
  f.i32Const(shift);
  f.op(Op.i32_shr_u);
  const size = addresses.length === 0 ? 0 : (range >>> shift) + 1;
  f.brTable(
    Array.from({ length: size }, (_, bucket) => labels.get(bucket) ?? none),
    none,
  );
  const goTo = (address: number): void => {
    const { callee, number } = entries.get(address) as Entry;
    const { index, parameters, returned, popped } = callee;
    f.localGet(target);
    f.i32Const(address);
    f.op(Op.i32_eq);
    const here = f.if();
    if (number !== undefined) {
      f.i32Const(number);
      f.globalSet(layout.entry);
      f.localGet(target);
      f.globalSet(layout.eip);
    }
    for (const parameter of parameters) f.localGet(parameter);
    f.call(index);
    if ((returned & (1 << EAX)) === 0) {
      f.op(Op.drop);
      f.localGet(EAX);
    }
    f.localSet(eax);
    f.localSet(answer);
    // What the function cannot have changed is where callers of `dispatch` look for it, too.
    for (let register = 0; register < 8; register++) {
      if (((returned | ~RETURNED_IN_GLOBALS) & (1 << register)) !== 0) continue;
      f.localGet(register);
      f.globalSet(layout.registers[register]);
    }
    if (popped !== 0) emitLeaveBehind(f, popped, answer, eax, layout);
    f.br(answered);
    f.end(here);
  };
  const goAmong = (among: readonly number[]): void => {
    if (among.length <= MOST_COMPARED) {
      for (const address of among) goTo(address);
      return;
    }
    const middle = among.length >> 1;
    f.localGet(target);
    f.i32Const(among[middle]);
    f.op(Op.i32_lt_u);
    const lower = f.if();
    goAmong(among.slice(0, middle));
    f.else(lower);
    goAmong(among.slice(middle));
    f.end(lower);
  };
  for (const [bucket, inBucket] of buckets) {
    f.end(labels.get(bucket) as Label);
    goAmong(inBucket);
    f.br(none);
  }
  f.end(none);
  emitLeaveAtTarget(f, target, layout);
  f.end(answered);
  f.globalGet(layout.left);
  const left = f.if();
  for (let register = 0; register < 8; register++) f.localGet(register);
  f.globalGet(layout.missing);
  f.call(layout.complete);
  f.i32Const(0);
  f.globalSet(layout.missing);
  f.end(left);
  f.localGet(answer);
  f.localGet(eax);
}

/** Callers of `dispatch` expect that nothing is popped: behind a function that does, the VM leaves. */
function emitLeaveBehind(f: FunctionBuilder, popped: number, answer: number, eax: number, layout: ModuleLayout): void {
  f.globalGet(layout.left);
  f.op(Op.i32_eqz);
  const returned = f.if();
  f.localGet(ESP);
  f.i32Const(4 + popped);
  f.op(Op.i32_add);
  f.globalSet(layout.registers[ESP]);
  f.localGet(eax);
  f.globalSet(layout.registers[EAX]);
  f.localGet(answer);
  f.op(Op.i32_wrap_i64);
  f.globalSet(layout.eip);
  f.i32Const(1);
  f.globalSet(layout.left);
  f.i32Const(0);
  f.globalSet(layout.missing);
  // The fuel alone: an address would be taken for that of a return in order.
  f.localGet(answer);
  f.i64Const(-(2n ** 32n));
  f.op(Op.i64_and);
  f.localSet(answer);
  f.end(returned);
}

function emitLeaveAtTarget(f: FunctionBuilder, target: number, layout: ModuleLayout): void {
  for (let register = 0; register < 8; register++) {
    f.localGet(register);
    f.globalSet(layout.registers[register]);
  }
  f.localGet(target);
  f.globalSet(layout.eip);
  f.i32Const(1);
  f.globalSet(layout.left);
  f.i32Const(0);
  f.globalSet(layout.missing);
  pushAnswer(
    f,
    () => f.i32Const(0),
    () => f.i32Const(0),
  );
  f.op(Op.return);
}

/** `enter(registers, fuel, eip, flags)`: runs from EIP until the VM leaves, and tells the host its state. @param leaveVector absent where no function uses XMM registers */
export function emitEnter(
  f: FunctionBuilder,
  leave: number,
  leaveVector: number | undefined,
  layout: ModuleLayout,
): void {
  const eip = PARAMETERS;
  const flags = PARAMETERS + 1;
  const answer = f.local(ValueType.I64);
  const { registers } = layout;
  f.localGet(flags);
  f.globalSet(layout.flags);
  f.i32Const(0);
  f.globalSet(layout.left);
  emitStackLimit(f, layout);
  for (let parameter = 0; parameter < PARAMETERS; parameter++) f.localGet(parameter);
  f.localGet(eip);
  f.call(layout.dispatch);
  f.localSet(EAX);
  f.localSet(answer);
  f.globalGet(layout.left);
  f.op(Op.i32_eqz);
  const returned = f.if();
  // The function entered has returned in order: `dispatch` has put the other registers there.
  f.localGet(EAX);
  f.globalSet(registers[EAX]);
  f.localGet(ESP);
  f.i32Const(4);
  f.op(Op.i32_add);
  f.globalSet(registers[ESP]);
  f.localGet(answer);
  f.op(Op.i32_wrap_i64);
  f.globalSet(layout.eip);
  f.end(returned);
  if (leaveVector !== undefined) emitLeaveVectors(f, leaveVector, layout.vectors);
  for (const register of registers) f.globalGet(register);
  f.globalGet(layout.eip);
  f.globalGet(layout.flags);
  f.localGet(answer);
  f.i64Const(32n);
  f.op(Op.i64_shr_u);
  f.op(Op.i32_wrap_i64);
  f.call(leave);
}

/** Functions may be called with ESP up to so much below what it is now, where it is an address of memory. */
function emitStackLimit(f: FunctionBuilder, { hostStack, stackLimit }: ModuleLayout): void {
  const { perEntry } = hostStack;
  const bounded = (limit: number, opcode: number, otherwise: number): void => {
    f.localGet(ESP);
    f.i32Const(limit);
    f.op(opcode);
    const beyond = f.if();
    f.i32Const(otherwise);
    f.globalSet(stackLimit);
    f.end(beyond);
  };
  f.localGet(ESP);
  f.i32Const(perEntry);
  f.op(Op.i32_sub);
  f.globalSet(stackLimit);
  bounded(LOWEST_STACK + perEntry, Op.i32_lt_u, LOWEST_STACK);
  bounded(HIGHEST_STACK, Op.i32_gt_u, LOWEST_STACK);
}
