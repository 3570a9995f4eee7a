/**
 * A decoded instruction in the form engines use: plain numbers, one hidden class, no reference to the decoder.
 *
 * An {@link Operation} exists for each address that was ever a jump target or a fall-through, and is decoded when it is
 * first executed. Operations of an image are linked (`next`, `target`), so that straight code and direct branches run
 * without looking up addresses.
 */
import type { InstructionEntry } from "./instruction-table.js";

/** Executes one operation on the machine now loaded and returns the one to execute next. */
export type Handler = (operation: Operation) => Operation;

/** Register number of an operand that is absent: a register slot that always reads as zero and is never written. */
export const NO_REGISTER = 8;

/** Which operand is in memory; an instruction has at most one memory operand with an address of its own. */
export const MemoryOperand = { NONE: 0, FIRST: 1, SECOND: 2 } as const;

/** Prefix of a string instruction. */
export const Repeat = {
  NONE: 0,
  WHILE_EQUAL: 1,
  WHILE_NOT_EQUAL: 2,
  /** No prefix: the translator's word for STD, REP MOVS and CLD, taken together. */
  BACKWARD: 3,
} as const;

export class Operation {
  /** How to execute it; before its first execution, a handler that decodes it. */
  execute: Handler;
  /** Its handler's case in the interpreter's loop; 0 when it has none. */
  number = 0;
  /** The operation behind this one. */
  next: Operation = this;
  /** Where a direct branch goes when taken. */
  target: Operation = this;

  /** Guest-physical address of its first byte. */
  readonly address: number;
  /** Bytes it takes; 0 until decoded, and where nothing could be decoded. */
  length = 0;
  /** Its row in the instruction table; undefined until decoded, and when it is outside the subset. */
  entry: InstructionEntry | undefined = undefined;

  /** Bits of its operands: 8, 16, 32; 64 for cmpxchg8b. */
  size = 32;
  /** Bits of the source where it differs from `size` (movzx, movsx). */
  sourceSize = 32;
  /** 32 - size: shifting left and then right by it sign-extends a value of this size. */
  extend = 0;

  /** Which operand is in memory, a value of {@link MemoryOperand}. */
  memory: number = MemoryOperand.NONE;
  /** Effective address: base + (index << scale) + displacement, modulo 2^32. */
  base = NO_REGISTER;
  index = NO_REGISTER;
  scale = 0;
  displacement = 0;

  /** First register operand that is written (or, for a store, none): number, bit position, bits a write keeps. */
  destination = NO_REGISTER;
  destinationShift = 0;
  keep = 0;

  /** Source operand: register (or NO_REGISTER) plus immediate (or 0), so that one handler serves both. */
  source = NO_REGISTER;
  sourceShift = 0;
  immediate = 0;
  /** Third register operand: CL of SHLD and SHRD. */
  third = NO_REGISTER;

  /** Condition code 0 to 15, as the CPU encodes it (Intel SDM vol. 1, appendix B). */
  condition = 0;
  /** A value of {@link Repeat}. */
  repeat: number = Repeat.NONE;
  /** What the translator found out about it, as its `facts.ts` says; 0 until it did. */
  facts = 0;
  flagFacts = 0;
  /** One kept of the same encoding, of which the same is found out; absent where it was not decoded from one. */
  like: Operation | undefined = undefined;
  /** Why it cannot be executed; empty for an instruction of the subset. */
  illegal = "";

  constructor(address: number, execute: Handler) {
    this.address = address;
    this.execute = execute;
  }
}

/** Finds the operation at an address, whatever is there: one outside text faults when executed. */
export interface OperationSource {
  /** Whether an instruction with XMM registers was ever executed here; set when the first one is. */
  usesVectors: boolean;
  at(address: number): Operation;
  /** Decodes an operation made by this source. */
  decode(operation: Operation): void;
}

/** What a handler returns to end the run after its instruction; never executed. */
export const STOP = new Operation(0, (operation) => operation);
