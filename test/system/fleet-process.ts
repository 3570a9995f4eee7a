/** A fleet that runs in a process of its own, with ports published, for the host's own clients to talk to. */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { connect } from "node:net";
import { afterEach } from "vitest";
import { PACKAGE_FOLDER } from "../../source/host/places.js";
import { DENALI, type Home } from "./program.js";

let running: ChildProcess[] = [];
afterEach(async () => {
  const children = running;
  running = [];
  await Promise.all(children.map((child) => stop(child, "SIGINT")));
});

/** Milliseconds until a program has ended that was asked to, and a guest has answered: both do other things first. */
const ENDING = 30_000;
const ANSWERING = 60_000;
/** Milliseconds until one attempt to have an answer is over. */
const ATTEMPT = 10_000;

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Ends a process and waits until it has ended. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  const patience = setTimeout(() => child.kill("SIGKILL"), ENDING);
  await closed;
  clearTimeout(patience);
}

/** Runs a fleet until the test is over. @param lines of its YAML */
export function runFleet(home: Home, name: string, lines: readonly string[], ...options: string[]): ChildProcess {
  const fleet = home.file(`${name}.yaml`, `${lines.join("\n")}\n`);
  const child = spawn(process.execPath, [DENALI, "run", fleet, "--for", "600s", "--json", ...options], {
    cwd: PACKAGE_FOLDER,
    env: home.environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  running.push(child);
  return child;
}

/** Tries over and over until it answers something else than undefined. There is no event that says a guest listens. */
export async function eventually<T>(
  child: ChildProcess | undefined,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + ANSWERING;
  for (;;) {
    let cause: unknown;
    const result = await attempt().catch((error: unknown) => {
      cause = error;
      return undefined;
    });
    if (result !== undefined) return result;
    if (child && hasEnded(child)) throw new Error("the program has ended before the guest answered");
    if (Date.now() > deadline) throw new Error("the guest did not answer", { cause });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A document that a guest serves; fails where it does not answer by and by. */
export async function page(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT) });
  if (!response.ok) throw new Error(`${url} is answered ${response.status}`);
  return response.text();
}

/** The line that a server answers to one line, undefined while it answers nothing. */
export function ask(port: number, line: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${line}\r\n`));
    socket.setTimeout(ATTEMPT, () => socket.destroy());
    socket.on("data", (bytes) => {
      answer += bytes;
      if (!answer.endsWith("\n")) return;
      resolve(answer);
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(undefined));
  });
}

/** Runs one of the host's clients. @returns what it printed, errors included */
export function client(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.on("error", () => {}); // It may end without reading its input.
    child.stdin?.end(input);
  });
}

/** Whether the host has a program; says so where it has not. */
export function hasProgram(name: string, packageName: string, use: string): boolean {
  const found = spawnSync("which", [name]).status === 0;
  if (!found) console.warn(`${name} (${packageName}) is not installed: ${use} is skipped`);
  return found;
}
