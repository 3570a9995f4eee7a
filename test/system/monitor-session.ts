/** A monitor in a real pseudo-terminal, with the machine behind it, for tests that go through what a person does with it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TerminalSession } from "../../scripts/terminal-session.mjs";
import { DENALI, Home } from "./program.js";

export const KEY = {
  escape: "\x1b",
  enter: "\r",
  tab: "\t",
  shiftTab: "\x1b[Z",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  pageUp: "\x1b[5~",
  pageDown: "\x1b[6~",
  /** Empties the field that is typed into. */
  clearField: "\x15",
  /** Leaves a console. */
  detach: "\x1d",
} as const;

/** The first columns of the table, whichever it is sorted by. */
export const TABLE = /│.{0,6}ID.?NAME/;

/** Milliseconds until the screen must be as wanted: thousands of VMs on a machine that does other things too. */
const PATIENCE = 30_000;

/** Columns and rows of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Start extends Size {
  readonly fleet: string;
  readonly args?: readonly string[];
  /** What settings.json says. */
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
}

export class MonitorSession {
  private constructor(
    readonly home: Home,
    readonly terminal: TerminalSession,
  ) {}

  /** Starts the program in a folder of its own, which is where it writes screens to. */
  static open({ fleet, args = [], settings = {}, env = {}, ...size }: Start): MonitorSession {
    const home = new Home();
    const file = home.file("fleet.yaml", fleet);
    home.settings(settings);
    return MonitorSession.run(home, [file, ...args], size, env);
  }

  static run(home: Home, args: readonly string[], size: Size, env: Start["env"] = {}): MonitorSession {
    const { XDG_STATE_HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME } = home.environment;
    const terminal = TerminalSession.open(process.execPath, [DENALI, ...args], {
      ...size,
      cwd: home.folder,
      env: { XDG_STATE_HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME, ...env },
    });
    return new MonitorSession(home, terminal);
  }

  /** Waits until the screen matches all of it; answers the screen. */
  see(...wanted: readonly (RegExp | string)[]): Promise<string> {
    return this.terminal.until((screen) => wanted.every((part) => matches(screen, part)), PATIENCE);
  }

  /** Waits until the screen matches none of it any more. */
  miss(...unwanted: readonly (RegExp | string)[]): Promise<string> {
    return this.terminal.until((screen) => !unwanted.some((part) => matches(screen, part)), PATIENCE);
  }

  /** Types, then waits until the screen matches. Fails where it matches before: nobody could tell what the keys do. */
  async press(keys: string, ...wanted: readonly (RegExp | string)[]): Promise<string> {
    const before = this.terminal.screen();
    if (wanted.length > 0 && wanted.every((part) => matches(before, part)))
      throw new Error(
        `before ${JSON.stringify(keys)} is typed, the screen is already as it should be then:\n${before}`,
      );
    this.terminal.press(keys);
    return this.see(...wanted);
  }

  /** Types a filter, waits for what it lets pass, and keeps it. */
  async filter(text: string, ...wanted: readonly (RegExp | string)[]): Promise<void> {
    await this.press(`/${text}`, ...wanted);
    this.terminal.press(KEY.enter);
    await this.miss(/\n \/ [^\n]*$/); // The field, on the last line.
  }

  /** Leaves a console. */
  async detach(): Promise<void> {
    this.terminal.press(KEY.detach);
    await this.miss("Console of");
  }

  /** Goes back to the table of all VMs, whatever is open, and takes a size. */
  async start(size: Size): Promise<void> {
    if (this.terminal.terminal.cols !== size.columns) this.terminal.resize(size.columns, size.rows);
    this.terminal.press("1");
    await this.see(/╭─ 1Fleet/, TABLE);
    await this.terminal.until(
      (screen) =>
        screen
          .split("\n")
          .slice(3, -1)
          .every((line) => /[│╮╯]$/.test(line)),
      PATIENCE,
    );
  }

  /** What is shown of the VM in the table's row, undefined where none is. */
  row(name: string): string | undefined {
    return this.terminal.lines().find((line) => line.includes(` ${name} `) && /^│ *\S/.test(line));
  }

  text(file: string): string {
    return readFileSync(join(this.home.folder, file), "utf8");
  }

  async quit(): Promise<void> {
    this.terminal.press("q");
    await this.terminal.ended;
  }

  async close(): Promise<void> {
    this.terminal.close();
    await this.terminal.ended; // It writes to the folder until then.
    this.home.remove();
  }
}

const matches = (screen: string, part: RegExp | string) =>
  typeof part === "string" ? screen.includes(part) : part.test(screen);
