/**
 * The monitor: a full-screen view of a running kernel, with the keyboard in the operator's hand.
 *
 * It owns the terminal while it runs and gives it back on every way out: quitting, a signal, an error of its own or the
 * kernel's, a terminal that goes away. NODE_ENV must be `production` before this module is imported: React decides then.
 */

import { render } from "ink";
import type { KernelClient } from "../host/client.js";
import { UserError } from "../kernel/index.js";
import { App } from "./app.js";
import { Controller } from "./controller.js";
import { writeScreen } from "./export/screen-file.js";
import { initialState, type StartOptions } from "./initial-state.js";
import { KeyMap } from "./key-map.js";
import type { Size } from "./layout.js";
import { watchWaysOut } from "./lifetime.js";
import { MAXIMUM_FRAMES_PER_SECOND } from "./params.js";
import { readPreferences, rememberChanges } from "./preferences.js";
import type { Remembered } from "./remembering.js";
import { depthOf, wantsAscii } from "./theme.js";
import { drawUnseen } from "./warm-up.js";

export interface MonitorOptions extends StartOptions {
  /** A person's settings, read at the start; what keys changed is remembered there at the end. Nothing is where it is left out. */
  readonly settingsFile?: string;
  /** True to start with the tour. */
  readonly tour?: boolean;
  /** True to draw with ASCII alone. Left out: where the locale is not UTF-8. */
  readonly ascii?: boolean;
  /** False for no colours. Left out: as many as the terminal has, none with `NO_COLOR` (no-color.org). */
  readonly color?: boolean;
}

/**
 * Runs until the operator quits, a signal comes or something breaks.
 * @returns the exit status: 0, or 128 and the number of the signal that ended it
 * @throws UserError for options that make no sense or without a terminal; otherwise what broke the monitor or the kernel,
 *   after the terminal was given back
 */
export async function runMonitor(client: KernelClient, options: MonitorOptions = {}): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new UserError("the monitor needs a terminal; use 'denali run' to print figures instead");
  }
  const { settingsFile } = options;
  const preferences = settingsFile === undefined ? { state: {} } : readPreferences(settingsFile);
  const keys = new KeyMap(preferences.keys);
  const mouse = preferences.mouse ?? true;
  // Ink would do so after its first frame; a Ctrl-C typed before would be a signal.
  stdin.setRawMode(true);
  const lifetime = watchWaysOut(client, mouse);
  const depth = options.color === false ? "none" : depthOf(stdout.getColorDepth());
  const ascii = options.ascii ?? preferences.ascii ?? wantsAscii(process.env);
  // A picture has colours whatever the terminal has, unless none are wanted.
  const exportDepth = depth === "none" ? "none" : "palette";
  const monitor = new Controller({
    client,
    keys,
    colors: depth !== "none",
    initial: initialState(preferences.state, options),
    size: terminalSize,
    quit: lifetime.quit,
    suspend: lifetime.suspend,
    exportScreen: (of, form) => writeScreen(of, form, { depth: exportDepth, ascii, look: of.state.look }),
  });
  if (options.tour) monitor.tour.next();
  try {
    const screen = render(<App monitor={monitor} depth={depth} ascii={ascii} onSuspender={lifetime.suspender} />, {
      alternateScreen: true,
      exitOnCtrlC: false,
      incrementalRendering: true,
      interactive: true,
      maxFps: MAXIMUM_FRAMES_PER_SECOND,
      patchConsole: false,
    });
    const status = await lifetime.until(screen);
    if (settingsFile !== undefined) remember(settingsFile, monitor.remembering.changes);
    return status;
  } finally {
    stdin.setRawMode(false);
    lifetime.stop();
  }
}

/** Takes from the first frame what can be done before there is a kernel to show. To be left out where nothing is waited for. */
export function warmUp(): void {
  drawUnseen(terminalSize().columns);
}

function terminalSize(): Size {
  return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

/** Settings that cannot be kept are no reason to fail: it is said, and that is all. */
function remember(path: string, changes: Remembered): void {
  try {
    rememberChanges(path, changes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`denali: ${error.message}\n`);
  }
}
