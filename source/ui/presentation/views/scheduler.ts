/** The scheduler: a time line of who had the CPU when, how turns ended, and who waits for CPU and memory. */

import { IDLE_MODES, type Slice, SliceEnd } from "../../../kernel/index.js";
import type { Tone } from "../../theme.js";
import { listedOf, nameWidth, rule } from "../facts.js";
import { beside, fitting, type Line, muted, padEnd, type Span, span, strong } from "../span.js";
import { count, percent, time } from "../units.js";
import { notAsked, type ViewData } from "./view-data.js";

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

/** Colours by CPU, where there are several; those of more CPUs begin anew. */
const CPU_TONES: readonly Tone[] = ["graph1", "graph3", "graph2", "graph4"];

/** CPUs that have a line of their own. */
const CPUS_SHOWN = 4;

/** What a line of the time line shows: shares of each cell's time, and the CPU that a cell was spent on last. */
interface Lane {
  readonly shares: Float64Array;
  readonly cpus: Uint8Array;
}

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
  const lanes = (key: (slice: Slice) => number) => {
    const byKey = new Map<number, Lane>();
    for (const slice of slices) {
      const lane = byKey.get(key(slice)) ?? { shares: new Float64Array(cells), cpus: new Uint8Array(cells) };
      byKey.set(key(slice), lane);
      spread(lane, slice, start, end);
    }
    return [...byKey].map(([id, lane]) => ({ id, lane, used: lane.shares.reduce((total, share) => total + share, 0) }));
  };
  const share = (used: number) => span(`${percent((100 * used) / cells)}%`.padStart(7));
  const several = dashboard.sampler.shown.get("cpus") > 1;
  const cpuLines = !several
    ? []
    : lanes(({ cpu }) => cpu)
        .sort((a, b) => a.id - b.id)
        .slice(0, CPUS_SHOWN)
        .map(({ id, lane, used }): Line => [muted(padEnd(`CPU ${id}`, name)), ...shaded(lane, cpuTone), share(used)]);
  const ranked = lanes(({ vm }) => vm).sort((a, b) => b.used - a.used);
  const room = height - 1 - cpuLines.length;
  const shown = ranked.slice(0, Math.max(0, room - (ranked.length > room ? 1 : 0)));
  const rest = ranked.slice(shown.length);
  const lines = shown.map(({ id, lane, used }, place): Line => {
    const tone = several ? cpuTone : (): Tone => (place % 2 === 0 ? "graph1" : "graph2");
    const selected: Partial<Span> = id === state.cursor ? { bold: true } : {};
    return [span(padEnd(dashboard.nameOf(id), name), "title", selected), ...shaded(lane, tone), share(used)];
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
  return [heading, ...cpuLines, ...lines, ...more];
}

const cpuTone = (cpu: number): Tone => CPU_TONES[cpu % CPU_TONES.length];

/** A lane's cells, neighbours of one colour together. */
function shaded({ shares, cpus }: Lane, tone: (cpu: number) => Tone): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let cell = 1; cell <= shares.length; cell++) {
    if (cell < shares.length && tone(cpus[cell]) === tone(cpus[from])) continue;
    const text = Array.from(shares.subarray(from, cell), (each) => SHADES[Math.min(4, Math.ceil(each * 4 - 0.01))]);
    spans.push(span(text.join(""), tone(cpus[from])));
    from = cell;
  }
  return spans;
}

/** Adds a slice to the cells it lies in, as shares of a cell. */
function spread({ shares: cells, cpus }: Lane, slice: Slice, start: number, end: number): void {
  const cell = (end - start) / cells.length;
  const from = Math.max(slice.start, start);
  const until = Math.min(slice.end, end);
  for (let place = Math.floor((from - start) / cell); place < cells.length && start + place * cell < until; place++) {
    const overlap = Math.min(until, start + (place + 1) * cell) - Math.max(from, start + place * cell);
    cells[place] = Math.min(1, cells[place] + Math.max(0, overlap) / cell);
    cpus[place] = slice.cpu;
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
      const share = machine.quantum > 0 ? `${Math.round((100 * slice) / machine.quantum)} %` : "-";
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
    ...names(data, length, listedOf(length, ids), width, each, tone),
  ];
  return [
    ...block("run queue", dashboard.machine.runQueue, machine?.runQueue, "ready"),
    ...block("gatekeeper queue", dashboard.machine.gatekeeperQueue, machine?.gatekeeperQueue, "swapped"),
  ];
}

/** Names in their order, as many as fit. */
function names(
  data: ViewData,
  length: number,
  ids: readonly number[] | undefined,
  width: number,
  height: number,
  tone: Tone,
): Line[] {
  const { dashboard } = data;
  if (length === 0) return [[muted("nobody waits")]];
  if (ids === undefined) return [[muted(notAsked(data, "their names are") ?? "asking the kernel ...")]];
  if (ids.length === 0) return [[muted("they have gone on meanwhile")]];
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
