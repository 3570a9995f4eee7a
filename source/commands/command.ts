/** What a command is, and how it is run from its arguments to its exit status. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_FOLDER } from "../host/places.js";
import { type Arguments, type CommandSpec, helpText, parseArguments } from "./arguments.js";
import { ExitStatus, report } from "./failure.js";
import { BrokenPipe, print } from "./output.js";
import { Interrupted } from "./signals.js";

export interface Command {
  readonly spec: CommandSpec;
  /** Answers the exit status. */
  execute(given: Arguments): Promise<number>;
}

/** Runs a command; whatever goes wrong has been said on stderr when it answers the exit status. */
export async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  try {
    const given = parseArguments(command.spec, argv);
    if (given.has("help")) return await print(helpText(command.spec));
    if (given.has("version")) return await print(`${version()}\n`);
    return await command.execute(given);
  } catch (error) {
    if (error instanceof BrokenPipe) return ExitStatus.BROKEN_PIPE;
    if (error instanceof Interrupted) return error.exitStatus;
    return report(error);
  }
}

export function version(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string }).version;
}
