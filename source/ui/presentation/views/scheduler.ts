/** The scheduler: a time line of who had the CPU when, how turns ended, and who waits for CPU and memory. */

import { IDLE_MODES, type Slice, SliceEnd } from "../../../kernel/index.js";
import type { Tone } from "../../theme.js";
import { nameWidth, rule } from "../facts.js";
import { beside, fitting, type Line, muted, padEnd, type Span, span, strong } from "../span.js";
import { count, percent, time } from "../units.js";
import type { ViewData } from "./view-data.js";

const MILLISECOND = 1e6;

/** Slices looked at: all that the panel keeps. */
const ENDS: readonly (readonly [SliceEnd, string, Tone])[] = [
  [SliceEnd.QUANTUM, "quantum used up", "graph3"],
  [SliceEnd.IDLE, "went idle", "graph4"],
  [SliceEnd.INTERRUPT, "interrupted", "warning"],
  [SliceEnd.ENDED, "ended", "muted"],
];

/** How much of a cell's time a VM had the CPU: from nothing to all of it. */
const SHADES = [" ", "░", "▒", "▓", "█"];

/** Cells from which the queues stand beside the table. */
const BESIDE = 100;

export function schedulerView(data: ViewData, width: number, height: number): Line[] {
  const { dashboard, state } = data;
  const panel = dashboard.sampler.shown;
  const end = panel.get("time");
  const start = end - state.traceBase * MILLISECOND;
  const slices = panel.trace.since(start, panel.get("slices"));
  const lines = summary(data, slices, width);
  const half = Math.max(4, Math.floor((height - lines.length) * 0.55));
  lines.push(...timeLine(data, slices, start, end, width, half));
  const left = height - lines.length;
  if (width < BESIDE) {
    const queues = queueLines(data, width, 4);
    return [...lines, ...turns(data, width, left - queues.length), ...queues];
  }
  const side = Math.floor(width * 0.6);
  const right = queueLines(data, width - side - 2, left);
  return [...lines, ...beside(turns(data, side, left), right, width, side)];
}

function summary({ dashboard: { machine }, policies }: ViewData, slices: readonly Slice[], width: number): Line[] {
  const facts: Line[] = [
    [muted("policy "), strong(policies[machine.policy] ?? "")],
    [muted("quantum "), strong(machine.quantum > 0 ? time(machine.quantum) : "by instructions")],
    [muted("switches "), span(`${count(machine.contextSwitchesPerSecond)}/s`)],
    [muted("idle VMs "), span(IDLE_MODES[machine.idleMode] ?? "")],
  ];
  const ends = ENDS.map(([why, label, tone]): Line => {
    const share = slices.length > 0 ? slices.filter((slice) => slice.why === why).length / slices.length : 0;
    return [span(`${percent(share * 100)} % `, tone), muted(label)];
  });
  return [fitting(facts, width), fitting([[muted("turns")], ...ends], width)];
}

/** One line for each VM that had the CPU in that time, those that had most of it first. */
function timeLine(
  { dashboard, state }: ViewData,
  slices: readonly Slice[],
  start: number,
  end: number,
  width: number,
  height: number,
): Line[] {
  const name = nameWidth(width);
  const cells = Math.max(10, width - name - 7);
  const heading = rule(
    `who had the CPU, the last ${time(state.traceBase * MILLISECOND)}; a cell is ${time((end - start) / cells)}`,
    width,
  );
  if (slices.length === 0) {
    const reason = dashboard.sampler.shown.trace.length === 0 ? "of the past it is not kept" : "nobody had the CPU";
    return [heading, [muted(reason)]];
  }
  const byVm = new Map<number, Float64Array>();
  for (const slice of slices) {
    const shares = byVm.get(slice.vm) ?? new Float64Array(cells);
    byVm.set(slice.vm, shares);
    spread(shares, slice, start, end);
  }
  const sum = (shares: Float64Array) => shares.reduce((total, share) => total + share, 0);
  const ranked = [...byVm].map(([id, shares]) => ({ id, shares, used: sum(shares) })).sort((a, b) => b.used - a.used);
  const shown = ranked.slice(0, height - 1 - (ranked.length > height - 1 ? 1 : 0));
  const rest = ranked.slice(shown.length);
  const lines = shown.map(({ id, shares, used }, place): Line => {
    const tone: Tone = place % 2 === 0 ? "graph1" : "graph2";
    const text = Array.from(shares, (share) => SHADES[Math.min(4, Math.ceil(share * 4 - 0.01))]).join("");
    const selected: Partial<Span> = id === state.cursor ? { bold: true } : {};
    return [
      span(padEnd(dashboard.nameOf(id), name), "title", selected),
      span(text, tone),
      span(`${percent((100 * used) / cells)}%`.padStart(7)),
    ];
  });
  const more: Line[] =
    rest.length > 0
      ? [
          [
            muted(
              `and ${rest.length} more, ${percent((100 * rest.reduce((total, { used }) => total + used, 0)) / cells)} % of the time together`,
            ),
          ],
        ]
      : [];
  return [heading, ...lines, ...more];
}

/** Adds a slice to the cells it lies in, as shares of a cell. */
function spread(cells: Float64Array, slice: Slice, start: number, end: number): void {
  const cell = (end - start) / cells.length;
  const from = Math.max(slice.start, start);
  const until = Math.min(slice.end, end);
  for (let place = Math.floor((from - start) / cell); place < cells.length && start + place * cell < until; place++) {
    const overlap = Math.min(until, start + (place + 1) * cell) - Math.max(from, start + place * cell);
    cells[place] = Math.min(1, cells[place] + Math.max(0, overlap) / cell);
  }
}

/** How VMs use their turns: the share of the quantum that they use, and how long they were ready without having one. */
function turns({ dashboard }: ViewData, width: number, height: number): Line[] {
  const { sampler, order, machine } = dashboard;
  const rows = dashboard.largest(height - 2, (sample, row) => sample.cpuPercent(row) + sample.readyPercent(row) * 1e-6);
  const name = nameWidth(width);
  return [
    rule("turns", width),
    [muted(`${padEnd("", name)}   CPU%   RDY%  mean turn  of quantum  tickets`)],
    ...rows.map((row): Line => {
      const slice = sampler.meanSlice(row);
      const share = machine.quantum > 0 ? `${percent((100 * slice) / machine.quantum)} %` : "-";
      const figures =
        percent(sampler.cpuPercent(row)).padStart(7) +
        percent(sampler.readyPercent(row)).padStart(7) +
        (slice > 0 ? time(slice) : "-").padStart(11) +
        (slice > 0 ? share : "-").padStart(12) +
        count(sampler.column("tickets")[row]).padStart(9);
      return [span(padEnd(order.name(row), name), "title"), span(figures)];
    }),
  ];
}

function queueLines(data: ViewData, width: number, height: number): Line[] {
  const { machine, dashboard } = data;
  const each = Math.max(1, Math.floor(height / 2) - 1);
  const block = (title: string, length: number, ids: readonly number[] | undefined, tone: Tone): Line[] => [
    rule(`${title}: ${count(length)}`, width),
    ...names(data, ids, width, each, tone),
  ];
  return [
    ...block("run queue", dashboard.machine.runQueue, machine?.runQueue, "ready"),
    ...block("gatekeeper queue", dashboard.machine.gatekeeperQueue, machine?.gatekeeperQueue, "swapped"),
  ];
}

/** Names in their order, as many as fit. */
function names(
  { dashboard }: ViewData,
  ids: readonly number[] | undefined,
  width: number,
  height: number,
  tone: Tone,
): Line[] {
  if (ids === undefined) return [[muted("not known")]];
  if (ids.length === 0) return [[muted("nobody waits")]];
  const lines: Line[] = [];
  let line: Span[] = [];
  let used = 0;
  for (const id of ids) {
    const name = dashboard.nameOf(id);
    if (used > 0 && used + 2 + name.length > width) {
      lines.push(line);
      if (lines.length >= height) return lines;
      line = [];
      used = 0;
    }
    line.push(span(used > 0 ? "  " : ""), span(name, tone));
    used += name.length + (used > 0 ? 2 : 0);
  }
  return [...lines, line].slice(0, height);
}
