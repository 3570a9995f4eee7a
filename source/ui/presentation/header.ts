/** The three lines at the top: who is there, how busy the CPU is, how full the memory. */

import type { Playback } from "../../host/client.js";
import type { MachineFigures } from "../../host/figures.js";
import { VM_STATE_NAMES } from "../../kernel/index.js";
import { bar } from "./graph.js";
import { quantumText } from "./settings.js";
import { joined, type Line, lineCells, muted, type Span, span, spread, strong } from "./span.js";
import { stateSign } from "./states.js";
import { bytes, clock, count, percent } from "./units.js";

export interface HeaderFigures {
  readonly machine: MachineFigures;
  /** What is asked for counts as being so, until the kernel says otherwise. */
  readonly quantum: number;
  readonly policy: string;
  readonly interval: number;
  /** Where a recording is shown. */
  readonly playback?: Playback | undefined;
  /** Whether traffic is written to a file. */
  readonly capturing: boolean;
  readonly frozen: boolean;
  /** Kernel seconds of the moment of the past that is shown. */
  readonly moment?: number | undefined;
  readonly filtered: number | undefined;
}

/** Cells of "CPU " and of a bar's figure; bounds of a bar. */
const LABEL = 4;
const FIGURE = 8;
const LEAST_BAR = 12;
const GREATEST_BAR = 64;

export function header(figures: HeaderFigures, width: number): Line[] {
  const { machine } = figures;
  const inner = width - 2;
  const room = inner - LABEL - FIGURE - LEAST_BAR;
  const facts = [cpuFacts(figures), memoryFacts(machine)].map((all) => fitting(all, room));
  // The bars end where the longer list of facts needs the room.
  const bars = Math.min(GREATEST_BAR, inner - LABEL - FIGURE - Math.max(...facts.map(lineCells)));
  const share = machine.memoryBudget > 0 ? machine.memoryResident / machine.memoryBudget : 0;
  return [
    title(figures, inner),
    [...gauge("CPU", machine.cpuPercent / 100, bars), ...facts[0]],
    [...gauge("MEM", share, bars), ...facts[1]],
  ].map((line) => [span(" "), ...line]);
}

/** Name, VMs by state and, at the right, the refresh interval and the kernel's clock. */
function title(figures: HeaderFigures, width: number): Line {
  const { machine } = figures;
  const right = [
    ...(figures.capturing ? [span(" CAPTURE ", "bad", { inverse: true }), span("  ")] : []),
    ...(figures.frozen
      ? [span(figures.moment === undefined ? " FROZEN " : " PAST ", "warning", { inverse: true }), span("  ")]
      : []),
    ...(figures.playback ? replay(figures.playback) : [muted(` every ${interval(figures.interval)}  up `)]),
    span(clock(machine.time)),
    ...(figures.playback ? [muted(` of ${clock(figures.playback.to)}`)] : []),
  ];
  const left = (named: boolean) =>
    joined([[strong("DENALI", "accent")], population(figures), ...states(machine, named)]);
  const room = width - lineCells(right);
  return spread(lineCells(left(true)) <= room ? left(true) : left(false), right, width);
}

/** Whether a recording is played or stands. */
function replay({ playing }: Playback): Line {
  return [
    span(playing ? " REPLAY " : " REPLAY STOPPED ", playing ? "accent" : "warning", { inverse: true }),
    span("  "),
  ];
}

type Fact = readonly [label: string, value: string];

function cpuFacts({ machine, quantum, policy }: HeaderFigures): Fact[] {
  return [
    ["", `${count(machine.instructionsPerSecond)} instr/s`],
    ["quantum", quantumText(quantum)],
    ["policy", policy],
    ["switches", `${count(machine.contextSwitchesPerSecond)}/s`],
    ["interrupts", `${count(machine.interruptsPostedPerSecond)}/s`],
  ];
}

function memoryFacts(machine: MachineFigures): Fact[] {
  return [
    ["", `${bytes(machine.memoryResident)} of ${bytes(machine.memoryBudget)}`],
    ["gatekeeper", machine.gatekeeperQueue > 0 ? `${count(machine.gatekeeperQueue)} waiting` : "no queue"],
    ["swaps", `${count(machine.swapInsPerSecond + machine.swapOutsPerSecond)}/s`],
    ["net", `${bytes(machine.bytesSwitchedPerSecond)}B/s`],
    ["drops", count(machine.packetsDropped)],
  ];
}

function population({ machine, filtered }: HeaderFigures): Line {
  const vms = `${machine.vms} VM${machine.vms === 1 ? "" : "s"}`;
  return filtered === undefined ? [strong(vms)] : [strong(`${filtered}`), muted(` of ${vms}`)];
}

/** How many VMs are in each state that some are in; signs alone where names do not fit. */
function states(machine: MachineFigures, named: boolean): Line[] {
  return VM_STATE_NAMES.filter((state) => machine.states[state] > 0).map((state) => [
    stateSign(state),
    span(` ${machine.states[state]}`),
    ...(named ? [muted(` ${state}`)] : []),
  ]);
}

function gauge(label: string, share: number, width: number): Line {
  return [strong(label.padEnd(LABEL)), ...bar(share, width), span(`${percent(share * 100)} %`.padStart(FIGURE))];
}

/** As many facts as there is room for, the first ones first. */
function fitting(all: readonly Fact[], width: number): Line {
  const line: Span[] = [];
  for (const [label, value] of all) {
    const fact: Line = label === "" ? [span(`   ${value}`)] : [muted(`   ${label} `), span(value)];
    if (lineCells([...line, ...fact]) > width) break;
    line.push(...fact);
  }
  return line;
}

export function interval(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}
