/** Interrupts by vector: how many, how they came together, how long they waited; and who has some waiting. */

import type { VectorFigures } from "../../../host/figures.js";
import { BATCH_SIZES, INTERRUPT_MODES } from "../../../kernel/index.js";
import { meanBatch, nameWidth, rule } from "../facts.js";
import { bar } from "../graph.js";
import { plot, sparkPlot } from "../plot.js";
import { beside, fitting, type Line, muted, padEnd, span, strong } from "../span.js";
import { count, time } from "../units.js";
import { vectors, vectorsTitle } from "../vm-panel.js";
import type { ViewData } from "./view-data.js";

/** Cells of a vector's figures. */
const FIGURES = 76;
/** Cells from which two blocks stand beside each other. */
const BESIDE = 100;
const VECTORS_OF_VM = 36;

export function interruptsView(data: ViewData, width: number, height: number): Line[] {
  const { dashboard } = data;
  const lines = [...summary(data, width), ...vectorTable(data, width)];
  const rest = height - lines.length;
  // On a short screen the batches' sizes go before the graph's height.
  const graphHeight = Math.max(1, Math.min(8, Math.floor(rest / 4), rest - BATCH_SIZES.length - 2));
  lines.push(rule(`posted a second, the last ${time(data.stretch.seconds * 1e9)}`, width));
  lines.push(
    ...plot(dashboard.history, "interruptsPostedPerSecond", data.stretch, width, graphHeight, { tone: "graph3" }).lines,
  );
  const left = height - lines.length;
  const sizes = batchSizes(data, width >= BESIDE ? Math.floor(width / 2) - 2 : width);
  const vm = selected(data);
  if (width >= BESIDE) {
    const half = Math.floor(width / 2) - 1;
    const right = [...vm, ...mostPending(data, width - half - 2, left - vm.length)];
    return [...lines, ...beside(sizes, right, width, half)];
  }
  const blocks = left >= sizes.length + vm.length ? [...sizes, ...vm] : left >= vm.length ? vm : sizes;
  return [...lines, ...blocks, ...mostPending(data, width, left - blocks.length)];
}

function summary({ dashboard: { machine } }: ViewData, width: number): Line[] {
  const { interruptsPending: pending } = machine;
  const mode = INTERRUPT_MODES[machine.interruptMode];
  const facts: Line[] = [
    [muted("delivery "), strong(mode, mode === "batched" ? "good" : "warning")],
    [muted("posted "), span(`${count(machine.interruptsPostedPerSecond)}/s`)],
    [muted("delivered "), span(`${count(machine.interruptsDeliveredPerSecond)}/s`)],
    [muted("mean batch "), span(meanBatch(machine))],
    [muted("pending "), span(count(pending), pending > 0 ? "warning" : undefined)],
  ];
  return [fitting(facts, width)];
}

function vectorTable({ dashboard, stretch }: ViewData, width: number): Line[] {
  const room = Math.min(60, width - FIGURES - 2);
  const heading = vectorLine("vector", "posted", "per s", "delivered", "discarded", "pending", "batch", "mean wait");
  return [
    [muted(heading)],
    ...dashboard.machine.vectors.map((vector): Line => {
      const series = `vectors.${vector.name}.postedPerSecond`;
      const graph = room < 8 ? [] : [span("  "), ...sparkPlot(dashboard.history, series, stretch, room, "graph3")];
      const tone = vector.pending > 0 ? "warning" : vector.posted > 0 ? undefined : "muted";
      return [span(figures(vector), tone), ...graph];
    }),
  ];
}

function figures(vector: VectorFigures): string {
  const { name, posted, delivered, discarded, pending, batches, postedPerSecond, meanWait } = vector;
  const mean = batches > 0 ? (delivered / batches).toFixed(2) : "-";
  const wait = meanWait > 0 ? time(meanWait * 1e9) : "-";
  const [perSecond, ...rest] = [postedPerSecond, delivered, discarded, pending].map(count);
  return vectorLine(name, count(posted), perSecond, ...rest, mean, wait);
}

function vectorLine(name: string, ...[posted, rate, delivered, discarded, pending, batch, wait]: string[]): string {
  const right = (text: string, width: number) => text.padStart(width);
  return (
    padEnd(name, 13) +
    right(posted, 7) +
    right(rate, 8) +
    right(delivered, 11) +
    right(discarded, 11) +
    right(pending, 9) +
    right(batch, 7) +
    right(wait, 10)
  );
}

/** How many interrupts deliveries brought. */
function batchSizes({ dashboard: { machine } }: ViewData, width: number): Line[] {
  const deliveries = machine.batchSizes.reduce((sum, size) => sum + size, 0);
  const label = (place: number) => {
    const [from, next] = [BATCH_SIZES[place], BATCH_SIZES[place + 1]];
    if (next === undefined) return `${from} or more`;
    return next - 1 === from ? String(from) : `${from} to ${next - 1}`;
  };
  return [
    rule("interrupts in a delivery", width),
    ...machine.batchSizes.map(
      (deliveredSo, place): Line => [
        muted(padEnd(label(place), 11)),
        span(count(deliveredSo).padStart(6)),
        span("  "),
        ...bar(deliveries > 0 ? deliveredSo / deliveries : 0, Math.max(4, Math.min(40, width - 21)), "graph3"),
      ],
    ),
  ];
}

/** The selected VM's vectors. */
function selected({ vm, inspection }: ViewData): Line[] {
  if (!vm || !inspection) return [];
  return [vectorsTitle(inspection), ...vectors(inspection)];
}

function mostPending({ dashboard }: ViewData, width: number, height: number): Line[] {
  const rows = dashboard.largest(height - 1, (sampler, row) => sampler.column("interruptsPending")[row]);
  if (rows.length === 0) return [];
  const { sampler, order } = dashboard;
  return [
    rule("most waiting", Math.min(width, VECTORS_OF_VM)),
    ...rows.map((row): Line => {
      const vm = sampler.vm(row);
      return [
        span(padEnd(order.name(row), nameWidth(width)), "title"),
        span(count(vm.interruptsPending).padStart(6), "warning"),
        span(`  ${vm.state}`, vm.state),
      ];
    }),
  ];
}
