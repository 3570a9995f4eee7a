/**
 * The guests' web server and load generator as programs of the host itself: the same sources, compiled by the host's gcc for
 * its own CPU, over its own network stack, and where that can be had on one CPU together, as the guests are. Only where the sources and a
 * compiler are there.
 */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import { IMAGE_FOLDER } from "../../host/places.js";
import { UserError } from "../../kernel/index.js";
import { freePort } from "./free-port.js";
import { REPORT, type WebFigures, type WebLoad, webFiguresOf } from "./web-load.js";

const GUESTS = dirname(IMAGE_FOLDER);

/** What the status page reads of a VM, and a program of the host does not have. */
const REGISTERS = '#include "denali.h"\nvolatile struct denali_registers denali_registers;\n';

/** Milliseconds in which a program must say something. */
const PATIENCE = 30_000;

/** Built programs, in a folder that {@link NativeWeb.dispose} removes. */
export class NativeWeb {
  readonly #folder = mkdtempSync(join(tmpdir(), "denali-native-"));

  /** Builds both; undefined where the sources or a compiler are missing. */
  static async build(): Promise<NativeWeb | undefined> {
    const native = new NativeWeb();
    try {
      writeFileSync(join(native.#folder, "registers.c"), REGISTERS);
      for (const program of ["httpd", "load"]) await native.#compile(program);
      return native;
    } catch {
      native.dispose();
      return undefined;
    }
  }

  /** As webFigures of guests, of one server. */
  async figures(load: WebLoad): Promise<WebFigures> {
    const port = await freePort();
    const server = this.#start("httpd", [String(port)]);
    try {
      await nextLine(server, /^serving/);
      const { connections, path = "/", seconds } = load;
      const settings = { connections, path, port, interval: seconds };
      const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
      return await this.#ask([...words, "127.0.0.1"], load);
    } finally {
      end(server);
    }
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #compile(program: string): Promise<void> {
    const folder = join(GUESTS, "programs", program);
    const sources = readdirSync(folder).filter((name) => name.endsWith(".c"));
    const registers = join(this.#folder, "registers.c");
    await promisify(execFile)("gcc", [
      ...["-std=gnu11", "-O2", "-w", "-I", join(GUESTS, "include"), "-o", join(this.#folder, program)],
      ...sources.map((name) => join(folder, name)),
      ...[registers, "-lm"],
    ]);
  }

  /** Asks until there are reports enough. */
  async #ask(words: string[], load: WebLoad): Promise<WebFigures> {
    const asking = this.#start("load", words);
    try {
      const reports: number[][] = [];
      for (;;) {
        const figures = webFiguresOf(reports, load);
        if (figures) return figures;
        const match = REPORT.exec(await nextLine(asking, REPORT)) as RegExpExecArray;
        reports.push(match.slice(1).map(Number));
      }
    } finally {
      end(asking);
    }
  }

  /** On the first CPU, if the host has a command for that. */
  #start(program: string, words: readonly string[]): Running {
    const command = [join(this.#folder, program), ...words];
    const pinned = spawnSync("taskset", ["--version"]).status === 0 ? ["taskset", "-c", "0", ...command] : command;
    const child = spawn(pinned[0], pinned.slice(1), { stdio: ["ignore", "pipe", "ignore"] });
    const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> });
    return { program, child, lines, iterator: lines[Symbol.asyncIterator]() };
  }
}

interface Running {
  readonly program: string;
  readonly child: ChildProcess;
  readonly lines: Interface;
  readonly iterator: AsyncIterableIterator<string>;
}

/** The next line that matches. @throws UserError when none comes */
async function nextLine({ program, child, iterator }: Running, pattern: RegExp): Promise<string> {
  const timeout = setTimeout(() => child.kill(), PATIENCE);
  try {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) throw new UserError(`the host's own ${program} ended without a word; the host may be too busy`);
      if (pattern.test(value)) return value;
    }
  } finally {
    clearTimeout(timeout);
  }
}

function end({ child, lines }: Running): void {
  lines.close();
  child.kill();
}
