/** What an operator asks for when VMs are to be created, checked whole before anything is done. */

import { MAXIMUM_DISKS } from "./abi.js";
import type { VmSpec } from "./commands.js";
import { ENGINE_NAMES } from "./engine-names.js";
import { UserError } from "./errors.js";
import { checkMode } from "./modes.js";
import { LARGEST_VM_ID } from "./net/ethernet.js";
import { DEFAULT_TICKETS, MAXIMUM_TICKETS } from "./params.js";
import type { Core } from "./run/core.js";
import type { Image } from "./vm/image.js";
import type { ImageStore } from "./vm/image-store.js";
import { checkArguments } from "./vm/virtual-registers.js";
import { checkName, checkVmName, nameFrom } from "./vm-names.js";

/** A request in which everything that can be refused beforehand was found good. */
export interface SpawnRequest {
  readonly spec: VmSpec;
  readonly image: Image;
  readonly count: number;
  /** Bytes. */
  readonly memorySize: number;
  readonly name: string;
  readonly tickets: number;
}

/**
 * @param pinnedBytes memory that never leaves core
 * @throws UserError saying what is wrong with the request
 */
export function checkSpawnRequest(spec: VmSpec, core: Core, images: ImageStore, pinnedBytes: number): SpawnRequest {
  const image = images.get(spec.image);
  const count = spec.count ?? 1;
  const name = spec.name ?? nameFrom(image.name);
  const tickets = spec.tickets ?? DEFAULT_TICKETS;
  const memorySize = image.memoryFor(spec.memory);
  checkCount(count, core);
  checkVmName(name);
  if (spec.network !== undefined) checkName(spec.network, "a network's");
  checkTickets(tickets);
  if (spec.engine !== undefined) checkMode("engine", spec.engine, ENGINE_NAMES);
  checkArguments(spec.arguments ?? []);
  checkDisks(spec, count);
  const available = core.settings.memoryBudget - pinnedBytes;
  if (memorySize > available) {
    throw new UserError(
      `${name} needs ${memorySize} bytes of memory and the budget leaves ${available}; raise the budget`,
    );
  }
  return { spec, image, count, memorySize, name, tickets };
}

/** @throws UserError unless it is a number of tickets that a VM can hold */
export function checkTickets(tickets: number): void {
  if (!Number.isInteger(tickets) || tickets < 1 || tickets > MAXIMUM_TICKETS) {
    throw new UserError(`${tickets} is not a number of lottery tickets; give 1 to ${MAXIMUM_TICKETS}`);
  }
}

function checkCount(count: number, core: Core): void {
  if (!Number.isInteger(count) || count < 1)
    throw new UserError(`cannot create ${count} VMs; give a whole number from 1 on`);
  if (!core.vms.canHold(count)) {
    throw new UserError(`no room for ${count} more VMs: the kernel holds ${core.panel.capacity}, ended ones included`);
  }
  if (count > core.vms.numbersLeft) {
    throw new UserError(
      `no numbers are left for ${count} more VMs: the kernel gives each of ${LARGEST_VM_ID} once; restart it`,
    );
  }
}

function checkDisks(spec: VmSpec, count: number): void {
  const disks = spec.disks ?? [];
  if (disks.length > MAXIMUM_DISKS)
    throw new UserError(`a VM has at most ${MAXIMUM_DISKS} disks; ${disks.length} were given`);
  const writable = disks.find((disk) => !disk.readOnly);
  if (writable && count > 1) {
    throw new UserError(`${count} VMs cannot write to one disk '${writable.name}'; make it read-only or create one VM`);
  }
}
