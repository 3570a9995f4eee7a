/** The command line's first step: finds the command, loads it, and ends with its exit status. */

import { statSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { report } from "./commands/failure.js";
import { UsageError } from "./commands/usage-error.js";
import { inOneWord, type Options, readWords, type Word } from "./commands/words.js";
import { nearest } from "./fleet/nearest.js";
import { yieldHelperThreads } from "./host/helper-threads.js";
import { startKernelThread } from "./host/kernel-thread.js";

/** A command reports its own mistakes and answers its exit status. */
interface CommandModule {
  main(argv: readonly string[], thread?: Worker): Promise<number>;
}

/** Each is loaded when it is asked for: the monitor never loads a kernel, the others never load a screen. */
const run = () => import("./commands/run.js");
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  exec: () => import("./commands/exec.js"),
  run,
  images: () => import("./commands/images.js"),
  replay: () => import("./commands/replay.js"),
  tour: () => import("./commands/tour.js"),
  bench: () => import("./commands/bench.js"),
  completion: () => import("./commands/completion.js"),
  man: () => import("./commands/man.js"),
};
const monitor = (): Promise<CommandModule> => import("./commands/monitor.js");

async function main(argv: readonly string[]): Promise<number> {
  const [word = "", ...behind] = argv;
  if (word === "help") return behind.length > 0 ? main([...behind, "--help"]) : main(["--help"]);
  if (Object.hasOwn(COMMANDS, word)) {
    const thread = word === "tour" ? early(behind) : undefined;
    return (await COMMANDS[word]()).main(behind, thread);
  }
  const batch = await withoutBatch(argv);
  if (batch) return (await run()).main(batch);
  refuseUnknownCommand(word);
  const thread = early(argv);
  return (await monitor()).main(argv, thread);
}

/** The kernel's thread, which loads while the screen does; undefined where no screen can come of the command line. */
function early(argv: readonly string[]): Worker | undefined {
  const asks = ["-h", "--help", "--version"].some((word) => argv.includes(word));
  return asks || !process.stdout.isTTY || !process.stdin.isTTY ? undefined : startKernelThread();
}

/**
 * `denali -b`, as top(1) has it, is `denali run`: answers the arguments of that, or undefined where -b is not given. It may stand
 * before other letters, as in `-bn1`. What an option is followed by may look like it, and is that option's value.
 */
async function withoutBatch(argv: readonly string[]): Promise<string[] | undefined> {
  const separator = argv.indexOf("--");
  const own = separator < 0 ? argv : argv.slice(0, separator);
  if (!own.some((word) => /^-[^-]*b|^--batch/.test(word))) return undefined;
  const options: Options = { ...(await run()).spec.options, batch: { short: "b", description: "" } };
  const words = readWords(own, options);
  const isBatch = ({ option }: Word) => option === "batch";
  const last = words.findLast(isBatch);
  if (!last || last.value === "false") return undefined;
  return [...words.filter((word) => !isBatch(word)).map(inOneWord), ...argv.slice(own.length)];
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

// Of a standard error that cannot be written nobody can be told: the work goes on, and ends as it would.
process.stderr.on("error", () => {});
// A file-size limit is an error of the write that meets it, not the end of the process.
process.on("SIGXFSZ", () => {});
process.on("uncaughtException", (error) => {
  // The monitor has a listener of its own, which gives the terminal back first.
  if (process.listenerCount("uncaughtException") === 1) process.exit(report(error));
});
yieldHelperThreads();
main(process.argv.slice(2)).catch(report).then(process.exit);
