/** The command line's first step: finds the command, loads it, and ends with its exit status. */

import { statSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { report } from "./commands/failure.js";
import { UsageError } from "./commands/usage-error.js";
import { nearest } from "./fleet/nearest.js";
import { yieldHelperThreads } from "./host/helper-threads.js";
import { startKernelThread } from "./host/kernel-thread.js";

/** A command reports its own mistakes and answers its exit status. */
interface CommandModule {
  main(argv: readonly string[], thread?: Worker): Promise<number>;
}

/** Each is loaded when it is asked for: the monitor never loads a kernel, the others never load a screen. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  exec: () => import("./commands/exec.js"),
  run: () => import("./commands/run.js"),
  images: () => import("./commands/images.js"),
  replay: () => import("./commands/replay.js"),
  tour: () => import("./commands/tour.js"),
  bench: () => import("./commands/bench.js"),
  completion: () => import("./commands/completion.js"),
  man: () => import("./commands/man.js"),
};
const monitor = (): Promise<CommandModule> => import("./commands/monitor.js");

async function main([word = "", ...behind]: readonly string[]): Promise<number> {
  if (word === "help") return behind.length > 0 ? main([...behind, "--help"]) : main(["--help"]);
  if (Object.hasOwn(COMMANDS, word)) {
    const thread = word === "tour" ? early(behind) : undefined;
    return (await COMMANDS[word]()).main(behind, thread);
  }
  const batch = withoutBatch(word === "" ? behind : [word, ...behind]);
  if (batch) return (await COMMANDS.run()).main(batch);
  refuseUnknownCommand(word);
  const thread = early([word, ...behind]);
  return (await monitor()).main(word === "" ? [] : [word, ...behind], thread);
}

/** The kernel's thread, which loads while the screen does; undefined where no screen can come of the command line. */
function early(argv: readonly string[]): Worker | undefined {
  const asks = ["-h", "--help", "--version"].some((word) => argv.includes(word));
  return asks || !process.stdout.isTTY || !process.stdin.isTTY ? undefined : startKernelThread();
}

/**
 * `denali -b`, as top(1) has it, is `denali run`: answers the arguments of that, or undefined where -b is not given. It may stand
 * before another letter, as in `-bn1`.
 */
function withoutBatch(argv: readonly string[]): string[] | undefined {
  const batch = argv.findIndex((word) => word.startsWith("-b") || word === "--batch" || word === "--");
  if (batch < 0 || argv[batch] === "--") return undefined;
  const others = /^-b./.test(argv[batch]) ? [`-${argv[batch].slice(2)}`] : [];
  return argv.toSpliced(batch, 1, ...others);
}

/** A first word that is neither a command nor an option must be a fleet file. */
function refuseUnknownCommand(word: string): void {
  if (word === "" || word.startsWith("-") || word.includes("/") || /\.ya?ml$/.test(word) || isFile(word)) return;
  const guess = nearest(word, [...Object.keys(COMMANDS), "help"]);
  throw new UsageError(`there is no command '${word}'; ${guess ? `did you mean ${guess}?` : "see denali help"}`);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // There is none, or its name is longer than any may be.
  }
}

// A file-size limit is an error of the write that meets it, not the end of the process.
process.on("SIGXFSZ", () => {});
process.on("uncaughtException", (error) => {
  // The monitor has a listener of its own, which gives the terminal back first.
  if (process.listenerCount("uncaughtException") === 1) process.exit(report(error));
});
yieldHelperThreads();
main(process.argv.slice(2)).catch(report).then(process.exit);
// Of a standard error that cannot be written nobody can be told: the work goes on, and ends as it would.
process.stderr.on("error", () => {});
