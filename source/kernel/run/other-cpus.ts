/**
 * The CPUs beside the kernel's own thread. Each executes slices of VMs; all else, who runs where, what a virtual instruction
 * does, what a VM is charged, is decided here, in the kernel's thread, as for the kernel's own CPU.
 *
 * A slice is sent, runs until its quantum is used up or the guest wants something, and is met at the next look: between two
 * slices of the kernel's own CPU, every `ATTENDANCE_TIME` while that computes, and at once while it waits. VMs that want
 * something often would wait for such looks most of the time, so that only those go that compute for a while at a stretch.
 * Printing is no reason to wait: what a guest prints comes with its slice.
 */

import { ATTENDANCE_TIME, VMS_PASSED_OVER, WORTH_SENDING } from "../params.js";
import { Status } from "../processors/mailbox.js";
import { isPortable, Processor } from "../processors/processor.js";
import { SliceEnd } from "../trace.js";
import type { VmMemory } from "../vm/memory.js";
import type { Vm } from "../vm/vm.js";
import { Exit, INT_LENGTH, StateWord } from "../x86/machine.js";
import { type Accounting, KERNEL_CPU } from "./accounting.js";
import type { Core } from "./core.js";
import type { Attendance } from "./dispatcher.js";
import type { Gatekeeper } from "./gatekeeper.js";
import type { Scheduler } from "./scheduler.js";
import { Slice, type Slices } from "./slice.js";

/** A CPU with the turn it executes. */
interface Cpu {
  readonly processor: Processor;
  readonly slice: Slice;
  /** Kernel time at which the present part of the slice was sent. */
  sentAt: number;
}

/** What the other CPUs work with. */
export interface OtherCpusParts {
  readonly core: Core;
  readonly accounting: Accounting;
  readonly scheduler: Scheduler;
  readonly gatekeeper: Gatekeeper;
  readonly slices: Slices;
}

export class OtherCpus implements Attendance {
  readonly #parts: OtherCpusParts;
  /** None until a VM is worth sending: starting their threads takes some 50 ms of CPU time each. */
  #cpus: readonly Cpu[] = [];
  readonly #start: () => readonly Cpu[];
  /** Slices under way. */
  #busy = 0;

  /**
   * @param count of them; @param file the built processors/processor-worker.ts
   * @param onWork called when a slice is over while the kernel waits
   */
  constructor(parts: OtherCpusParts, count: number, file: string, onWork: () => void) {
    this.#parts = parts;
    this.#start = () =>
      Array.from({ length: count }, (_, index) => ({
        processor: new Processor(file, parts.core.clock.epoch, onWork),
        slice: new Slice(KERNEL_CPU + 1 + index),
        sentAt: 0,
      }));
  }

  /** @see Attendance */
  get interval(): number {
    return this.#busy > 0 ? ATTENDANCE_TIME : Number.POSITIVE_INFINITY;
  }

  /** While the kernel's own CPU computes: meets slices that are over, and gives CPUs that are free something to do. */
  attend(computing: Vm): void {
    if (this.#cpus.length === 0 && this.#isWorthSending(computing)) this.#cpus = this.#start();
    // Whoever was met may be the one to be swapped out: he is in core for as long as anybody, and runs whenever he can.
    if (this.meet()) this.#parts.gatekeeper.advance();
    this.deal();
  }

  /** Meets all slices that are over; true when there were any. @throws what broke the thread of a CPU */
  meet(): boolean {
    if (this.#busy === 0) return false;
    let met = false;
    for (const cpu of this.#cpus) {
      if (!cpu.slice.vm || cpu.processor.status !== Status.DONE) continue;
      this.#meet(cpu);
      met = true;
    }
    return met;
  }

  /** Sends VMs that are worth it to CPUs that are free, as far as the run queue has such. */
  deal(): void {
    const { scheduler, core } = this.#parts;
    // A guest elsewhere could not be interrupted within the time that is meant by it.
    if (core.settings.interrupts === "immediate") return;
    for (const cpu of this.#cpus) {
      if (cpu.slice.vm || cpu.processor.status !== Status.FREE) continue;
      const vm = scheduler.nextSuch(this.#isWorthSending, VMS_PASSED_OVER);
      if (!vm) return;
      this.#begin(cpu, vm);
    }
  }

  /** Has a VM that runs on one of these leave it, before anything is done to it or read of it. */
  recall(vm: Vm, why: SliceEnd = SliceEnd.ENDED): void {
    const cpu = this.#cpus.find(({ slice }) => slice.vm === vm);
    if (!cpu) return;
    cpu.slice.why = why;
    cpu.processor.stop();
    if (cpu.processor.join()) this.#takeBack(cpu);
    else this.#leave(cpu, this.#parts.core.clock.now());
  }

  /** Charges what is under way, so that it shows before it ends. */
  chargeAll(now: number): void {
    if (this.#busy === 0) return;
    for (const { slice } of this.#cpus) if (slice.vm) this.#parts.accounting.charge(slice.vm, now);
  }

  /** Whether the kernel, which has nothing else to do, can wait to be called; false when a slice is over already. */
  beginWaiting(): boolean {
    for (const { processor } of this.#cpus) processor.call = true;
    return !this.#cpus.some(({ slice, processor }) => slice.vm && processor.status === Status.DONE);
  }

  endWaiting(): void {
    for (const { processor } of this.#cpus) processor.call = false;
  }

  /** The memory was dropped: no CPU is to keep it. */
  forget(memory: VmMemory): void {
    for (const { processor } of this.#cpus) processor.forget(memory);
  }

  /** Much was dropped: it is to be given back to the host. */
  collect(): void {
    for (const { processor } of this.#cpus) processor.collect();
  }

  /** Ends the threads. No VM may run on them any more. */
  async close(): Promise<void> {
    await Promise.all(this.#cpus.map(({ processor }) => processor.close()));
  }

  readonly #isWorthSending = (vm: Vm): boolean =>
    vm.speed > 0 &&
    Math.max(vm.stretch, vm.usualStretch) >= vm.speed * WORTH_SENDING &&
    !vm.supervisor &&
    isPortable(vm.engine, vm.image.interpreter);

  #begin(cpu: Cpu, vm: Vm): void {
    this.#busy++;
    this.#parts.slices.begin(cpu.slice, vm);
    const now = cpu.slice.startedAt;
    if (this.#parts.slices.enter(cpu.slice, now)) this.#send(cpu, vm, now);
    else this.#leave(cpu, now);
  }

  /** Sends what is left of the quantum; leaves when nothing is. */
  #send(cpu: Cpu, vm: Vm, now: number): void {
    const { quantum } = this.#parts.core.settings;
    const { usedTime, usedInstructions } = cpu.slice;
    const time = "nanoseconds" in quantum ? quantum.nanoseconds - usedTime : Number.POSITIVE_INFINITY;
    const instructions = "instructions" in quantum ? quantum.instructions - usedInstructions : Number.POSITIVE_INFINITY;
    if (time <= 0 || instructions <= 0) {
      this.#leave(cpu, now);
      return;
    }
    cpu.sentAt = now;
    cpu.processor.send(vm, now, time, instructions);
  }

  /** Carries out what the guest wanted, and lets it go on where it has some of its quantum left. */
  #meet(cpu: Cpu): void {
    const { slices, core } = this.#parts;
    const { slice, processor } = cpu;
    const vm = slice.vm as Vm;
    const { exit, vector, finishedAt } = this.#take(cpu, vm);
    if (exit === Exit.FAULT) slices.crash(slice, processor.takeFault());
    else if (exit === Exit.VIRTUAL_INSTRUCTION) {
      if (slices.operate(slice, vector)) slice.why = SliceEnd.IDLE;
      else if (this.#isWorthSending(vm)) {
        this.#send(cpu, vm, core.clock.now());
        return;
      }
    }
    this.#leave(cpu, finishedAt);
  }

  /** Takes a VM from a CPU that was told to stop. A virtual instruction that it met on the way is met again when it goes on. */
  #takeBack(cpu: Cpu): void {
    const vm = cpu.slice.vm as Vm;
    const { exit, finishedAt } = this.#take(cpu, vm);
    if (exit === Exit.FAULT) this.#parts.slices.crash(cpu.slice, cpu.processor.takeFault());
    else if (exit === Exit.VIRTUAL_INSTRUCTION) {
      vm.state[StateWord.EIP] -= INT_LENGTH;
      this.#parts.slices.retire(cpu.slice, -1, 0);
    }
    this.#leave(cpu, finishedAt);
  }

  #take({ processor, slice, sentAt }: Cpu, vm: Vm): { exit: number; vector: number; finishedAt: number } {
    const { exit, vector, retired, translated, elapsed } = processor.take(vm);
    const whole = Math.round(elapsed);
    this.#parts.slices.retire(slice, retired, translated);
    if (processor.output.length > 0) this.#parts.slices.print(slice, processor.output);
    slice.usedTime += whole;
    return { exit, vector, finishedAt: sentAt + whole };
  }

  #leave({ slice }: Cpu, now: number): void {
    this.#busy--;
    this.#parts.slices.leave(slice, now);
  }
}
