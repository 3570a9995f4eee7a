/** SSE moves, bitwise logic, UNPCKLPD and PSLLD: what treats XMM registers as bits. */

import { Op, ValueType } from "../../wasm/opcodes.js";
import { MemoryOperand, type Operation } from "../../x86/operation.js";
import type { Emitter } from "../emitter.js";
import { clearsVector } from "../vector-effects.js";
import type { Translation } from "./row.js";
import { alignedAddress, DOUBLE, pushSource, pushVectorSource, SINGLE } from "./vector-operands.js";

/** MOVSD: between registers the upper half stays, from memory it is cleared. */
export const moveDouble: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) storeDouble(e, op);
  else {
    pushSource(e, op, DOUBLE);
    e.vectors.setDouble(op.destination);
    if (op.memory === MemoryOperand.SECOND) e.vectors.clearHigh(op.destination);
  }
};

function storeDouble(e: Emitter, op: Operation): void {
  e.pushAddress(op);
  e.vectors.getDouble(op.source);
  e.access(Op.f64_store);
}

/** MOVSS: between registers the rest stays, from memory it is cleared. */
export const moveSingle: Translation = (e, op) => {
  const { f, vectors } = e;
  if (op.memory === MemoryOperand.FIRST) {
    e.pushAddress(op);
    vectors.getSingle(op.source);
    e.access(Op.f32_store);
  } else if (op.memory === MemoryOperand.NONE) {
    vectors.getSingle(op.source);
    vectors.setSingle(op.destination);
  } else {
    const single = f.local(ValueType.F32);
    pushSource(e, op, SINGLE);
    f.localSet(single);
    vectors.clear(op.destination);
    f.localGet(single);
    vectors.setSingle(op.destination);
  }
};

/** MOVQ clears the upper half in every form. */
export const moveQuad: Translation = (e, op) => {
  if (op.memory === MemoryOperand.FIRST) {
    storeDouble(e, op);
    return;
  }
  pushSource(e, op, DOUBLE);
  e.vectors.setDouble(op.destination);
  e.vectors.clearHigh(op.destination);
};

/** @param aligned whether the operand in memory must be */
export function moveWhole(aligned: boolean): Translation {
  return (e, op, live) => {
    const { f, vectors } = e;
    if (op.memory === MemoryOperand.NONE) {
      vectors.copy(op.destination, op.source);
      return;
    }
    if (aligned) alignedAddress(e, op, live);
    else {
      e.pushAddress(op);
      f.localSet(e.address);
    }
    f.localGet(e.address);
    if (op.memory === MemoryOperand.FIRST) {
      vectors.getVector(op.source);
      e.access(Op.v128_store);
    } else loadWhole(e, op);
  };
}

function loadWhole(e: Emitter, op: Operation): void {
  const { f, vectors } = e;
  if (vectors.isVector(op.destination)) {
    e.access(Op.v128_load);
    vectors.setVector(op.destination);
    return;
  }
  const low = f.local(ValueType.F64);
  e.access(Op.f64_load);
  f.localSet(low);
  f.localGet(e.address);
  e.access(Op.i64_load, 8);
  vectors.setHigh(op.destination);
  f.localGet(low);
  vectors.setDouble(op.destination);
}

export const wordToVector: Translation = (e, op) => {
  const { f, vectors } = e;
  const word = f.local(ValueType.I32);
  if (op.memory === MemoryOperand.SECOND) {
    e.pushAddress(op);
    e.load(32);
  } else f.localGet(op.source);
  f.localSet(word);
  vectors.clear(op.destination);
  f.localGet(word);
  f.op(Op.f32_reinterpret_i32);
  vectors.setSingle(op.destination);
};

export const wordFromVector: Translation = (e, op) => {
  const { f, vectors } = e;
  if (op.memory === MemoryOperand.FIRST) e.pushAddress(op);
  vectors.getSingle(op.source);
  f.op(Op.i32_reinterpret_f32);
  if (op.memory === MemoryOperand.FIRST) e.store(32);
  else f.localSet(op.destination);
};

// --- logic ---

/** @param vector and @param half instructions on v128 and i64; @param complements PANDN, which turns the first operand over */
export function bitwise(vector: number, half: number, complements = false): Translation {
  return (e, op, live) => {
    const { f, vectors } = e;
    if (clearsVector(op)) {
      vectors.clear(op.destination);
      return;
    }
    const source = f.local(ValueType.V128);
    const apart = !vectors.isVector(op.destination) && op.memory === MemoryOperand.NONE;
    if (apart && vectors.areAlike(op.destination, op.source)) {
      bitwiseHalves(
        e,
        op,
        () => {
          vectors.getDouble(op.source);
          f.op(Op.f64x2_splat);
        },
        () => vectors.getHigh(op.source),
        { vector, half, complements },
      );
      return;
    }
    pushVectorSource(e, op, live);
    f.localSet(source);
    if (vectors.isVector(op.destination)) {
      pushCombined(
        e,
        () => vectors.getVector(op.destination),
        () => f.localGet(source),
        vector,
        complements,
      );
      vectors.setVector(op.destination);
      return;
    }
    bitwiseHalves(
      e,
      op,
      () => f.localGet(source),
      () => {
        f.localGet(source);
        f.lane(Op.i64x2_extract_lane, 1);
      },
      { vector, half, complements },
    );
  };
}

function pushCombined(e: Emitter, first: () => void, second: () => void, opcode: number, complements: boolean): void {
  // ANDNOT turns its second operand over.
  if (complements) {
    second();
    first();
  } else {
    first();
    second();
  }
  e.f.op(opcode);
}

/** Half by half: the lower goes through a vector, so that it stays among the host's vector registers. */
function bitwiseHalves(
  e: Emitter,
  op: Operation,
  pushVector: () => void,
  pushHigh: () => void,
  { vector, half, complements }: { vector: number; half: number; complements: boolean },
): void {
  const { f, vectors } = e;
  const low = f.local(ValueType.F64);
  const splat = () => {
    vectors.getDouble(op.destination);
    f.op(Op.f64x2_splat);
  };
  pushCombined(e, splat, pushVector, vector, complements);
  f.lane(Op.f64x2_extract_lane, 0);
  f.localSet(low);
  vectors.getHigh(op.destination);
  if (complements) {
    f.i64Const(-1n);
    f.op(Op.i64_xor);
  }
  pushHigh();
  f.op(half);
  vectors.setHigh(op.destination);
  f.localGet(low);
  vectors.setDouble(op.destination);
}

// --- others ---

export const unpackLow: Translation = (e, op, live) => {
  const { f, vectors } = e;
  if (op.memory === MemoryOperand.SECOND) {
    pushVectorSource(e, op, live);
    f.lane(Op.f64x2_extract_lane, 0);
  } else vectors.getDouble(op.source);
  f.op(Op.i64_reinterpret_f64);
  vectors.setHigh(op.destination);
};

/** The count is 64 bits of the second operand or an immediate; above 31 nothing is left. */
export const shiftWordsLeft: Translation = (e, op, live) => {
  const { f, vectors } = e;
  const count = f.local(ValueType.I64);
  if (op.entry?.forms[0] === "x,imm") f.i64Const(BigInt(op.immediate & 0xff));
  else {
    pushVectorSource(e, op, live);
    f.lane(Op.i64x2_extract_lane, 0);
  }
  f.localSet(count);
  vectors.getVector(op.destination);
  f.localGet(count);
  f.op(Op.i32_wrap_i64);
  f.op(Op.i32x4_shl);
  f.v128Const(0n);
  f.localGet(count);
  f.i64Const(32n);
  f.op(Op.i64_lt_u);
  f.op(Op.select);
  vectors.setVector(op.destination);
};
