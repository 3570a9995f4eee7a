/** `denali exec`: one VM in the foreground, as if it were a program of the host. */

import { defined } from "../defined.js";
import { DEFAULT_DISK_BLOCKS } from "../fleet/params.js";
import { checkDisk, type DiskSpec, type VmSpec } from "../kernel/index.js";
import { parseCount, parseVmMemory } from "../units.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { CAPTURE_OPTIONS, startCapturing } from "./capturing.js";
import { closing, type Opened } from "./closing.js";
import { runCommand } from "./command.js";
import { dumpWasm } from "./dump-wasm.js";
import { Foreground } from "./foreground.js";
import { Keyboard } from "./keyboard.js";
import { machineOptions, SMALL_MACHINE_OPTIONS, VIRTUAL_TIME_OPTIONS } from "./machine-options.js";
import { Output } from "./output.js";
import { SignalWatch } from "./signals.js";
import { UsageError } from "./usage-error.js";

export const spec: CommandSpec = {
  usage: "exec IMAGE [OPTION...] [-- ARGUMENT...]",
  about: `Runs one VM in the foreground: its console is standard output, standard input
its keyboard, and its exit status the command's. IMAGE is a name that
'denali images' lists, or a path to an ELF file.`,
  options: {
    memory: { value: "SIZE", description: "the VM's memory, e.g. 4MiB" },
    disk: { value: "NAME[:BLOCKS][:ro]", description: "plug in a disk, up to four times" },
    raw: { description: "hand over keys as they are pressed" },
    ...VIRTUAL_TIME_OPTIONS,
    engine: SMALL_MACHINE_OPTIONS.engine,
    "dump-wasm": { value: "FUNCTION", description: "run nothing; print what it is translated to" },
    state: SMALL_MACHINE_OPTIONS.state,
    ...CAPTURE_OPTIONS,
  },
  notes: `A VM that crashes ends with status 139, Ctrl-C with 130. When standard input
ends, Ctrl-D is typed. With --virtual-time it is read to its end first, and
disks are fresh unless --state is given. FUNCTION is a symbol or an address.`,
  inputs: [1, 1],
};

export const main = (argv: readonly string[]): Promise<number> =>
  runCommand({ spec, execute: (given) => closing((opened) => execute(given, opened)) }, argv);

async function execute(given: Arguments, opened: Opened): Promise<number> {
  if (given.has("raw") && given.has("virtual-time"))
    throw new UsageError(
      "--raw and --virtual-time exclude each other: in virtual time all input is read first; give one",
    );
  if (given.has("raw") && !process.stdin.isTTY)
    throw new UsageError("--raw needs a terminal on standard input; leave it out");
  const dumped = given.value("dump-wasm");
  if (dumped !== undefined) return dumpWasm(given.inputs[0], dumped);
  const vm = vmSpec(given);
  const machine = { ...machineOptions(given), supervisor: false };
  const output = new Output();
  const signals = new SignalWatch();
  opened(() => signals.dispose());
  const foreground = new Foreground(machine, output);
  opened(() => foreground.close());
  const capturing = await startCapturing(foreground.client, given);
  opened(() => capturing.stop());
  await capturing.unlessRefused(() => foreground.start(vm));
  const keyboard = keyboardFor(given, machine.clock === "virtual");
  opened(() => keyboard?.close());
  if (keyboard && machine.clock !== "virtual") {
    await Promise.race([output.failed, foreground.untilEnded(keyboard, signals.interrupted)]);
  } else {
    await Promise.race([keyboard?.ended, signals.interrupted]);
    await Promise.race([output.failed, foreground.runToEnd(keyboard, signals.signal)]);
  }
  await output.flush(signals.signal);
  return foreground.conclude();
}

/** In virtual time a person's keys would come at another time in every run: only what is not typed is read. */
function keyboardFor(given: Arguments, virtual: boolean): Keyboard | undefined {
  if (!virtual) return new Keyboard({ raw: given.has("raw") });
  return process.stdin.isTTY ? undefined : new Keyboard({ whole: true });
}

function vmSpec(given: Arguments): VmSpec {
  return {
    image: given.inputs[0],
    arguments: given.rest,
    disks: given.parsedAll("disk", parseDisk),
    ...defined({ memory: given.parsed("memory", parseVmMemory) }),
  };
}

/** `notes`, `notes:64`, `notes:ro` or `notes:64:ro`. */
export function parseDisk(text: string): DiskSpec {
  const [name, ...rest] = text.split(":");
  const readOnly = rest.at(-1) === "ro";
  const [blocks, ...more] = readOnly ? rest.slice(0, -1) : rest;
  if (name === "" || more.length > 0)
    throw new UsageError(`--disk is '${text}'; give NAME, NAME:BLOCKS or NAME:BLOCKS:ro`);
  const disk = {
    name,
    blocks: blocks === undefined ? DEFAULT_DISK_BLOCKS : parseCount(blocks, "--disk's block count"),
    readOnly,
  };
  checkDisk(disk);
  return disk;
}
