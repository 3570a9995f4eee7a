/**
 * What the kernel does for a VM outside its turns, and what that costs it. Carrying a broadcast takes the longer the more VMs there
 * are, and its sender next to nothing: that time is charged to the sender as CPU time, and the sender owes it. Whoever owes a turn's
 * time pays with its next turn, which others have instead, under every scheduling policy. So whoever floods has no more of the CPU
 * than whoever computes, the switch's work for it included.
 *
 * Whoever floods pays afterwards, and many may do so at once: so while VMs wait for the CPU, such work has a small part of the time.
 *
 * The supervisor is charged, and owes nothing: what it does it does for others.
 */

import {
  CARRYING_CREDIT,
  GUEST_TIME_FOR_CARRYING,
  LONGEST_CARRYING,
  MAXIMUM_VMS,
  MINIMUM_QUANTUM,
  VIRTUAL_DELIVERY_TIME,
  VIRTUAL_INSTRUCTION_TIME,
} from "../params.js";
import type { Vm } from "../vm/vm.js";
import type { Accounting } from "./accounting.js";
import type { Core } from "./core.js";

export class Debts {
  readonly #core: Core;
  readonly #accounting: Accounting;
  /** By row: nanoseconds. Rows that are never used cost address space only. */
  readonly #owed = new Float64Array(MAXIMUM_VMS);
  /** When the work began that is under way. */
  #began = 0;
  /** Nanoseconds that such work took for all VMs, and that it may take from now on while others wait. */
  #worked = 0;
  #credit = 0;
  /** Nanoseconds that guests had the kernel's own CPU for, when that was last looked at. */
  #guestTime = 0;

  constructor(core: Core, accounting: Accounting) {
    this.#core = core;
    this.#accounting = accounting;
  }

  /** Work for a VM begins now. */
  beginWork(): void {
    this.#began = this.#core.clock.now();
  }

  /**
   * It is done.
   * @param deliveries what it was: that decides how long it took in virtual time
   */
  endWork(vm: Vm, deliveries: number): void {
    const { clock } = this.#core;
    if (clock.virtual) clock.advanceTo(this.#began + deliveries * VIRTUAL_DELIVERY_TIME);
    const now = clock.now();
    // Accounts have all of it. But nobody waits for hours since the host stood still for one.
    const counted = Math.min(now - this.#began, LONGEST_CARRYING);
    this.#credit -= counted;
    if (vm.ended) return;
    this.#accounting.chargeWork(vm, this.#began, now);
    this.#worked += now - this.#began;
    if (!vm.supervisor) this.#owed[vm.row] += counted;
  }

  /** Whether there may be more of it before guests have computed more. */
  get hasCredit(): boolean {
    return this.#credit > 0;
  }

  /** Whether there may be such work now. @param waitedFor whether VMs wait for the CPU */
  mayWork(waitedFor: boolean): boolean {
    const guestTime = this.#accounting.ownTime - this.#worked;
    const earned = (guestTime - this.#guestTime) / GUEST_TIME_FOR_CARRYING;
    this.#credit = Math.min(this.#credit + earned, CARRYING_CREDIT);
    this.#guestTime = guestTime;
    if (waitedFor) return this.#credit > 0;
    this.#credit = Math.max(this.#credit, 0);
    return true;
  }

  /** Whether the VM is to pay with its next turn. */
  owesTurn(vm: Vm): boolean {
    const owed = this.#owed[vm.row];
    return owed > 0 && owed >= this.#turnTime(vm);
  }

  /** The VM has paid with a turn. @returns how long that would have been, in nanoseconds */
  payTurn(vm: Vm): number {
    const time = this.#turnTime(vm);
    this.#owed[vm.row] -= time;
    return time;
  }

  /** The VM has ended: whoever has its row next owes nothing. */
  forget(vm: Vm): void {
    this.#owed[vm.row] = 0;
  }

  #turnTime({ speed }: Vm): number {
    const { quantum } = this.#core.settings;
    if ("nanoseconds" in quantum) return quantum.nanoseconds;
    const { instructions } = quantum;
    const time = speed > 0 ? instructions / speed : instructions * VIRTUAL_INSTRUCTION_TIME;
    // Of so few instructions that it would be nothing, a turn would pay nothing either.
    return Math.max(MINIMUM_QUANTUM, time);
  }
}
