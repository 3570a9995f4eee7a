/**
 * Which VMs the table shows and in what order, as row numbers. Sorting and filtering read columns and cached names; no VM
 * becomes an object here. The order of the last time is the start of the next sort, which is then nearly done already.
 */

import type { Sampler } from "../host/sampler.js";
import { UserError, VM_STATE_NAMES } from "../kernel/index.js";
import type { Filter, Filterable } from "./filter.js";
import { type ColumnId, columnOf, findColumn, VM_TABLE_COLUMNS } from "./presentation/vm-columns.js";

export interface Sort {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** The order of a column as it is chosen: figures the largest first, texts and ids from the first on. */
export function naturalSort(column: ColumnId): Sort {
  return { column, descending: columnOf(column).text !== true && column !== "id" };
}

/**
 * A column in its natural order; with `-` before it the other way round.
 * @throws UserError for what is no column
 */
export function parseSort(text: string): Sort {
  const reversed = text.startsWith("-");
  const column = findColumn(reversed ? text.slice(1) : text);
  if (!column) {
    throw new UserError(`no column "${text}"; the columns are ${VM_TABLE_COLUMNS.map(({ id }) => id).join(", ")}`);
  }
  const sort = naturalSort(column.id);
  return { ...sort, descending: reversed !== sort.descending };
}

export class VmOrder {
  #sampler: Sampler;
  #rows: number[] = [];
  #population: readonly number[] | undefined;
  #filter: Filter | undefined;
  /** What is sorted by, by row. */
  #keys = new Float64Array();
  /** Names and images by row, valid for the VM in `#named`. */
  readonly #names: string[] = [];
  readonly #images: string[] = [];
  readonly #named: number[] = [];

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** The figures that are ordered; those of other moments where the past is shown. */
  set sampler(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** Rows in the order they are shown. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  /** Brings the order up to date with the sampler's last take. */
  update(filter: Filter | undefined, sort: Sort): void {
    const population = this.#sampler.rows();
    if (filter || population !== this.#population || filter !== this.#filter || sort.column === "id") {
      this.#rows = filter ? population.filter((row) => filter(this.#filterable(row))) : population.slice();
    }
    this.#population = population;
    this.#filter = filter;
    if (sort.column !== "id") this.#sort(sort);
    else if (sort.descending) this.#rows.reverse();
  }

  /** Place of a VM in the order, -1 when it is not there. */
  indexOf(id: number): number {
    const row = this.#sampler.rowOf(id);
    return row === undefined ? -1 : this.#rows.indexOf(row);
  }

  /** Id of the VM at a place, undefined where there is none. */
  idAt(index: number): number | undefined {
    const row = this.#rows[index];
    return row === undefined ? undefined : this.#sampler.id(row);
  }

  name(row: number): string {
    this.#learn(row);
    return this.#names[row];
  }

  image(row: number): string {
    this.#learn(row);
    return this.#images[row];
  }

  #sort({ column, descending }: Sort): void {
    const direction = descending ? -1 : 1;
    const sampler = this.#sampler;
    const value = columnOf(column).value;
    if (value === undefined) {
      const text = column === "image" ? (row: number) => this.image(row) : (row: number) => this.name(row);
      this.#rows.sort(
        (left, right) => direction * compare(text(left), text(right)) || sampler.id(left) - sampler.id(right),
      );
      return;
    }
    const last = this.#rows.reduce((most, row) => Math.max(most, row), 0);
    if (last >= this.#keys.length) this.#keys = new Float64Array(2 * (last + 1));
    const keys = this.#keys;
    for (const row of this.#rows) keys[row] = value(sampler, row);
    const ids = sampler.ids;
    this.#rows.sort((left, right) => direction * (keys[left] - keys[right]) || ids[left] - ids[right]);
  }

  #filterable(row: number): Filterable {
    const state = VM_STATE_NAMES[this.#sampler.column("state")[row]] ?? "ready";
    return {
      name: this.name(row),
      image: this.image(row),
      state,
      value: (column) => column.value?.(this.#sampler, row) ?? 0,
    };
  }

  #learn(row: number): void {
    const id = this.#sampler.id(row);
    if (this.#named[row] === id) return;
    this.#named[row] = id;
    this.#names[row] = this.#sampler.name(row);
    this.#images[row] = this.#sampler.image(row);
  }
}

/** By code unit, with runs of digits by their value: `web-2` before `web-10`. */
function compare(one: string, other: string): number {
  collator ??= new Intl.Collator("en", { numeric: true });
  return collator.compare(one, other);
}

/** Made for the first sort by a text: it takes a hundredth of a second, and a start sorts by numbers. */
let collator: Intl.Collator | undefined;
