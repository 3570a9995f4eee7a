/**
 * What of a VM is either so or not, as bits of one number: a field for each would take 8 bytes of every VM, most of which are
 * swapped out and hold little else. Grouped, as in {@link Vm}, by who may change them.
 */

const Bit = {
  PAUSED: 1,
  RETURNING_FROM_IDLE: 2,
  WOKE_FROM_IDLE: 4,
  ON_PRIORITY: 8,
  STARTED: 16,
  REAPED: 32,
  SENDS: 64,
  AWAITS_TURN: 128,
} as const;

export class VmFlags {
  #bits = 0;

  // The scheduler's.

  get paused(): boolean {
    return (this.#bits & Bit.PAUSED) !== 0;
  }

  set paused(is: boolean) {
    this.#set(Bit.PAUSED, is);
  }

  /** It left through IDLE and has not run since: its EAX is still to be set. */
  get returningFromIdle(): boolean {
    return (this.#bits & Bit.RETURNING_FROM_IDLE) !== 0;
  }

  set returningFromIdle(is: boolean) {
    this.#set(Bit.RETURNING_FROM_IDLE, is);
  }

  /** It last became ready by an interrupt or a timeout, not at the end of a quantum. */
  get wokeFromIdle(): boolean {
    return (this.#bits & Bit.WOKE_FROM_IDLE) !== 0;
  }

  set wokeFromIdle(is: boolean) {
    this.#set(Bit.WOKE_FROM_IDLE, is);
  }

  /** Whether its turn was its own because it woke from idle, see sched/schedulable.ts. */
  get onPriority(): boolean {
    return (this.#bits & Bit.ON_PRIORITY) !== 0;
  }

  set onPriority(is: boolean) {
    this.#set(Bit.ON_PRIORITY, is);
  }

  // The gatekeeper's.

  /** The memory's contents are in the region; false before the first admission. */
  get started(): boolean {
    return (this.#bits & Bit.STARTED) !== 0;
  }

  set started(is: boolean) {
    this.#set(Bit.STARTED, is);
  }

  /** It has had no turn since it was admitted, and is not put out before unless it can be spared. */
  get awaitsTurn(): boolean {
    return (this.#bits & Bit.AWAITS_TURN) !== 0;
  }

  set awaitsTurn(is: boolean) {
    this.#set(Bit.AWAITS_TURN, is);
  }

  // The network instructions'.

  /** It has sent a frame: whoever it talks with will very likely run when it has run. */
  get sends(): boolean {
    return (this.#bits & Bit.SENDS) !== 0;
  }

  set sends(is: boolean) {
    this.#set(Bit.SENDS, is);
  }

  // Accounting's.

  /** It was forgotten, perhaps before its memory had stopped moving: its row may be another VM's. */
  get reaped(): boolean {
    return (this.#bits & Bit.REAPED) !== 0;
  }

  set reaped(is: boolean) {
    this.#set(Bit.REAPED, is);
  }

  #set(bit: number, is: boolean): void {
    this.#bits = is ? this.#bits | bit : this.#bits & ~bit;
  }
}
