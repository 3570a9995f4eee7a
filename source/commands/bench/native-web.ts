/**
 * The guests' web server and load generator as programs of the host itself: the same sources, compiled by the host's gcc for
 * its own CPU, over its own network stack, and where that can be had on one CPU together, as the guests are. Only where the sources and a
 * compiler are there.
 */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import { IMAGE_FOLDER, temporaryFolder } from "../../host/places.js";
import { hostReason } from "../../host/reasons.js";
import { UserError } from "../../kernel/index.js";
import { SignalWatch } from "../signals.js";
import { freePort } from "./free-port.js";
import { REPORT, type WebFigures, type WebLoad, webFiguresOf } from "./web-load.js";

const GUESTS = dirname(IMAGE_FOLDER);

/** What the status page reads of a VM, and a program of the host does not have. */
const REGISTERS = '#include "denali.h"\nvolatile struct denali_registers denali_registers;\n';

/** Milliseconds in which a program must say something, beside those that it takes at best. */
const PATIENCE = 30_000;

/** Milliseconds in which a program must refuse what it is asked. */
const REFUSAL = 10_000;

/**
 * Built programs, in a folder that {@link NativeWeb.dispose} removes. Neither the folder nor a program that runs outlives this
 * process, whatever ends that, but for a second signal.
 */
export class NativeWeb {
  readonly #folder = temporaryFolder("denali-native-");
  readonly #running = new Set<Running>();
  readonly #signals = new SignalWatch();
  readonly #onExit = () => this.dispose();

  private constructor() {
    process.once("exit", this.#onExit);
  }

  /**
   * Builds both; undefined where the sources or a compiler are missing, or programs in folders for temporary files cannot be run.
   * @throws Interrupted when a signal asks the command to end
   */
  static async build(): Promise<NativeWeb | undefined> {
    const native = new NativeWeb();
    try {
      writeFileSync(join(native.#folder, "registers.c"), REGISTERS);
      for (const program of ["httpd", "load"]) await native.#compile(program);
      const { error } = spawnSync(join(native.#folder, "load"), ["interval=none"], { timeout: REFUSAL });
      if (error) throw error;
      return native;
    } catch {
      native.dispose();
      native.#signals.signal.throwIfAborted();
      return undefined;
    }
  }

  /**
   * As webFigures of guests, of one server.
   * @throws Interrupted when a signal asks the command to end, or has asked before
   */
  async figures(load: WebLoad): Promise<WebFigures> {
    const { signal } = this.#signals;
    signal.throwIfAborted();
    try {
      return await Promise.race([this.#measure(load), this.#signals.interrupted]);
    } finally {
      await Promise.all([...this.#running].map(ended));
    }
  }

  /** What runs still ends with it. */
  dispose(): void {
    process.off("exit", this.#onExit);
    this.#signals.dispose();
    for (const { child } of this.#running) child.kill();
    // A compiler that was stopped may still be writing.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #measure(load: WebLoad): Promise<WebFigures> {
    const port = await freePort();
    const { connections, path = "/", seconds } = load;
    await nextLine(this.#start("httpd", [String(port)]), /^serving/);
    const settings = { connections, path, port, interval: seconds };
    const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const asking = this.#start("load", [...words, "127.0.0.1"]);
    const reports: number[][] = [];
    for (;;) {
      const figures = webFiguresOf(reports, load);
      if (figures) return figures;
      const match = REPORT.exec(await nextLine(asking, REPORT, seconds)) as RegExpExecArray;
      reports.push(match.slice(1).map(Number));
    }
  }

  async #compile(program: string): Promise<void> {
    const folder = join(GUESTS, "programs", program);
    const sources = readdirSync(folder).filter((name) => name.endsWith(".c"));
    const registers = join(this.#folder, "registers.c");
    const words = [
      ...["-std=gnu11", "-O2", "-w", "-I", join(GUESTS, "include"), "-o", join(this.#folder, program)],
      ...sources.map((name) => join(folder, name)),
      ...[registers, "-lm"],
    ];
    await promisify(execFile)("gcc", words, { signal: this.#signals.signal });
  }

  /** On the first CPU, if the host has a command for that. @throws Interrupted: behind a signal nothing is started any more */
  #start(program: string, words: readonly string[]): Running {
    this.#signals.signal.throwIfAborted();
    const command = [join(this.#folder, program), ...words];
    const pinned = spawnSync("taskset", ["--version"]).status === 0 ? ["taskset", "-c", "0", ...command] : command;
    const child = spawn(pinned[0], pinned.slice(1), { stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> });
    const closed = once(child, "close").then(
      () => new UserError(`the host's own ${program} ended without a word; the host may be too busy`),
      (error) => new UserError(`cannot start the host's own ${program}: ${hostReason(error)}`),
    );
    const running = { child, lines, iterator: lines[Symbol.asyncIterator](), closed };
    this.#running.add(running);
    closed.then(() => this.#running.delete(running));
    return running;
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly iterator: AsyncIterableIterator<string>;
  /** Resolves when it has ended, or could not be started, with what is to be said where it was not to end. */
  readonly closed: Promise<UserError>;
}

/** The next line that matches. @param seconds that it takes at best @throws UserError when none comes */
async function nextLine({ child, iterator, closed }: Running, pattern: RegExp, seconds = 0): Promise<string> {
  const timeout = setTimeout(() => child.kill(), PATIENCE + seconds * 1000);
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), closed]);
      if (next instanceof UserError) throw next;
      if (next.done) throw await closed;
      if (pattern.test(next.value)) return next.value;
    }
  } finally {
    clearTimeout(timeout);
  }
}

async function ended({ child, lines, closed }: Running): Promise<void> {
  lines.close();
  child.kill();
  await closed;
}
