/**
 * Runs a VM for its quantum: enters it, hands its virtual instructions to their implementations, and leaves it when the
 * quantum is used up, when it gives the CPU up, or when it ends. A quantum can be interrupted for the host's sake and gone
 * on with later; to the guest that is invisible.
 */

import { VirtualRegister } from "../abi.js";
import { FIGURE } from "../instruments.js";
import { type Operation, type OperationContext, Outcome } from "../operations/operation.js";
import { OPERATIONS } from "../operations/table.js";
import {
  FUEL_CHUNK_TIME,
  IMMEDIATE_CHECK_TIME,
  PROBE_FUEL,
  VIRTUAL_CPU_SPEED,
  VIRTUAL_OPERATION_TIME,
} from "../params.js";
import { SliceEnd } from "../trace.js";
import type { ClockRegisters } from "../vm/virtual-registers.js";
import type { Vm } from "../vm/vm.js";
import { Exit, type Fault, StateWord } from "../x86/machine.js";
import type { Accounting } from "./accounting.js";
import { GuestFault } from "./guest-access.js";

/** Nanoseconds an instruction takes in virtual time. */
export const VIRTUAL_INSTRUCTION_TIME = 1e6 / VIRTUAL_CPU_SPEED;

/** Bytes of an `int N` instruction. */
const INT_LENGTH = 2;
const INT_OPCODE = 0xcd;

export class Dispatcher {
  readonly #context: OperationContext;
  readonly #accounting: Accounting;
  readonly #clocks: ClockRegisters;
  readonly #crash: (vm: Vm, fault: Fault) => void;
  readonly #eventsDue: (now: number) => boolean;
  /** The VM whose quantum is under way, between calls of {@link run} too. */
  #current: Vm | undefined;
  /** When it began, and why it ends. */
  #startedAt = 0;
  #why: SliceEnd = SliceEnd.QUANTUM;
  /** How much of its quantum the current VM has used. */
  #usedTime = 0;
  #usedInstructions = 0;
  /** False until the current VM has been given the interrupts that its quantum begins with. */
  #entered = false;

  constructor(
    context: OperationContext,
    accounting: Accounting,
    clocks: ClockRegisters,
    crash: (vm: Vm, fault: Fault) => void,
    eventsDue: (now: number) => boolean,
  ) {
    this.#context = context;
    this.#accounting = accounting;
    this.#clocks = clocks;
    this.#crash = crash;
    this.#eventsDue = eventsDue;
  }

  /** The VM whose quantum was interrupted for the host's sake, if any. */
  get current(): Vm | undefined {
    return this.#current;
  }

  /** Begins a VM's quantum. It must be in core, ready, and in no queue. */
  begin(vm: Vm): void {
    const { core } = this.#context;
    this.#current = vm;
    this.#startedAt = core.clock.now();
    this.#why = SliceEnd.QUANTUM;
    this.#usedTime = 0;
    this.#usedInstructions = 0;
    this.#entered = false;
    vm.wokeFromIdle = false;
    this.#accounting.setRunning(vm, this.#startedAt);
    core.panel.figures[FIGURE.contextSwitches]++;
    core.panel.vm.slices[vm.row]++;
  }

  /** Goes on with the quantum that was begun, until it ends or, if it lasts so long, the clock reads `hostDeadline`. */
  run(hostDeadline: number): void {
    const vm = this.#current as Vm;
    const { clock } = this.#context.core;
    const started = clock.now();
    let leaves = !this.#enter(vm, started);
    let now = started;
    while (!leaves) {
      const fuel = this.#fuel(vm, now, now - started, hostDeadline);
      if (fuel <= 0) leaves = true;
      else {
        leaves = this.#execute(vm, fuel, now);
        if (leaves) this.#why = SliceEnd.IDLE;
        now = clock.now();
        if (!leaves && this.#mustGiveWay(now)) leaves = true;
        if (now >= hostDeadline && !leaves) break;
      }
    }
    this.#usedTime += now - started;
    if (leaves) this.#leave(vm, now);
  }

  /** Whether something may interrupt another VM, where that is not to wait for the end of the quantum. */
  #mustGiveWay(now: number): boolean {
    if (this.#context.core.settings.interrupts === "batched" || !this.#eventsDue(now)) return false;
    this.#why = SliceEnd.INTERRUPT;
    return true;
  }

  /** Charges what the VM with the CPU has used so far, so that a long quantum shows before it ends. */
  chargeCurrent(now: number): void {
    if (this.#current) this.#accounting.charge(this.#current, now);
  }

  /** Ends the current quantum before its time: the VM was paused or ended by somebody else. */
  preempt(vm: Vm): void {
    if (this.#current !== vm) return;
    this.#why = SliceEnd.ENDED;
    this.#leave(vm, this.#context.core.clock.now());
  }

  /** Refreshes the registers and, once a quantum, delivers interrupts; false when the VM did not survive it. */
  #enter(vm: Vm, now: number): boolean {
    if (this.#entered) return true;
    this.#entered = true;
    this.#refresh(vm, now);
    try {
      this.#context.interrupts.deliver(vm);
      return true;
    } catch (error) {
      this.#faulted(vm, error, vm.state[StateWord.EIP], new Uint8Array());
      return false;
    }
  }

  /** Brings the registers up to date that the kernel changes. */
  #refresh(vm: Vm, now: number): void {
    const { view } = vm.memory as NonNullable<Vm["memory"]>;
    this.#clocks.write(view, now);
    view.setUint32(VirtualRegister.INTERRUPTS_PENDING, vm.pendingMask, true);
  }

  /** Executes at most `fuel` instructions; true when the VM leaves the CPU. */
  #execute(vm: Vm, fuel: number, now: number): boolean {
    const { core } = this.#context;
    const memory = vm.memory as NonNullable<Vm["memory"]>;
    const { engine } = vm;
    const exit = engine.run(vm.state, memory, fuel);
    const { retired } = engine;
    this.#usedInstructions += retired;
    core.panel.vm.instructions[vm.row] += retired;
    if (engine.translated) core.panel.vm.translatedInstructions[vm.row] += engine.translated;
    core.panel.figures[FIGURE.instructions] += retired;
    if (core.clock.virtual) core.clock.advanceTo(now + retired * VIRTUAL_INSTRUCTION_TIME);
    if (exit === Exit.FUEL) {
      if (!core.clock.virtual) this.#passTime(vm, retired, now);
      return false;
    }
    if (exit === Exit.FAULT) {
      this.#crash(vm, engine.fault as Fault);
      return true;
    }
    return this.#operate(vm, engine.vector);
  }

  #operate(vm: Vm, vector: number): boolean {
    const { core } = this.#context;
    const memory = vm.memory as NonNullable<Vm["memory"]>;
    const operation: Operation | undefined = OPERATIONS[vector];
    const eip = vm.state[StateWord.EIP];
    try {
      if (!operation)
        throw new GuestFault("bad virtual instruction", `there is no virtual instruction 0x${vector.toString(16)}`);
      if (core.clock.virtual) core.clock.advanceTo(core.clock.now() + VIRTUAL_OPERATION_TIME);
      if (operation(this.#context, vm, memory) === Outcome.LEAVE) return true;
    } catch (error) {
      this.#faulted(vm, error, eip - INT_LENGTH, Uint8Array.of(INT_OPCODE, vector));
      return true;
    }
    this.#refresh(vm, core.clock.now());
    return false;
  }

  /** Instructions to execute before the next look at the clock; 0 or less when the quantum is used up. */
  #fuel(vm: Vm, now: number, elapsed: number, hostDeadline: number): number {
    const { core } = this.#context;
    const { quantum, interrupts } = core.settings;
    const whole = core.clock.virtual ? hostDeadline - now : FUEL_CHUNK_TIME;
    const chunk = interrupts === "batched" ? whole : Math.min(whole, IMMEDIATE_CHECK_TIME);
    if ("instructions" in quantum) {
      return Math.min(quantum.instructions - this.#usedInstructions, this.#instructionsIn(chunk, vm));
    }
    const left = quantum.nanoseconds - this.#usedTime - elapsed;
    return left <= 0 ? 0 : this.#instructionsIn(Math.min(left, chunk), vm);
  }

  /** Instructions that the VM executes in so many nanoseconds, in real time as far as is known. */
  #instructionsIn(time: number, vm: Vm): number {
    if (this.#context.core.clock.virtual) return Math.ceil(time / VIRTUAL_INSTRUCTION_TIME);
    return Math.max(PROBE_FUEL, Math.floor(time * vm.speed));
  }

  /** Real time: a VM that computes sees the time pass, and how fast it computes decides how much fuel it is given. */
  #passTime(vm: Vm, retired: number, since: number): void {
    const now = this.#context.core.clock.now();
    this.#refresh(vm, now);
    if (now <= since) return;
    const speed = retired / (now - since);
    vm.speed = vm.speed === 0 ? speed : (vm.speed + speed) / 2;
  }

  #leave(vm: Vm, now: number): void {
    const { core, scheduler } = this.#context;
    const quantum = core.settings.quantum;
    const whole = "nanoseconds" in quantum ? quantum.nanoseconds : Math.max(1, this.#usedTime);
    this.#current = undefined;
    this.#accounting.setRunning(undefined, now);
    this.#trace(vm, now);
    scheduler.policy.charge(vm, this.#usedTime, whole, vm.returningFromIdle);
    scheduler.left(vm);
  }

  #trace(vm: Vm, now: number): void {
    const { panel } = this.#context.core;
    const why = vm.ended ? SliceEnd.ENDED : this.#why;
    panel.trace.write(panel.figures[FIGURE.slices]++, vm.id, this.#startedAt, now, why);
  }

  #faulted(vm: Vm, error: unknown, eip: number, bytes: Uint8Array): void {
    if (!(error instanceof GuestFault)) throw error;
    vm.state[StateWord.EIP] = eip;
    const instruction = bytes.length === 0 ? "" : `int 0x${bytes[1].toString(16)}`;
    this.#crash(vm, { cause: error.faultCause, eip: eip >>> 0, bytes, instruction, detail: error.detail });
  }
}
