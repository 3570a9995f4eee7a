/**
 * Follows the VMs' lottery tickets, so that a change of them is marked on the graphs as one of the machine's settings is,
 * whoever made it. Reads two columns and makes nothing of them while nothing changes.
 */

import type { Sampler } from "../host/sampler.js";

interface Change {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

export class TicketChanges {
  /** By row, as they were at the last look. No number is given to two VMs. */
  readonly #ids: number[] = [];
  readonly #tickets: number[] = [];

  /** What changed since the last look, as a mark tells it; nothing of VMs that were not there then. */
  look(sampler: Sampler): string[] {
    const { ids } = sampler;
    const tickets = sampler.column("tickets");
    const changes: Change[] = [];
    for (const row of sampler.rows()) {
      const to = tickets[row];
      const from = this.#tickets[row];
      if (this.#ids[row] === ids[row] && from !== to) changes.push({ row, from, to });
      this.#ids[row] = ids[row];
      this.#tickets[row] = to;
    }
    return changes.length === 0 ? [] : [told(changes, sampler)];
  }
}

/** `tickets of web 100 → 200`, or of how many VMs; without numbers that are not the same for all of them. */
function told(changes: readonly Change[], sampler: Sampler): string {
  const [{ row, from, to }] = changes;
  const whose = changes.length === 1 ? sampler.name(row) : `${changes.length} VMs`;
  const before = changes.every((change) => change.from === from) ? ` ${from}` : "";
  const now = changes.every((change) => change.to === to) ? `${before} → ${to}` : "";
  return `tickets of ${whose}${now}`;
}
