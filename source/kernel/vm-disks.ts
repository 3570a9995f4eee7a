/** The disks of a VM that is being created. */

import type { DiskSpec } from "./commands.js";
import type { DiskStore, VirtualDisk } from "./devices/disk-store.js";
import { InUseError } from "./errors.js";

export interface OwnDisk {
  readonly spec: DiskSpec;
  readonly disk: VirtualDisk;
}

/**
 * Opens all, or none; but one that gives way where somebody else has it is left out then.
 * @param vm what the VM is called
 * @param tell is told what is left out
 * @throws UserError where a disk cannot be had
 */
export function openDisks(
  store: DiskStore,
  specs: readonly DiskSpec[],
  vm: string,
  tell: (text: string) => void,
): OwnDisk[] {
  const own: OwnDisk[] = [];
  for (const spec of specs) {
    try {
      own.push({ spec, disk: store.open(spec, vm) });
    } catch (error) {
      if (!spec.ifFree || !(error instanceof InUseError)) {
        discardDisks(own);
        throw error;
      }
      tell(`${vm} starts without its disk ${spec.name}: ${error.message}`);
    }
  }
  return own;
}

/** Where the VM came to nothing: disks that were made for it go, too. */
export function discardDisks(own: readonly OwnDisk[]): void {
  for (const { disk } of own) disk.discard();
}
