/**
 * What a turn of a VM on a CPU is, on whichever: entering it, carrying out its virtual instructions, leaving it, and charging
 * it for all of that. Who executes its instructions in between, the kernel's own thread or another, is a dispatcher's matter.
 */

import { VirtualRegister } from "../abi.js";
import { FIGURE } from "../instruments.js";
import { print } from "../operations/console.js";
import { type Operation, type OperationContext, Outcome } from "../operations/operation.js";
import { OPERATIONS } from "../operations/table.js";
import { VIRTUAL_OPERATION_TIME } from "../params.js";
import { SliceEnd } from "../trace.js";
import type { ClockRegisters } from "../vm/virtual-registers.js";
import { NO_CPU, type Vm } from "../vm/vm.js";
import { type Fault, INT_LENGTH, INT_OPCODE, StateWord } from "../x86/machine.js";
import type { Accounting } from "./accounting.js";
import { GuestFault } from "./guest-access.js";

/** Instructions: beyond any that matters, and the sum of two of it is a small whole number. */
const LONGEST_STRETCH = 1e9;

/** The turn of the VM that has a CPU. Every CPU has one of these, which is used again for every turn. */
export class Slice {
  vm: Vm | undefined;
  /** When it began, in nanoseconds of the kernel's clock, and why it ends. */
  startedAt = 0;
  why: SliceEnd = SliceEnd.QUANTUM;
  /** How much of its quantum the VM has used: nanoseconds, and instructions. */
  usedTime = 0;
  usedInstructions = 0;
  /** False until the VM has been given the interrupts that its turn begins with. */
  entered = false;

  constructor(readonly cpu: number) {}
}

export class Slices {
  readonly #context: OperationContext;
  readonly #accounting: Accounting;
  readonly #clocks: ClockRegisters;
  readonly #crash: (vm: Vm, fault: Fault) => void;

  constructor(
    context: OperationContext,
    accounting: Accounting,
    clocks: ClockRegisters,
    crash: (vm: Vm, fault: Fault) => void,
  ) {
    this.#context = context;
    this.#accounting = accounting;
    this.#clocks = clocks;
    this.#crash = crash;
  }

  /** Begins a VM's turn on a CPU that has none. The VM must be in core, ready, and in no queue. */
  begin(slice: Slice, vm: Vm): void {
    const { core } = this.#context;
    slice.vm = vm;
    slice.startedAt = core.clock.now();
    slice.why = SliceEnd.QUANTUM;
    slice.usedTime = 0;
    slice.usedInstructions = 0;
    slice.entered = false;
    vm.wokeFromIdle = false;
    if (vm.awaitsTurn) this.#context.scheduler.gatekeeper.hasTurn(vm);
    this.#accounting.setCpu(vm, slice.cpu, slice.startedAt);
    core.panel.figures[FIGURE.contextSwitches]++;
    core.panel.vm.slices[vm.row]++;
  }

  /** Refreshes the registers and, once a turn, delivers interrupts; false when the VM did not survive it. */
  enter(slice: Slice, now: number): boolean {
    if (slice.entered) return true;
    const vm = slice.vm as Vm;
    slice.entered = true;
    this.refresh(vm, now);
    try {
      this.#context.interrupts.deliver(vm);
      return true;
    } catch (error) {
      this.#faulted(vm, error, vm.state[StateWord.EIP], new Uint8Array());
      return false;
    }
  }

  /** Brings the registers up to date that the kernel changes. */
  refresh(vm: Vm, now: number): void {
    const { view } = vm.memory as NonNullable<Vm["memory"]>;
    this.#clocks.write(view, now);
    view.setUint32(VirtualRegister.INTERRUPTS_PENDING, vm.pendingMask, true);
  }

  /** Counts instructions that the VM has retired, `translated` of them in translated code. */
  retire(slice: Slice, retired: number, translated: number): void {
    const { panel } = this.#context.core;
    const vm = slice.vm as Vm;
    slice.usedInstructions += retired;
    vm.stretch += retired;
    panel.vm.instructions[vm.row] += retired;
    if (translated) panel.vm.translatedInstructions[vm.row] += translated;
    panel.figures[FIGURE.instructions] += retired;
  }

  /** Puts on the VM's console what it printed where its slice ran; the bytes are copied. */
  print(slice: Slice, bytes: Uint8Array): void {
    print(this.#context, slice.vm as Vm, bytes);
  }

  /** Carries out a virtual instruction that was retired; true when the VM leaves the CPU. */
  operate(slice: Slice, vector: number): boolean {
    const { core } = this.#context;
    const vm = slice.vm as Vm;
    const memory = vm.memory as NonNullable<Vm["memory"]>;
    const operation: Operation | undefined = OPERATIONS[vector];
    const eip = vm.state[StateWord.EIP];
    vm.usualStretch = (vm.usualStretch + Math.min(vm.stretch, LONGEST_STRETCH)) >>> 1;
    vm.stretch = 0;
    try {
      if (!operation)
        throw new GuestFault("bad virtual instruction", `there is no virtual instruction 0x${vector.toString(16)}`);
      if (core.clock.virtual) core.clock.advanceTo(core.clock.now() + VIRTUAL_OPERATION_TIME);
      if (operation(this.#context, vm, memory) === Outcome.LEAVE) return true;
    } catch (error) {
      this.#faulted(vm, error, eip - INT_LENGTH, Uint8Array.of(INT_OPCODE, vector));
      return true;
    }
    this.refresh(vm, core.clock.now());
    return false;
  }

  /** Ends the VM, whose instruction could not be executed. */
  crash(slice: Slice, fault: Fault): void {
    this.#crash(slice.vm as Vm, fault);
  }

  /** Ends the turn: the VM goes where it belongs now. */
  leave(slice: Slice, now: number): void {
    const { core, scheduler } = this.#context;
    const vm = slice.vm as Vm;
    const quantum = core.settings.quantum;
    const whole = "nanoseconds" in quantum ? quantum.nanoseconds : timeOf(quantum.instructions, slice);
    slice.vm = undefined;
    this.#accounting.setCpu(vm, NO_CPU, now);
    this.#trace(slice, vm, now);
    scheduler.policy.charge(vm, slice.usedTime, whole, vm.returningFromIdle);
    scheduler.left(vm);
  }

  #trace({ cpu, startedAt, why }: Slice, vm: Vm, now: number): void {
    const { panel } = this.#context.core;
    panel.trace.write(panel.figures[FIGURE.slices]++, vm.id, startedAt, now, vm.ended ? SliceEnd.ENDED : why, cpu);
  }

  #faulted(vm: Vm, error: unknown, eip: number, bytes: Uint8Array): void {
    if (!(error instanceof GuestFault)) throw error;
    vm.state[StateWord.EIP] = eip;
    const instruction = bytes.length === 0 ? "" : `int 0x${bytes[1].toString(16)}`;
    this.#crash(vm, { cause: error.faultCause, eip: eip >>> 0, bytes, instruction, detail: error.detail });
  }
}

/** Nanoseconds that so many instructions take the VM, going by those of its turn. */
function timeOf(instructions: number, { usedTime, usedInstructions }: Slice): number {
  return Math.max(1, (usedTime * instructions) / Math.max(1, usedInstructions));
}
