/** The forms in which `denali run` prints its figures. Each takes the snapshots of a run, the last one apart. */

import prettyBytes from "pretty-bytes";
import type { Snapshot, VmNames, VmSnapshot } from "../host/snapshot.js";
import { type Column, formatTable } from "./table.js";

export interface Report {
  add(snapshot: Snapshot): void;
  /** The last one. */
  end(snapshot: Snapshot): void;
}

type Write = (text: string) => void;

/** Decimals kept of a number in `--json` and `--csv`: microseconds, and more of a percentage than means anything. */
const DECIMALS = 6;

function rounded(value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toFixed(DECIMALS)) : value;
}

/** `--json`: one object a line. */
export class JsonReport implements Report {
  constructor(private readonly write: Write) {}

  add(snapshot: Snapshot): void {
    this.write(`${JSON.stringify(snapshot, (_, value) => rounded(value))}\n`);
  }

  end(snapshot: Snapshot): void {
    this.add(snapshot);
  }
}

/** `--csv`: a heading, whether a VM is told of or not, then one line a VM and report (RFC 4180, with line feeds alone). */
export class CsvReport implements Report {
  readonly #names: VmNames;
  #headed = false;

  constructor(
    private readonly write: Write,
    names: VmNames,
  ) {
    this.#names = names.filter((name) => name !== "console" && name !== "fault");
  }

  add(snapshot: Snapshot): void {
    if (!this.#headed) this.write(`${["time", ...this.#names, "fault"].join(",")}\n`);
    this.#headed = true;
    for (const vm of snapshot.vms) {
      const record = [snapshot.time, ...this.#names.map((name) => vm[name]), vm.fault?.cause ?? ""];
      this.write(`${record.map(csvField).join(",")}\n`);
    }
  }

  end(snapshot: Snapshot): void {
    this.add(snapshot);
  }
}

function csvField(value: unknown): string {
  const text = value === null ? "" : String(rounded(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** For people: a line about the machine each time, a table of the VMs at the end. */
export class TableReport implements Report {
  #lines = 0;

  constructor(private readonly write: Write) {}

  add(snapshot: Snapshot): void {
    const lines = formatTable(MACHINE_COLUMNS, [snapshot]).split("\n");
    // The heading comes again once a screen.
    this.write(`${(this.#lines++ % 20 === 0 ? lines : lines.slice(1)).join("\n")}\n`);
  }

  end(snapshot: Snapshot): void {
    this.add(snapshot);
    this.write(`\n${formatTable(VM_COLUMNS, snapshot.vms)}\n`);
  }
}

const bytes = (value: number) => prettyBytes(value, { binary: true, space: false, maximumFractionDigits: 1 });
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const percent = (value: number) => value.toFixed(1);

/** Widths are fixed, so that lines printed one by one stand below each other. */
const MACHINE_COLUMNS: readonly Column<Snapshot>[] = [
  { heading: "TIME", width: 8, cell: (snapshot) => `${snapshot.time.toFixed(1)}s` },
  { heading: "VMS", width: 6, cell: ({ kernel }) => number(kernel.vms) },
  { heading: "IDLE", width: 6, cell: ({ kernel }) => number(kernel.states.idle) },
  { heading: "SWAPPED", width: 7, cell: ({ kernel }) => number(kernel.states.swapped + kernel.states.swapping) },
  { heading: "CRASHED", width: 7, cell: ({ kernel }) => number(kernel.states.crashed) },
  { heading: "CPU%", width: 6, cell: ({ kernel }) => percent(kernel.cpuPercent) },
  { heading: "MIPS", width: 7, cell: ({ kernel }) => (kernel.instructionsPerSecond / 1e6).toFixed(1) },
  { heading: "INTR/s", width: 8, cell: ({ kernel }) => number(kernel.interruptsPostedPerSecond) },
  { heading: "PKTS/s", width: 8, cell: ({ kernel }) => number(kernel.packetsSwitchedPerSecond) },
  { heading: "MEMORY", width: 8, cell: ({ kernel }) => bytes(kernel.memoryResident) },
];

const VM_COLUMNS: readonly Column<VmSnapshot>[] = [
  { heading: "ID", cell: (vm) => String(vm.id) },
  { heading: "NAME", left: true, cell: (vm) => vm.name },
  { heading: "STATE", left: true, cell: (vm) => vm.state },
  { heading: "CPU%", cell: (vm) => percent(vm.cpuPercent) },
  { heading: "INSTRUCTIONS", cell: (vm) => number(vm.instructions) },
  { heading: "INTR", cell: (vm) => number(vm.interruptsPosted) },
  { heading: "PEND", cell: (vm) => number(vm.interruptsPending) },
  { heading: "SWAPS", cell: (vm) => number(vm.swapIns) },
  { heading: "RX", cell: (vm) => bytes(vm.rxBytes) },
  { heading: "TX", cell: (vm) => bytes(vm.txBytes) },
  { heading: "ENDED", left: true, cell: (vm) => vm.fault?.cause ?? (vm.status === null ? "" : `status ${vm.status}`) },
];
