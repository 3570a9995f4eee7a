/**
 * Runs a VM for its quantum on the kernel's own thread: enters it, hands its virtual instructions to their implementations,
 * and leaves it when the quantum is used up, when it gives the CPU up, or when it ends. A quantum can be interrupted for the
 * host's sake and gone on with later; to the guest that is invisible.
 */

import { FUEL_CHUNK_TIME, IMMEDIATE_CHECK_TIME, VIRTUAL_INSTRUCTION_TIME } from "../params.js";
import { SliceEnd } from "../trace.js";
import { blendSpeed, instructionsIn } from "../vm/pace.js";
import { writeSpeed } from "../vm/virtual-registers.js";
import type { Vm } from "../vm/vm.js";
import { Exit, type Fault } from "../x86/machine.js";
import { type Accounting, KERNEL_CPU } from "./accounting.js";
import type { Core } from "./core.js";
import { Slice, type Slices } from "./slice.js";

/** What is to be looked at while a VM computes here, where there are other CPUs. */
export interface Attendance {
  /** Nanoseconds until the next look, at most. */
  readonly interval: number;
  /** @param computing the VM that has the kernel's own CPU */
  attend(computing: Vm): void;
}

export class Dispatcher {
  readonly #core: Core;
  readonly #slices: Slices;
  readonly #accounting: Accounting;
  readonly #eventsDue: (now: number) => boolean;
  /** The turn under way, between calls of {@link run} too. */
  readonly #slice = new Slice(KERNEL_CPU);
  /** Set where there are other CPUs. */
  attendance: Attendance | undefined;

  constructor(core: Core, slices: Slices, accounting: Accounting, eventsDue: (now: number) => boolean) {
    this.#core = core;
    this.#slices = slices;
    this.#accounting = accounting;
    this.#eventsDue = eventsDue;
  }

  /** The VM whose quantum was interrupted for the host's sake, if any. */
  get current(): Vm | undefined {
    return this.#slice.vm;
  }

  /** Begins a VM's quantum. It must be in core, ready, and in no queue. */
  begin(vm: Vm): void {
    this.#slices.begin(this.#slice, vm);
  }

  /** Goes on with the quantum that was begun, until it ends or, if it lasts so long, the clock reads `hostDeadline`. */
  run(hostDeadline: number): void {
    const slice = this.#slice;
    const vm = slice.vm as Vm;
    const { clock } = this.#core;
    const started = clock.now();
    let leaves = !this.#slices.enter(slice, started);
    let now = started;
    while (!leaves) {
      const fuel = this.#fuel(vm, now, now - started, hostDeadline);
      if (fuel <= 0) leaves = true;
      else {
        leaves = this.#execute(vm, fuel, now);
        if (leaves) slice.why = SliceEnd.IDLE;
        now = clock.now();
        if (!leaves && this.#mustGiveWay(now)) leaves = true;
        if (now >= hostDeadline && !leaves) break;
      }
    }
    slice.usedTime += now - started;
    if (leaves) this.#slices.leave(slice, now);
  }

  /** Whether something may interrupt another VM, where that is not to wait for the end of the quantum. */
  #mustGiveWay(now: number): boolean {
    if (this.#core.settings.interrupts === "batched" || !this.#eventsDue(now)) return false;
    this.#slice.why = SliceEnd.INTERRUPT;
    return true;
  }

  /** Charges the VM with the CPU for the time so far, so that a long quantum shows before it ends. */
  chargeCurrent(now: number): void {
    if (this.#slice.vm) this.#accounting.charge(this.#slice.vm, now);
  }

  /** Ends the current quantum before its time: the VM was paused or ended by somebody else. */
  preempt(vm: Vm): void {
    if (this.#slice.vm !== vm) return;
    this.#slice.why = SliceEnd.ENDED;
    this.#slices.leave(this.#slice, this.#core.clock.now());
  }

  /** Executes at most `fuel` instructions; true when the VM leaves the CPU. */
  #execute(vm: Vm, fuel: number, now: number): boolean {
    const { clock } = this.#core;
    const { engine } = vm;
    const exit = engine.run(vm.state, vm.memory as NonNullable<Vm["memory"]>, fuel);
    const { retired } = engine;
    this.#slices.retire(this.#slice, retired, engine.translated ?? 0);
    if (clock.virtual) clock.advanceTo(now + retired * VIRTUAL_INSTRUCTION_TIME);
    if (exit === Exit.VIRTUAL_INSTRUCTION) return this.#slices.operate(this.#slice, engine.vector);
    if (exit === Exit.FAULT) {
      this.#slices.crash(this.#slice, engine.fault as Fault);
      return true;
    }
    if (!clock.virtual) this.#passTime(vm, retired, now);
    this.attendance?.attend(vm);
    return false;
  }

  /** Instructions to execute before the next look at the clock; 0 or less when the quantum is used up. */
  #fuel(vm: Vm, now: number, elapsed: number, hostDeadline: number): number {
    const { clock, settings } = this.#core;
    const { quantum, interrupts } = settings;
    const whole = clock.virtual ? hostDeadline - now : Math.min(FUEL_CHUNK_TIME, this.attendance?.interval ?? Infinity);
    const chunk = interrupts === "batched" ? whole : Math.min(whole, IMMEDIATE_CHECK_TIME);
    if ("instructions" in quantum) {
      return Math.min(quantum.instructions - this.#slice.usedInstructions, this.#instructionsIn(chunk, vm));
    }
    const left = quantum.nanoseconds - this.#slice.usedTime - elapsed;
    return left <= 0 ? 0 : this.#instructionsIn(Math.min(left, chunk), vm);
  }

  #instructionsIn(time: number, vm: Vm): number {
    return this.#core.clock.virtual ? Math.ceil(time / VIRTUAL_INSTRUCTION_TIME) : instructionsIn(time, vm.speed);
  }

  /** Real time: a VM that computes sees the time pass, and how fast it computes, which decides how much fuel it is given. */
  #passTime(vm: Vm, retired: number, since: number): void {
    const now = this.#core.clock.now();
    this.#slices.refresh(vm, now);
    vm.speed = blendSpeed(vm.speed, retired, now - since);
    writeSpeed((vm.memory as NonNullable<Vm["memory"]>).view, retired, now - since);
  }
}
