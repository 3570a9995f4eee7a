/**
 * The instrument panel's past: copies of it over the last hour, close together for the last minutes and further and further
 * apart before, so that an operator can go back and look at every VM as it was.
 *
 * Memory is bounded: the more VMs there are, the larger is a copy, and the fewer are kept. Neighbouring copies share the columns
 * in which nothing changed between them.
 */

import { InstrumentPanel } from "../kernel/index.js";
import { HISTORY_SECONDS, TIMELINE_BYTES, TIMELINE_FULL, TIMELINE_LONGEST_STEP, TIMELINE_STEP } from "./params.js";

const SECOND = 1e9;

/** Two neighbouring moments: rates are taken between them. */
export interface PastMoments {
  readonly earlier: InstrumentPanel;
  readonly later: InstrumentPanel;
}

export class Timeline {
  readonly #limit: number;
  /** Copies, oldest first. */
  #copies: InstrumentPanel[] = [];
  /** By how much they stand further apart than memory without bounds would allow. */
  #spacing = 1;

  /** @param limit bytes of all copies together, where they share no columns with each other */
  constructor(limit = TIMELINE_BYTES) {
    this.#limit = limit;
  }

  /** Kernel seconds of the oldest and the newest copy; undefined while there are none. */
  get span(): { readonly from: number; readonly to: number } | undefined {
    const { length } = this.#copies;
    return length === 0 ? undefined : { from: seconds(this.#copies[0]), to: seconds(this.#copies[length - 1]) };
  }

  /** Copies kept. */
  get length(): number {
    return this.#copies.length;
  }

  /** Keeps the panel as it is now, unless the last copy was a moment ago. */
  add(panel: InstrumentPanel): void {
    const now = panel.get("time") / SECOND;
    const last = this.#copies.at(-1);
    // Where copies are large few are kept, and making those that would be dropped at once costs time.
    const step = Math.min(TIMELINE_LONGEST_STEP, Math.max(TIMELINE_STEP, TIMELINE_STEP * this.#spacing * 0.1));
    if (last && now - seconds(last) < step * 0.95) return;
    const rows = Math.min(panel.get("rows"), panel.capacity);
    this.#copies.push(panel.copy(rows, false, last));
    const most = Math.max(2, Math.floor(this.#limit / InstrumentPanel.size(rows, 0)));
    // Copies are taken one by one, so that the spacing by which they should fit may leave one or two more.
    this.#spacing = spacingFor(most);
    for (this.#thin(now); this.#copies.length > most; this.#thin(now)) this.#spacing *= 1.2;
  }

  /**
   * The last moment at or before a time, with the one before it, which the first that is kept has not: the second stands for
   * it. Undefined while there are no two.
   */
  at(time: number): PastMoments | undefined {
    if (this.#copies.length < 2) return undefined;
    const place = this.#copies.findLastIndex((copy) => seconds(copy) <= time);
    const later = Math.max(1, place);
    return { earlier: this.#copies[later - 1], later: this.#copies[later] };
  }

  /** Pairs of neighbouring moments over a stretch of time, oldest first. */
  between(from: number, to: number): PastMoments[] {
    const copies = this.#copies.filter((copy) => seconds(copy) >= from && seconds(copy) <= to);
    return copies.slice(1).map((later, index) => ({ earlier: copies[index], later }));
  }

  /** Drops what is too old, and copies that stand closer together than their age allows. */
  #thin(now: number): void {
    let keptAt = Number.NEGATIVE_INFINITY;
    this.#copies = this.#copies.filter((copy, index) => {
      const time = seconds(copy);
      const age = now - time;
      if (age > HISTORY_SECONDS) return false;
      const tooClose = time - keptAt < stepAt(age, this.#spacing) * 0.95 && index < this.#copies.length - 1;
      if (!tooClose) keptAt = time;
      return !tooClose;
    });
  }
}

function seconds(panel: InstrumentPanel): number {
  return panel.get("time") / SECOND;
}

/** Seconds between two copies of an age. */
function stepAt(age: number, spacing: number): number {
  return Math.max(TIMELINE_STEP, (age * spacing * TIMELINE_STEP) / TIMELINE_FULL);
}

/** The spacing at which an hour takes no more than so many copies: the integral of 1/step over the hour. */
function spacingFor(copies: number): number {
  const needed = (spacing: number) => {
    const full = TIMELINE_FULL / spacing / TIMELINE_STEP;
    return full * (1 + Math.log(Math.max(1, HISTORY_SECONDS / full)));
  };
  let spacing = 1;
  while (needed(spacing) > copies) spacing *= 1.2;
  return spacing;
}
