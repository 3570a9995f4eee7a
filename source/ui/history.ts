/**
 * Every figure of the machine over the last hour, at falling resolution, for the graphs; and when settings were changed,
 * the machine's or VMs' tickets, whoever changed them, so that cause and effect stand side by side.
 */

import type { MachineFigures } from "../host/figures.js";
import { HISTORY_LEVELS, MARKS_KEPT } from "./params.js";

/** A change of the machine's settings, or of VMs' tickets. */
export interface Mark {
  /** Seconds of the kernel's clock. */
  readonly time: number;
  /** What changed, as `quantum 5 ms → 10 ms`. */
  readonly text: string;
}

/** A stretch of time that a graph shows. */
export interface Stretch {
  /** Kernel seconds at its right end. */
  readonly until: number;
  /** Seconds it is long. */
  readonly seconds: number;
}

/** One resolution: means over `every` seconds, the last `keep` of them. */
class Level {
  readonly #times: number[] = [];
  readonly #values: number[][] = [];
  /** Values by the seconds that they are of. */
  #sum: number[] | undefined;
  #seconds = 0;
  #next = Number.NEGATIVE_INFINITY;

  constructor(
    readonly every: number,
    readonly keep: number,
  ) {}

  get times(): readonly number[] {
    return this.#times;
  }

  value(place: number, series: number): number {
    return this.#values[place][series];
  }

  add(time: number, values: readonly number[], seconds: number): void {
    this.#sum = values.map((value, series) => (this.#sum?.[series] ?? 0) + value * seconds);
    this.#seconds += seconds;
    if (time < this.#next) return;
    const whole = this.#seconds;
    this.#times.push(time);
    this.#values.push(this.#sum.map((sum) => sum / whole));
    this.#sum = undefined;
    this.#seconds = 0;
    // From the time it was due, not from when it came: samples never come exactly when they are due.
    this.#next = Math.max(this.#next + this.every, time + this.every / 2);
    if (this.#times.length <= this.keep) return;
    this.#times.shift();
    this.#values.shift();
  }
}

export class History {
  readonly #levels = HISTORY_LEVELS.map(({ every, keep }) => new Level(every, keep));
  /** Places of the series in a sample. */
  readonly #series = new Map<string, number>();
  readonly #marks: Mark[] = [];

  /**
   * Adds one sample to every series, of so many seconds: figures are also taken when a command was answered, and a moment
   * counts for no more than it is.
   */
  add(machine: MachineFigures, seconds: number): void {
    const values = flattened(machine);
    if (this.#series.size === 0) for (const [name] of values) this.#series.set(name, this.#series.size);
    const sample = values.map(([, value]) => value);
    for (const level of this.#levels) level.add(machine.time, sample, seconds);
  }

  mark(mark: Mark): void {
    this.#marks.push(mark);
    if (this.#marks.length > MARKS_KEPT) this.#marks.shift();
  }

  /** Oldest first. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Names of all figures: those of `MachineFigures`, `vectors.timer.posted`, `states.idle`. */
  get names(): readonly string[] {
    return [...this.#series.keys()];
  }

  /** Kernel seconds of the first sample that is kept; undefined before there is one. */
  get from(): number | undefined {
    return this.#levels.at(-1)?.times[0];
  }

  /**
   * A series as `count` means of equal parts of a stretch, oldest first. Fewer where the history is shorter: those before
   * its first sample are left out.
   */
  samples(name: string, { until, seconds }: Stretch, count: number): number[] {
    const series = this.#series.get(name);
    if (series === undefined || count <= 0) return [];
    const from = until - seconds;
    const level = this.#levelFor(from);
    const part = seconds / count;
    const means: number[] = [];
    let place = level.times.findIndex((time) => time > from);
    if (place < 0) return [];
    let last: number | undefined = place > 0 ? level.value(place - 1, series) : undefined;
    for (let index = 1; index <= count; index++) {
      let sum = 0;
      let found = 0;
      for (; place < level.times.length && level.times[place] <= from + index * part + 1e-9; place++, found++) {
        sum += level.value(place, series);
      }
      if (found > 0) last = sum / found;
      if (last !== undefined) means.push(last);
    }
    return means;
  }

  /** The finest resolution that reaches back far enough, or as far as any. */
  #levelFor(from: number): Level {
    const oldest = this.#levels.at(-1)!.times[0] ?? 0;
    return this.#levels.find(({ times }) => times.length > 0 && times[0] <= Math.max(from, oldest)) ?? this.#levels[0];
  }
}

/** All numbers of a record, those of the records and lists in it by their path. */
function flattened(record: object, path = ""): [string, number][] {
  return Object.entries(record).flatMap(([key, value]): [string, number][] => {
    const name = `${path}${(value as { name?: string })?.name ?? key}`;
    if (typeof value === "number") return [[name, value]];
    return typeof value === "object" && value !== null ? flattened(value, `${name}.`) : [];
  });
}
