/** The panels about the machine as a whole: interrupts, swap, network, history. */

import type { VmInspection } from "../../kernel/index.js";
import type { Dashboard } from "../dashboard.js";
import type { Stretch } from "../history.js";
import { fact, meanBatch, nameWidth, rate, spark, total } from "./facts.js";
import { bar } from "./graph.js";
import { plot } from "./plot.js";
import { MAIN_SERIES, type SeriesStyle } from "./series.js";
import { type Line, muted, padEnd, span } from "./span.js";
import { bytes, count } from "./units.js";
import { vectors, vectorsTitle } from "./vm-panel.js";

export function interruptsPanel(
  dashboard: Dashboard,
  stretch: Stretch,
  inspection: VmInspection | undefined,
  width: number,
  height: number,
): Line[] {
  const { machine } = dashboard;
  const { interruptsPending: pending, interruptsDiscarded: discarded } = machine;
  const lines: Line[] = [
    fact(
      "posted",
      total(machine.interruptsPosted),
      rate(machine.interruptsPostedPerSecond),
      ...spark(dashboard, "interruptsPostedPerSecond", stretch, "graph3", width),
    ),
    fact("delivered", total(machine.interruptsDelivered), rate(machine.interruptsDeliveredPerSecond)),
    fact(
      "pending",
      span(count(pending).padStart(6), pending > 0 ? "warning" : undefined),
      muted(discarded > 0 ? `  ${count(discarded)} discarded` : ""),
    ),
    fact("mean batch", span(meanBatch(machine).padStart(6)), muted("  per delivery")),
  ];
  if (inspection && height >= 8) {
    lines.push(vectorsTitle(inspection), ...vectors(inspection));
  }
  return lines;
}

export function swapPanel(dashboard: Dashboard, stretch: Stretch, width: number, height: number): Line[] {
  const { machine, sampler, order } = dashboard;
  const swapped = dashboard.sum("swappedBytes");
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
      ...spark(dashboard, "swapInsPerSecond", stretch, "graph5", width, 37),
    ),
    fact(
      "out",
      total(machine.swapOuts),
      rate(machine.swapOutsPerSecond),
      muted(`${bytes(machine.swapBytesOutPerSecond)}B/s`.padStart(9)),
      ...spark(dashboard, "swapOutsPerSecond", stretch, "graph5", width, 37),
    ),
    fact(
      "gatekeeper",
      span(count(machine.gatekeeperQueue).padStart(6), machine.gatekeeperQueue > 0 ? "warning" : undefined),
      muted(` waiting   ${machine.swapsUnderWay} under way`),
    ),
  ];
  const swapOuts = sampler.column("swapOuts");
  const rows = dashboard.largest(height - lines.length - 1, (_, row) => swapOuts[row]);
  if (rows.length === 0) return lines;
  lines.push([muted(`${padEnd("most swapped", nameWidth(width))}      in    out  in swap`)]);
  for (const row of rows) {
    const ins = count(sampler.column("swapIns")[row]).padStart(8);
    const outs = count(swapOuts[row]).padStart(7);
    const held = bytes(sampler.column("swappedBytes")[row]).padStart(9);
    lines.push([span(padEnd(order.name(row), nameWidth(width)), "title"), span(ins + outs + held)]);
  }
  return lines;
}

export function networkPanel(dashboard: Dashboard, stretch: Stretch, width: number, height: number): Line[] {
  const { machine, sampler, order } = dashboard;
  const lines: Line[] = [
    fact(
      "packets",
      total(machine.packetsSwitched),
      rate(machine.packetsSwitchedPerSecond),
      ...spark(dashboard, "bytesSwitchedPerSecond", stretch, "graph4", width),
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
  const traffic = (row: number) => sampler.bytesPerSecond(row);
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

/** Cells of a graph's label and of its figure. */
const GRAPH_LABEL = 10;
const FIGURE = 8;

/** One graph for each series, as high as there is room for; its figure now and its highest stand at the left. */
export function historyPanel(dashboard: Dashboard, stretch: Stretch, width: number, height: number): Line[] {
  return graphs(dashboard, MAIN_SERIES, stretch, width, height);
}

/** Graphs one below the other, sharing the height. */
export function graphs(
  { machine, history }: Dashboard,
  series: readonly SeriesStyle[],
  stretch: Stretch,
  width: number,
  height: number,
  label = GRAPH_LABEL,
): Line[] {
  const rows = Math.max(1, Math.floor(height / series.length));
  const extra = Math.max(0, height - rows * series.length);
  return series.flatMap((style, index) => {
    const high = rows + (index < extra ? 1 : 0);
    const now = style.now(machine);
    const plotted = { ...style, beside: now };
    const { lines, largest } = plot(history, style.name, stretch, width - label - FIGURE, high, plotted);
    const texts = [style.label, ...(high > 1 ? [`≤ ${style.show(style.maximum || largest)}`] : [])];
    return lines.map(
      (line, row): Line => [
        row === 0 ? span(padEnd(texts[0], label), style.tone) : muted(padEnd(texts[row] ?? "", label)),
        ...line,
        ...(row === 0 ? [span(style.show(now).padStart(FIGURE))] : []),
      ],
    );
  });
}
