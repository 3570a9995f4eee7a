/** Makes the machine's figures, rates and shares of two takes of the instrument panel. */

import { BATCH_SIZES, INTERRUPT_NAMES, type KernelFigure, VM_STATE_NAMES, type VmStateName } from "../kernel/index.js";
import type { MachineFigures, MachineRates, VectorFigures } from "./figures.js";
import { percent, rate, SECOND } from "./rates.js";
import type { Take } from "./take.js";

/** What a figure grew by between the two takes. */
type Gain = (figure: KernelFigure) => number;

/** @param vms how many VMs there are */
export function machineFigures(later: Take, earlier: Take, vms: number): MachineFigures {
  const now = later.kernel;
  const window = later.time - earlier.time;
  const gain: Gain = (figure) => now[figure] - earlier.kernel[figure];
  const vectors = INTERRUPT_NAMES.map((name) => vector(name, now, gain, window));
  const interruptsDiscarded = vectors.reduce((sum, { discarded }) => sum + discarded, 0);
  return {
    time: now.time / SECOND,
    quantum: now.quantum,
    quantumInstructions: now.quantumInstructions,
    policy: now.policy,
    memoryBudget: now.memoryBudget,
    memoryResident: now.memoryResident,
    // Recordings of older versions do not say how many there were: one.
    cpuPercent: percent(gain("busyTime"), window * Math.max(1, now.cpus)),
    kernelPercent: percent(gain("kernelTime"), window),
    instructions: now.instructions,
    contextSwitches: now.contextSwitches,
    interruptsPosted: now.interruptsPosted,
    interruptsDelivered: now.interruptsDelivered,
    interruptsDiscarded,
    interruptsPending: Math.max(0, now.interruptsPosted - now.interruptsDelivered - interruptsDiscarded),
    interruptBatches: now.interruptBatches,
    packetsSwitched: now.packetsSwitched,
    bytesSwitched: now.bytesSwitched,
    packetsDropped: now.packetsDropped,
    swapIns: now.swapIns,
    swapOuts: now.swapOuts,
    swapBytesIn: now.swapBytesIn,
    swapBytesOut: now.swapBytesOut,
    ...rates(gain, window),
    swapsUnderWay: now.swapsUnderWay,
    swapReserved: now.swapReserved,
    gatekeeperQueue: now.gatekeeperQueue,
    runQueue: now.runQueue,
    interruptMode: now.interruptMode,
    idleMode: now.idleMode,
    vectors,
    batchSizes: BATCH_SIZES.map((size) => now[`batch:${size}`]),
    states: Object.fromEntries(VM_STATE_NAMES.map((name) => [name, now[`vms:${name}`]])) as Record<VmStateName, number>,
    vms: vms,
  };
}

function vector(
  name: (typeof INTERRUPT_NAMES)[number],
  now: Take["kernel"],
  gain: Gain,
  window: number,
): VectorFigures {
  const batches = gain(`batches:${name}`);
  const [posted, delivered, discarded] = [now[`posted:${name}`], now[`delivered:${name}`], now[`discarded:${name}`]];
  return {
    name,
    posted,
    delivered,
    discarded,
    // The kernel may be between two of them.
    pending: Math.max(0, posted - delivered - discarded),
    batches: now[`batches:${name}`],
    postedPerSecond: rate(gain(`posted:${name}`), window),
    meanWait: batches > 0 ? gain(`waited:${name}`) / batches / SECOND : 0,
  };
}

function rates(gain: Gain, window: number): MachineRates {
  const perSecond = (figure: KernelFigure) => rate(gain(figure), window);
  return {
    instructionsPerSecond: perSecond("instructions"),
    contextSwitchesPerSecond: perSecond("contextSwitches"),
    interruptsPostedPerSecond: perSecond("interruptsPosted"),
    interruptsDeliveredPerSecond: perSecond("interruptsDelivered"),
    interruptBatchesPerSecond: perSecond("interruptBatches"),
    packetsSwitchedPerSecond: perSecond("packetsSwitched"),
    bytesSwitchedPerSecond: perSecond("bytesSwitched"),
    packetsDroppedPerSecond: perSecond("packetsDropped"),
    swapInsPerSecond: perSecond("swapIns"),
    swapOutsPerSecond: perSecond("swapOuts"),
    swapBytesInPerSecond: perSecond("swapBytesIn"),
    swapBytesOutPerSecond: perSecond("swapBytesOut"),
  };
}
