/** The host's CPU as an oracle: builds harness.c and lets it run batches of cases. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BATCH, decodeResults, encodeBatch, type MachineCase, type Outcome } from "./machine-case.js";

/** Freestanding i386 code that uses no register the context switch of a signal does not keep. */
const HARNESS_FLAGS = ["-O2", "-mgeneral-regs-only"];
const I386_FLAGS = [
  ...["-m32", "-static", "-nostdlib", "-ffreestanding", "-fno-pic", "-fno-pie", "-no-pie", "-fno-stack-protector"],
  ...["-Wl,--build-id=none", "-z", "noexecstack"],
];

let buildFolder: string | undefined;

/** Removes what was built. Test runners end their processes without notice, so whoever builds calls this. */
export function removeBuilds(): void {
  if (buildFolder !== undefined) rmSync(buildFolder, { recursive: true, force: true });
  buildFolder = undefined;
}

/** Compiles a freestanding i386 program; undefined when this host cannot, or cannot run the result. */
export function buildProgram(source: string, name: string, flags: readonly string[]): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  buildFolder ??= mkdtempSync(join(tmpdir(), "denali-conformance-"));
  const output = join(buildFolder, name);
  const { status, error, stderr } = spawnSync("gcc", [...I386_FLAGS, ...flags, source, "-o", output]);
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`gcc could not build ${source}: ${stderr}`);
  return output;
}

/** The harness, or the reason why there is none. */
export function buildHarness(folder: string): { path: string } | { missing: string } {
  const path = buildProgram(join(folder, "harness.c"), "harness", HARNESS_FLAGS);
  if (path === undefined) return { missing: "no gcc for i386 programs on this host" };
  const probe = spawnSync(path, { input: "" });
  return probe.status === 0 ? { path } : { missing: "this host does not run i386 programs" };
}

/** What the host's CPU makes of the cases, in order. */
export function runOnHost(harness: string, cases: readonly MachineCase[]): Outcome[] {
  const batches: MachineCase[][] = [];
  for (let i = 0; i < cases.length; i += BATCH) batches.push(cases.slice(i, i + BATCH));
  const { status, signal, stdout } = spawnSync(harness, {
    input: Buffer.concat(batches.map(encodeBatch)),
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`the harness ended with ${signal ?? `status ${status}`}`);
  return decodeResults(stdout, cases.length);
}
