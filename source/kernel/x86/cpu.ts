/**
 * The processor: registers, flags and memory of the machine that is now running. There is one per thread, as a core runs
 * one machine at a time. Only this folder touches it, and only during `run`.
 *
 * Whatever executes instructions is made by a function that runs once and has the processor and all that it calls in
 * constants of its own: `const { registers } = processor`. V8 then compiles the registers' addresses and the called
 * functions into the code, which makes it about twice as fast. It does so for constants only, and a bundler makes
 * variables of those at the top of a module.
 */
import type { MachineState } from "./machine.js";
import { type Operation, type OperationSource, STOP } from "./operation.js";

/** What the processor has for memory while no machine runs. */
export const NO_BYTES = new Uint8Array(0);
export const NO_MEMORY = new DataView(NO_BYTES.buffer);

class Processor {
  /**
   * General registers 0 to 7, and slot 8 (NO_REGISTER), which stays zero. The buffer is explicit because V8 keeps small
   * arrays without one on its heap, where they move about.
   */
  readonly registers = new Int32Array(new ArrayBuffer(36));
  /** The XMM registers' 32-bit words, four each, lowest first. */
  readonly vectors = new Int32Array(new ArrayBuffer(128));
  /**
   * The last result, sign-extended to 32 bits. The flags are not computed until something reads them:
   * ZF, SF and PF are those of this value.
   */
  result = 1;
  /**
   * The carries of the last operation, moved so that they do not depend on its size: bit 31 is the carry (or borrow) out
   * of the operand's highest bit, bit 30 that out of the bit below, bit 3 that out of bit 3. So CF is bit 31, OF is
   * bit 31 xor bit 30, and AF is bit 3. Bits 0 and 1 say that SF and PF are the opposite of what `result` says, which
   * only an explicit load of the flags brings about; all others are zero.
   */
  carries = 0;
  /** DF as a step: 1 or -1. */
  step = 1;
  /** Bits of EFLAGS that nothing here interprets. */
  otherFlags = 2;
  /** Where execution goes on after a virtual instruction, and N of its `int N`. */
  resume = 0;
  vector = 0;

  /** How far the loop got: fuel it did not use, and the operation it was to execute next or that threw. */
  left = 0;
  /** Fuel besides that in the loop, which a repeated string instruction may use, too. */
  reserve = 0;
  /** Instructions to be counted besides those that the loop counts: of a repeated string instruction all but one, or all if it threw. */
  extra = 0;
  current: Operation = STOP;

  /** Memory, and the highest addresses at which an access of 1, 2, 4, 8 and 16 bytes is inside. */
  view: DataView = NO_MEMORY;
  bytes: Uint8Array = NO_BYTES;
  last8 = -1;
  last16 = -2;
  last32 = -4;
  last64 = -8;
  last128 = -16;
  /** The text that runs. */
  text: OperationSource | undefined = undefined;
  /** The state that the machine was loaded from. */
  state: MachineState | undefined = undefined;
}

export const processor = new Processor();
