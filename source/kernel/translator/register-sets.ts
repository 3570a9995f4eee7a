/** Sets of general registers that matter to calls, with one bit a register number. */

import { Register } from "../x86/machine.js";
import type { Operation } from "../x86/operation.js";
import { type RegisterSet, registersRead, registersWritten } from "./effects.js";

export type { RegisterSet } from "./effects.js";

export const setOf = (...registers: number[]): RegisterSet => registers.reduce((set, each) => set | (1 << each), 0);

const { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI } = Register;

export const ALL_REGISTERS: RegisterSet = 0xff;
/** Registers that a function may change without its caller's minding. */
export const SCRATCH = setOf(EAX, ECX, EDX);
/** Registers that a function returns as they were. */
export const PRESERVED = setOf(EBX, EBP, ESI, EDI);
/** Registers whose value a function leaves in a global when it returns. */
export const RETURNED_IN_GLOBALS = setOf(ECX, EDX);

/** Every function knows ESP: it is left out of what else is said of an operation. */
const KNOWN_EVERYWHERE = setOf(ESP);

export const readsOf = (operation: Operation): RegisterSet => registersRead(operation) & ~KNOWN_EVERYWHERE;
export const writesOf = (operation: Operation): RegisterSet => registersWritten(operation) & ~KNOWN_EVERYWHERE;
