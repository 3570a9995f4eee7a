/** What an operator asks for when VMs are to be created, checked whole before anything is done. */

import { MAXIMUM_DISKS, NAME_SIZE } from "./abi.js";
import type { VmSpec } from "./commands.js";
import { UserError } from "./errors.js";
import { DEFAULT_TICKETS, MAXIMUM_TICKETS } from "./params.js";
import type { Core } from "./run/core.js";
import type { Image } from "./vm/image.js";
import type { ImageStore } from "./vm/image-store.js";
import { checkArguments } from "./vm/virtual-registers.js";

/** Bytes that `-12345` behind the name may take when several VMs have one name. */
const SUFFIX_ROOM = 8;
const LONGEST_NAME = NAME_SIZE - SUFFIX_ROOM;

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

/** @throws UserError saying what is wrong with the request */
export function checkSpawnRequest(spec: VmSpec, core: Core, images: ImageStore): SpawnRequest {
  const image = images.get(spec.image);
  const count = spec.count ?? 1;
  const name = spec.name ?? image.name;
  const tickets = spec.tickets ?? DEFAULT_TICKETS;
  const memorySize = image.memoryFor(spec.memory);
  checkCount(count, core);
  checkName(name);
  checkTickets(tickets);
  checkArguments(spec.arguments ?? []);
  checkDisks(spec, count);
  const { memoryBudget } = core.settings;
  if (memorySize > memoryBudget) {
    throw new UserError(
      `${name} needs ${memorySize} bytes of memory and the budget is ${memoryBudget}; raise the budget`,
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
}

function checkName(name: string): void {
  // A name is shown on terminals and stored in fixed fields: no control characters, and room for a suffix.
  if (name !== "" && Buffer.byteLength(name) <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return;
  throw new UserError(
    `${JSON.stringify(name)} cannot be a VM's name; use 1 to ${LONGEST_NAME} bytes of printable text`,
  );
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
