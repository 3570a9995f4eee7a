/** The host's CPU as an oracle: builds harness.c, and lets one process of it run batch after batch of cases. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
/** Milliseconds after which the harness hangs: it takes one for ten cases on a busy machine. */
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
  /** What it makes of the cases, in order. One call at a time. */
  run(cases: readonly MachineCase[]): Promise<Outcome[]>;
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

const answers = (harness: string): boolean => spawnSync(harness, { input: "", timeout: LONGEST_RUN }).status === 0;

function hostCpu(path: string, mode: string, codeFor: (testCase: MachineCase) => HostCode): HostCpu {
  let harness: Harness | undefined;
  return {
    mode,
    run: async (cases) => {
      if (cases.length === 0) return [];
      harness ??= new Harness(path);
      const batches = new HostBatches(cases, codeFor);
      return batches.decode(await harness.answer(batches.bytes, batches.answerLength));
    },
  };
}

/** A process of the harness. It waits for more between batches, and ends when its input does or its parent. */
class Harness {
  readonly #process: ChildProcess;
  #ended: string | undefined;
  #received: Buffer[] = [];
  #length = 0;
  /** Looks whether the answer is whole, or there will be none. */
  #look: () => void = () => {};

  constructor(path: string) {
    const started = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process = started;
    started.stdout.on("data", (part: Buffer) => {
      this.#received.push(part);
      this.#length += part.length;
      this.#look();
    });
    started.on("close", (status, signal) => this.#end(`the harness ended with ${signal ?? `status ${status}`}`));
    started.on("error", (error) => this.#end(`the harness did not start: ${error.message}`));
    // It has ended in the middle of a batch, which "close" says better.
    started.stdin.on("error", () => {});
    for (const each of [started, started.stdin, started.stdout]) (each as unknown as { unref(): void }).unref();
  }

  /** Sends batches, and takes so many bytes of results. Rejects when the harness ends or hangs. */
  answer(batches: Buffer, length: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#process.kill("SIGKILL"), LONGEST_RUN);
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#look = () => {};
        finish();
      };
      this.#look = () => {
        if (this.#length >= length) settle(() => resolve(this.#take()));
        else if (this.#ended !== undefined) settle(() => reject(new Error(this.#ended)));
      };
      this.#process.stdin?.write(batches);
      this.#look();
    });
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#look();
  }

  #take(): Buffer {
    const all = Buffer.concat(this.#received);
    this.#received = [];
    this.#length = 0;
    return all;
  }
}
