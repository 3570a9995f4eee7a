/**
 * Makes rates and shares of the instrument panel's counters, by comparing the panel with itself one take earlier.
 *
 *     const sampler = new Sampler(client.panel);
 *     sampler.take();                       // once a refresh
 *     for (const row of sampler.rows().slice(0, 40)) show(sampler.vm(row));
 *
 * A take copies a few columns and makes no object, and a VM becomes an object only when it is asked for: 10,000 VMs cost
 * what 40 do. Rates are over the kernel-clock time between the last two takes, or since the VM's creation if that is
 * later; after the first take, since creation. A row that was given to another VM starts anew.
 */

import { type InstrumentPanel, VM_STATE_NAMES, type VmColumn, VmState } from "../kernel/index.js";
import type { MachineFigures, VmFigures } from "./figures.js";
import { machineFigures } from "./machine-figures.js";
import { percent, rate, SECOND } from "./rates.js";
import { type Sampled, Take, type WaitingTime } from "./take.js";

export type { MachineFigures, MachineRates, VectorFigures, VmFigures } from "./figures.js";

const MILLISECOND = 1e6;

/** Tries to see posted, delivered and pending between two updates, which take the kernel far less than one read. */
const COHERENT_READS = 16;

export class Sampler {
  #now: Take;
  #before: Take;
  #rows: number[] = [];
  /** Ids by row when `#rows` was made. */
  #known = new Float64Array();

  /** The live panel, or its copy while frozen. */
  #shown: InstrumentPanel;

  constructor(readonly panel: InstrumentPanel) {
    this.#shown = panel;
    this.#now = new Take();
    this.#before = new Take();
  }

  /**
   * Reads the panel; does nothing while frozen. While the kernel's clock stands still, the rates stay those of the last
   * time it moved.
   */
  take(): void {
    if (this.frozen) return;
    const rows = Math.min(this.panel.get("rows"), this.panel.capacity);
    if (this.panel.get("time") > this.#now.time) [this.#now, this.#before] = [this.#before, this.#now];
    this.#now.copy(this.panel, rows);
    this.#findRows(rows);
  }

  get frozen(): boolean {
    return this.#shown !== this.panel;
  }

  /** Holds every figure as it was at the last take, until {@link thaw}. The kernel goes on. */
  freeze(): void {
    if (this.frozen) return;
    this.#shown = this.panel.copy(this.#known.length, true);
  }

  /** Shows two moments of the past instead: figures of the later one, rates between them; until {@link thaw}. */
  show(earlier: InstrumentPanel, later: InstrumentPanel): void {
    this.#before.copy(earlier, Math.min(earlier.get("rows"), earlier.capacity));
    const rows = Math.min(later.get("rows"), later.capacity);
    this.#now.copy(later, rows);
    this.#shown = later;
    this.#findRows(rows);
  }

  thaw(): void {
    this.#shown = this.panel;
    this.take();
  }

  /** The panel that is shown: the live one, or the one that is held. */
  get shown(): InstrumentPanel {
    return this.#shown;
  }

  /** The column of a figure that needs no second take, for sorting and filtering without making objects. */
  column(name: VmColumn): Float64Array {
    return this.#shown.vm[name];
  }

  name(row: number): string {
    return this.#shown.name(row);
  }

  image(row: number): string {
    return this.#shown.image(row);
  }

  /** Rows that hold a VM, in the order of the VMs' ids. The same array until VMs come or go. */
  rows(): readonly number[] {
    return this.#rows;
  }

  /** By row; 0 in a row without a VM. Until the next take. */
  get ids(): Float64Array {
    return this.#now.columns.id;
  }

  id(row: number): number {
    return this.#now.columns.id[row];
  }

  /** The row of a VM, undefined where there is none. Looks at a few: rows are in the order of ids. */
  rowOf(id: number): number | undefined {
    const rows = this.#rows;
    const ids = this.#now.columns.id;
    let low = 0;
    for (let high = rows.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (ids[rows[middle]] < id) low = middle + 1;
      else high = middle;
    }
    return ids[rows[low]] === id ? rows[low] : undefined;
  }

  cpuPercent(row: number): number {
    return percent(this.#gain("cpuTime", row), this.#window(row));
  }

  readyPercent(row: number): number {
    return percent(this.#stretch("readyTime", row), this.#window(row));
  }

  idlePercent(row: number): number {
    return percent(this.#stretch("idleTime", row), this.#window(row));
  }

  /** Nanoseconds a VM was ready, or idle, up to the last take. */
  waited(column: WaitingTime, row: number): number {
    return this.#now.stretched(column, row);
  }

  instructionsPerSecond(row: number): number {
    return rate(this.#gain("instructions", row), this.#window(row));
  }

  /** Share of the VM's instructions that translated code executed, since its creation. */
  translatedPercent(row: number): number {
    const { instructions, translatedInstructions } = this.#shown.vm;
    return percent(translatedInstructions[row], instructions[row]);
  }

  interruptsPostedPerSecond(row: number): number {
    return rate(this.#gain("interruptsPosted", row), this.#window(row));
  }

  /** Mean length of a turn at the CPU in nanoseconds, 0 for a VM that had none. */
  meanSlice(row: number): number {
    const slices = this.#gain("slices", row);
    return slices > 0 ? this.#gain("cpuTime", row) / slices : 0;
  }

  rxBytesPerSecond(row: number): number {
    return rate(this.#gain("rxBytes", row), this.#window(row));
  }

  txBytesPerSecond(row: number): number {
    return rate(this.#gain("txBytes", row), this.#window(row));
  }

  /** Both directions, without more work than a look at all VMs for the busiest of them should take. */
  bytesPerSecond(row: number): number {
    const now = this.#now.columns;
    const before = this.#before.columns;
    let bytes = now.rxBytes[row] + now.txBytes[row];
    if (before.id[row] === now.id[row]) bytes -= before.rxBytes[row] + before.txBytes[row];
    return bytes === 0 ? 0 : rate(bytes, this.#window(row));
  }

  /** Seconds since creation; stops when the VM ends. */
  uptime(row: number): number {
    const { createdAt, endedAt } = this.#shown.vm;
    return Math.max(0, (endedAt[row] || this.#now.time) - createdAt[row]) / SECOND;
  }

  /** Everything about one VM. */
  vm(row: number): VmFigures {
    const panel = this.#shown;
    const columns = panel.vm;
    return {
      row,
      id: this.id(row),
      name: panel.name(row),
      image: panel.image(row),
      state: VM_STATE_NAMES[columns.state[row]] ?? "ready",
      cpuPercent: this.cpuPercent(row),
      readyPercent: this.readyPercent(row),
      idlePercent: this.idlePercent(row),
      instructions: columns.instructions[row],
      instructionsPerSecond: this.instructionsPerSecond(row),
      translatedInstructions: columns.translatedInstructions[row],
      translatedPercent: this.translatedPercent(row),
      translationMilliseconds: columns.translationTime[row] / MILLISECOND,
      translationKept: columns.translationKept[row] !== 0,
      ...this.#interrupts(row),
      interruptBatches: columns.interruptBatches[row],
      pendingMask: columns.pendingMask[row],
      memorySize: columns.memorySize[row],
      resident: columns.resident[row],
      swapIns: columns.swapIns[row],
      swapOuts: columns.swapOuts[row],
      swappedBytes: columns.swappedBytes[row],
      rxPackets: columns.rxPackets[row],
      txPackets: columns.txPackets[row],
      rxBytes: columns.rxBytes[row],
      txBytes: columns.txBytes[row],
      rxBytesPerSecond: this.rxBytesPerSecond(row),
      txBytesPerSecond: this.txBytesPerSecond(row),
      drops: columns.drops[row],
      rxQueued: columns.rxQueued[row],
      meanTurn: this.meanSlice(row) / SECOND,
      tickets: columns.tickets[row],
      diskReads: columns.diskReads[row],
      diskWrites: columns.diskWrites[row],
      consoleBytes: columns.consoleBytes[row],
      uptime: this.uptime(row),
      status: columns.state[row] === VmState.TERMINATED ? columns.status[row] : undefined,
    };
  }

  /** Everything about the machine. */
  kernel(): MachineFigures {
    return machineFigures(this.#now, this.#before, this.#rows.length);
  }

  /** The three counts as they were at one moment, for the kernel may be between two of them. */
  #interrupts(row: number): Pick<VmFigures, "interruptsPosted" | "interruptsDelivered" | "interruptsPending"> {
    const { interruptsPosted: posted, interruptsDelivered: delivered, interruptsPending: pending } = this.#shown.vm;
    const { endedAt } = this.#shown.vm;
    let counts = { interruptsPosted: 0, interruptsDelivered: 0, interruptsPending: 0 };
    for (let read = 0; read < COHERENT_READS; read++) {
      counts = { interruptsPosted: posted[row], interruptsDelivered: delivered[row], interruptsPending: pending[row] };
      // What an ended VM had not taken is neither.
      if (endedAt[row] !== 0 || counts.interruptsPosted === counts.interruptsDelivered + counts.interruptsPending)
        break;
    }
    return counts;
  }

  /** True when the row held the same VM at the take before. */
  #lasted(row: number): boolean {
    return this.#before.columns.id[row] === this.#now.columns.id[row];
  }

  #gain(column: Sampled, row: number): number {
    return this.#now.columns[column][row] - (this.#lasted(row) ? this.#before.columns[column][row] : 0);
  }

  #stretch(column: WaitingTime, row: number): number {
    const before = this.#lasted(row) ? this.#before.stretched(column, row) : 0;
    return this.#now.stretched(column, row) - before;
  }

  /** Nanoseconds over which a VM's rates are taken. */
  #window(row: number): number {
    const createdAt = this.#shown.vm.createdAt[row];
    return this.#now.time - (this.#lasted(row) ? Math.max(this.#before.time, createdAt) : createdAt);
  }

  #findRows(rows: number): void {
    const ids = this.#now.columns.id;
    if (rows === this.#known.length && !this.#populationChanged(rows)) return;
    this.#known = ids.slice(0, rows);
    this.#rows = [];
    for (let row = 0; row < rows; row++) if (ids[row] !== 0) this.#rows.push(row);
    this.#rows.sort((left, right) => ids[left] - ids[right]);
  }

  #populationChanged(rows: number): boolean {
    const ids = this.#now.columns.id;
    for (let row = 0; row < rows; row++) if (ids[row] !== this.#known[row]) return true;
    return false;
  }
}
