/** The series that are drawn as graphs: how each is called, coloured, scaled and shown. */

import type { MachineFigures } from "../../host/figures.js";
import type { Tone } from "../theme.js";
import { bytes, count, percent, time } from "./units.js";

export interface SeriesStyle {
  /** Its name in the history. */
  readonly name: string;
  readonly label: string;
  readonly tone: Tone;
  /** Value at the top of the graph, 0 for the largest shown. */
  readonly maximum: number;
  readonly show: (value: number) => string;
  readonly now: (machine: MachineFigures) => number;
}

type NumberFigure = {
  [Name in keyof MachineFigures]: MachineFigures[Name] extends number ? Name : never;
}[keyof MachineFigures];

function figure(
  name: NumberFigure,
  label: string,
  tone: Tone,
  show: (value: number) => string,
  maximum = 0,
): SeriesStyle {
  return { name, label, tone, maximum, show, now: (machine) => machine[name] };
}

const share = (value: number) => `${percent(value)} %`;

/** What the history panel of the fleet shows. */
export const MAIN_SERIES: readonly SeriesStyle[] = [
  figure("cpuPercent", "CPU", "graph1", share, 100),
  figure("instructionsPerSecond", "instr/s", "graph2", count),
  figure("interruptsPostedPerSecond", "intr/s", "graph3", count),
  figure("bytesSwitchedPerSecond", "net B/s", "graph4", bytes),
  figure("swapOutsPerSecond", "swapout/s", "graph5", count),
];

/** What the history view adds where there is room, the most telling first. */
export const MORE_SERIES: readonly SeriesStyle[] = [
  figure("contextSwitchesPerSecond", "switch/s", "graph2", count),
  figure("runQueue", "run queue", "graph1", count),
  figure("gatekeeperQueue", "waiting", "graph5", count),
  figure("memoryResident", "in core", "graph4", bytes),
  {
    name: "vectors.timer.meanWait",
    label: "timer wait",
    tone: "graph3",
    maximum: 0,
    show: (value) => time(value * 1e9),
    now: (machine) => machine.vectors[0].meanWait,
  },
  figure("interruptBatchesPerSecond", "batches/s", "graph3", count),
  figure("packetsSwitchedPerSecond", "packets/s", "graph4", count),
  figure("packetsDroppedPerSecond", "drops/s", "bad", count),
  figure("swapInsPerSecond", "swap in/s", "graph5", count),
  figure("kernelPercent", "kernel", "graph1", share, 100),
  figure("vms", "VMs", "graph2", count),
];
