/** What must hold of a kernel between any two commands, whatever was asked of it and whatever its guests do. */

import { expect } from "vitest";
import { INTERRUPT_NAMES, type Kernel, VM_STATE_NAMES, type VmInspection } from "../../source/kernel/index.js";

const ENDED = ["terminated", "crashed"];
const IN_CORE = ["running", "ready", "idle"];

/** Numbers of all VMs that were not reaped. */
export function vmsOf(kernel: Kernel): number[] {
  return Array.from(kernel.panel.vm.id.subarray(0, kernel.panel.get("rows"))).filter((id) => id !== 0);
}

/** The VMs that have not ended. */
export function livingOf(kernel: Kernel): VmInspection[] {
  return vmsOf(kernel)
    .map((id) => kernel.inspect(id))
    .filter((vm) => !ENDED.includes(vm.state));
}

export function expectInvariants(kernel: Kernel): void {
  const vms = vmsOf(kernel).map((id) => kernel.inspect(id));
  for (const vm of vms) {
    expectInterruptsOfVm(kernel, vm);
    expectTimeAccounted(kernel, vm);
    expectMemoryWhereStateSays(kernel, vm);
  }
  expectNoInterruptLost(kernel, vms);
  expectCountsByState(kernel, vms);
  expectMemoryCounted(kernel, vms);
}

/**
 * Posted is delivered and pending, until the VM ends. The three are counted apart: the panel counts a delivery when it is made,
 * and the record knows what was posted and what waits.
 */
function expectInterruptsOfVm(kernel: Kernel, { row, state, vectors }: VmInspection): void {
  const { interruptsPosted, interruptsDelivered, interruptsPending, pendingMask } = kernel.panel.vm;
  const sum = { posted: 0, delivered: 0, pending: 0, mask: 0 };
  vectors.forEach((vector, bit) => {
    sum.posted += vector.posted;
    sum.delivered += vector.delivered;
    sum.pending += vector.pending;
    if (vector.pending > 0) sum.mask |= 1 << bit;
  });
  const [posted, delivered, pending] = [interruptsPosted[row], interruptsDelivered[row], interruptsPending[row]];
  expect({ posted, delivered, pending, mask: pendingMask[row] }).toEqual(sum);
  if (ENDED.includes(state)) expect(pending).toBe(0);
  else expect(delivered + pending).toBe(posted);
}

/** Of each vector, what was posted to all VMs there ever were was delivered or discarded when one ended, or waits in a record. */
function expectNoInterruptLost(kernel: Kernel, vms: readonly VmInspection[]): void {
  const pending = INTERRUPT_NAMES.map((_, vector) => vms.reduce((sum, vm) => sum + vm.vectors[vector].pending, 0));
  const left = INTERRUPT_NAMES.map((name) => {
    const [posted, delivered, discarded] = (["posted", "delivered", "discarded"] as const).map((kind) =>
      kernel.panel.get(`${kind}:${name}`),
    );
    return posted - delivered - discarded;
  });
  expect(left).toEqual(pending);
}

/** No moment of a VM is charged twice. */
function expectTimeAccounted(kernel: Kernel, { row }: VmInspection): void {
  const { cpuTime, readyTime, idleTime, createdAt, stateSince } = kernel.panel.vm;
  for (const column of [cpuTime, readyTime, idleTime]) expect(column[row]).toBeGreaterThanOrEqual(0);
  expect(cpuTime[row] + readyTime[row] + idleTime[row]).toBeLessThanOrEqual(stateSince[row] - createdAt[row]);
}

/** What runs, is ready or idles is in core; what is swapped out is not; what has ended keeps nothing once all is still. */
function expectMemoryWhereStateSays(kernel: Kernel, { id, row, state }: VmInspection): void {
  const { memorySize, resident, swappedBytes } = kernel.panel.vm;
  expect([0, memorySize[row]]).toContain(resident[row]);
  if (IN_CORE.includes(state)) expect({ id, resident: resident[row] }).toEqual({ id, resident: memorySize[row] });
  if (state === "swapped") expect({ id, resident: resident[row] }).toEqual({ id, resident: 0 });
  if (ENDED.includes(state) && kernel.panel.get("swapsUnderWay") === 0) {
    expect({ id, resident: resident[row], swapped: swappedBytes[row] }).toEqual({ id, resident: 0, swapped: 0 });
  }
}

function expectCountsByState(kernel: Kernel, vms: readonly VmInspection[]): void {
  for (const name of VM_STATE_NAMES) {
    const count = vms.filter((vm) => vm.state === name).length;
    expect({ state: name, count: kernel.panel.get(`vms:${name}`) }).toEqual({ state: name, count });
  }
}

/** Memory of VMs that were reaped while it was moved is still in core, and in no row. */
function expectMemoryCounted(kernel: Kernel, vms: readonly VmInspection[]): void {
  const inRows = vms.reduce((sum, { row }) => sum + kernel.panel.vm.resident[row], 0);
  const resident = kernel.panel.get("memoryResident");
  if (kernel.panel.get("swapsUnderWay") === 0) expect(resident).toBe(inRows);
  else expect(resident).toBeGreaterThanOrEqual(inRows);
}
