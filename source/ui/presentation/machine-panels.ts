/** The panels about the machine as a whole: interrupts, swap, network, history. */

import type { MachineFigures } from "../../host/figures.js";
import type { VmInspection } from "../../kernel/index.js";
import type { Dashboard } from "../dashboard.js";
import type { HistorySeries } from "../history.js";
import type { Tone } from "../theme.js";
import { bar, graph, sparkline } from "./graph.js";
import { type Line, muted, padEnd, span, strong } from "./span.js";
import { bytes, count, percent } from "./units.js";
import { vectors } from "./vm-panel.js";

/** Cells a line of figures leaves for a sparkline. */
const FIGURES = 28;
const SPARKLINE = 40;

/** The last samples of a series, as wide as there is room beside `used` cells. */
function history(dashboard: Dashboard, series: HistorySeries, tone: Tone, width: number, used = FIGURES): Line {
  const room = Math.min(SPARKLINE, width - used - 2);
  return room < 4 ? [] : [span("  "), sparkline(dashboard.history.samples(series), room, tone)];
}

/** A labelled figure. */
function fact(label: string, ...rest: Line): Line {
  return [muted(padEnd(label, 11)), ...rest];
}

const total = (value: number) => span(count(value).padStart(6));
const rate = (value: number) => span(`${count(value)}/s`.padStart(9), value > 0 ? undefined : "muted");

export function interruptsPanel(
  dashboard: Dashboard,
  inspection: VmInspection | undefined,
  width: number,
  height: number,
): Line[] {
  const { machine } = dashboard;
  const pending = machine.interruptsPosted - machine.interruptsDelivered;
  const batch = machine.interruptBatches > 0 ? machine.interruptsDelivered / machine.interruptBatches : 0;
  const lines: Line[] = [
    fact(
      "posted",
      total(machine.interruptsPosted),
      rate(machine.interruptsPostedPerSecond),
      ...history(dashboard, "interrupts", "graph3", width),
    ),
    fact("delivered", total(machine.interruptsDelivered), rate(machine.interruptsDeliveredPerSecond)),
    fact("pending", span(count(Math.max(0, pending)).padStart(6), pending > 0 ? "warning" : undefined)),
    fact("mean batch", span(batch.toFixed(2).padStart(6)), muted("  per delivery")),
  ];
  if (inspection && height >= 8) {
    lines.push([strong(inspection.name, "title"), muted(inspection.interruptsEnabled ? "  enabled" : "  disabled")]);
    lines.push(...vectors(inspection));
  }
  return lines;
}

export function swapPanel(dashboard: Dashboard, width: number, height: number): Line[] {
  const { machine, sampler, order } = dashboard;
  const swapped = dashboard.sum((sample, row) => sample.column("swappedBytes")[row]);
  const share = machine.memoryResident / machine.memoryBudget;
  const lines: Line[] = [
    fact(
      "in core",
      span(bytes(machine.memoryResident).padStart(6)),
      muted(` of ${bytes(machine.memoryBudget)}  `),
      ...bar(share, Math.max(0, Math.min(24, width - 29))),
    ),
    fact("swapped", span(bytes(swapped).padStart(6)), muted(` of ${bytes(machine.swapReserved)} reserved`)),
    fact(
      "in",
      total(machine.swapIns),
      rate(machine.swapInsPerSecond),
      muted(`${bytes(machine.swapBytesInPerSecond)}B/s`.padStart(9)),
      ...history(dashboard, "swaps", "graph5", width, FIGURES + 9),
    ),
    fact(
      "out",
      total(machine.swapOuts),
      rate(machine.swapOutsPerSecond),
      muted(`${bytes(machine.swapBytesOutPerSecond)}B/s`.padStart(9)),
    ),
    fact(
      "gatekeeper",
      span(count(machine.gatekeeperQueue).padStart(6), machine.gatekeeperQueue > 0 ? "warning" : undefined),
      muted(` waiting   ${machine.swapsUnderWay} under way`),
    ),
  ];
  const rows = dashboard.largest(height - lines.length - 1, (sample, row) => sample.column("swapOuts")[row]);
  if (rows.length === 0) return lines;
  lines.push([muted(`${padEnd("most swapped", nameWidth(width))}      in    out  in swap`)]);
  for (const row of rows) {
    const ins = count(sampler.column("swapIns")[row]).padStart(8);
    const outs = count(sampler.column("swapOuts")[row]).padStart(7);
    const held = bytes(sampler.column("swappedBytes")[row]).padStart(9);
    lines.push([span(padEnd(order.name(row), nameWidth(width)), "title"), span(ins + outs + held)]);
  }
  return lines;
}

export function networkPanel(dashboard: Dashboard, width: number, height: number): Line[] {
  const { machine, sampler, order } = dashboard;
  const lines: Line[] = [
    fact(
      "packets",
      total(machine.packetsSwitched),
      rate(machine.packetsSwitchedPerSecond),
      ...history(dashboard, "network", "graph4", width),
    ),
    fact(
      "bytes",
      span(bytes(machine.bytesSwitched).padStart(6)),
      span(`${bytes(machine.bytesSwitchedPerSecond)}/s`.padStart(9)),
    ),
    fact(
      "dropped",
      span(count(machine.packetsDropped).padStart(6), machine.packetsDropped > 0 ? "bad" : undefined),
      rate(machine.packetsDroppedPerSecond),
    ),
  ];
  const traffic = (row: number) => sampler.rxBytesPerSecond(row) + sampler.txBytesPerSecond(row);
  const rows = dashboard.largest(height - lines.length - 1, (_, row) => traffic(row));
  if (rows.length === 0) return [...lines, [muted("no traffic now")]];
  const most = traffic(rows[0]);
  const barWidth = Math.max(0, Math.min(20, width - nameWidth(width) - 20));
  lines.push([muted(`${padEnd("top talkers", nameWidth(width))}     rx/s     tx/s`)]);
  for (const row of rows) {
    const received = bytes(sampler.rxBytesPerSecond(row)).padStart(9);
    const sent = bytes(sampler.txBytesPerSecond(row)).padStart(9);
    lines.push([
      span(padEnd(order.name(row), nameWidth(width)), "title"),
      span(received + sent),
      span("  "),
      ...(barWidth >= 6 ? bar(traffic(row) / most, barWidth, "graph4") : []),
    ]);
  }
  return lines;
}

function nameWidth(width: number): number {
  return width >= 60 ? 20 : 13;
}

interface Series {
  readonly name: HistorySeries;
  readonly label: string;
  readonly tone: Tone;
  /** Value at the top of the graph, 0 for the largest shown. */
  readonly maximum: number;
  readonly show: (value: number) => string;
  readonly now: (machine: MachineFigures) => number;
}

const SERIES: readonly Series[] = [
  {
    name: "cpu",
    label: "CPU",
    tone: "graph1",
    maximum: 100,
    show: (value) => `${percent(value)} %`,
    now: (machine) => machine.cpuPercent,
  },
  {
    name: "instructions",
    label: "instr/s",
    tone: "graph2",
    maximum: 0,
    show: count,
    now: (machine) => machine.instructionsPerSecond,
  },
  {
    name: "interrupts",
    label: "intr/s",
    tone: "graph3",
    maximum: 0,
    show: count,
    now: (machine) => machine.interruptsPostedPerSecond,
  },
  {
    name: "network",
    label: "net B/s",
    tone: "graph4",
    maximum: 0,
    show: bytes,
    now: (machine) => machine.bytesSwitchedPerSecond,
  },
  {
    name: "swaps",
    label: "swaps/s",
    tone: "graph5",
    maximum: 0,
    show: count,
    now: (machine) => machine.swapInsPerSecond + machine.swapOutsPerSecond,
  },
];

const GRAPH_LABEL = 9;

/** One graph for each series, as high as there is room for; its figure now and its highest stand at the left. */
export function historyPanel(dashboard: Dashboard, width: number, height: number): Line[] {
  const { machine } = dashboard;
  const rows = Math.max(1, Math.floor(height / SERIES.length));
  const extra = Math.max(0, height - rows * SERIES.length);
  return SERIES.flatMap(({ name, label, tone, maximum, show, now }, index) => {
    const samples = dashboard.history.samples(name);
    const high = rows + (index < extra ? 1 : 0);
    const lines = graph(samples, width - GRAPH_LABEL - 8, high, maximum);
    const texts = [label, ...(high > 1 ? [`≤ ${show(maximum || Math.max(0, ...samples))}`] : [])];
    return lines.map(
      (line, row): Line => [
        row === 0 ? span(padEnd(texts[0], GRAPH_LABEL), tone) : muted(padEnd(texts[row] ?? "", GRAPH_LABEL)),
        span(line, tone),
        ...(row === 0 ? [span(show(now(machine)).padStart(8))] : []),
      ],
    );
  });
}
