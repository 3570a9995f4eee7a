/** `denali exec --raw` in a real terminal: each key is the guest's as it is pressed, but Ctrl-C; and the terminal is given back, however it ends. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, expect, it } from "vitest";
import { TerminalSession } from "../../scripts/terminal-session.mjs";
import { DENALI, Home } from "./program.js";

const home = new Home();
let session: TerminalSession | undefined;
afterEach(() => session?.close());
afterAll(() => home.remove());

const OPTIONS = { timeout: 120_000 };
/** Milliseconds until the screen must be as wanted; the machine may have much else to do. */
const PATIENCE = 60_000;

const ENTER = "\r";
const CONTROL = { c: "\x03", d: "\x04", z: "\x1a" } as const;

/** A shell that runs one of these after the other, telling the terminal's settings before and after each, and its exit status; then waits for Enter. */
function run(...commands: readonly string[]): TerminalSession {
  const { XDG_STATE_HOME, XDG_CACHE_HOME } = home.environment;
  const denali = `'${process.execPath}' '${DENALI}'`;
  const lines = commands.map((command) => `stty -g; ${denali} ${command}; echo "status $?"; stty -g;`);
  session = TerminalSession.open("bash", ["-c", `echo "shell $$ on $(tty)"; ${lines.join(" ")} read -r _`], {
    columns: 100,
    rows: 40,
    env: { XDG_STATE_HOME, XDG_CACHE_HOME },
  });
  return session;
}

const see = (terminal: TerminalSession, wanted: RegExp) =>
  terminal.until((screen: string) => wanted.test(screen), PATIENCE);

/** Waits until the terminal hands over keys as they are; before, Ctrl-C would be a signal of its own making. */
async function untilRaw(terminal: TerminalSession): Promise<void> {
  const name = await terminal
    .until(() => /on \S+\r\n/.test(terminal.output), PATIENCE)
    .then(() => /on (\S+)/.exec(terminal.output)?.[1] ?? "");
  const settings = () => spawnSync("stty", ["-F", name, "-a"], { encoding: "utf8", timeout: 10_000 }).stdout;
  await terminal.until(() => /-isig -icanon.* -echo /.test(settings()), PATIENCE);
}

/** Waits for the last of the settings, and compares each with those before. */
async function expectGivenBack(terminal: TerminalSession, times: number): Promise<void> {
  const settings = () => (terminal.output.match(/^[0-9a-f]+(:[0-9a-f]+)+/gm) ?? []) as string[];
  await terminal.until(() => settings().length === 2 * times, PATIENCE);
  expect(new Set(settings()).size).toBe(1);
}

it(
  "hands over every key as it is pressed, those that would be the terminal's too, and ends with the guest's status",
  OPTIONS,
  async () => {
    const terminal = run("exec lua --raw");
    await see(terminal, /^> *$/m);
    await untilRaw(terminal);
    // Not a line yet: only the guest can have shown them, and once.
    terminal.press(`x${CONTROL.z}`);
    await see(terminal, /^> x\^Z *$/m);
    terminal.press(`${"\x7f".repeat(2)}print(6 * 7)${ENTER}`);
    await see(terminal, /^> print\(6 \* 7\) *\n42 *\n> /m);
    terminal.press(`os.exit(7)${ENTER}`);
    await see(terminal, /^status 7 *$/m);
    await expectGivenBack(terminal, 1);
  },
);

it(
  "ends with 130 on Ctrl-C, 0 where Ctrl-D ends the guest, 139 where it crashed, 143 on SIGTERM",
  OPTIONS,
  async () => {
    const terminal = run("exec hostile-spin --raw", "exec lua --raw", "exec hostile-divide --raw", "exec echo --raw");
    await untilRaw(terminal);
    terminal.press(CONTROL.c);
    await see(terminal, /^status 130 *$/m);
    await see(terminal, /^> *$/m);
    terminal.press(CONTROL.d);
    await see(terminal, /^status 0 *$/m);
    await see(terminal, /^denali: hostile-divide crashed: divide error at [\s\S]*^status 139 *$/m);
    await untilRaw(terminal);
    const shell = /shell (\d+)/.exec(terminal.output)?.[1];
    process.kill(Number(readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8")), "SIGTERM");
    await see(terminal, /^status 143 *$/m);
    await expectGivenBack(terminal, 4);
  },
);
