/** Memory and swap: the budget, the swap file from end to end, what moves, and who waits for memory. */

import { fact, listedOf, nameWidth, rate, rule, total } from "../facts.js";
import { bar } from "../graph.js";
import { plot } from "../plot.js";
import { beside, type Line, muted, padEnd, type Span, span } from "../span.js";
import { bytes, count, time } from "../units.js";
import { notAsked, type ViewData } from "./view-data.js";

/** Cells from which two blocks stand beside each other. */
const BESIDE = 100;
const FACTS = 56;

export function swapView(data: ViewData, width: number, height: number): Line[] {
  const wide = width >= BESIDE;
  const facts = figures(data, wide ? FACTS : width);
  const rates = movement(data, wide ? width - FACTS - 2 : width, wide ? facts.length : 3);
  const lines = wide ? beside(facts, rates, width, FACTS) : [...facts, ...rates];
  const mapHeight = Math.max(2, Math.floor((height - lines.length) * 0.45));
  lines.push(...regionMap(data, width, mapHeight));
  const left = height - lines.length;
  if (!wide) return [...lines, ...waiting(data, width, 2), ...mostSwapped(data, width, left - 2)];
  const half = Math.floor(width / 2) - 1;
  return [...lines, ...beside(mostSwapped(data, half, left), waiting(data, width - half - 2, left), width, half)];
}

function figures({ dashboard }: ViewData, width: number): Line[] {
  const { machine } = dashboard;
  const swapped = dashboard.sum("swappedBytes");
  return [
    fact(
      "in core",
      span(bytes(machine.memoryResident).padStart(6)),
      muted(` of ${bytes(machine.memoryBudget)}  `),
      ...bar(machine.memoryResident / machine.memoryBudget, Math.max(0, Math.min(24, width - 29))),
    ),
    fact("swapped", span(bytes(swapped).padStart(6)), muted(` of ${bytes(machine.swapReserved)} reserved`)),
    fact("in", total(machine.swapIns), rate(machine.swapInsPerSecond), speed(machine.swapBytesInPerSecond)),
    fact("out", total(machine.swapOuts), rate(machine.swapOutsPerSecond), speed(machine.swapBytesOutPerSecond)),
    fact(
      "gatekeeper",
      span(count(machine.gatekeeperQueue).padStart(6), machine.gatekeeperQueue > 0 ? "warning" : undefined),
      muted(` waiting   ${machine.swapsUnderWay} under way`),
    ),
  ];
}

const speed = (value: number) => muted(`${bytes(value)}B/s`.padStart(9));

/** Swap-ins and swap-outs over time. */
function movement({ dashboard, stretch }: ViewData, width: number, height: number): Line[] {
  const graphs = [
    ["in/s", "swapInsPerSecond", "graph4"],
    ["out/s", "swapOutsPerSecond", "graph5"],
  ] as const;
  const rows = Math.max(1, Math.floor((height - 1) / 2));
  return [
    rule(`the last ${time(stretch.seconds * 1e9)}`, width),
    ...graphs.flatMap(([label, series, tone]) =>
      plot(dashboard.history, series, stretch, width - 7, rows, { tone }).lines.map(
        (line, row): Line => [row === 0 ? span(padEnd(label, 7), tone) : span("       "), ...line],
      ),
    ),
  ];
}

/** The swap file from its start to its end: what is free, reserved, and filled. */
function regionMap(data: ViewData, width: number, height: number): Line[] {
  const { machine } = data;
  if (!machine) {
    return [rule("swap file", width), [muted(notAsked(data, "the swap file is") ?? "asking the kernel ...")]];
  }
  const { swapMap } = machine;
  const title = `swap file: ${bytes(swapMap.bytes)}, ${count(swapMap.regions)} regions`;
  const cells = width * Math.max(1, height - 2);
  const sign = (cell: number): Span => {
    const stored = mean(swapMap.stored, cell, cells);
    const reserved = mean(swapMap.reserved, cell, cells);
    if (stored > 0) return span(stored > 0.66 ? "█" : stored > 0.33 ? "▓" : "▒", "swapped");
    return reserved > 0 ? span("░", "border") : span("·", "muted");
  };
  const lines = Array.from({ length: Math.max(1, height - 2) }, (_, line): Line => {
    const spans: Span[] = [];
    for (let cell = line * width; cell < (line + 1) * width; cell++) {
      const next = sign(cell);
      const last = spans.at(-1);
      if (last && last.tone === next.tone) spans[spans.length - 1] = { ...last, text: last.text + next.text };
      else spans.push(next);
    }
    return spans;
  });
  const legend: Line = [
    span("█▓▒", "swapped"),
    muted(" holds much data, or little   "),
    span("░", "border"),
    muted(" reserved, empty   "),
    muted("· free"),
  ];
  return [rule(title, width), ...lines, legend];
}

/** Mean of the parts that a cell of the drawn map stands for. */
function mean(parts: readonly number[], cell: number, cells: number): number {
  const from = Math.floor((cell * parts.length) / cells);
  const until = Math.max(from + 1, Math.floor(((cell + 1) * parts.length) / cells));
  let sum = 0;
  for (let part = from; part < until; part++) sum += parts[part] ?? 0;
  return sum / (until - from);
}

function mostSwapped({ dashboard }: ViewData, width: number, height: number): Line[] {
  const { sampler, order } = dashboard;
  const rows = dashboard.largest(height - 1, (sample, row) => sample.column("swapOuts")[row]);
  const name = nameWidth(width);
  if (rows.length === 0) return [[muted("nobody was swapped out")]];
  return [
    [muted(`${padEnd("most swapped", name)}      in    out  in swap`)],
    ...rows.map((row): Line => {
      const ins = count(sampler.column("swapIns")[row]).padStart(8);
      const outs = count(sampler.column("swapOuts")[row]).padStart(7);
      const held = bytes(sampler.column("swappedBytes")[row]).padStart(9);
      return [span(padEnd(order.name(row), name), "title"), span(ins + outs + held)];
    }),
  ];
}

/** Who waits for memory, the first in line first. */
function waiting(data: ViewData, width: number, height: number): Line[] {
  const { machine, dashboard } = data;
  const length = dashboard.machine.gatekeeperQueue;
  const ids = listedOf(length, machine?.gatekeeperQueue) ?? [];
  if (length === 0) return [[muted("nobody waits for memory")]];
  const title: Line = [muted("waiting for memory: "), span(count(length), "warning")];
  const unknown = notAsked(data, "their names are");
  if (unknown) return [title, [muted(unknown)]];
  const each = 16;
  const perLine = Math.max(1, Math.floor(width / each));
  const lines: Line[] = [];
  for (let first = 0; first < ids.length && lines.length < height - 1; first += perLine) {
    const names = ids.slice(first, first + perLine).map((id) => padEnd(dashboard.nameOf(id), each - 1));
    lines.push([span(names.join(" "), "swapped")]);
  }
  return [title, ...lines];
}
