/**
 * Translations of operations, by their semantics in the instruction table. What has no row here, or a form that its row
 * declines, is left to the interpreter.
 */

import { Op, ValueType } from "../wasm/opcodes.js";
import type { Semantics } from "../x86/instruction-table.js";
import { Register } from "../x86/machine.js";
import { MemoryOperand, NO_REGISTER, type Operation, Repeat } from "../x86/operation.js";
import { type Emitter, wantsFlags } from "./emitter.js";
import { CARRY_ONLY, type FlagSet } from "./flag-liveness.js";
import { FlagKind } from "./flag-source.js";

/** @param live flags that something reads behind the operation */
type Translation = (e: Emitter, op: Operation, live: FlagSet) => void;

interface Row {
  readonly translate: Translation;
  /** Whether this form is translated, given the flags live behind it; absent: always. */
  readonly accepts?: (op: Operation, live: FlagSet) => boolean;
}

const { EAX, ECX, EDX, ESP, EBP, ESI, EDI } = Register;

// --- arithmetic and logic ---

/** Computes a, b -> result, keeps all three for the flags, and writes the result unless it is a comparison. */
function binary(opcode: number, kind: FlagKind, writes: boolean): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    e.pushFirst(op);
    const keeps = wantsFlags(live);
    if (keeps) f.localTee(flags.a);
    e.pushSecond(op);
    if (keeps) f.localTee(flags.b);
    f.op(opcode);
    finish(e, op, kind, keeps, writes);
  };
}

function finish(e: Emitter, op: Operation, kind: FlagKind, keeps: boolean, writes: boolean): void {
  const { f, flags } = e;
  if (keeps) {
    e.extend(op.size);
    f.localTee(flags.result);
    flags.kind = kind;
    flags.size = op.size;
  }
  if (writes) e.setFirst(op);
  else f.op(Op.drop);
}

/** ADC and SBB: the carry is read before the operands overwrite what it comes from. */
function withCarry(opcode: number, kind: FlagKind): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    const carry = f.local(ValueType.I32);
    flags.pushCarry();
    f.localSet(carry);
    e.pushFirst(op);
    const keeps = wantsFlags(live);
    if (keeps) f.localTee(flags.a);
    e.pushSecond(op);
    if (keeps) f.localTee(flags.b);
    f.op(opcode);
    f.localGet(carry);
    f.op(opcode);
    finish(e, op, kind, keeps, true);
  };
}

/** INC and DEC leave CF alone: it is saved when something still reads it. */
function step(opcode: number, kind: FlagKind): Translation {
  return (e, op, live) => {
    const { f, flags } = e;
    if ((live & CARRY_ONLY) !== 0) {
      flags.pushCarry();
      f.localSet(flags.a);
    }
    e.pushFirst(op);
    f.i32Const(1);
    f.op(opcode);
    finish(e, op, kind, wantsFlags(live), true);
  };
}

const negate: Translation = (e, op, live) => {
  const { f, flags } = e;
  const keeps = wantsFlags(live);
  e.pushFirst(op);
  f.localSet(flags.b);
  f.i32Const(0);
  if (keeps) f.localTee(flags.a);
  f.localGet(flags.b);
  f.op(Op.i32_sub);
  finish(e, op, FlagKind.SUBTRACT, keeps, true);
};

const complement: Translation = (e, op) => {
  e.pushFirst(op);
  e.f.i32Const(-1);
  e.f.op(Op.i32_xor);
  e.setFirst(op);
};

// --- shifts ---

const SHIFT_OPCODES = { shl: Op.i32_shl, shr: Op.i32_shr_u, sar: Op.i32_shr_s } as const;

/** SHL, SHR and SAR by a constant, or by CL when nothing reads the flags (a count of 0 leaves them alone). */
function shift(name: keyof typeof SHIFT_OPCODES): Row {
  const opcode = SHIFT_OPCODES[name];
  return {
    accepts: (op, live) =>
      isConstant(op) ? !wantsFlags(live) || (op.size === 32 && count(op) > 0) : !wantsFlags(live),
    translate: (e, op, live) => {
      if (isConstant(op)) constantShift(e, op, live, name, opcode);
      else variableShift(e, op, name, opcode);
    },
  };
}

const isConstant = (op: Operation) => op.source === NO_REGISTER;
const count = (op: Operation) => op.immediate & 31;

function constantShift(
  e: Emitter,
  op: Operation,
  live: FlagSet,
  name: keyof typeof SHIFT_OPCODES,
  opcode: number,
): void {
  const { f, flags } = e;
  const by = count(op);
  if (by === 0) {
    // Nothing changes, but memory is still read and written.
    if (op.memory !== MemoryOperand.NONE) {
      e.pushFirst(op);
      e.setFirst(op);
    }
    return;
  }
  const keeps = wantsFlags(live);
  pushShifted(e, op, name);
  if (keeps) {
    f.localSet(flags.b);
    // CF: the last bit shifted out. OF, defined for a count of 1: whether the sign changed.
    f.localGet(flags.b);
    f.i32Const(name === "shl" ? 32 - by : by - 1);
    f.op(Op.i32_shr_u);
    f.localSet(flags.a);
    f.localGet(flags.b);
  }
  f.i32Const(Math.min(by, 31));
  f.op(opcode);
  if (keeps) {
    f.localTee(flags.result);
    f.localGet(flags.b);
    f.op(Op.i32_xor);
    f.i32Const(31);
    f.op(Op.i32_shr_u);
    f.localSet(flags.b);
    f.localGet(flags.result);
    flags.kind = FlagKind.SHIFT;
    flags.size = 32;
  }
  e.setFirst(op);
}

/** Pushes the operand as the shift wants it: zero-extended for SHR, sign-extended else. */
function pushShifted(e: Emitter, op: Operation, name: keyof typeof SHIFT_OPCODES): void {
  e.pushFirst(op);
  if (name !== "shr" || op.size === 32) return;
  e.f.i32Const(op.size === 8 ? 0xff : 0xffff);
  e.f.op(Op.i32_and);
}

function variableShift(e: Emitter, op: Operation, name: keyof typeof SHIFT_OPCODES, opcode: number): void {
  pushShifted(e, op, name);
  e.getRegister(ECX, 0, 32);
  // wasm takes the count modulo 32, as the CPU does.
  e.f.op(opcode);
  e.setFirst(op);
}

/** ROL and ROR of 32 bits when nothing reads their flags. */
function rotate(opcode: number): Row {
  return {
    accepts: (op, live) => op.size === 32 && !wantsFlags(live),
    translate: (e, op) => {
      e.pushFirst(op);
      if (isConstant(op)) e.f.i32Const(count(op));
      else e.getRegister(ECX, 0, 32);
      e.f.op(opcode);
      e.setFirst(op);
    },
  };
}

/** SHLD and SHRD of 32 bits by a constant when nothing reads their flags. */
function doubleShift(left: boolean): Row {
  return {
    accepts: (op, live) => op.size === 32 && op.third === NO_REGISTER && !wantsFlags(live),
    translate: (e, op) => {
      const { f } = e;
      const by = count(op);
      e.pushFirst(op);
      if (by > 0) {
        f.i32Const(by);
        f.op(left ? Op.i32_shl : Op.i32_shr_u);
        f.localGet(op.source);
        f.i32Const(32 - by);
        f.op(left ? Op.i32_shr_u : Op.i32_shl);
        f.op(Op.i32_or);
      }
      e.setFirst(op);
    },
  };
}

// --- multiplication and division ---

/** MUL and IMUL with one operand of 32 bits: EDX:EAX. */
function wideMultiply(extend: number): Row {
  return {
    accepts: (op, live) => op.size === 32 && !wantsFlags(live),
    translate: (e, op) => {
      const { f } = e;
      f.localGet(EAX);
      f.op(extend);
      e.pushFirst(op);
      f.op(extend);
      f.op(Op.i64_mul);
      f.localTee(e.value64);
      f.op(Op.i32_wrap_i64);
      f.localSet(EAX);
      pushHigh(e);
      f.localSet(EDX);
    },
  };
}

function pushHigh(e: Emitter): void {
  e.f.localGet(e.value64);
  e.f.i64Const(32n);
  e.f.op(Op.i64_shr_u);
  e.f.op(Op.i32_wrap_i64);
}

const multiplyTwo: Row = {
  accepts: (op, live) => op.size === 32 && !wantsFlags(live),
  translate: (e, op) => {
    e.getRegister(op.destination, op.destinationShift, op.size);
    e.pushSecond(op);
    e.f.op(Op.i32_mul);
    e.f.localSet(op.destination);
  },
};

const multiplyThree: Row = {
  accepts: (op, live) => op.size === 32 && !wantsFlags(live),
  translate: (e, op) => {
    if (op.memory === MemoryOperand.SECOND) e.pushSecond(op);
    else e.getRegister(op.source, op.sourceShift, op.size);
    e.f.i32Const(op.immediate);
    e.f.op(Op.i32_mul);
    e.f.localSet(op.destination);
  },
};

/**
 * DIV and IDIV of EDX:EAX by 32 bits. What the CPU refuses, a divisor of 0 or a quotient that does not fit, is left to the
 * interpreter, which has the exact state of before.
 */
function divide(signed: boolean): Row {
  return {
    accepts: (op) => op.size === 32,
    translate: (e, op) => {
      const { f } = e;
      const divisor = f.local(ValueType.I64);
      const quotient = f.local(ValueType.I64);
      const extend = signed ? Op.i64_extend_i32_s : Op.i64_extend_i32_u;
      e.pushFirst(op);
      f.op(extend);
      f.localSet(divisor);
      f.localGet(EDX);
      f.op(Op.i64_extend_i32_u);
      f.i64Const(32n);
      f.op(Op.i64_shl);
      f.localGet(EAX);
      f.op(Op.i64_extend_i32_u);
      f.op(Op.i64_or);
      f.localSet(e.value64);
      refuse(e, op, () => {
        f.localGet(divisor);
        f.op(Op.i64_eqz);
      });
      if (signed) refuse(e, op, () => pushMostNegative(e));
      f.localGet(e.value64);
      f.localGet(divisor);
      f.op(signed ? Op.i64_div_s : Op.i64_div_u);
      f.localTee(quotient);
      f.op(Op.i32_wrap_i64);
      f.op(extend);
      f.localGet(quotient);
      f.op(Op.i64_ne);
      refuse(e, op, () => {});
      f.localGet(e.value64);
      f.localGet(divisor);
      f.op(signed ? Op.i64_rem_s : Op.i64_rem_u);
      f.op(Op.i32_wrap_i64);
      f.localSet(EDX);
      f.localGet(quotient);
      f.op(Op.i32_wrap_i64);
      f.localSet(EAX);
    },
  };
}

/** -2^63 / -1 would trap in wasm. */
function pushMostNegative(e: Emitter): void {
  e.f.localGet(e.value64);
  e.f.i64Const(-(2n ** 63n));
  e.f.op(Op.i64_eq);
}

/** Leaves at the operation itself, for the interpreter to execute it, when the condition holds. */
function refuse(e: Emitter, op: Operation, pushCondition: () => void): void {
  const { f } = e;
  pushCondition();
  const refused = f.if();
  e.addFuel(e.unretired);
  e.leaveAt(op.address);
  f.end(refused);
}

// --- data transfer ---

const move: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    e.pushAddress(op);
    e.pushSecond(op);
    e.store(op.size);
  } else {
    e.pushSecond(op);
    e.setRegister(op.destination, op.destinationShift, op.size);
  }
};

function moveExtended(unsigned: boolean): Translation {
  return (e, op) => {
    const { f } = e;
    if (op.memory === MemoryOperand.SECOND) {
      e.pushAddress(op);
      e.load(op.sourceSize, unsigned);
    } else {
      e.getRegister(op.source, op.sourceShift, op.sourceSize);
      if (unsigned) {
        f.i32Const(op.sourceSize === 8 ? 0xff : 0xffff);
        f.op(Op.i32_and);
      }
    }
    e.setRegister(op.destination, op.destinationShift, op.size);
  };
}

const loadAddress: Translation = (e, op) => {
  e.pushAddress(op);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

const push: Row = {
  accepts: (op) => op.size === 32,
  translate: (e, op) => {
    const { f } = e;
    if (op.memory === MemoryOperand.FIRST) {
      e.pushAddress(op);
      e.load(32);
    } else if (op.destination !== NO_REGISTER) f.localGet(op.destination);
    else f.i32Const(op.immediate);
    f.localSet(e.value);
    e.push(() => f.localGet(e.value));
  },
};

const pop: Row = {
  accepts: (op) => op.size === 32 && op.memory === MemoryOperand.NONE,
  translate: (e, op) => {
    const { f } = e;
    f.localGet(ESP);
    e.load(32);
    f.localGet(ESP);
    f.i32Const(4);
    f.op(Op.i32_add);
    f.localSet(ESP);
    f.localSet(op.destination);
  },
};

const leave: Translation = (e) => {
  const { f } = e;
  f.localGet(EBP);
  e.load(32);
  f.localGet(EBP);
  f.i32Const(4);
  f.op(Op.i32_add);
  f.localSet(ESP);
  f.localSet(EBP);
};

const exchange: Row = {
  accepts: (op) => op.memory === MemoryOperand.NONE,
  translate: (e, op) => {
    e.getRegister(op.destination, op.destinationShift, op.size);
    e.getRegister(op.source, op.sourceShift, op.size);
    e.setRegister(op.destination, op.destinationShift, op.size);
    e.setRegister(op.source, op.sourceShift, op.size);
  },
};

const byteSwap: Translation = (e, op) => {
  const { f } = e;
  f.localGet(op.destination);
  f.i32Const(8);
  f.op(Op.i32_rotl);
  f.i32Const(0x00ff00ff);
  f.op(Op.i32_and);
  f.localGet(op.destination);
  f.i32Const(8);
  f.op(Op.i32_rotr);
  f.i32Const(0xff00ff00 | 0);
  f.op(Op.i32_and);
  f.op(Op.i32_or);
  f.localSet(op.destination);
};

const setOnCondition: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    e.pushAddress(op);
    e.flags.pushCondition(op.condition);
    e.store(8);
  } else {
    e.flags.pushCondition(op.condition);
    e.setRegister(op.destination, op.destinationShift, 8);
  }
};

const moveOnCondition: Translation = (e, op) => {
  e.pushSecond(op);
  e.getRegister(op.destination, op.destinationShift, op.size);
  e.flags.pushCondition(op.condition);
  e.f.op(Op.select);
  e.setRegister(op.destination, op.destinationShift, op.size);
};

const signToEdx: Translation = (e) => {
  const { f } = e;
  f.localGet(EAX);
  f.i32Const(31);
  f.op(Op.i32_shr_s);
  f.localSet(EDX);
};

const widenAx: Translation = (e) => {
  e.getRegister(EAX, 0, 16);
  e.f.localSet(EAX);
};

// --- strings: forward only, which is checked when a translation is entered ---

const BYTES = { b: 1, w: 2, d: 4 } as const;

/** Bytes an element of a string operation takes. */
const elementSize = (op: Operation) => BYTES[op.entry?.mnemonic.at(-1) as keyof typeof BYTES];

/** MOVS and STOS without a prefix; a repeated one is left to the interpreter, which does it in one go. */
const moveString: Row = {
  accepts: (op) => op.repeat === Repeat.NONE,
  translate: (e, op) => {
    const size = elementSize(op);
    e.f.localGet(EDI);
    e.f.localGet(ESI);
    e.load(size * 8);
    e.store(size * 8);
    advance(e, ESI, size);
    advance(e, EDI, size);
  },
};

const storeString: Row = {
  accepts: (op) => op.repeat === Repeat.NONE,
  translate: (e, op) => {
    const size = elementSize(op);
    e.f.localGet(EDI);
    e.f.localGet(EAX);
    e.store(size * 8);
    advance(e, EDI, size);
  },
};

function advance(e: Emitter, register: number, by: number): void {
  e.f.localGet(register);
  e.f.i32Const(by);
  e.f.op(Op.i32_add);
  e.f.localSet(register);
}

const nothing: Translation = () => {};

const TABLE: Partial<Record<Semantics, Row>> = {
  add: { translate: binary(Op.i32_add, FlagKind.ADD, true) },
  sub: { translate: binary(Op.i32_sub, FlagKind.SUBTRACT, true) },
  cmp: { translate: binary(Op.i32_sub, FlagKind.SUBTRACT, false) },
  and: { translate: binary(Op.i32_and, FlagKind.LOGIC, true) },
  or: { translate: binary(Op.i32_or, FlagKind.LOGIC, true) },
  xor: { translate: binary(Op.i32_xor, FlagKind.LOGIC, true) },
  test: { translate: binary(Op.i32_and, FlagKind.LOGIC, false) },
  adc: { translate: withCarry(Op.i32_add, FlagKind.ADD) },
  sbb: { translate: withCarry(Op.i32_sub, FlagKind.SUBTRACT_WITH_BORROW) },
  inc: { translate: step(Op.i32_add, FlagKind.INCREMENT) },
  dec: { translate: step(Op.i32_sub, FlagKind.DECREMENT) },
  neg: { translate: negate },
  not: { translate: complement },
  shl: shift("shl"),
  shr: shift("shr"),
  sar: shift("sar"),
  rol: rotate(Op.i32_rotl),
  ror: rotate(Op.i32_rotr),
  shld: doubleShift(true),
  shrd: doubleShift(false),
  mul: wideMultiply(Op.i64_extend_i32_u),
  imul: wideMultiply(Op.i64_extend_i32_s),
  imul2: multiplyTwo,
  imul3: multiplyThree,
  div: divide(false),
  idiv: divide(true),
  mov: { translate: move },
  movzx: { translate: moveExtended(true) },
  movsx: { translate: moveExtended(false) },
  lea: { translate: loadAddress },
  push,
  pop,
  leave: { translate: leave },
  xchg: exchange,
  bswap: { translate: byteSwap },
  setcc: { translate: setOnCondition },
  cmovcc: { translate: moveOnCondition },
  cdq: { translate: signToEdx },
  cwde: { translate: widenAx },
  movs: moveString,
  stos: storeString,
  nop: { translate: nothing },
  // Translated where a region is built, since they concern more than one operation.
  call: { translate: nothing },
  "call indirect": { translate: nothing },
};

/** Whether an operation can be translated when all flags behind it are read, or none. */
export function isTranslated(op: Operation): boolean {
  const row = op.entry && TABLE[op.entry.semantics];
  return row !== undefined && (row.accepts?.(op, 0) ?? true);
}

/** Whether an operation can be translated with these flags live behind it. */
export function accepts(op: Operation, live: FlagSet): boolean {
  const row = op.entry && TABLE[op.entry.semantics];
  return row !== undefined && (row.accepts?.(op, live) ?? true);
}

export function translate(e: Emitter, op: Operation, live: FlagSet): void {
  if (!op.entry) return;
  TABLE[op.entry.semantics]?.translate(e, op, live);
}
