/** All VMs of the kernel: by number, by name, in the order of their numbers from any of them on, by row of the instrument panel. */

import { UserError } from "../errors.js";
import type { InstrumentPanel } from "../instruments.js";
import { LARGEST_VM_ID } from "../net/ethernet.js";
import type { Vm } from "./vm.js";
import { VmRecords } from "./vm-records.js";

export class VmTable {
  readonly records = new VmRecords();
  readonly #byId = new Map<number, Vm>();
  readonly #byName = new Map<string, Vm>();
  /** Numbers in ascending order, so that a list goes on from anywhere. Of VMs that were removed, too, while they are the fewer. */
  #order: number[] = [];
  /** The number to try first for VMs of one name where it is not 2; all below it are taken, so a thousand of a name cost no search. */
  readonly #suffixes = new Map<string, number>();
  readonly #freeRows: number[] = [];
  #nextRow = 0;
  #nextId = 1;

  constructor(readonly panel: InstrumentPanel) {}

  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): IterableIterator<Vm> {
    return this.#byId.values();
  }

  /** @throws UserError when there is no such VM */
  get(id: number): Vm {
    const vm = this.#byId.get(id);
    if (!vm) throw new UserError(`there is no VM ${id}`);
    return vm;
  }

  find(id: number): Vm | undefined {
    return this.#byId.get(id);
  }

  /** What the VM with this number is called, also where it was forgotten; undefined where no VM has had it. */
  nameOf(id: number): string | undefined {
    const wasGiven = id >= 1 && id < this.#nextId;
    return this.#byId.get(id)?.name ?? (wasGiven ? `VM ${id}` : undefined);
  }

  withName(name: string): Vm | undefined {
    return this.#byName.get(name);
  }

  /** VMs in the order of their numbers, from this number on. */
  *from(id: number): IterableIterator<Vm> {
    for (let place = this.#placeOf(id); place < this.#order.length; place++) {
      const vm = this.#byId.get(this.#order[place]);
      if (vm) yield vm;
    }
  }

  /** Numbers, rows and names for `count` VMs to come; nothing is taken until {@link add}. */
  canHold(count: number): boolean {
    return this.#byId.size + count <= this.panel.capacity;
  }

  /** Numbers that no VM has had: none is given twice, so that whoever knew a VM that was forgotten meets no other under its number. */
  get numbersLeft(): number {
    return LARGEST_VM_ID + 1 - this.#nextId;
  }

  /** Takes a number and a row for a VM; {@link add} or {@link giveBack} must follow. */
  allocate(): { id: number; row: number } {
    const row = this.#freeRows.pop() ?? this.#nextRow++;
    this.panel.set("rows", this.#nextRow);
    return { id: this.#nextId++, row };
  }

  /** @param name what {@link uniqueName} answered for the VM that had the row, or was to have it */
  giveBack(row: number, name: string): void {
    this.panel.vm.id[row] = 0;
    this.#freeRows.push(row);
    this.#freeSuffix(name);
  }

  /** A name nobody has: the one wanted, or it with `-2`, `-3`, ... behind. */
  uniqueName(wanted: string): string {
    if (!this.#byName.has(wanted)) return wanted;
    let suffix = this.#suffixes.get(wanted) ?? 2;
    while (this.#byName.has(`${wanted}-${suffix}`)) suffix++;
    this.#suffixes.set(wanted, suffix + 1);
    return `${wanted}-${suffix}`;
  }

  add(vm: Vm): void {
    this.#byId.set(vm.id, vm);
    this.#byName.set(vm.name, vm);
    this.#order.push(vm.id); // Numbers are given in ascending order.
    this.panel.add("population", 1);
  }

  remove(vm: Vm): void {
    this.#byId.delete(vm.id);
    this.#byName.delete(vm.name);
    if (this.#order.length > 2 * this.#byId.size) this.#order = this.#order.filter((id) => this.#byId.has(id));
    this.giveBack(vm.row, vm.name);
    this.panel.add("population", 1);
  }

  /** Where the first number that is not smaller is in the order. */
  #placeOf(id: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #freeSuffix(name: string): void {
    const [, wanted, suffix] = /^(.*)-(\d+)$/.exec(name) ?? [];
    const first = this.#suffixes.get(wanted);
    if (first === undefined) return;
    // Kept no longer than it says something, or every name that two VMs ever had would be.
    if (Number(suffix) <= 2) this.#suffixes.delete(wanted);
    else this.#suffixes.set(wanted, Math.min(first, Number(suffix)));
  }
}
