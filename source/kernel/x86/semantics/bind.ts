/** Every family of the instruction table with its handlers, and what an operation executes before it has one. */
import { processor as cpu } from "../cpu.js";
import { GuestFault, hex } from "../faults.js";
import type { Semantics } from "../instruction-table.js";
import type { Handler } from "../operation.js";
import { arithmetic } from "./arithmetic.js";
import type { Bind } from "./binding.js";
import { bits } from "./bits.js";
import { control } from "./control.js";
import { dataTransfer } from "./data-transfer.js";
import { multiplication } from "./multiplication.js";
import { shifts } from "./shifts.js";
import { stack } from "./stack.js";
import { strings } from "./strings.js";

const BINDINGS: Readonly<Record<Semantics, Bind>> = {
  ...dataTransfer,
  ...stack,
  ...arithmetic,
  ...multiplication,
  ...shifts,
  ...bits,
  ...strings,
  ...control,
};

/** What every operation in text executes first: decodes it, gives it its handler, and executes that. */
export const executeFirst: Handler = (op) => {
  cpu.text!.decode(op);
  op.execute = op.entry === undefined ? raiseIllegal : BINDINGS[op.entry.semantics](op);
  return op.execute(op);
};

const raiseIllegal: Handler = (op) => {
  throw new GuestFault("illegal instruction", op.illegal);
};

/** What an operation outside text executes. */
export const raiseOutsideText: Handler = (op) => {
  throw new GuestFault("memory fault", `execution left the program's text, at ${hex(op.address)}`);
};
