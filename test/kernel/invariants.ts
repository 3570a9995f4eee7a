/** What must hold of a kernel between any two commands, whatever was asked of it and whatever its guests do. */

import { expect } from "vitest";
import { type Kernel, VM_STATE_NAMES, type VmInspection } from "../../source/kernel/index.js";

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
    expectNoInterruptLost(kernel, vm);
    expectTimeAccounted(kernel, vm);
    expectMemoryWhereStateSays(kernel, vm);
  }
  expectCountsByState(kernel, vms);
  expectMemoryCounted(kernel, vms);
}

/** Posted is delivered and pending, for each vector, until the VM ends; panel and record agree. */
function expectNoInterruptLost(kernel: Kernel, { row, state, vectors }: VmInspection): void {
  const { interruptsPosted, interruptsDelivered, interruptsPending, pendingMask } = kernel.panel.vm;
  const sum = { posted: 0, delivered: 0, pending: 0, mask: 0 };
  vectors.forEach((vector, bit) => {
    if (ENDED.includes(state)) expect(vector.pending).toBe(0);
    else expect(vector.delivered + vector.pending).toBe(vector.posted);
    expect(vector.pending).toBeGreaterThanOrEqual(0);
    sum.posted += vector.posted;
    sum.delivered += vector.delivered;
    sum.pending += vector.pending;
    if (vector.pending > 0) sum.mask |= 1 << bit;
  });
  expect({
    posted: interruptsPosted[row],
    delivered: interruptsDelivered[row],
    pending: interruptsPending[row],
    mask: pendingMask[row],
  }).toEqual(sum);
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
