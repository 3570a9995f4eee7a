/**
 * A program in a real terminal that nobody sits at: a pseudo-terminal runs it, xterm.js keeps the screen. For tests, which
 * see what a person would see, and for the pictures in docs/.
 *
 *     const session = TerminalSession.open("node", ["bin/denali.js"], { columns: 80, rows: 24 });
 *     await session.until((screen) => screen.includes("DENALI"));
 *     session.press("q");
 *     await session.ended;
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

/** Milliseconds between two looks at the screen. */
const LOOK = 10;

/** What is around each frame that Ink draws (the terminals' synchronized output, DEC private mode 2026). */
const BEGIN_FRAME = "\x1b[?2026h";
const END_FRAME = "\x1b[?2026l";

export class TerminalSession {
  /** Starts a program. `env` adds to this process's environment; what would turn colours or drawing off is left out. */
  static open(command, args, { columns, rows, cwd, env = {} }) {
    const { CI, NO_COLOR, FORCE_COLOR, NODE_ENV, LC_ALL, LC_CTYPE, ...inherited } = process.env;
    // Nobody's settings, and none that an earlier session remembered.
    const config = mkdtempSync(join(tmpdir(), "denali-config-"));
    const pty = spawn(command, args, {
      cols: columns,
      rows,
      ...(cwd ? { cwd } : {}),
      env: {
        ...inherited,
        TERM: "xterm-256color",
        COLORTERM: "truecolor",
        LANG: "C.UTF-8",
        XDG_CONFIG_HOME: config,
        ...env,
      },
    });
    return new TerminalSession(pty, columns, rows, config);
  }

  constructor(pty, columns, rows, config) {
    this.config = config;
    this.pty = pty;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
    /** Everything the program wrote. */
    this.output = "";
    this.unwritten = 0;
    // The other end is closed when the program ends; reading on then fails in more than one way.
    pty.on?.("error", () => {});
    pty.on?.("error", () => {});
    pty.onData((data) => {
      this.output += data;
      this.unwritten++;
      this.terminal.write(data, () => this.unwritten--);
    });
    /** Resolves when the program ended. */
    this.ended = new Promise((resolve) => pty.onExit(resolve));
  }

  /** Types. */
  press(keys) {
    this.pty.write(keys);
  }

  resize(columns, rows) {
    this.terminal.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** The screen's lines, each as wide as the terminal. */
  lines() {
    const buffer = this.terminal.buffer.active;
    return Array.from({ length: this.terminal.rows }, (_, row) =>
      buffer.getLine(buffer.baseY + row).translateToString(false),
    );
  }

  screen() {
    return this.lines().join("\n");
  }

  /** Whether only a part of a frame has come: a terminal hands over what is written in pieces. */
  isWithinFrame() {
    return this.output.lastIndexOf(BEGIN_FRAME) > this.output.lastIndexOf(END_FRAME);
  }

  /** Waits until the screen is as wanted; fails with the screen as it is. */
  async until(wanted, milliseconds = 60_000) {
    const deadline = performance.now() + milliseconds;
    while (this.unwritten > 0 || this.isWithinFrame() || !wanted(this.screen())) {
      if (performance.now() > deadline)
        throw new Error(`the screen never became what was waited for:\n${this.screen()}`);
      await delay(LOOK);
    }
    return this.screen();
  }

  /** Ends the program, if it still runs. */
  close() {
    try {
      this.pty.kill("SIGKILL");
    } catch {
      // It ended already.
    }
    this.terminal.dispose();
    rmSync(this.config, { recursive: true, force: true });
  }
}
