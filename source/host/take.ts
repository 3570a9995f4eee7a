/** The figures of the instrument panel at one time, of which two are compared to make rates of counters. */

import { type InstrumentPanel, KERNEL_FIGURES, type KernelFigure, type VmColumn, VmState } from "../kernel/index.js";

/** Columns of which the last two takes are compared. */
const SAMPLED = [
  "id",
  "state",
  "stateSince",
  "wantsIn",
  "cpuTime",
  "readyTime",
  "idleTime",
  "instructions",
  "slices",
  "interruptsPosted",
  "rxBytes",
  "txBytes",
] as const satisfies readonly VmColumn[];
export type Sampled = (typeof SAMPLED)[number];

/** Times of a VM that go on growing while nothing happens to it. */
export type WaitingTime = "readyTime" | "idleTime";

/** Rows that a take has room for at first. */
const FIRST_ROWS = 256;

/** The panel at one time. */
export class Take {
  time = 0;
  /** Rows that are filled. */
  #rows = 0;
  readonly columns = {} as Record<Sampled, Float64Array>;
  readonly kernel = {} as Record<KernelFigure, number>;

  constructor() {
    this.#makeRoom(FIRST_ROWS);
    for (const figure of KERNEL_FIGURES) this.kernel[figure] = 0;
  }

  copy(panel: InstrumentPanel, rows: number): void {
    for (const figure of KERNEL_FIGURES) this.kernel[figure] = panel.get(figure);
    if (rows > this.columns.id.length) this.#makeRoom(Math.max(rows, 2 * this.columns.id.length));
    for (const column of SAMPLED) this.columns[column].set(panel.vm[column].subarray(0, rows));
    // A copy of the past may have fewer rows than there are now: what is behind them is no VM.
    if (rows < this.#rows) this.columns.id.fill(0, rows, this.#rows);
    this.#rows = rows;
    this.time = panel.get("time");
  }

  /** Grows with the machine: room for as many VMs as there can ever be takes a twentieth of a second to clear. */
  #makeRoom(rows: number): void {
    for (const column of SAMPLED) {
      const before = this.columns[column];
      this.columns[column] = new Float64Array(rows);
      if (before) this.columns[column].set(before);
    }
  }

  /** A time column, with the stretch that is still going on where it will be charged to that. */
  stretched(column: WaitingTime, row: number): number {
    const { columns } = this;
    const going = this.#charged(row) === column ? Math.max(0, this.time - columns.stateSince[row]) : 0;
    return columns[column][row] + going;
  }

  /** What the time of a VM that does not run is charged as now. */
  #charged(row: number): WaitingTime | undefined {
    switch (this.columns.state[row]) {
      case VmState.READY:
        return "readyTime";
      case VmState.IDLE:
        return "idleTime";
      case VmState.SWAPPED:
      case VmState.SWAPPING:
        return this.columns.wantsIn[row] ? "readyTime" : "idleTime";
      default:
        return undefined;
    }
  }
}
