/** What is kept of a VM's interrupts while some are pending: how many of each vector, and since when. */

import { INTERRUPT_COUNT } from "../abi.js";

export class PendingInterrupts {
  /** Posts not yet delivered, by vector. */
  readonly counts = new Array<number>(INTERRUPT_COUNT).fill(0);
  /** Kernel time of the oldest of them, by vector; meaningful where there are some. */
  readonly since = new Array<number>(INTERRUPT_COUNT).fill(0);
}
