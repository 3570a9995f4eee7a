/** SSE and SSE2 with MXCSR at its default: round to nearest, exceptions masked. */

import { Op } from "../../wasm/opcodes.js";
import type { Semantics } from "../../x86/instruction-table.js";
import type { Translation } from "./row.js";
import { choose, compareOrdered, packed, packedMask, scalar, scalarMask, squareRoot } from "./vector-arithmetic.js";
import { doubleToSingle, fromInteger, packedToIntegers, singleToDouble, toInteger } from "./vector-conversions.js";
import {
  bitwise,
  moveDouble,
  moveQuad,
  moveSingle,
  moveWhole,
  shiftWordsLeft,
  unpackLow,
  wordFromVector,
  wordToVector,
} from "./vector-moves.js";
import { DOUBLE, SINGLE } from "./vector-operands.js";

export const VECTORS: Partial<Record<Semantics, Translation>> = {
  movss: moveSingle,
  "movsd scalar": moveDouble,
  movq: moveQuad,
  "move aligned": moveWhole(true),
  "move unaligned": moveWhole(false),
  "movd to vector": wordToVector,
  "movd from vector": wordFromVector,
  pand: bitwise(Op.v128_and, Op.i64_and),
  pandn: bitwise(Op.v128_andnot, Op.i64_and, true),
  por: bitwise(Op.v128_or, Op.i64_or),
  pxor: bitwise(Op.v128_xor, Op.i64_xor),
  unpcklpd: unpackLow,
  pslld: shiftWordsLeft,
  addsd: scalar(Op.f64_add, DOUBLE),
  subsd: scalar(Op.f64_sub, DOUBLE),
  mulsd: scalar(Op.f64_mul, DOUBLE),
  divsd: scalar(Op.f64_div, DOUBLE),
  addss: scalar(Op.f32_add, SINGLE),
  subss: scalar(Op.f32_sub, SINGLE),
  mulss: scalar(Op.f32_mul, SINGLE),
  divss: scalar(Op.f32_div, SINGLE),
  addpd: packed(Op.f64_add),
  subpd: packed(Op.f64_sub),
  mulpd: packed(Op.f64_mul),
  divpd: packed(Op.f64_div),
  sqrtsd: squareRoot(Op.f64_sqrt, DOUBLE),
  sqrtss: squareRoot(Op.f32_sqrt, SINGLE),
  minsd: choose(Op.f64_lt, DOUBLE),
  maxsd: choose(Op.f64_gt, DOUBLE),
  minss: choose(Op.f32_lt, SINGLE),
  maxss: choose(Op.f32_gt, SINGLE),
  comisd: compareOrdered(DOUBLE),
  comiss: compareOrdered(SINGLE),
  "cmpsd scalar": scalarMask(DOUBLE),
  cmpss: scalarMask(SINGLE),
  cmppd: packedMask,
  cvtsi2sd: fromInteger(Op.f64_convert_i32_s, DOUBLE),
  cvtsi2ss: fromInteger(Op.f32_convert_i32_s, SINGLE),
  cvtsd2ss: doubleToSingle,
  cvtss2sd: singleToDouble,
  cvtsd2si: toInteger(DOUBLE, Op.f64_nearest),
  cvttsd2si: toInteger(DOUBLE),
  cvtss2si: toInteger(SINGLE, Op.f32_nearest),
  cvttss2si: toInteger(SINGLE),
  cvttpd2dq: packedToIntegers,
};
