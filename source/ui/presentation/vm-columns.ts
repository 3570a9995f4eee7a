/**
 * The columns of the VM table, declared once: what a column is called, how wide it is, what it shows and what it sorts by.
 * Table, sort menu and help screen come from here.
 */

import type { VmFigures } from "../../host/figures.js";
import type { Sampler } from "../../host/sampler.js";
import { muted, type Span, span } from "./span.js";
import { stateText } from "./states.js";
import { bytes, count, duration, percent, time } from "./units.js";

export type ColumnId =
  | "id"
  | "name"
  | "image"
  | "state"
  | "cpu"
  | "ready"
  | "rate"
  | "instructions"
  | "translated"
  | "pending"
  | "posted"
  | "delivered"
  | "swaps"
  | "memory"
  | "rx"
  | "tx"
  | "rxPackets"
  | "txPackets"
  | "drops"
  | "disk"
  | "uptime"
  | "net"
  | "turn"
  | "tickets";

export interface VmTableColumn {
  readonly id: ColumnId;
  readonly title: string;
  readonly width: number;
  /** True for texts, which stand at the left and sort from A. */
  readonly text?: boolean;
  /** Columns of high importance (1) are shown first when room is scarce. */
  readonly importance: number;
  /** For the sort menu and the help screen. */
  readonly description: string;
  /** What its figure counts, where a filter may say `1M` or `5m`. */
  readonly unit?: "bytes" | "seconds" | "percent";
  /** What the figure is called in `--json`, `--csv` and metrics. */
  readonly figure?: keyof VmFigures;
  readonly show: (vm: VmFigures) => Span;
  /** What a numeric column sorts by. Reads the sampler alone, so that sorting makes no objects. */
  readonly value?: (sampler: Sampler, row: number) => number;
}

/** A figure; zero is muted, so that what happens stands out. */
function figure(value: number, text: string): Span {
  return value > 0 ? span(text) : muted(text);
}

export const VM_TABLE_COLUMNS: readonly VmTableColumn[] = [
  {
    id: "id",
    title: "ID",
    width: 5,
    figure: "id",
    importance: 1,
    description: "number of the VM",
    show: (vm) => muted(String(vm.id)),
    value: (sampler, row) => sampler.id(row),
  },
  {
    id: "name",
    title: "NAME",
    width: 14,
    figure: "name",
    text: true,
    importance: 1,
    description: "name of the VM",
    show: (vm) => span(vm.name, vm.state === "crashed" ? "crashed" : "title"),
  },
  {
    id: "image",
    title: "IMAGE",
    width: 10,
    figure: "image",
    text: true,
    importance: 12,
    description: "image it was started from",
    show: (vm) => muted(vm.image),
  },
  {
    id: "state",
    title: "STATE",
    width: 12,
    figure: "state",
    text: true,
    importance: 1,
    description: "state; exit status once terminated",
    show: (vm) => span(vm.status === undefined ? stateText(vm.state) : `■ exited ${vm.status}`, vm.state),
    value: (sampler, row) => sampler.column("state")[row],
  },
  {
    id: "cpu",
    title: "CPU%",
    width: 5,
    figure: "cpuPercent",
    unit: "percent",
    importance: 2,
    description: "share of the CPU",
    show: (vm) => figure(vm.cpuPercent, percent(vm.cpuPercent)),
    value: (sampler, row) => sampler.cpuPercent(row),
  },
  {
    id: "ready",
    title: "RDY%",
    width: 5,
    figure: "readyPercent",
    unit: "percent",
    importance: 3,
    description: "share of time waiting to run",
    show: (vm) => figure(vm.readyPercent, percent(vm.readyPercent)),
    value: (sampler, row) => sampler.readyPercent(row),
  },
  {
    id: "rate",
    title: "INSTR/s",
    width: 7,
    figure: "instructionsPerSecond",
    importance: 2,
    description: "guest instructions a second",
    show: (vm) => figure(vm.instructionsPerSecond, count(vm.instructionsPerSecond)),
    value: (sampler, row) => sampler.instructionsPerSecond(row),
  },
  {
    id: "instructions",
    title: "INSTR",
    width: 6,
    figure: "instructions",
    importance: 14,
    description: "guest instructions since its creation",
    show: (vm) => figure(vm.instructions, count(vm.instructions)),
    value: (sampler, row) => sampler.column("instructions")[row],
  },
  {
    id: "translated",
    title: "TRANS%",
    width: 6,
    figure: "translatedPercent",
    unit: "percent",
    importance: 16,
    description: "share of its instructions run translated",
    show: (vm) => figure(vm.translatedPercent, percent(vm.translatedPercent)),
    value: (sampler, row) => sampler.translatedPercent(row),
  },
  {
    id: "pending",
    title: "PEND",
    width: 5,
    figure: "interruptsPending",
    importance: 4,
    description: "interrupts posted and not yet delivered",
    show: (vm) => (vm.interruptsPending > 0 ? span(count(vm.interruptsPending), "warning") : muted("0")),
    value: (sampler, row) => sampler.column("interruptsPending")[row],
  },
  {
    id: "posted",
    title: "POSTED",
    width: 6,
    figure: "interruptsPosted",
    importance: 13,
    description: "interrupts posted to it",
    show: (vm) => figure(vm.interruptsPosted, count(vm.interruptsPosted)),
    value: (sampler, row) => sampler.column("interruptsPosted")[row],
  },
  {
    id: "delivered",
    title: "DELIV",
    width: 5,
    figure: "interruptsDelivered",
    importance: 5,
    description: "interrupts delivered to it",
    show: (vm) => figure(vm.interruptsDelivered, count(vm.interruptsDelivered)),
    value: (sampler, row) => sampler.column("interruptsDelivered")[row],
  },
  {
    id: "swaps",
    title: "SWAP in/out",
    width: 11,
    figure: "swapOuts",
    importance: 9,
    description: "times it was swapped in and out",
    show: (vm) => figure(vm.swapOuts, `${count(vm.swapIns)}/${count(vm.swapOuts)}`),
    value: (sampler, row) => sampler.column("swapOuts")[row],
  },
  {
    id: "memory",
    title: "MEM",
    width: 5,
    figure: "memorySize",
    unit: "bytes",
    importance: 8,
    description: "its memory; muted while swapped out",
    show: (vm) => figure(vm.resident, bytes(vm.memorySize)),
    value: (sampler, row) => sampler.column("memorySize")[row],
  },
  {
    id: "rx",
    title: "RX/s",
    width: 5,
    figure: "rxBytesPerSecond",
    unit: "bytes",
    importance: 6,
    description: "bytes received a second",
    show: (vm) => figure(vm.rxBytesPerSecond, bytes(vm.rxBytesPerSecond)),
    value: (sampler, row) => sampler.rxBytesPerSecond(row),
  },
  {
    id: "tx",
    title: "TX/s",
    width: 5,
    figure: "txBytesPerSecond",
    unit: "bytes",
    importance: 6,
    description: "bytes sent a second",
    show: (vm) => figure(vm.txBytesPerSecond, bytes(vm.txBytesPerSecond)),
    value: (sampler, row) => sampler.txBytesPerSecond(row),
  },
  {
    id: "rxPackets",
    title: "RXPKT",
    width: 5,
    figure: "rxPackets",
    importance: 10,
    description: "packets received",
    show: (vm) => figure(vm.rxPackets, count(vm.rxPackets)),
    value: (sampler, row) => sampler.column("rxPackets")[row],
  },
  {
    id: "txPackets",
    title: "TXPKT",
    width: 5,
    figure: "txPackets",
    importance: 10,
    description: "packets sent",
    show: (vm) => figure(vm.txPackets, count(vm.txPackets)),
    value: (sampler, row) => sampler.column("txPackets")[row],
  },
  {
    id: "drops",
    title: "DROP",
    width: 5,
    figure: "drops",
    importance: 11,
    description: "packets lost",
    show: (vm) => (vm.drops > 0 ? span(count(vm.drops), "bad") : muted("0")),
    value: (sampler, row) => sampler.column("drops")[row],
  },
  {
    id: "disk",
    title: "DISK r/w",
    width: 11,
    importance: 15,
    description: "disk blocks read and written",
    show: (vm) => figure(vm.diskReads + vm.diskWrites, `${count(vm.diskReads)}/${count(vm.diskWrites)}`),
    value: (sampler, row) => sampler.column("diskReads")[row] + sampler.column("diskWrites")[row],
  },
  {
    id: "uptime",
    title: "UPTIME",
    width: 6,
    figure: "uptime",
    unit: "seconds",
    importance: 7,
    description: "age; stops when it ends",
    show: (vm) => muted(duration(vm.uptime)),
    value: (sampler, row) => sampler.uptime(row),
  },
  {
    id: "net",
    title: "NET/s",
    width: 5,
    unit: "bytes",
    importance: 16,
    description: "bytes received and sent a second",
    show: (vm) => {
      const both = vm.rxBytesPerSecond + vm.txBytesPerSecond;
      return figure(both, bytes(both));
    },
    value: (sampler, row) => sampler.rxBytesPerSecond(row) + sampler.txBytesPerSecond(row),
  },
  {
    id: "turn",
    title: "TURN",
    width: 7,
    figure: "meanTurn",
    unit: "seconds",
    importance: 17,
    description: "mean length of a turn at the CPU",
    show: (vm) => figure(vm.meanTurn, time(vm.meanTurn * 1e9)),
    value: (sampler, row) => sampler.meanSlice(row) / 1e9,
  },
  {
    id: "tickets",
    title: "TICKETS",
    width: 7,
    figure: "tickets",
    importance: 18,
    description: "tickets in the lottery",
    show: (vm) => figure(vm.tickets, count(vm.tickets)),
    value: (sampler, row) => sampler.column("tickets")[row],
  },
];

/** A value of a numeric column, in its unit. */
export function showValue({ unit }: VmTableColumn, value: number): string {
  if (unit === "bytes") return bytes(value);
  if (unit === "seconds") return value < 10 ? time(value * 1e9) : duration(value);
  return unit === "percent" ? `${percent(value)} %` : count(value);
}

export function columnOf(id: ColumnId): VmTableColumn {
  return VM_TABLE_COLUMNS.find((column) => column.id === id)!;
}

/** The column a person means by `cpu`, `CPU%` or `cpuPercent`, undefined when there is none. */
export function findColumn(name: string): VmTableColumn | undefined {
  const wanted = name.toLowerCase();
  return VM_TABLE_COLUMNS.find(({ id, title, figure }) =>
    [id, title, figure].some((known) => known?.toLowerCase() === wanted),
  );
}

/** All columns: those that are chosen, in their order, then the others. */
export function listedColumns(chosen: readonly ColumnId[]): ColumnId[] {
  return [...chosen, ...VM_TABLE_COLUMNS.map(({ id }) => id).filter((id) => !chosen.includes(id))];
}
