/**
 * Translations of operations, by their semantics in the instruction table. What has no row here, or a form that its row
 * declines, is left to the interpreter.
 */

import { Op } from "../wasm/opcodes.js";
import type { Semantics } from "../x86/instruction-table.js";
import { Register } from "../x86/machine.js";
import type { Operation } from "../x86/operation.js";
import type { Emitter } from "./emitter.js";
import { Fact, has, writesRegister } from "./facts.js";
import type { FlagSet } from "./flag-facts.js";
import { FlagKind } from "./flag-kind.js";
import { binary, complement, negate, step, withCarry } from "./operations/arithmetic.js";
import {
  bitScan,
  bitTest,
  changeCarry,
  invertBit,
  loadFlags,
  pushOppositeCarry,
  resetBit,
  setBit,
  storeFlags,
} from "./operations/bits.js";
import {
  byteSwap,
  loadAddress,
  move,
  moveExtended,
  moveOnCondition,
  nothing,
  setOnCondition,
  translateByte,
} from "./operations/data-transfer.js";
import { divide } from "./operations/division.js";
import { doubleShift } from "./operations/double-shifts.js";
import { compareAndExchange, compareAndExchange8, exchange, exchangeAndAdd } from "./operations/exchanges.js";
import {
  multiply,
  multiplyThree,
  multiplyTwo,
  signToDx,
  signToEdx,
  widenAl,
  widenAx,
} from "./operations/multiplication.js";
import { rotate, rotateThroughCarry } from "./operations/rotates.js";
import type { Row, Translation } from "./operations/row.js";
import { shift } from "./operations/shifts.js";
import { leave, pop, push } from "./operations/stack.js";
import { STRINGS } from "./operations/strings.js";
import { VECTORS } from "./operations/vector-table.js";

/** Rows that translate every form. */
const ALL_FORMS: Partial<Record<Semantics, Translation>> = {
  add: binary(Op.i32_add, FlagKind.ADD, true),
  sub: binary(Op.i32_sub, FlagKind.SUBTRACT, true),
  cmp: binary(Op.i32_sub, FlagKind.SUBTRACT, false),
  and: binary(Op.i32_and, FlagKind.LOGIC, true),
  or: binary(Op.i32_or, FlagKind.LOGIC, true),
  xor: binary(Op.i32_xor, FlagKind.LOGIC, true),
  test: binary(Op.i32_and, FlagKind.LOGIC, false),
  adc: withCarry(Op.i32_add, FlagKind.ADD_WITH_CARRY),
  sbb: withCarry(Op.i32_sub, FlagKind.SUBTRACT_WITH_BORROW),
  inc: step(Op.i32_add, FlagKind.INCREMENT),
  dec: step(Op.i32_sub, FlagKind.DECREMENT),
  neg: negate,
  not: complement,
  shl: shift("shl"),
  shr: shift("shr"),
  sar: shift("sar"),
  rol: rotate(true),
  ror: rotate(false),
  rcl: rotateThroughCarry(true),
  rcr: rotateThroughCarry(false),
  shld: doubleShift(true),
  shrd: doubleShift(false),
  mul: multiply(false),
  imul: multiply(true),
  imul2: multiplyTwo,
  imul3: multiplyThree,
  div: divide(false),
  idiv: divide(true),
  cbw: widenAl,
  cwde: widenAx,
  cwd: signToDx,
  cdq: signToEdx,
  bsf: bitScan(true),
  bsr: bitScan(false),
  bt: bitTest(),
  bts: bitTest(setBit),
  btr: bitTest(resetBit),
  btc: bitTest(invertBit),
  mov: move,
  movzx: moveExtended(true),
  movsx: moveExtended(false),
  lea: loadAddress,
  push,
  pop,
  leave,
  xchg: exchange,
  xadd: exchangeAndAdd,
  cmpxchg: compareAndExchange,
  cmpxchg8b: compareAndExchange8,
  bswap: byteSwap,
  xlat: translateByte,
  setcc: setOnCondition,
  cmovcc: moveOnCondition,
  clc: changeCarry((e) => e.f.i32Const(0)),
  stc: changeCarry((e) => e.f.i32Const(1)),
  cmc: changeCarry(pushOppositeCarry),
  lahf: loadFlags,
  sahf: storeFlags,
  ...VECTORS,
  // Translated code runs with DF clear: that is checked when it is entered, and STD is left to the interpreter.
  cld: nothing,
  nop: nothing,
  // Translated where a region is built, since they concern more than one operation.
  call: nothing,
  "call indirect": nothing,
};

const TABLE: Partial<Record<Semantics, Row>> = {
  ...Object.fromEntries(Object.entries(ALL_FORMS).map(([semantics, translate]) => [semantics, { translate }])),
  ...STRINGS,
};

/** Whether an operation can be translated. */
export function isTranslated(op: Operation): boolean {
  const row = op.entry && TABLE[op.entry.semantics];
  return row !== undefined && (row.accepts?.(op) ?? true);
}

/** @param op one that can be translated: regions end before others */
export function translate(e: Emitter, op: Operation, live: FlagSet): void {
  if (!op.entry) return;
  TABLE[op.entry.semantics]?.translate(e, op, live);
  if (has(op, Fact.WRITES_EAX_OR_EDX)) noteUpperHalf(e, op);
}

/** Keeps track of whether EDX is an extension of EAX, for a division behind. */
function noteUpperHalf(e: Emitter, op: Operation): void {
  const { EAX, EDX } = Register;
  if (op.entry?.semantics === "cdq") e.upperHalf = "sign";
  else if (has(op, Fact.CLEARS_ITSELF) && op.destination === EDX) e.upperHalf = "zero";
  else if (writesRegister(op, EDX) || (e.upperHalf === "sign" && writesRegister(op, EAX))) e.upperHalf = undefined;
}
