/** `denali exec`: one VM in the foreground, as if it were a program of the host. */

import { DEFAULT_DISK_BLOCKS } from "../fleet/params.js";
import { LocalClient } from "../host/local-client.js";
import { FOREGROUND_POLL, FOREGROUND_STRETCH } from "../host/params.js";
import { type DiskSpec, type FaultSummary, type VmInspection, type VmSpec, VmState } from "../kernel/index.js";
import { parseCount, parseSize } from "../units.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { UsageError } from "./arguments.js";
import { ExitStatus } from "./failure.js";
import { Keyboard } from "./keyboard.js";
import { MACHINE_OPTIONS, machineOptions, VIRTUAL_TIME_OPTIONS } from "./machine-options.js";
import { Output } from "./output.js";
import { SignalWatch } from "./signals.js";

export const spec: CommandSpec = {
  usage: "exec IMAGE [OPTION...] [-- ARGUMENT...]",
  about: `Runs one VM in the foreground: its console is standard output, standard input its
keyboard, and its exit status the command's. IMAGE is a name that 'denali images'
lists, or a path to an ELF file.`,
  options: {
    memory: { value: "SIZE", description: "the VM's memory, e.g. 4MiB" },
    disk: { value: "NAME[:BLOCKS][:ro]", description: "plug in a disk, up to four times" },
    raw: { description: "hand over keys as they are pressed" },
    ...VIRTUAL_TIME_OPTIONS,
    engine: MACHINE_OPTIONS.engine,
    state: MACHINE_OPTIONS.state,
  },
  notes: `A VM that crashes ends with status 139, Ctrl-C with 130. When standard input ends,
Ctrl-D is typed. With --virtual-time standard input is read to its end first.`,
  inputs: [1, 1],
};

export async function execute(given: Arguments): Promise<number> {
  const vm = vmSpec(given);
  const machine = machineOptions(given);
  const output = new Output();
  const signals = new SignalWatch();
  const virtual = machine.clock === "virtual";
  const client = new LocalClient({ ...machine, supervisor: false, onConsole: (_, bytes) => output.write(bytes) });
  let keyboard: Keyboard | undefined;
  try {
    const [id] = await client.spawn(vm);
    // In virtual time a person's keys would come at a different time in every run.
    if (!virtual || !process.stdin.isTTY) keyboard = new Keyboard(given.has("raw"));
    if (virtual) await keyboard?.ended;
    await Promise.race([output.failed, untilEnded(client, id, keyboard, virtual, signals.signal)]);
    await output.flush();
    return conclude(await client.inspect(id));
  } finally {
    keyboard?.close();
    await client.close();
    signals.dispose();
  }
}

function vmSpec(given: Arguments): VmSpec {
  const memory = given.value("memory");
  return {
    image: given.inputs[0],
    arguments: given.rest,
    disks: given.values("disk").map(parseDisk),
    ...(memory === undefined ? {} : { memory: parseSize(memory, "--memory") }),
  };
}

/** `notes`, `notes:64`, `notes:ro` or `notes:64:ro`. */
export function parseDisk(text: string): DiskSpec {
  const [name, ...rest] = text.split(":");
  const readOnly = rest.at(-1) === "ro";
  const [blocks, ...more] = readOnly ? rest.slice(0, -1) : rest;
  if (name === "" || more.length > 0)
    throw new UsageError(`--disk is '${text}'; give NAME, NAME:BLOCKS or NAME:BLOCKS:ro`);
  return {
    name,
    blocks: blocks === undefined ? DEFAULT_DISK_BLOCKS : parseCount(blocks, "--disk's block count"),
    readOnly,
  };
}

async function untilEnded(
  client: LocalClient,
  id: number,
  keyboard: Keyboard | undefined,
  virtual: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { row } = await client.inspect(id);
  const stretch = virtual ? FOREGROUND_STRETCH : FOREGROUND_POLL * 1_000_000;
  for (let time = client.panel.get("time"); client.panel.vm.state[row] < VmState.TERMINATED; ) {
    await keyboard?.pump((bytes) => client.type(id, bytes));
    time = Math.max(client.panel.get("time"), time) + stretch;
    await client.passUntil(time, signal);
  }
}

/** Says how a VM ended and answers the exit status. */
function conclude({ name, fault, status }: VmInspection): number {
  if (!fault) return (status ?? 0) & 0xff;
  process.stderr.write(`denali: ${name} crashed: ${describeFault(fault)}\n`);
  return ExitStatus.CRASHED;
}

/** `divide error at 0x00001234: div ecx (f7 f1): division by zero` */
export function describeFault(fault: FaultSummary): string {
  const where = `${fault.cause} at 0x${fault.eip.toString(16).padStart(8, "0")}`;
  const instruction = fault.instruction ? `: ${fault.instruction} (${fault.bytes})` : "";
  return `${where}${instruction}${fault.detail ? `: ${fault.detail}` : ""}`;
}
