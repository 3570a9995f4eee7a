/** What the supervisor can do to a VM by its handle, and how it sees one. */

import { AbiError, ControlConsole, ControlDetails, ControlOperation, ControlVm } from "../abi.js";
import type { ConsoleChunk } from "../commands.js";
import { describeFault, summarise } from "../inspection.js";
import type { InstrumentPanel } from "../instruments.js";
import type { Vm } from "../vm/vm.js";
import { setText, viewOf } from "./records.js";

/** The operator's commands on one VM. */
export interface VmCommands {
  pause(id: number): void;
  resume(id: number): void;
  kill(id: number): void;
  reap(id: number): void;
  setTickets(id: number, tickets: number): void;
  type(id: number, bytes: Uint8Array): number;
  readConsole(id: number, position: number): ConsoleChunk;
}

/**
 * @param buffer view of the supervisor's memory
 * @throws UserError when the VM is in no state for it
 */
export function performOnVm(commands: VmCommands, operation: number, { id }: Vm, buffer: Uint8Array): number {
  switch (operation) {
    case ControlOperation.PAUSE:
      commands.pause(id);
      return 0;
    case ControlOperation.RESUME:
      commands.resume(id);
      return 0;
    case ControlOperation.KILL:
      commands.kill(id);
      return 0;
    case ControlOperation.FORGET:
      commands.reap(id);
      return 0;
    case ControlOperation.SET_TICKETS:
      if (buffer.length !== 4) return AbiError.INVALID;
      commands.setTickets(id, viewOf(buffer).getUint32(0, true));
      return 0;
    case ControlOperation.TYPE:
      return commands.type(id, buffer.slice());
    case ControlOperation.READ_CONSOLE:
      return readConsole(commands, id, buffer);
    default:
      return AbiError.DENIED;
  }
}

function readConsole(commands: VmCommands, id: number, buffer: Uint8Array): number {
  if (buffer.length < ControlConsole.BYTES) return AbiError.TOO_BIG;
  const record = viewOf(buffer);
  const wanted = Number(record.getBigUint64(ControlConsole.POSITION, true));
  const { position, bytes } = commands.readConsole(id, wanted);
  const fitting = bytes.subarray(0, buffer.length - ControlConsole.BYTES);
  record.setBigUint64(ControlConsole.POSITION, BigInt(position), true);
  buffer.set(fitting, ControlConsole.BYTES);
  return fitting.length;
}

/** Fills a DETAILS record. */
export function describeDetails(vm: Vm, buffer: Uint8Array): number {
  if (buffer.length < ControlDetails.SIZE) return AbiError.TOO_BIG;
  const record = viewOf(buffer, 0, ControlDetails.SIZE);
  record.setUint32(ControlDetails.TICKETS, vm.tickets, true);
  record.setInt32(ControlDetails.STATUS, vm.status ?? 0, true);
  record.setBigUint64(ControlDetails.CONSOLE_LENGTH, BigInt(vm.console.total), true);
  const fault = vm.fault ? describeFault(summarise(vm.fault)) : "";
  setText(record, ControlDetails.FAULT, fault, ControlDetails.SIZE - ControlDetails.FAULT);
  return 0;
}

/** Fills a LIST record. */
export function describeVm(vm: Vm, panel: InstrumentPanel, record: DataView): void {
  const { cpuTime, instructions } = panel.vm;
  record.setUint32(ControlVm.HANDLE, vm.handle, true);
  record.setUint32(ControlVm.VM_ID, vm.id, true);
  record.setUint32(ControlVm.STATE, vm.shownState, true);
  record.setUint32(ControlVm.MEMORY_SIZE, vm.memorySize, true);
  record.setBigUint64(ControlVm.CPU_NANOSECONDS, BigInt(Math.round(cpuTime[vm.row])), true);
  record.setBigUint64(ControlVm.INSTRUCTIONS, BigInt(instructions[vm.row]), true);
  setText(record, ControlVm.NAME, vm.name);
  setText(record, ControlVm.IMAGE, vm.image.name);
}
