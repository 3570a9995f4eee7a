/** The command line's first step: finds the command, runs it, and turns however it ends into an exit status. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Arguments, type CommandSpec, helpText, parseArguments, UsageError } from "./commands/arguments.js";
import { ExitStatus, report } from "./commands/failure.js";
import { BrokenPipe } from "./commands/output.js";
import { Interrupted } from "./commands/signals.js";
import { nearest } from "./fleet/nearest.js";
import { PACKAGE_FOLDER } from "./host/places.js";

interface Command {
  readonly spec: CommandSpec;
  /** Answers the exit status. */
  execute(given: Arguments): Promise<number>;
}

/** Each is loaded when it is asked for: the monitor's screen is most of the program. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  exec: () => import("./commands/exec.js"),
  run: () => import("./commands/run.js"),
  images: () => import("./commands/images.js"),
};
const monitor = (): Promise<Command> => import("./commands/monitor.js");

async function main(argv: readonly string[]): Promise<number> {
  const [word = "", ...behind] = argv;
  if (Object.hasOwn(COMMANDS, word)) return runCommand(await COMMANDS[word](), behind);
  if (word === "help") return help(behind);
  refuseUnknownCommand(word);
  return runCommand(await monitor(), argv);
}

async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  const given = parseArguments(command.spec, argv);
  if (given.has("help")) return print(helpText(command.spec));
  if (given.has("version")) return print(`${version()}\n`);
  return command.execute(given);
}

async function help([word = ""]: readonly string[]): Promise<number> {
  refuseUnknownCommand(word);
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : monitor;
  return print(helpText((await command()).spec));
}

/** A first word that is neither a command nor an option must be a fleet file. */
function refuseUnknownCommand(word: string): void {
  const isFile = word.includes("/") || /\.ya?ml$/.test(word) || existsSync(word);
  if (word === "" || word.startsWith("-") || isFile) return;
  const guess = nearest(word, [...Object.keys(COMMANDS), "help"]);
  throw new UsageError(`there is no command '${word}'; ${guess ? `did you mean ${guess}?` : "see denali help"}`);
}

function print(text: string): number {
  process.stdout.write(text);
  return ExitStatus.SUCCESS;
}

function version(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string }).version;
}

/** How a command ended, as an exit status. */
async function conclude(command: Promise<number>): Promise<number> {
  try {
    return await command;
  } catch (error) {
    if (error instanceof BrokenPipe) return ExitStatus.BROKEN_PIPE;
    if (error instanceof Interrupted) return error.exitStatus;
    return report(error);
  }
}

// A file-size limit is an error of the write that meets it, not the end of the process.
process.on("SIGXFSZ", () => {});
process.on("uncaughtException", (error) => process.exit(report(error)));
process.exit(await conclude(main(process.argv.slice(2))));
