/**
 * What the supervisor VM may name. Its powers are handles: numbers that mean something only in its own table, each put
 * there by the kernel. "You can't access what you can't name": a VM without a table has no power over anything.
 */

import { ControlHandle } from "../abi.js";
import type { Vm } from "../vm/vm.js";
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

/** Handles of VMs and uploads start here, clear of the fixed ones. */
const FIRST_VM_HANDLE = 16;

export class CapabilityTable {
  readonly #byHandle = new Map<number, Capability>();
  readonly #vmHandles = new Map<Vm, number>();
  #next = FIRST_VM_HANDLE;

  constructor() {
    this.#byHandle.set(ControlHandle.MACHINE, { kind: "machine" });
    this.#byHandle.set(ControlHandle.IMAGE_STORE, { kind: "image store" });
  }

  /** Grants power over a VM; answers the handle. A handle is never used twice. */
  grant(vm: Vm, control: boolean): number {
    const handle = this.#next++;
    this.#byHandle.set(handle, { kind: "vm", vm, control });
    this.#vmHandles.set(vm, handle);
    return handle;
  }

  /** Takes away the handle of a VM that is forgotten. */
  revoke(vm: Vm): void {
    const handle = this.#vmHandles.get(vm);
    if (handle === undefined) return;
    this.#vmHandles.delete(vm);
    this.#byHandle.delete(handle);
  }

  /** Grants power over an upload; answers the handle. */
  grantUpload(upload: Upload): number {
    const handle = this.#next++;
    this.#byHandle.set(handle, { kind: "upload", upload });
    return handle;
  }

  revokeUpload(handle: number): void {
    this.#byHandle.delete(handle);
  }

  get(handle: number): Capability | undefined {
    return this.#byHandle.get(handle);
  }

  handleOf(vm: Vm): number | undefined {
    return this.#vmHandles.get(vm);
  }

  /** VMs and their handles in the order of granting. */
  vms(): IterableIterator<[Vm, number]> {
    return this.#vmHandles.entries();
  }
}
