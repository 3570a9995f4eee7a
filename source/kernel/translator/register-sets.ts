/** Sets of general registers that matter to calls, with one bit a register number. */

import { Register } from "../x86/machine.js";
import type { RegisterSet } from "./effects.js";

export type { RegisterSet } from "./effects.js";

export const setOf = (...registers: number[]): RegisterSet => registers.reduce((set, each) => set | (1 << each), 0);

const { EAX, EBX, ESP, EBP, ESI, EDI } = Register;

export const ALL_REGISTERS: RegisterSet = 0xff;
/** Registers that compilers have functions return as they were. */
export const PRESERVED = setOf(EBX, EBP, ESI, EDI);
/** Registers that a function that is not known may change: ESP it returns as it was. */
export const RETURNED_BY_ANY: RegisterSet = ALL_REGISTERS & ~setOf(ESP);
/** Registers whose value a function leaves in a global when it returns. */
export const RETURNED_IN_GLOBALS: RegisterSet = RETURNED_BY_ANY & ~setOf(EAX);
