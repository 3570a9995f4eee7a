/** Operands of SSE instructions, and what the CPU makes of NaNs, which WebAssembly leaves open. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { MemoryOperand, NO_REGISTER, type Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import type { FlagSet } from "../flag-facts.js";
import type { PendingNumber } from "../pending-numbers.js";

/** Operands of 16 bytes in memory must be aligned (Intel SDM vol. 1, section 10.4.1.1). */
const ALIGNMENT_MASK = 15;

/** A type of scalar with its instructions, and what makes a NaN of it quiet (Intel SDM vol. 1, section 4.8.3.5). */
export interface ScalarType {
  readonly type: ValueType;
  readonly load: number;
  readonly lessOrEqual: number;
  readonly get: (e: Emitter, register: number) => void;
  readonly set: (e: Emitter, register: number) => void;
  readonly toBits: number;
  readonly fromBits: number;
  readonly orBits: number;
  /** Pushes the bit that tells quiet NaNs, and the NaN of an operation on no NaN. */
  readonly pushQuiet: (e: Emitter) => void;
  readonly pushDefault: (e: Emitter) => void;
}

export const DOUBLE: ScalarType = {
  type: ValueType.F64,
  load: Op.f64_load,
  lessOrEqual: Op.f64_le,
  get: (e, register) => e.vectors.getDouble(register),
  set: (e, register) => e.vectors.setDouble(register),
  toBits: Op.i64_reinterpret_f64,
  fromBits: Op.f64_reinterpret_i64,
  orBits: Op.i64_or,
  pushQuiet: (e) => e.f.i64Const(0x0008_0000_0000_0000n),
  pushDefault: (e) => e.f.i64Const(-0x0008_0000_0000_0000n),
};

export const SINGLE: ScalarType = {
  type: ValueType.F32,
  load: Op.f32_load,
  lessOrEqual: Op.f32_le,
  get: (e, register) => e.vectors.getSingle(register),
  set: (e, register) => e.vectors.setSingle(register),
  toBits: Op.i32_reinterpret_f32,
  fromBits: Op.f32_reinterpret_i32,
  orBits: Op.i32_or,
  pushQuiet: (e) => e.f.i32Const(0x0040_0000),
  pushDefault: (e) => e.f.i32Const(-0x0040_0000),
};

/** Pushes the second operand, a register or memory, as a scalar. */
export function pushSource(e: Emitter, op: Operation, scalar: ScalarType): void {
  if (op.memory === MemoryOperand.SECOND) {
    e.pushAddress(op);
    e.access(scalar.load);
  } else scalar.get(e, op.source);
}

/** Leaves the address of an operand of 16 bytes in `e.address`; the interpreter raises the fault where it is not aligned. */
export function alignedAddress(e: Emitter, op: Operation, live: FlagSet): void {
  const { f } = e;
  e.pushAddress(op);
  f.localSet(e.address);
  if (op.base === NO_REGISTER && op.index === NO_REGISTER && (op.displacement & ALIGNMENT_MASK) === 0) return;
  e.refuse(op, live, () => {
    f.localGet(e.address);
    f.i32Const(ALIGNMENT_MASK);
    f.op(Op.i32_and);
  });
}

/** Pushes the second operand whole, as v128; in memory it must be aligned. */
export function pushVectorSource(e: Emitter, op: Operation, live: FlagSet): void {
  if (op.memory !== MemoryOperand.SECOND) {
    e.vectors.getVector(op.source);
    return;
  }
  alignedAddress(e, op, live);
  e.f.localGet(e.address);
  e.access(Op.v128_load);
}

/** A number in a local, which may be pending. */
export interface NumberOperand {
  readonly local: number;
  readonly from: PendingNumber | undefined;
}

/** Brings a register's number to a local; whoever uses it passes NaNs on, or does not care which they are. */
export function numberIn(e: Emitter, register: number, scalar: ScalarType): NumberOperand {
  const from = e.vectors.pending.held(register);
  if (from && from.single === (scalar === SINGLE)) return { local: from.result, from };
  const local = e.f.local(scalar.type);
  scalar.get(e, register);
  e.f.localSet(local);
  return { local, from: undefined };
}

/** As {@link numberIn}, of the second operand, a register or memory. */
export function sourceNumber(e: Emitter, op: Operation, scalar: ScalarType): NumberOperand {
  if (op.memory !== MemoryOperand.SECOND) return numberIn(e, op.source, scalar);
  const local = e.f.local(scalar.type);
  pushSource(e, op, scalar);
  e.f.localSet(local);
  return { local, from: undefined };
}

/** Sets a register to what an instruction makes of one or two numbers. */
export function setComputed(
  e: Emitter,
  register: number,
  opcode: number,
  operands: readonly NumberOperand[],
  scalar: ScalarType,
): void {
  const { f, vectors } = e;
  const result = f.local(scalar.type);
  const [first, second] = [operands[0], operands.at(-1) as NumberOperand];
  const compute = () => {
    for (const { local } of operands) f.localGet(local);
    f.op(opcode);
    f.localSet(result);
  };
  const put = (to: number) => {
    f.localGet(result);
    scalar.set(e, to);
  };
  compute();
  put(register);
  vectors.pending.hold(register, {
    result,
    single: scalar === SINGLE,
    from: operands.flatMap(({ from }) => from ?? []),
    pushIsNaN: () => pushIsNaN(e, result, scalar),
    replay: () => {
      compute();
      settleNaN(e, result, first.local, second.local, scalar);
    },
    put,
  });
}

/**
 * Pushes whether the local holds a NaN. Not that it differs from itself, though that says the same: the host takes two
 * branches for that, and one for this.
 */
export function pushIsNaN(e: Emitter, local: number, { lessOrEqual }: ScalarType): void {
  e.f.localGet(local);
  e.f.localGet(local);
  e.f.op(lessOrEqual);
  e.f.op(Op.i32_eqz);
}

/**
 * Makes a result that is a NaN the one the CPU gives: the first operand's if that is one, else the second's, made quiet;
 * the default NaN when neither is. All three are locals.
 */
export function settleNaN(e: Emitter, result: number, first: number, second: number, scalar: ScalarType): void {
  const { f } = e;
  pushIsNaN(e, result, scalar);
  const unusual = f.if();
  if (first === second) f.localGet(first);
  else {
    f.localGet(first);
    f.localGet(second);
    pushIsNaN(e, first, scalar);
    f.op(Op.select);
  }
  f.localTee(result);
  f.op(scalar.toBits);
  scalar.pushQuiet(e);
  f.op(scalar.orBits);
  scalar.pushDefault(e);
  pushIsNaN(e, result, scalar);
  f.op(Op.select);
  f.op(scalar.fromBits);
  f.localSet(result);
  f.end(unusual);
}
