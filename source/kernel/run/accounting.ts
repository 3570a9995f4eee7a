/**
 * Keeps each VM's state and where its time went in the instrument panel. Time is charged to the VM whose state it was spent
 * in: running is CPU time; wanting the CPU, in core or not, is ready time, and so is having it while the host has its turn;
 * waiting for an event is idle time. What the kernel does on a VM's behalf alone, see debts.ts, is its CPU time too.
 */

import { VM_STATE_NAMES } from "../abi.js";
import { FIGURE, type VmColumn } from "../instruments.js";
import { Activity, NO_CPU, Residency, stateOf, type Vm } from "../vm/vm.js";
import type { Core } from "./core.js";

const STATE_FIGURES = VM_STATE_NAMES.map((name) => FIGURE[`vms:${name}`]);

/** The CPU that is the kernel's own thread. */
export const KERNEL_CPU = 0;

export class Accounting {
  readonly #core: Core;
  /** Nanoseconds in which the kernel's own thread ran guests, or worked for one. */
  ownTime = 0;
  /** False between two steps in real time: who has the kernel's own CPU then waits for the host. */
  stepping = true;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Opens the VM's row. */
  open(vm: Vm, now: number): void {
    const { panel } = this.#core;
    panel.open(vm.row, vm.name, vm.image.name);
    panel.vm.createdAt[vm.row] = now;
    panel.vm.stateSince[vm.row] = now;
    panel.vm.memorySize[vm.row] = vm.memorySize;
    panel.vm.tickets[vm.row] = vm.tickets;
    vm.shownState = stateOf(vm);
    panel.vm.state[vm.row] = vm.shownState;
    panel.vm.wantsIn[vm.row] = Number(vm.runnable);
    panel.figures[STATE_FIGURES[vm.shownState]]++;
    panel.vm.id[vm.row] = vm.id;
  }

  /** Takes the VM out of the counts by state, before its row is used again. */
  close(vm: Vm): void {
    vm.reaped = true;
    this.#core.panel.figures[STATE_FIGURES[vm.shownState]]--;
  }

  /** Charges the time since the last call; call it before anything changes that decides where time is charged. */
  charge(vm: Vm, now: number): void {
    const { vm: columns } = this.#core.panel;
    const elapsed = now - columns.stateSince[vm.row];
    columns.stateSince[vm.row] = now;
    if (elapsed <= 0) return;
    const column = this.#chargedColumn(vm);
    if (column) columns[column][vm.row] += elapsed;
    if (column !== "cpuTime") return;
    this.#core.panel.figures[FIGURE.busyTime] += elapsed;
    if (vm.cpu === KERNEL_CPU) this.ownTime += elapsed;
  }

  /** Charges the VM, as CPU time, for what the kernel's own thread did on its behalf meanwhile: no moment is charged twice. */
  chargeWork(vm: Vm, since: number, now: number): void {
    this.charge(vm, since);
    const { vm: columns, figures } = this.#core.panel;
    columns.stateSince[vm.row] = now;
    columns.cpuTime[vm.row] += now - since;
    figures[FIGURE.busyTime] += now - since;
    this.ownTime += now - since;
  }

  /** Shows the VM's state as it is now; call it after any change. */
  show(vm: Vm): void {
    if (vm.reaped) return;
    const { panel } = this.#core;
    const state = stateOf(vm);
    panel.vm.resident[vm.row] = vm.residency === Residency.OUT ? 0 : vm.memorySize;
    // In core the state says it, and to write it there as well would cost every switch.
    if (vm.residency !== Residency.RESIDENT) panel.vm.wantsIn[vm.row] = Number(vm.runnable);
    if (state === vm.shownState) return;
    panel.figures[STATE_FIGURES[vm.shownState]]--;
    panel.figures[STATE_FIGURES[state]]++;
    vm.shownState = state;
    panel.vm.state[vm.row] = state;
  }

  /** Gives the VM a CPU, or with {@link NO_CPU} takes its own from it. */
  setCpu(vm: Vm, cpu: number, now: number): void {
    // What was charged already is not taken back.
    this.charge(vm, Math.max(now, this.#core.panel.vm.stateSince[vm.row]));
    vm.cpu = cpu;
    this.show(vm);
  }

  #chargedColumn(vm: Vm): VmColumn | undefined {
    if (vm.cpu !== NO_CPU) return this.stepping || vm.cpu !== KERNEL_CPU ? "cpuTime" : "readyTime";
    if (vm.paused || vm.activity === Activity.ENDED) return undefined;
    return vm.activity === Activity.READY ? "readyTime" : "idleTime";
  }
}
