/** The host's CPU as an oracle: builds harness.c and lets it run batches of cases. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostBatches, longModeCode, plainCode } from "./host-case.js";
import type { HostCode, MachineCase, Outcome } from "./machine-case.js";

/** Code that uses no register the context switch of a signal does not keep. */
const HARNESS_FLAGS = ["-O2", "-mgeneral-regs-only"];
const FREESTANDING = [
  ...["-nostdlib", "-ffreestanding", "-fno-stack-protector", "-Wl,--build-id=none", "-z", "noexecstack"],
];
const I386_FLAGS = ["-m32", "-static", "-fno-pic", "-fno-pie", "-no-pie"];
/** Milliseconds after which the harness hangs: it takes one for a hundred cases. */
const LONGEST_RUN = 60_000;
/** Its own image out of reach of 32-bit addresses. */
const LONG_MODE_FLAGS = ["-m64", "-static-pie", "-fpie"];

let buildFolder: string | undefined;

/** Removes what was built. Test runners end their processes without notice, so whoever builds calls this. */
export function removeBuilds(): void {
  if (buildFolder !== undefined) rmSync(buildFolder, { recursive: true, force: true });
  buildFolder = undefined;
}

/** Compiles a freestanding i386 program; undefined when this host cannot. */
export const buildProgram = (source: string, name: string, flags: readonly string[]): string | undefined =>
  compile(source, name, [...I386_FLAGS, ...flags]);

function compile(source: string, name: string, flags: readonly string[]): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  buildFolder ??= mkdtempSync(join(tmpdir(), "denali-conformance-"));
  const output = join(buildFolder, name);
  const { status, error, stderr } = spawnSync("gcc", [...FREESTANDING, ...flags, source, "-o", output]);
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`gcc could not build ${source}: ${stderr}`);
  return output;
}

/** The host's CPU, ready to run cases. */
export interface HostCpu {
  /** How it runs them, for people. */
  readonly mode: string;
  /** What it makes of the cases, in order. */
  run(cases: readonly MachineCase[]): Outcome[];
}

/** The host's CPU, in 64-bit mode where its kernel runs no i386 programs; or the reason why it cannot be asked. */
export function findHostCpu(folder: string): HostCpu | { missing: string } {
  const source = join(folder, "harness.c");
  const i386 = buildProgram(source, "harness", HARNESS_FLAGS);
  if (i386 === undefined) return { missing: "no gcc on x86-64 Linux" };
  if (answers(i386)) return hostCpu(i386, "as i386 programs", plainCode);
  const long = compile(source, "harness-64", [...HARNESS_FLAGS, ...LONG_MODE_FLAGS]);
  if (long !== undefined && answers(long)) return hostCpu(long, "in 64-bit mode", longModeCode);
  return { missing: "the harness does not run on this host" };
}

/** Whether whole i386 programs can be run. */
export function runsI386Programs(folder: string): boolean {
  const harness = buildProgram(join(folder, "harness.c"), "harness", HARNESS_FLAGS);
  return harness !== undefined && answers(harness);
}

const answers = (harness: string): boolean => spawnSync(harness, { input: "" }).status === 0;

const hostCpu = (harness: string, mode: string, codeFor: (testCase: MachineCase) => HostCode): HostCpu => ({
  mode,
  run: (cases) => {
    const batches = new HostBatches(cases, codeFor);
    const { status, signal, stdout } = spawnSync(harness, {
      input: batches.bytes,
      maxBuffer: 1 << 30,
      timeout: LONGEST_RUN,
      killSignal: "SIGKILL",
    });
    if (status !== 0) throw new Error(`the harness ended with ${signal ?? `status ${status}`}`);
    return batches.decode(stdout);
  },
});
