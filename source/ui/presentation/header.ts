/** The three lines at the top: who is there, how busy the CPU is, how full the memory. */

import type { MachineFigures } from "../../host/figures.js";
import { VM_STATE_NAMES } from "../../kernel/index.js";
import { bar } from "./graph.js";
import { joined, type Line, lineCells, muted, span, spread, strong } from "./span.js";
import { stateSign } from "./states.js";
import { bytes, clock, count, percent, time } from "./units.js";

export interface HeaderFigures {
  readonly machine: MachineFigures;
  /** What is asked for counts as being so, until the kernel says otherwise. */
  readonly quantum: number;
  readonly policy: string;
  readonly interval: number;
  readonly frozen: boolean;
  readonly filtered: number | undefined;
}

/** Cells of "CPU " and of a bar's figure. */
const LABEL = 5;
const FIGURE = 7;

export function header(figures: HeaderFigures, width: number): Line[] {
  const { machine } = figures;
  const barWidth = Math.max(12, Math.min(40, Math.floor(width * 0.24)));
  const inner = width - 2;
  const framed = (left: Line, right: Line): Line => [span(" "), ...spread(left, right, inner), span(" ")];
  return [
    framed(joined([[strong("DENALI", "accent")], population(figures), ...states(machine)]), [
      ...(figures.frozen ? [span(" FROZEN ", "warning", { inverse: true }), span(" ")] : []),
      muted(`every ${interval(figures.interval)}  up `),
      span(clock(machine.time)),
    ]),
    framed(
      [
        ...gauge("CPU", machine.cpuPercent / 100, `${percent(machine.cpuPercent)} %`, barWidth),
        ...facts(inner - LABEL - barWidth - FIGURE, [
          ["", `${count(machine.instructionsPerSecond)} instr/s`],
          ["quantum", time(figures.quantum)],
          ["policy", figures.policy],
          ["switches", `${count(machine.contextSwitchesPerSecond)}/s`],
          ["interrupts", `${count(machine.interruptsPostedPerSecond)}/s`],
        ]),
      ],
      [],
    ),
    framed(
      [
        ...gauge("MEM", machine.memoryResident / machine.memoryBudget, bytes(machine.memoryResident), barWidth),
        ...facts(inner - LABEL - barWidth - FIGURE, [
          ["of", bytes(machine.memoryBudget)],
          ["gatekeeper", machine.gatekeeperQueue > 0 ? `${count(machine.gatekeeperQueue)} waiting` : "no queue"],
          ["swaps", `${count(machine.swapInsPerSecond + machine.swapOutsPerSecond)}/s`],
          ["net", `${bytes(machine.bytesSwitchedPerSecond)}/s`],
          ["drops", `${count(machine.packetsDropped)}`],
          ["packets", `${count(machine.packetsSwitchedPerSecond)}/s`],
        ]),
      ],
      [],
    ),
  ];
}

function population({ machine, filtered }: HeaderFigures): Line {
  const vms = `${machine.vms} VM${machine.vms === 1 ? "" : "s"}`;
  return filtered === undefined ? [strong(vms)] : [strong(`${filtered}`), muted(` of ${vms}`)];
}

function states(machine: MachineFigures): Line[] {
  return VM_STATE_NAMES.filter((state) => machine.states[state] > 0).map((state) => [
    stateSign(state),
    span(` ${machine.states[state]} `),
    muted(state),
  ]);
}

function gauge(label: string, share: number, figure: string, width: number): Line {
  return [strong(label.padEnd(LABEL - 1)), ...bar(share, width), span(figure.padStart(FIGURE))];
}

/** As many facts as there is room for. */
function facts(width: number, all: readonly (readonly [string, string])[]): Line {
  const line: Line[] = [];
  let used = 0;
  for (const [label, value] of all) {
    const fact: Line = label === "" ? [span(value)] : [muted(`${label} `), span(value)];
    if (used + 3 + lineCells(fact) > width) break;
    line.push(fact);
    used += 3 + lineCells(fact);
  }
  return [span("   "), ...joined(line, "   ")];
}

export function interval(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}
