/** What an operation executes before it has a handler of its own, and what it executes when it cannot have one. */
import { startVectors } from "./context-switch.js";
import { processor as cpu } from "./cpu.js";
import { GuestFault, hex } from "./faults.js";
import { isRepeated, numberOf } from "./loop.js";
import type { Handler } from "./operation.js";
import { BINDINGS, usesVectors } from "./semantics/bind.js";

/** What every operation in text executes first: decodes it, gives it its handler, and executes that. */
export const executeFirst: Handler = (op) => {
  cpu.text!.decode(op);
  if (op.entry !== undefined && usesVectors(op.entry.semantics)) startVectors();
  op.execute = op.entry === undefined ? raiseIllegal : BINDINGS[op.entry.semantics](op);
  op.number = numberOf(op.execute);
  if (!isRepeated(op.number)) return op.execute(op);
  // The loop tells a repeated string instruction by its number how much fuel there is: it is executed next, and this was nothing.
  cpu.extra--;
  return op;
};

const raiseIllegal: Handler = (op) => {
  throw new GuestFault("illegal instruction", op.illegal);
};

/** What an operation outside text executes. */
export const raiseOutsideText: Handler = (op) => {
  throw new GuestFault("memory fault", `execution left the program's text, at ${hex(op.address)}`);
};
