/**
 * The monitor on a screen that a test holds in its hand: Ink draws into xterm.js in the same process, keys go in as a
 * terminal would send them, and time passes only when the test says so.
 */

import { EventEmitter } from "node:events";
import xterm from "@xterm/headless";
import { type Instance, render } from "ink";
import { createElement } from "react";
import { expect } from "vitest";
import { App } from "../../source/ui/app.js";
import { Controller, type ControllerOptions } from "../../source/ui/controller.js";
import type { KeyMap } from "../../source/ui/key-map.js";
import type { MonitorState } from "../../source/ui/state.js";
import type { FakeClient } from "./fake-client.js";

/** A small terminal and a usual one. */
export const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

/** Milliseconds, above what Ink waits for the rest of an escape sequence. */
const ESCAPE_DELAY = 40;

/** What Ink needs of a terminal's output. */
class ScreenOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  constructor(
    readonly terminal: xterm.Terminal,
    public columns: number,
    public rows: number,
  ) {
    super();
  }
  write(data: string, done?: () => void): boolean {
    this.terminal.write(data, done);
    return true;
  }
}

/** What Ink needs of a terminal's input. */
class ScreenInput extends EventEmitter {
  readonly isTTY = true;
  #waiting: string | null = null;
  setRawMode(): this {
    return this;
  }
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  read(): string | null {
    const data = this.#waiting;
    this.#waiting = null;
    return data;
  }
  send(data: string): void {
    this.#waiting = data;
    this.emit("readable");
  }
}

/** What must hold for every frame: the screen is full to the last line and nothing was cut by the terminal or wrapped. */
export function expectWholeFrame(screen: Screen, { columns, rows }: { columns: number; rows: number }): void {
  const lines = screen.lines();
  expect(lines).toHaveLength(rows);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  // Every line of a frame that is framed ends in its frame: what wrapped or spilled would break it.
  for (const line of lines.slice(3, -1)) expect(line.at(-1)).toMatch(/[│╮╯]/);
  expect(lines[0]).toMatch(/^ DENALI {2}/);
  expect(lines[1]).toMatch(/^ CPU /);
  expect(lines[2]).toMatch(/^ MEM /);
}

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly initial?: Partial<MonitorState>;
  readonly ascii?: boolean;
  readonly keys?: KeyMap;
  /** False for a terminal without colours. */
  readonly colors?: boolean;
  readonly exportScreen?: ControllerOptions["exportScreen"];
}

export class Screen {
  quits = 0;
  #broken: unknown;
  readonly monitor: Controller;
  readonly #input = new ScreenInput();
  readonly #output: ScreenOutput;
  readonly #instance: Instance;

  private constructor(
    readonly client: FakeClient,
    { columns = 80, rows = 24, initial = {}, ascii = false, keys, colors = true, exportScreen }: ScreenOptions,
  ) {
    const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.#output = new ScreenOutput(terminal, columns, rows);
    this.monitor = new Controller({
      client,
      // By hand only: longer than any test.
      initial: { interval: 600_000, ...initial },
      size: () => ({ columns: this.#output.columns, rows: this.#output.rows }),
      quit: () => this.quits++,
      suspend: () => {},
      ...(keys ? { keys } : {}),
      colors,
      ...(exportScreen ? { exportScreen } : {}),
    });
    this.#instance = render(
      createElement(App, { monitor: this.monitor, depth: colors ? ("palette" as const) : ("none" as const), ascii }),
      {
        stdout: this.#output as unknown as NodeJS.WriteStream,
        stdin: this.#input as unknown as NodeJS.ReadStream,
        alternateScreen: true,
        interactive: true,
        incrementalRendering: true,
        exitOnCtrlC: false,
        patchConsole: false,
        maxFps: 1000,
      },
    );
    this.#instance.waitUntilExit().catch((error: unknown) => {
      this.#broken = error;
    });
  }

  static async open(client: FakeClient, options: ScreenOptions = {}): Promise<Screen> {
    const screen = new Screen(client, options);
    await screen.settle();
    return screen;
  }

  /** Over a kernel that has run for ten seconds, after so many more. */
  static async running(client: FakeClient, options?: ScreenOptions, seconds = 0.25): Promise<Screen> {
    client.advance(10);
    const screen = await Screen.open(client, options);
    await screen.advance(seconds);
    return screen;
  }

  /** Lets answers arrive and the frame be drawn. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) await this.#instance.waitUntilRenderFlush();
    await new Promise<void>((resolve) => this.#output.terminal.write("", resolve));
    if (this.#broken) throw this.#broken;
  }

  /** Sends what a keyboard would, then lets the screen settle. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.#input.send(key);
      // An escape character alone is the key only when nothing follows it for a moment; Ink's own timer says when.
      if (key === "\u001b") await new Promise((resolve) => setTimeout(resolve, ESCAPE_DELAY));
      await this.settle();
    }
  }

  /** Lets the scripted kernel go on, and refreshes. */
  async advance(seconds: number): Promise<void> {
    this.client.advance(seconds);
    this.monitor.refresh();
    await this.settle();
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#output.terminal.resize(columns, rows);
    this.#output.columns = columns;
    this.#output.rows = rows;
    this.#output.emit("resize");
    this.monitor.refresh();
    await this.settle();
  }

  /** The screen's lines as a person sees them, without the blanks at their ends. */
  lines(): string[] {
    const buffer = this.#output.terminal.buffer.active;
    return Array.from({ length: this.#output.rows }, (_, row) =>
      buffer.getLine(buffer.baseY + row)!.translateToString(true),
    );
  }

  text(): string {
    return this.lines().join("\n");
  }

  /** The line that holds a text; fails when there is none. */
  line(text: string): string {
    const line = this.lines().find((candidate) => candidate.includes(text));
    if (line === undefined) throw new Error(`"${text}" is nowhere on the screen:\n${this.text()}`);
    return line;
  }

  /** The lines with a background colour: what the cursor is on. */
  cursorLines(): string[] {
    const buffer = this.#output.terminal.buffer.active;
    return this.lines().filter(
      (_, row) =>
        !buffer
          .getLine(buffer.baseY + row)!
          .getCell(3)!
          .isBgDefault(),
    );
  }

  close(): void {
    this.#instance.unmount();
    this.#output.terminal.dispose();
  }
}
