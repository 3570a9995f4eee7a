/**
 * What the supervisor VM may name. Its powers are handles: numbers that mean something only in its own table, each put
 * there by the kernel. "You can't access what you can't name": a VM without a table has no power over anything.
 */

import { ControlHandle } from "../abi.js";
import type { Vm } from "../vm/vm.js";
import type { VmTable } from "../vm/vm-table.js";
import type { Upload } from "./uploads.js";

/** What a handle stands for. */
export type Capability =
  | { readonly kind: "machine" }
  | { readonly kind: "image store" }
  | { readonly kind: "upload"; readonly upload: Upload }
  | {
      readonly kind: "vm";
      readonly vm: Vm /** False for the supervisor's view of itself. */;
      readonly control: boolean;
    };

/** Handles of VMs start here, clear of the fixed ones. */
const FIRST_VM_HANDLE = 16;

/** Handles of uploads start here, clear of those of all VMs there can ever be. */
const FIRST_UPLOAD_HANDLE = 0x4000_0000;

const MACHINE: Capability = { kind: "machine" };
const IMAGE_STORE: Capability = { kind: "image store" };

export class CapabilityTable {
  readonly #vms: VmTable;
  readonly #uploads = new Map<number, Capability>();
  #nextUpload = FIRST_UPLOAD_HANDLE;
  /** VMs that have ended, of which the supervisor has not heard. */
  readonly #ended = new Set<Vm>();

  constructor(vms: VmTable) {
    this.#vms = vms;
  }

  /**
   * Grants power over a VM, the supervisor's over itself without control; answers the handle. A handle is never used twice, as
   * no number of a VM is.
   */
  grant(vm: Vm): number {
    vm.handle = FIRST_VM_HANDLE + vm.id;
    return vm.handle;
  }

  /** Takes away the handle of a VM that is forgotten. */
  revoke(vm: Vm): void {
    vm.handle = 0;
    this.#ended.delete(vm);
  }

  /** Grants power over an upload; answers the handle. */
  grantUpload(upload: Upload): number {
    const handle = this.#nextUpload++;
    this.#uploads.set(handle, { kind: "upload", upload });
    return handle;
  }

  revokeUpload(handle: number): void {
    this.#uploads.delete(handle);
  }

  get(handle: number): Capability | undefined {
    if (handle === ControlHandle.MACHINE) return MACHINE;
    if (handle === ControlHandle.IMAGE_STORE) return IMAGE_STORE;
    const upload = this.#uploads.get(handle);
    if (upload) return upload;
    const vm = this.#vms.find(handle - FIRST_VM_HANDLE);
    return vm && vm.handle === handle ? { kind: "vm", vm, control: !vm.supervisor } : undefined;
  }

  handleOf(vm: Vm): number | undefined {
    return vm.handle === 0 ? undefined : vm.handle;
  }

  /** VMs in ascending order of handles, from this one on. */
  *vmsFrom(handle: number): IterableIterator<Vm> {
    for (const vm of this.#vms.from(handle - FIRST_VM_HANDLE)) if (vm.handle !== 0) yield vm;
  }

  /** A VM has ended: the supervisor may ask which. */
  noteEnd(vm: Vm): void {
    this.#ended.add(vm);
  }

  /** VMs that have ended, each once, in the order in which they did. */
  *takeEnded(): IterableIterator<Vm> {
    for (const vm of this.#ended) {
      this.#ended.delete(vm);
      yield vm;
    }
  }
}
