/** The machine's rates over the last minutes, for the graphs. */

import type { MachineFigures } from "../host/figures.js";
import { HISTORY_SAMPLES } from "./params.js";

export const HISTORY_SERIES = ["cpu", "instructions", "interrupts", "network", "swaps"] as const;
export type HistorySeries = (typeof HISTORY_SERIES)[number];

const VALUE: Record<HistorySeries, (machine: MachineFigures) => number> = {
  cpu: (machine) => machine.cpuPercent,
  instructions: (machine) => machine.instructionsPerSecond,
  interrupts: (machine) => machine.interruptsPostedPerSecond,
  network: (machine) => machine.bytesSwitchedPerSecond,
  swaps: (machine) => machine.swapInsPerSecond + machine.swapOutsPerSecond,
};

export class History {
  readonly #samples: Record<HistorySeries, number[]> = {
    cpu: [],
    instructions: [],
    interrupts: [],
    network: [],
    swaps: [],
  };

  /** Adds one sample to every series. */
  add(machine: MachineFigures): void {
    for (const name of HISTORY_SERIES) {
      const samples = this.#samples[name];
      samples.push(VALUE[name](machine));
      if (samples.length > HISTORY_SAMPLES) samples.shift();
    }
  }

  /** Oldest first. */
  samples(name: HistorySeries): readonly number[] {
    return this.#samples[name];
  }
}
