/**
 * The figures in the Prometheus text exposition format, version 0.0.4: the same numbers as on the screen and in `--json`,
 * under names of that world (base units, `_total` for counters). Made in pieces, so that 10,000 VMs hold up nothing.
 */

import {
  IDLE_MODES,
  INTERRUPT_MODES,
  INTERRUPT_NAMES,
  type InstrumentPanel,
  VM_STATE_NAMES,
  type VmColumn,
} from "../kernel/index.js";
import { type MachineFigures, Sampler } from "./sampler.js";
import { WaitingTimes } from "./waiting-times.js";

type Kind = "counter" | "gauge";

/** VMs in one piece of the text. */
const PIECE = 500;

interface VmMetric {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  readonly column: VmColumn;
  /** The panel's unit in the metric's. */
  readonly factor?: number;
}

const NANOSECONDS = 1e-9;

/** What each VM has, under the labels `vm`, `name` and `image`. */
const VM_METRICS: readonly VmMetric[] = [
  { name: "cpu_seconds_total", kind: "counter", help: "CPU time used.", column: "cpuTime", factor: NANOSECONDS },
  {
    name: "ready_seconds_total",
    kind: "counter",
    help: "Time it waited for the CPU or for memory.",
    column: "readyTime",
    factor: NANOSECONDS,
  },
  { name: "idle_seconds_total", kind: "counter", help: "Time idle.", column: "idleTime", factor: NANOSECONDS },
  { name: "instructions_total", kind: "counter", help: "Guest instructions retired.", column: "instructions" },
  { name: "slices_total", kind: "counter", help: "Turns at the CPU.", column: "slices" },
  { name: "interrupts_posted_total", kind: "counter", help: "Interrupts posted.", column: "interruptsPosted" },
  { name: "interrupts_delivered_total", kind: "counter", help: "Interrupts delivered.", column: "interruptsDelivered" },
  { name: "interrupts_pending", kind: "gauge", help: "Interrupts not yet delivered.", column: "interruptsPending" },
  { name: "memory_bytes", kind: "gauge", help: "Size of its memory.", column: "memorySize" },
  { name: "resident_bytes", kind: "gauge", help: "Memory in core.", column: "resident" },
  { name: "swap_ins_total", kind: "counter", help: "Times it was swapped in.", column: "swapIns" },
  { name: "swap_outs_total", kind: "counter", help: "Times it was swapped out.", column: "swapOuts" },
  { name: "receive_bytes_total", kind: "counter", help: "Bytes received.", column: "rxBytes" },
  { name: "transmit_bytes_total", kind: "counter", help: "Bytes sent.", column: "txBytes" },
  { name: "receive_packets_total", kind: "counter", help: "Packets received.", column: "rxPackets" },
  { name: "transmit_packets_total", kind: "counter", help: "Packets sent.", column: "txPackets" },
  { name: "dropped_packets_total", kind: "counter", help: "Packets lost.", column: "drops" },
  { name: "disk_reads_total", kind: "counter", help: "Disk blocks read.", column: "diskReads" },
  { name: "disk_writes_total", kind: "counter", help: "Disk blocks written.", column: "diskWrites" },
  { name: "console_bytes_total", kind: "counter", help: "Bytes printed.", column: "consoleBytes" },
];

interface MachineMetric {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  readonly value: (machine: MachineFigures) => number;
}

const MACHINE_METRICS: readonly MachineMetric[] = [
  { name: "uptime_seconds", kind: "gauge", help: "The kernel's clock.", value: ({ time }) => time },
  {
    name: "quantum_seconds",
    kind: "gauge",
    help: "The quantum; 0 where it is a number of instructions.",
    value: ({ quantum }) => quantum * NANOSECONDS,
  },
  {
    name: "quantum_instructions",
    kind: "gauge",
    help: "The quantum where it is a number of instructions, else 0.",
    value: (m) => m.quantumInstructions,
  },
  { name: "memory_budget_bytes", kind: "gauge", help: "Memory allowed in core.", value: (m) => m.memoryBudget },
  { name: "memory_resident_bytes", kind: "gauge", help: "Memory in core.", value: (m) => m.memoryResident },
  { name: "instructions_total", kind: "counter", help: "Instructions retired.", value: (m) => m.instructions },
  { name: "context_switches_total", kind: "counter", help: "Context switches.", value: (m) => m.contextSwitches },
  { name: "packets_switched_total", kind: "counter", help: "Packets switched.", value: (m) => m.packetsSwitched },
  { name: "switched_bytes_total", kind: "counter", help: "Bytes switched.", value: (m) => m.bytesSwitched },
  { name: "packets_dropped_total", kind: "counter", help: "Packets dropped.", value: (m) => m.packetsDropped },
  { name: "swap_ins_total", kind: "counter", help: "Swap-ins.", value: (m) => m.swapIns },
  { name: "swap_outs_total", kind: "counter", help: "Swap-outs.", value: (m) => m.swapOuts },
  { name: "run_queue_vms", kind: "gauge", help: "VMs ready to run.", value: (m) => m.runQueue },
  { name: "gatekeeper_queue_vms", kind: "gauge", help: "VMs waiting for memory.", value: (m) => m.gatekeeperQueue },
  { name: "interrupt_batches_total", kind: "counter", help: "Deliveries.", value: (m) => m.interruptBatches },
];

/**
 * The whole exposition, in pieces, of one moment: that of the first piece, however late the others are asked for.
 * @param waiting what earlier expositions of the panel said
 */
export function* exposition(
  panel: InstrumentPanel,
  policies: readonly string[],
  waiting = new WaitingTimes(),
): Generator<string> {
  // A copy, since a row may be another VM's by the time it is written; the trace, of which nothing is shown, is left out.
  const copy = panel.copy(Math.min(panel.get("rows"), panel.capacity), false);
  const sampler = new Sampler(copy);
  sampler.take();
  const columns = { ...copy.vm, ...waiting.take(sampler) };
  // A row that was given away while it was copied is of two VMs.
  const rows = sampler.rows().filter((row) => panel.vm.id[row] === copy.vm.id[row]);
  yield machineText(sampler.kernel(), policies);
  const labels: string[] = [];
  for (const metric of VM_METRICS) {
    const name = `denali_vm_${metric.name}`;
    yield head(name, metric.kind, metric.help);
    const column = columns[metric.column];
    const { factor = 1 } = metric;
    for (let first = 0; first < rows.length; first += PIECE) {
      let text = "";
      for (let index = first; index < Math.min(rows.length, first + PIECE); index++) {
        labels[index] ??= labelsOf(sampler, rows[index]);
        text += `${name}${labels[index]} ${column[rows[index]] * factor}\n`;
      }
      yield text;
    }
  }
}

function machineText(machine: MachineFigures, policies: readonly string[]): string {
  let text = "";
  for (const { name, kind, help, value } of MACHINE_METRICS) {
    text += `${head(`denali_${name}`, kind, help)}denali_${name} ${value(machine)}\n`;
  }
  text += head("denali_vms", "gauge", "VMs in each state.");
  for (const state of VM_STATE_NAMES) text += `denali_vms{state="${state}"} ${machine.states[state]}\n`;
  text += head("denali_interrupts_total", "counter", "Interrupts by vector: posted, and delivered or discarded.");
  for (const [index, vector] of INTERRUPT_NAMES.entries()) {
    const { posted, delivered, discarded } = machine.vectors[index];
    text += `denali_interrupts_total{vector="${vector}",event="posted"} ${posted}\n`;
    text += `denali_interrupts_total{vector="${vector}",event="delivered"} ${delivered}\n`;
    text += `denali_interrupts_total{vector="${vector}",event="discarded"} ${discarded}\n`;
  }
  const settings = [
    ["policy", policies[machine.policy] ?? ""],
    ["interrupts", INTERRUPT_MODES[machine.interruptMode] ?? ""],
    ["idle", IDLE_MODES[machine.idleMode] ?? ""],
  ].map(([name, value]) => `${name}="${escaped(value)}"`);
  return `${text}${head("denali_settings_info", "gauge", "The settings in force, as labels.")}denali_settings_info{${settings.join(",")}} 1\n`;
}

function head(name: string, kind: Kind, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

function labelsOf(sampler: Sampler, row: number): string {
  return `{vm="${sampler.id(row)}",name="${escaped(sampler.name(row))}",image="${escaped(sampler.image(row))}"}`;
}

/** A label's value: backslash, quote and line feed are escaped. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
