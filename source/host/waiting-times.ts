/**
 * Ready and idle time of all VMs up to the moment of a copy of the panel, for readers that take them for counters. The kernel
 * charges a stretch when it ends; until then it is added here.
 *
 * While the panel is copied the kernel goes on, and where it charges a stretch in that moment a part of it may be missing from
 * the copy, or be in it twice. Prometheus would take a counter that falls for one that has started anew, and so none does.
 */

import type { Sampler } from "./sampler.js";
import type { WaitingTime } from "./take.js";

type Times = Readonly<Record<WaitingTime, Float64Array>>;

export class WaitingTimes {
  /** By row: what was said last, and of which VM. */
  #ids = new Float64Array();
  #said: Times = { readyTime: new Float64Array(), idleTime: new Float64Array() };

  /** By row, in nanoseconds, of the VMs that a sampler took; the arrays stay as they are. */
  take(sampler: Sampler): Times {
    const { ids } = sampler;
    const times = { readyTime: new Float64Array(ids.length), idleTime: new Float64Array(ids.length) };
    for (const row of sampler.rows()) {
      const known = this.#ids[row] === ids[row];
      for (const column of ["readyTime", "idleTime"] as const) {
        times[column][row] = Math.max(sampler.waited(column, row), known ? this.#said[column][row] : 0);
      }
    }
    this.#ids = ids.slice();
    this.#said = times;
    return times;
  }
}
