/**
 * The kernel's figures as the screen needs them: sampled, ordered, with their history. What is shown can be held, or be a
 * moment of the past; history and timeline go on being kept meanwhile.
 */

import type { MachineFigures, VmFigures } from "../host/figures.js";
import { Sampler } from "../host/sampler.js";
import { Timeline } from "../host/timeline.js";
import { type InstrumentPanel, VM_STATE_NAMES, type VmColumn } from "../kernel/index.js";
import type { Filter } from "./filter.js";
import { History, type Stretch } from "./history.js";
import { settingChanges } from "./presentation/settings.js";
import { hasEnded } from "./presentation/states.js";
import { TicketChanges } from "./ticket-changes.js";
import { type Sort, VmOrder } from "./vm-order.js";

/** A figure of the VM in a row. */
export type VmValue = (sampler: Sampler, row: number) => number;

/** What commands and questions about them go by. */
export type PresentVm = Pick<VmFigures, "id" | "name" | "image" | "state">;

/** Figures of a VM at a moment of the past. */
export interface VmMoment {
  /** Kernel seconds. */
  readonly time: number;
  readonly values: readonly number[];
}

/** The number of the VM that a kernel starts first, which is the supervisor where there is one. */
const FIRST_VM = 1;

export class Dashboard {
  readonly order: VmOrder;
  readonly history = new History();
  readonly timeline = new Timeline();
  /** Follows the kernel. */
  #live: Sampler;
  /** What is shown instead, while the display is frozen or shows the past. */
  #held: Sampler | undefined;
  /** For looking through the past, beside what is shown. */
  #past: Sampler | undefined;
  #machine: MachineFigures;
  /** The machine as it is now, whatever is shown. */
  #present: MachineFigures;
  /** The machine at the latest time that was seen: a recording goes back, and what it then shows again is known already. */
  #latest: MachineFigures;
  /** Kernel seconds from which on the next rates are. */
  #since: number;
  readonly #tickets = new TicketChanges();
  readonly #panel: InstrumentPanel;
  readonly #policies: readonly string[];

  constructor(panel: InstrumentPanel, policies: readonly string[]) {
    this.#panel = panel;
    this.#policies = policies;
    this.#live = new Sampler(panel);
    this.order = new VmOrder(this.#live);
    this.#live.take();
    this.#tickets.look(this.#live);
    this.#machine = this.#present = this.#latest = this.#live.kernel();
    this.#since = this.#present.time;
  }

  /** The figures that are shown. */
  get sampler(): Sampler {
    return this.#held ?? this.#live;
  }

  /** The machine as it is shown. */
  get machine(): MachineFigures {
    return this.#machine;
  }

  get present(): MachineFigures {
    return this.#present;
  }

  /** Reads the panel once. Draws nothing and waits for nothing. */
  take(): void {
    this.#live.take();
    const machine = this.#live.kernel();
    if (machine.time > this.#latest.time) {
      if (machine.time > this.#since) this.history.add(machine, machine.time - this.#since);
      this.timeline.add(this.#panel);
      const settings = settingChanges(this.#latest, machine, this.#policies);
      for (const text of [...settings, ...this.#tickets.look(this.#live)]) {
        this.history.mark({ time: machine.time, text });
      }
      this.#latest = machine;
    }
    this.#since = machine.time;
    this.#present = machine;
    if (!this.#held) this.#machine = machine;
  }

  /** Holds what is shown. */
  freeze(): void {
    if (this.#held) return;
    this.#held = this.#live;
    this.#held.freeze();
    this.#live = new Sampler(this.#panel);
    this.#live.take();
    // Its first rates are since the machine's start, which is no sample of the present.
    this.#since = this.#live.kernel().time;
  }

  /** Shows the present again. */
  thaw(): void {
    this.#held = undefined;
    this.order.sampler = this.#live;
    this.#machine = this.#present;
  }

  /**
   * Shows the last moment that is kept at or before a time in kernel seconds, or the oldest that has one before it, which its
   * rates are taken from; answers that moment's time.
   */
  showPast(time: number): number {
    const moments = this.timeline.at(time);
    if (!moments) return this.#machine.time;
    this.freeze();
    const held = this.#held as Sampler;
    held.show(moments.earlier, moments.later);
    this.#machine = held.kernel();
    return this.#machine.time;
  }

  /** Values of one VM at the moments of a stretch of time that are kept, oldest first. */
  vmHistory(id: number, { until, seconds }: Stretch, values: readonly VmValue[]): VmMoment[] {
    this.#past ??= new Sampler(this.#panel);
    const past = this.#past;
    const moments: VmMoment[] = [];
    for (const { earlier, later } of this.timeline.between(until - seconds, until)) {
      const row = later.vm.id.indexOf(id);
      if (row < 0) continue;
      past.show(earlier, later);
      moments.push({ time: later.get("time") / 1e9, values: values.map((value) => value(past, row)) });
    }
    return moments;
  }

  arrange(filter: Filter | undefined, sort: Sort): void {
    this.order.sampler = this.sampler;
    this.order.update(filter, sort);
  }

  /** The row of a VM, undefined once it is gone. */
  row(id: number | undefined): number | undefined {
    return id === undefined ? undefined : this.sampler.rowOf(id);
  }

  /** A VM as it is now, whatever is shown: what a command is for. Undefined once it is gone. */
  now(id: number): PresentVm | undefined {
    const live = this.#live;
    const row = live.rowOf(id);
    if (row === undefined) return undefined;
    const state = VM_STATE_NAMES[live.column("state")[row]] ?? "ready";
    return { id, name: live.name(row), image: live.image(row), state };
  }

  /** Whether a VM is there now, whatever is shown; less work than {@link now} for a look at thousands. */
  isThere(id: number): boolean {
    return this.#live.rowOf(id) !== undefined;
  }

  /** Lottery tickets that a VM holds now, whatever is shown; undefined once it is gone. */
  ticketsNow(id: number): number | undefined {
    const row = this.#live.rowOf(id);
    return row === undefined ? undefined : this.#live.column("tickets")[row];
  }

  /** The rows of the VMs there are now, whatever is shown: the same array until VMs come or go. */
  get presentRows(): readonly number[] {
    return this.#live.rows();
  }

  /** All that have ended by now and are still there. */
  ended(): Pick<VmFigures, "id" | "name">[] {
    const live = this.#live;
    const state = live.column("state");
    const rows = live.rows().filter((row) => hasEnded(VM_STATE_NAMES[state[row]]));
    return rows.map((row) => ({ id: live.id(row), name: live.name(row) }));
  }

  /** Figures of a VM by its id, undefined once it is gone. */
  vm(id: number | undefined): VmFigures | undefined {
    const row = this.row(id);
    return row === undefined ? undefined : this.sampler.vm(row);
  }

  /** Cells that VMs' numbers take, and the column's title with the sign of its order. */
  get idWidth(): number {
    const rows = this.sampler.rows();
    return Math.max(3, rows.length === 0 ? 0 : String(this.sampler.id(rows[rows.length - 1])).length);
  }

  /** The supervisor, while it lives. */
  get supervisor(): VmFigures | undefined {
    const vm = this.vm(FIRST_VM);
    return vm?.image === "supervisor" && !hasEnded(vm.state) ? vm : undefined;
  }

  /** Name of a VM, or its number where it is gone. */
  nameOf(id: number): string {
    const row = this.row(id);
    return row === undefined ? `VM ${id}` : this.order.name(row);
  }

  /** The rows with the largest values, largest first; rows whose value is 0 are left out. */
  largest(howMany: number, value: (sampler: Sampler, row: number) => number): number[] {
    if (howMany <= 0) return [];
    const { sampler } = this;
    const best: { row: number; value: number }[] = [];
    for (const row of sampler.rows()) {
      const candidate = value(sampler, row);
      if (candidate <= 0 || (best.length >= howMany && candidate <= best[best.length - 1].value)) continue;
      if (best.length >= howMany) best.pop();
      const place = best.findIndex((other) => other.value < candidate);
      best.splice(place < 0 ? best.length : place, 0, { row, value: candidate });
    }
    return best.map(({ row }) => row);
  }

  /** Sum of a column over all VMs. */
  sum(column: VmColumn): number {
    const values = this.sampler.column(column);
    let total = 0;
    for (const row of this.sampler.rows()) total += values[row];
    return total;
  }
}
