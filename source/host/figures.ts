/**
 * The figures that people and programs are shown: the names are those of `--json`, and the monitor, `--json` and `--csv`
 * all take them from the {@link Sampler}, so that they never disagree.
 *
 * Counters count from the VM's creation, or from boot. Rates are per second of the kernel's clock.
 */

import type { VmStateName } from "../kernel/index.js";

/** One VM. */
export interface VmFigures {
  /** Row of the instrument panel; another VM may have it once this one was reaped. */
  row: number;
  id: number;
  name: string;
  image: string;
  state: VmStateName;
  /** Shares of the time between the last two takes, 0 to 100. */
  cpuPercent: number;
  readyPercent: number;
  idlePercent: number;
  instructions: number;
  instructionsPerSecond: number;
  /** Of the instructions, those that translated code executed, and their share of all since creation, 0 to 100. */
  translatedInstructions: number;
  translatedPercent: number;
  /** What the image's translation took, made or loaded; 0 in virtual time and under the interpreter. */
  translationMilliseconds: number;
  /** Whether it was made by an earlier run and kept. */
  translationKept: boolean;
  interruptsPosted: number;
  interruptsDelivered: number;
  /** Posted less delivered; 0 once the VM has ended. */
  interruptsPending: number;
  interruptBatches: number;
  /** Bitmask of the vectors pending. */
  pendingMask: number;
  /** Bytes. */
  memorySize: number;
  /** Bytes in core. */
  resident: number;
  swapIns: number;
  swapOuts: number;
  /** Bytes of its swap region that hold data. */
  swappedBytes: number;
  rxPackets: number;
  txPackets: number;
  rxBytes: number;
  txBytes: number;
  rxBytesPerSecond: number;
  txBytesPerSecond: number;
  drops: number;
  rxQueued: number;
  /** Mean length of a turn at the CPU in seconds, 0 for none. */
  meanTurn: number;
  /** Lottery tickets. */
  tickets: number;
  diskReads: number;
  diskWrites: number;
  consoleBytes: number;
  /** Seconds since creation; stops when the VM ends. */
  uptime: number;
  /** Exit status, undefined before the VM terminated. */
  status: number | undefined;
}

/** Rates of the machine: per second, over the time between the last two takes. */
export interface MachineRates {
  instructionsPerSecond: number;
  contextSwitchesPerSecond: number;
  interruptsPostedPerSecond: number;
  interruptsDeliveredPerSecond: number;
  interruptBatchesPerSecond: number;
  packetsSwitchedPerSecond: number;
  bytesSwitchedPerSecond: number;
  packetsDroppedPerSecond: number;
  swapInsPerSecond: number;
  swapOutsPerSecond: number;
  swapBytesInPerSecond: number;
  swapBytesOutPerSecond: number;
}

/** One interrupt vector, over all VMs; ended and forgotten ones included. */
export interface VectorFigures {
  /** One of `INTERRUPT_NAMES`. */
  name: string;
  /** Each of these is delivered, or discarded since its VM ended before, or pending. */
  posted: number;
  delivered: number;
  discarded: number;
  pending: number;
  /** Deliveries it was part of; delivered divided by this is its mean batch. */
  batches: number;
  postedPerSecond: number;
  /** Mean seconds from the first post of a batch to its delivery, over the time between the last two takes; 0 for none. */
  meanWait: number;
}

/** The machine as a whole. */
export interface MachineFigures extends MachineRates {
  /** Seconds since boot. */
  time: number;
  /** Nanoseconds; 0 where it is a number of instructions. */
  quantum: number;
  /** That number; 0 where it is a time. */
  quantumInstructions: number;
  /** Number of the scheduling policy, see `KernelClient.policies`. */
  policy: number;
  /** Bytes of VM memory allowed in core, and there. */
  memoryBudget: number;
  memoryResident: number;
  /** Shares of the time between the last two takes in which guests ran, of all CPUs' time, and in which the kernel worked. */
  cpuPercent: number;
  kernelPercent: number;
  instructions: number;
  contextSwitches: number;
  interruptsPosted: number;
  interruptsDelivered: number;
  /** Posted to VMs that ended before they took them. */
  interruptsDiscarded: number;
  /** Posted, and neither delivered nor discarded. */
  interruptsPending: number;
  interruptBatches: number;
  packetsSwitched: number;
  bytesSwitched: number;
  packetsDropped: number;
  swapIns: number;
  swapOuts: number;
  swapBytesIn: number;
  swapBytesOut: number;
  /** Swap transfers under way. */
  swapsUnderWay: number;
  /** Bytes reserved in the swap file. */
  swapReserved: number;
  /** VMs that wait for memory. */
  gatekeeperQueue: number;
  /** VMs ready to run. */
  runQueue: number;
  /** Number of the mode in `INTERRUPT_MODES` and in `IDLE_MODES`. */
  interruptMode: number;
  idleMode: number;
  vectors: VectorFigures[];
  /** Deliveries by how many interrupts they brought, in the classes of `BATCH_SIZES`. */
  batchSizes: number[];
  /** VMs in each state. */
  states: Record<VmStateName, number>;
  /** VMs, ended ones included. */
  vms: number;
}
