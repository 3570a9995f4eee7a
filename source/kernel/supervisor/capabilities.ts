/**
 * What the supervisor VM may name. Its powers are handles: numbers that mean something only in its own table, each put
 * there by the kernel. "You can't access what you can't name": a VM without a table has no power over anything.
 */

import { ControlHandle } from "../abi.js";
import type { Vm } from "../vm/vm.js";
import type { VmTable } from "../vm/vm-table.js";

/** What a handle stands for. */
export type Capability =
  | { readonly kind: "machine" }
  | { readonly kind: "image store" }
  | {
      readonly kind: "vm";
      readonly vm: Vm /** False for the supervisor's view of itself. */;
      readonly control: boolean;
    };

/** Handles of VMs start here, clear of the fixed ones. */
const FIRST_VM_HANDLE = 16;

const MACHINE: Capability = { kind: "machine" };
const IMAGE_STORE: Capability = { kind: "image store" };

export class CapabilityTable {
  readonly #vms: VmTable;

  constructor(vms: VmTable) {
    this.#vms = vms;
  }

  /** Grants power over a VM, the supervisor's over itself without control; answers the handle. A handle is never used twice, as no number of a VM is. */
  grant(vm: Vm): number {
    vm.handle = FIRST_VM_HANDLE + vm.id;
    return vm.handle;
  }

  /** Takes away the handle of a VM that is forgotten. */
  revoke(vm: Vm): void {
    vm.handle = 0;
  }

  get(handle: number): Capability | undefined {
    if (handle === ControlHandle.MACHINE) return MACHINE;
    if (handle === ControlHandle.IMAGE_STORE) return IMAGE_STORE;
    const vm = this.#vms.find(handle - FIRST_VM_HANDLE);
    return vm && vm.handle === handle ? { kind: "vm", vm, control: !vm.supervisor } : undefined;
  }

  handleOf(vm: Vm): number | undefined {
    return vm.handle === 0 ? undefined : vm.handle;
  }

  /** VMs in the order of granting. */
  *vms(): IterableIterator<Vm> {
    for (const vm of this.#vms) if (vm.handle !== 0) yield vm;
  }
}
