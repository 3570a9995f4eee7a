/** The program started from a shell in a pseudo-terminal that tells what it leaves behind: the terminal's settings, and its exit status. */

import { expect } from "vitest";
import { TerminalSession } from "../../scripts/terminal-session.mjs";
import { DENALI, type Home } from "./program.js";

export const ENTER_SCREEN = "\x1b[?1049h";
const LEAVE_SCREEN = "\x1b[?1049l";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
export const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
export const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";

/** Terminal settings, as stty tells them. */
const SETTINGS = /^[0-9a-f]+(:[0-9a-f]+)+/gm;

/** The supervisor is in the table, and has run. */
export const LIVE = /supervisor +. (idle|ready|running)/;

export interface ShellStart {
  readonly columns: number;
  readonly rows: number;
  /** The command line behind `denali`. */
  readonly args?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The shell shows the terminal's settings before and after, and the exit status, and waits for Enter. */
export function openInShell(home: Home, { args = "", env = {}, ...size }: ShellStart): TerminalSession {
  const script = `stty -g; echo "shell $$"; '${process.execPath}' '${DENALI}' ${args}; echo "status $?"; stty -g; read -r _`;
  return TerminalSession.open("bash", ["-c", script], {
    ...size,
    env: { XDG_STATE_HOME: home.folder, XDG_CACHE_HOME: home.folder, ...env },
  });
}

/** Lets the shell end when all that it had to say has come: what is still on its way when it ends can be lost. */
export async function conclude(shell: TerminalSession): Promise<void> {
  await shell.until(() => shell.output.match(SETTINGS)?.length === 2);
  shell.press("\r");
  await shell.ended;
}

/** @returns what was written since the operator's own screen is back */
export function expectTerminalAsBefore(output: string): string {
  expect(output.indexOf(ENTER_SCREEN)).toBeGreaterThan(0);
  expect(output.lastIndexOf(LEAVE_SCREEN)).toBeGreaterThan(output.lastIndexOf(ENTER_SCREEN));
  expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR));
  expect(output.lastIndexOf(MOUSE_OFF)).toBeGreaterThan(output.lastIndexOf(MOUSE_ON));
  const settings = output.match(SETTINGS) ?? [];
  expect(settings).toHaveLength(2);
  expect(settings[1]).toBe(settings[0]);
  return output.slice(output.lastIndexOf(LEAVE_SCREEN));
}
