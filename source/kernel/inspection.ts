/** Puts together what the inspector shows of a VM: everything that is not in the instrument panel. */

import { INTERRUPT_NAMES, VM_STATE_NAMES } from "./abi.js";
import type { FaultSummary, VectorSummary, VmInspection } from "./commands.js";
import { codeAround, virtualRegisters } from "./memory-inspection.js";
import { formatMac } from "./net/ethernet.js";
import { CONSOLE_TAIL } from "./params.js";
import type { TimerQueue } from "./timers.js";
import type { Vm } from "./vm/vm.js";
import { type Fault, StateWord } from "./x86/machine.js";

const GENERAL_REGISTERS = 8;
const LINES_BEFORE = 5;
const LINES_AFTER = 20;

/** @param time the kernel's, in nanoseconds */
export function inspect(vm: Vm, timers: TimerQueue, time: number): VmInspection {
  const eip = vm.state[StateWord.EIP] >>> 0;
  const wakesAt = earliest(timers.deadlineOf(vm), vm.timer && timers.deadlineOf(vm.timer));
  const page = virtualRegisters(vm);
  return {
    id: vm.id,
    row: vm.row,
    name: vm.name,
    image: vm.image.name,
    state: VM_STATE_NAMES[vm.shownState],
    registers: Array.from(vm.state.subarray(0, GENERAL_REGISTERS), (word) => word >>> 0),
    eip,
    eflags: vm.state[StateWord.EFLAGS] >>> 0,
    disassembly: codeAround(vm, eip, LINES_BEFORE, LINES_AFTER),
    vectors: vectors(vm),
    ...(page === undefined ? {} : { virtualRegisters: page }),
    macAddress: formatMac(vm.networkInterface.mac),
    network: vm.networkInterface.ethernet.name,
    arguments: vm.arguments,
    disks: vm.diskSpecs,
    engine: vm.engineName,
    time,
    ...(wakesAt === undefined ? {} : { wakesAt }),
    ...(vm.fault ? { fault: summarise(vm.fault) } : {}),
    ...(vm.status === undefined ? {} : { status: vm.status }),
    consoleTail: vm.console.tail(CONSOLE_TAIL),
  };
}

/** A fault as text. */
export function summarise(fault: Fault): FaultSummary {
  return { ...fault, bytes: hexBytes(fault.bytes) };
}

/** One line about a fault: `divide error at 0x00001234: div ecx (f7 f1): division by zero`. */
export function describeFault({ cause, eip, instruction, bytes, detail }: FaultSummary): string {
  const at = `0x${eip.toString(16).padStart(8, "0")}`;
  return `${cause} at ${at}${instruction ? `: ${instruction} (${bytes})` : ""}: ${detail}`;
}

function vectors(vm: Vm): VectorSummary[] {
  return INTERRUPT_NAMES.map((name, vector) => {
    const posted = vm.posted(vector);
    const undelivered = vm.pending?.count(vector) ?? 0;
    return { name, posted, delivered: posted - undelivered, pending: vm.ended ? 0 : undelivered };
  });
}

function earliest(...deadlines: (number | undefined)[]): number | undefined {
  const armed = deadlines.filter((deadline) => deadline !== undefined);
  return armed.length === 0 ? undefined : Math.min(...armed);
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
