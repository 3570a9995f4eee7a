/** MOVS STOS LODS SCAS CMPS: forward only, which is checked when a translation is entered. */

import { Op } from "../../wasm/opcodes.js";
import type { Semantics } from "../../x86/instruction-table.js";
import { Register } from "../../x86/machine.js";
import { type Operation, Repeat } from "../../x86/operation.js";
import { type Emitter, wantsFlags } from "../emitter.js";
import { FlagKind } from "../flag-kind.js";
import { moveBackward } from "./backward-move.js";
import { repeatCompareStrings, repeatMove, repeatScan, repeatStore } from "./repeated-strings.js";
import type { Row, Translation } from "./row.js";

const { EAX, ESI, EDI } = Register;

/** @param repeated with a prefix; absent: left to the interpreter */
const row = (once: Translation, repeated?: Translation): Row => ({
  accepts: (op) => op.repeat === Repeat.NONE || repeated !== undefined,
  translate: (e, op, live) =>
    (op.repeat === Repeat.NONE ? once : op.repeat === Repeat.BACKWARD ? moveBackward : repeated)?.(e, op, live),
});

const moveString = row((e, op) => {
  e.f.localGet(EDI);
  e.f.localGet(ESI);
  e.load(op.size);
  e.store(op.size);
  advance(e, ESI, op);
  advance(e, EDI, op);
}, repeatMove);

const storeString = row((e, op) => {
  e.f.localGet(EDI);
  e.f.localGet(EAX);
  e.store(op.size);
  advance(e, EDI, op);
}, repeatStore);

const loadString = row((e, op) => {
  e.f.localGet(ESI);
  e.load(op.size);
  e.setRegister(EAX, 0, op.size);
  advance(e, ESI, op);
});

const scanString = row((e, op, live) => {
  compare(e, op, wantsFlags(live), () => e.getRegister(EAX, 0, op.size));
  advance(e, EDI, op);
}, repeatScan);

const compareString = row((e, op, live) => {
  compare(e, op, wantsFlags(live), () => {
    e.f.localGet(ESI);
    e.load(op.size);
  });
  advance(e, ESI, op);
  advance(e, EDI, op);
}, repeatCompareStrings);

/** Flags of what is pushed less the element at EDI. */
function compare(e: Emitter, op: Operation, keeps: boolean, push: () => void): void {
  const { f, flags } = e;
  push();
  f.localSet(flags.a);
  f.localGet(EDI);
  e.load(op.size);
  f.localSet(flags.b);
  if (!keeps) return;
  f.localGet(flags.a);
  f.localGet(flags.b);
  f.op(Op.i32_sub);
  e.extend(op.size);
  f.localSet(flags.result);
  flags.kind = FlagKind.SUBTRACT;
  flags.size = op.size;
}

function advance(e: Emitter, register: number, op: Operation): void {
  e.f.localGet(register);
  e.f.i32Const(op.size / 8);
  e.f.op(Op.i32_add);
  e.f.localSet(register);
}

export const STRINGS: Partial<Record<Semantics, Row>> = {
  movs: moveString,
  stos: storeString,
  lods: loadString,
  scas: scanString,
  cmps: compareString,
};
