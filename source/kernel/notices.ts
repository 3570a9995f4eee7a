/** What an operator should know about, newest last, as many as fit `NOTICES_KEPT`. */

import type { Clock } from "./clock.js";
import type { KernelNotice } from "./commands.js";
import { NOTICES_KEPT } from "./params.js";

export class Notices {
  readonly #kept: KernelNotice[] = [];
  /** Notices ever given. */
  #total = 0;

  constructor(readonly clock: Clock) {}

  information(text: string): void {
    this.#add("information", text);
  }

  warning(text: string): void {
    this.#add("warning", text);
  }

  /** @param report several lines that say more */
  error(text: string, report?: string): void {
    this.#add("error", text, report);
  }

  /** Notices number `index` and later, counted from 0 over the kernel's life; those no longer kept are left out. */
  after(index: number): KernelNotice[] {
    const first = this.#total - this.#kept.length;
    return this.#kept.slice(Math.max(0, index - first));
  }

  #add(severity: KernelNotice["severity"], text: string, report?: string): void {
    const more = report === undefined ? {} : { report };
    this.#kept.push({ index: this.#total, time: this.clock.now(), severity, text, ...more });
    this.#total++;
    if (this.#kept.length > NOTICES_KEPT) this.#kept.shift();
  }
}
