/**
 * Asynchronous, batched interrupts (Denali, section on interrupts). A post sets a bit and wakes an idle VM; it never
 * switches to the VM at once (unless an operator wants to see what that would cost, see modes.ts). When the VM is next entered with interrupts enabled, all that is pending is delivered
 * together. A VM that is swapped out keeps its pending bitmask in its record, in core, so posts to it are never lost.
 */

import { Interrupt, VirtualRegister } from "../abi.js";
import { batchFigure, FIGURE, vectorFigure } from "../instruments.js";
import { Timer } from "../timers.js";
import { PendingInterrupts } from "../vm/pending-interrupts.js";
import type { Vm } from "../vm/vm.js";
import { Register, StateWord } from "../x86/machine.js";
import type { Core } from "./core.js";
import { writeWord } from "./guest-access.js";
import type { Scheduler } from "./scheduler.js";

const WORD = 4;

/** Bytes of the IDLE instruction, `int N`, that a spinning VM stands on. */
const IDLE_LENGTH = 2;

export class Interrupts {
  readonly #core: Core;
  readonly #scheduler: Scheduler;

  constructor(core: Core, scheduler: Scheduler) {
    this.#core = core;
    this.#scheduler = scheduler;
  }

  /** Posts an interrupt. A VM that has ended takes none. */
  post(vm: Vm, vector: number): void {
    if (vm.ended) return;
    const { panel, clock, settings } = this.#core;
    vm.pending ??= new PendingInterrupts();
    vm.pending.post(vector, clock.now());
    vm.pendingMask |= 1 << vector;
    vm.countPost(vector);
    panel.vm.interruptsPosted[vm.row]++;
    panel.vm.interruptsPending[vm.row]++;
    panel.vm.pendingMask[vm.row] = vm.pendingMask;
    panel.figures[FIGURE.interruptsPosted]++;
    panel.figures[vectorFigure("posted", vector)]++;
    this.#scheduler.wake(vm);
    if (settings.interrupts === "immediate") this.#scheduler.hurry(vm);
  }

  /** The VM has ended: what is pending will not be delivered. Its record goes on saying what that was. */
  discard(vm: Vm): void {
    const { panel } = this.#core;
    for (let vector = 0; vm.pendingMask >>> vector !== 0; vector++) {
      panel.figures[vectorFigure("discarded", vector)] += vm.pending?.count(vector) ?? 0;
    }
    panel.vm.interruptsPending[vm.row] = 0;
    panel.vm.pendingMask[vm.row] = 0;
  }

  /** Posts the timer interrupt at a time of the kernel's clock, unless the timer is disarmed or armed anew before. */
  postTimerAt(vm: Vm, deadline: number): void {
    vm.timer ??= new Timer(this.#postTimer, vm);
    this.#core.timers.arm(vm.timer, deadline);
  }

  readonly #postTimer = (vm: Vm): void => this.post(vm, Interrupt.TIMER);

  /**
   * Delivers what is pending, if the VM has interrupts enabled: calls its handler, or, for a VM without one that returns
   * from IDLE, hands it the bitmask in EAX. The VM must be in core and must not be running.
   * @throws GuestFault when the handler's frame does not fit on the VM's stack
   */
  deliver(vm: Vm): void {
    const view = (vm.memory as NonNullable<Vm["memory"]>).view;
    if (vm.spinsUntil !== undefined && vm.pendingMask !== 0) this.#endSpinning(vm);
    const returning = vm.returningFromIdle;
    vm.returningFromIdle = false;
    if (returning) vm.state[Register.EAX] = 0;
    if (vm.pendingMask !== 0 && view.getUint32(VirtualRegister.INTERRUPTS_ENABLED, true) !== 0) {
      const handler = view.getUint32(VirtualRegister.INTERRUPT_HANDLER, true);
      const taken = this.#nextBatch(vm);
      if (handler !== 0) {
        if (returning) vm.state[Register.EAX] = taken;
        this.#callHandler(vm, view, handler);
        this.#take(vm, view, taken);
      } else if (returning) {
        vm.state[Register.EAX] = taken;
        this.#take(vm, view, taken);
      }
    }
    view.setUint32(VirtualRegister.INTERRUPTS_PENDING, vm.pendingMask, true);
  }

  /** Bitmask of what the next delivery brings: everything that is pending, or one of it where nothing is batched. */
  #nextBatch({ pendingMask }: Vm): number {
    return this.#core.settings.interrupts === "batched" ? pendingMask : pendingMask & -pendingMask;
  }

  /** What a spinning VM waited for has come: its IDLE is over. */
  #endSpinning(vm: Vm): void {
    vm.spinsUntil = undefined;
    vm.returningFromIdle = true;
    vm.state[StateWord.EIP] += IDLE_LENGTH;
  }

  /** Pushes EFLAGS and EIP, turns interrupts off and goes to the handler; nothing is changed when the push faults. */
  #callHandler(vm: Vm, view: DataView, handler: number): void {
    const { state } = vm;
    const stack = state[Register.ESP] >>> 0;
    writeWord(view, (stack - WORD) >>> 0, state[StateWord.EFLAGS], "interrupt frame");
    writeWord(view, (stack - 2 * WORD) >>> 0, state[StateWord.EIP], "interrupt frame");
    state[Register.ESP] = stack - 2 * WORD;
    state[StateWord.EIP] = handler;
    view.setUint32(VirtualRegister.INTERRUPTS_ENABLED, 0, true);
  }

  /** Moves the vectors of a bitmask, which are pending, to delivered. */
  #take(vm: Vm, view: DataView, taken: number): void {
    const { panel, clock } = this.#core;
    const { figures } = panel;
    const pending = vm.pending as PendingInterrupts;
    const now = clock.now();
    let batch = 0;
    for (let vector = 0; taken >>> vector !== 0; vector++) {
      if ((taken & (1 << vector)) === 0) continue;
      const delivered = pending.count(vector);
      batch += delivered;
      pending.take(vector);
      figures[vectorFigure("delivered", vector)] += delivered;
      figures[vectorFigure("batches", vector)]++;
      figures[vectorFigure("waited", vector)] += now - pending.since(vector);
    }
    view.setUint32(VirtualRegister.INTERRUPTS_DELIVERED, taken, true);
    vm.pendingMask &= ~taken;
    panel.vm.pendingMask[vm.row] = vm.pendingMask;
    panel.vm.interruptsPending[vm.row] -= batch;
    panel.vm.interruptsDelivered[vm.row] += batch;
    panel.vm.interruptBatches[vm.row]++;
    figures[FIGURE.interruptsDelivered] += batch;
    figures[FIGURE.interruptBatches]++;
    figures[batchFigure(batch)]++;
  }
}
