/** How an operation gets its handler: the table names a family, the family picks by operand form and size. */
import type { Handler, Operation } from "../operation.js";
import { MemoryOperand } from "../operation.js";

/** Picks the handler for a decoded operation. */
export type Bind = (op: Operation) => Handler;

/** Handlers of a two-operand instruction: three for 32 bits, one for everything else. */
export interface BinaryForms {
  /** Register from register or immediate. */
  readonly register: Handler;
  /** Register from memory. */
  readonly load: Handler;
  /** Memory from register or immediate. */
  readonly store: Handler;
  /** 8 and 16 bits, any form. */
  readonly sized: Handler;
}

export const binary =
  (forms: BinaryForms): Bind =>
  (op) => {
    if (op.size !== 32) return forms.sized;
    if (op.memory === MemoryOperand.NONE) return forms.register;
    return op.memory === MemoryOperand.FIRST ? forms.store : forms.load;
  };

/** An instruction that one handler executes in every form. */
export const always =
  (handler: Handler): Bind =>
  () =>
    handler;

/** One handler for a 32-bit register operand, another for every other form. */
export const registerOr =
  (register: Handler, other: Handler): Bind =>
  (op) =>
    op.size === 32 && op.memory === MemoryOperand.NONE ? register : other;
