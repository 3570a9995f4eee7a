/** One VM from inside, in pages: registers, code and console; virtual registers; memory; how its counters went. */

import type { VmMoment } from "../../dashboard.js";
import type { Stretch } from "../../history.js";
import { rule } from "../facts.js";
import { graph } from "../graph.js";
import { markColumns, marked } from "../plot.js";
import { type Line, muted, padEnd, type Span, span, strong } from "../span.js";
import { stateText } from "../states.js";
import { bytes, count, percent, time } from "../units.js";
import { vmPanel } from "../vm-panel.js";
import { memoryPage } from "./memory.js";
import { REGISTER_LINES, registerBlock, registersPage } from "./registers.js";
import type { ViewData } from "./view-data.js";

/** Lines that the machine has at least before the virtual registers have a place below it. */
const LEAST_PANEL = 16;

/** Cells of a graph's label and of its figure. */
const LABEL = 10;
const FIGURE = 7;

export function vmView(data: ViewData, width: number, height: number): Line[] {
  const { state, vm } = data;
  if (!vm) return [[muted(absence(data))]];
  switch (state.vmPage) {
    case "machine":
      return machinePage(data, width, height);
    case "registers":
      return registersPage(data, width, height);
    case "memory":
      return memoryPage(data, width, height);
    case "history":
      return historyPage(data, width, height);
  }
}

/** Why there is no VM to show. */
function absence({ state: { cursor }, past }: ViewData): string {
  if (cursor === undefined) return "no VM selected";
  return past
    ? `VM ${cursor} is not there at this moment.`
    : `VM ${cursor} was forgotten. Esc goes back to the others.`;
}

/** Lines of the machine page that registers, code and console have; the virtual registers have the others. */
export function machineHeight(height: number): number {
  return height >= LEAST_PANEL + REGISTER_LINES ? height - REGISTER_LINES : height;
}

function machinePage(data: ViewData, width: number, height: number): Line[] {
  const { vm, inspection, before, unknown } = data;
  if (unknown) return [...figuresOf(data, width), [], [muted(unknown)]];
  const upper = machineHeight(height);
  const panel = vmPanel({ vm: vm!, inspection, before }, width, upper);
  if (upper === height) return panel;
  while (panel.length < upper) panel.push([]);
  return [...panel.slice(0, upper), ...registerBlock(data, width)];
}

/** What the panel knows of a VM, where nothing can be asked. */
function figuresOf({ vm }: ViewData, width: number): Line[] {
  if (!vm) return [];
  return [
    [strong(vm.name, "title"), muted(`  VM ${vm.id}  ${vm.image}  `), span(stateText(vm.state), vm.state)],
    rule("figures", width),
    [muted("CPU "), span(`${percent(vm.cpuPercent)} %`), muted("   ready "), span(`${percent(vm.readyPercent)} %`)],
    [muted("instructions "), span(count(vm.instructions)), muted("   memory "), span(bytes(vm.memorySize))],
  ];
}

const COUNTERS = [
  ["CPU %", "graph1", count, (sampler, row) => sampler.cpuPercent(row)],
  ["ready %", "graph2", count, (sampler, row) => sampler.readyPercent(row)],
  ["instr/s", "graph2", count, (sampler, row) => sampler.instructionsPerSecond(row)],
  ["intr/s", "graph3", count, (sampler, row) => sampler.interruptsPostedPerSecond(row)],
  ["pending", "warning", count, (sampler, row) => sampler.column("interruptsPending")[row]],
  ["net B/s", "graph4", bytes, (sampler, row) => sampler.rxBytesPerSecond(row) + sampler.txBytesPerSecond(row)],
  ["in core", "graph5", bytes, (sampler, row) => sampler.column("resident")[row]],
] as const satisfies readonly (readonly [
  label: string,
  tone: Span["tone"],
  show: (value: number) => string,
  value: (sampler: ViewData["dashboard"]["sampler"], row: number) => number,
])[];

/** Its counters, from the moments of the past that are kept. */
function historyPage({ dashboard, stretch, vm }: ViewData, width: number, height: number): Line[] {
  const moments = dashboard.vmHistory(
    vm!.id,
    stretch,
    COUNTERS.map(([, , , value]) => value),
  );
  const note = moments.length < 2 ? "nothing is kept of it yet" : `${moments.length} moments`;
  const rows = Math.max(1, Math.floor((height - 1) / COUNTERS.length));
  const inner = width - LABEL - FIGURE;
  const marks = markColumns(dashboard.history, stretch, inner);
  const lines = COUNTERS.flatMap(([label, tone, show], index) => {
    const samples = samplesOf(moments, index, stretch, inner * 2);
    const largest = Math.max(0, ...samples);
    const texts = [label, ...(rows > 1 ? [`≤ ${show(largest)}`] : [])];
    return graph(samples, inner, rows).map(
      (line, row): Line => [
        row === 0 ? span(padEnd(texts[0], LABEL), tone) : muted(padEnd(texts[row] ?? "", LABEL)),
        ...marked(line, marks, tone),
        ...(row === 0 ? [span(show(samples.at(-1) ?? 0).padStart(FIGURE))] : []),
      ],
    );
  });
  return [[muted(`the last ${time(stretch.seconds * 1e9)}: ${note}`)], ...lines];
}

/** One counter at so many equally spaced times; each moment is shown until the next. Times before the first are left out. */
function samplesOf(moments: readonly VmMoment[], counter: number, { until, seconds }: Stretch, dots: number): number[] {
  const samples: number[] = [];
  let place = -1;
  for (let dot = 1; dot <= dots; dot++) {
    const at = until - seconds + (dot * seconds) / dots;
    while (place + 1 < moments.length && moments[place + 1].time <= at) place++;
    if (place >= 0) samples.push(moments[place].values[counter]);
  }
  return samples;
}
