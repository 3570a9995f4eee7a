/** Virtual instructions of the virtual disks: start a transfer, collect one that was completed. */

import { AbiError, DISK_BLOCK_SIZE } from "../abi.js";
import { guestBytes } from "../run/guest-access.js";
import type { DiskDevice } from "../vm/disk-device.js";
import type { Vm } from "../vm/vm.js";
import { Register } from "../x86/machine.js";
import { type Operation, Outcome } from "./operation.js";

/** DISK_READ: starts reading block EDX of disk EAX; the bytes reach memory when the completion is collected. */
export const diskRead: Operation = ({ core }, vm, memory) => {
  const address = vm.state[Register.ECX] >>> 0;
  guestBytes(memory.bytes, address, DISK_BLOCK_SIZE, "disk buffer");
  const disk = chosenDisk(vm);
  const result = disk ? disk.read(vm.state[Register.EDX] >>> 0, address, vm.state[Register.EBX]) : AbiError.NOT_FOUND;
  if (result === 0) core.panel.vm.diskReads[vm.row]++;
  vm.state[Register.EAX] = result;
  return Outcome.CONTINUE;
};

/** DISK_WRITE: starts writing block EDX of disk EAX; the bytes are taken now. */
export const diskWrite: Operation = ({ core }, vm, memory) => {
  const bytes = guestBytes(memory.bytes, vm.state[Register.ECX], DISK_BLOCK_SIZE, "disk buffer");
  const disk = chosenDisk(vm);
  const result = disk ? disk.write(vm.state[Register.EDX] >>> 0, bytes, vm.state[Register.EBX]) : AbiError.NOT_FOUND;
  if (result === 0) core.panel.vm.diskWrites[vm.row]++;
  vm.state[Register.EAX] = result;
  return Outcome.CONTINUE;
};

/** DISK_COMPLETION: hands over the oldest completed transfer of the first disk that has one. */
export const diskCompletion: Operation = (_context, vm, memory) => {
  const completion = nextCompletion(vm);
  vm.state[Register.EAX] = completion ? 1 : 0;
  if (!completion) return Outcome.CONTINUE;
  if (completion.data)
    guestBytes(memory.bytes, completion.address, DISK_BLOCK_SIZE, "disk buffer").set(completion.data);
  vm.state[Register.ECX] = completion.tag;
  vm.state[Register.EDX] = completion.result;
  return Outcome.CONTINUE;
};

function chosenDisk(vm: Vm): DiskDevice | undefined {
  return vm.disks[vm.state[Register.EAX] >>> 0];
}

function nextCompletion(vm: Vm) {
  for (const disk of vm.disks) {
    const completion = disk.collect();
    if (completion) return completion;
  }
  return undefined;
}
