/** The kernel's figures as the screen needs them: sampled, ordered, and with their history. */

import type { MachineFigures, VmFigures } from "../host/figures.js";
import { Sampler } from "../host/sampler.js";
import type { InstrumentPanel } from "../kernel/index.js";
import type { Filter } from "./filter.js";
import { History } from "./history.js";
import { type Sort, VmOrder } from "./vm-order.js";

export class Dashboard {
  readonly sampler: Sampler;
  readonly order: VmOrder;
  readonly history = new History();
  #machine: MachineFigures;

  constructor(panel: InstrumentPanel) {
    this.sampler = new Sampler(panel);
    this.order = new VmOrder(this.sampler);
    this.sampler.take();
    this.#machine = this.sampler.kernel();
  }

  get machine(): MachineFigures {
    return this.#machine;
  }

  /** Reads the panel once. Draws nothing and waits for nothing. */
  take(): void {
    if (this.sampler.frozen) return;
    this.sampler.take();
    const machine = this.sampler.kernel();
    if (machine.time > this.#machine.time) this.history.add(machine);
    this.#machine = machine;
  }

  arrange(filter: Filter | undefined, sort: Sort): void {
    this.order.update(filter, sort);
  }

  /** Figures of a VM by its id, undefined once it is gone. */
  vm(id: number | undefined): VmFigures | undefined {
    const row =
      id === undefined ? undefined : this.sampler.rows().find((candidate) => this.sampler.id(candidate) === id);
    return row === undefined ? undefined : this.sampler.vm(row);
  }

  /** The rows with the largest values, largest first; rows whose value is 0 are left out. */
  largest(howMany: number, value: (sampler: Sampler, row: number) => number): number[] {
    if (howMany <= 0) return [];
    const best: { row: number; value: number }[] = [];
    for (const row of this.sampler.rows()) {
      const candidate = value(this.sampler, row);
      if (candidate <= 0 || (best.length >= howMany && candidate <= best[best.length - 1].value)) continue;
      if (best.length >= howMany) best.pop();
      const place = best.findIndex((other) => other.value < candidate);
      best.splice(place < 0 ? best.length : place, 0, { row, value: candidate });
    }
    return best.map(({ row }) => row);
  }

  /** Sum of a column over all VMs. */
  sum(value: (sampler: Sampler, row: number) => number): number {
    let total = 0;
    for (const row of this.sampler.rows()) total += value(this.sampler, row);
    return total;
  }
}
