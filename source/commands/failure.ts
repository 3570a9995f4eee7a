/**
 * How the program says that it failed: a person's mistake is one line, a defect a stack trace with the names and lines
 * of the sources.
 */

import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UserError } from "../kernel/index.js";
import { UsageError } from "./usage-error.js";

/** Exit statuses beside a guest's own. 128 and more follow the shells: 128 + signal. */
export const ExitStatus = {
  SUCCESS: 0,
  FAILURE: 1,
  USAGE: 2,
  INTERRUPTED: 130,
  /** The guest crashed: what a shell reports of a program that faulted (128 + SIGSEGV). */
  CRASHED: 139,
  /** The reader of our output went away (128 + SIGPIPE). */
  BROKEN_PIPE: 141,
  TERMINATED: 143,
} as const;

/** Says on stderr what went wrong and answers the exit status. */
export function report(error: unknown): number {
  if (error instanceof UserError) {
    process.stderr.write(`denali: ${error.message}\n`);
    return error instanceof UsageError ? ExitStatus.USAGE : ExitStatus.FAILURE;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`denali: this is a defect of denali; please report it\n${inSources(stack)}\n`);
  return ExitStatus.FAILURE;
}

/**
 * Rewrites `dist/cli.js:1:2` to the source's line, of modules, which are named by their address, and scripts, which are by
 * their path. Done here, not by Node, which would read every map at start-up.
 */
export function inSources(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  const places = /(file:\/\/[^\s()]+\.js|(?<=[\s(])\/[^\s()]+\.cjs):(\d+):(\d+)/g;
  return stack.replace(places, (place, file: string, line: string, column: string) => {
    const url = file.startsWith("file:") ? file : pathToFileURL(file).href;
    if (!maps.has(url)) maps.set(url, readMap(url));
    const origin = maps.get(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!origin || !("originalSource" in origin)) return place;
    return `${fileURLToPath(new URL(origin.originalSource, url))}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  });
}

function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
