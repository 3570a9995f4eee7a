/**
 * Every way the monitor ends or is interrupted: the quit key, signals, a terminal that went away, an uncaught error, a
 * kernel that stopped; and Ctrl-Z. Ink gives the terminal back when it unmounts; this sees to it that it always does.
 */

import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Instance, SuspendTerminal } from "ink";
import type { KernelClient } from "../host/client.js";
import { MOUSE_OFF, MOUSE_ON } from "./mouse.js";
import { SUSPEND_GRACE } from "./params.js";

export interface Lifetime {
  readonly quit: () => void;
  readonly suspend: () => void;
  /** Takes Ink's way of handing the terminal over, which only a component can get. */
  readonly suspender: (suspendTerminal: SuspendTerminal) => void;
  /** Waits for the end of a screen; answers the exit status or throws what broke. */
  readonly until: (screen: Instance) => Promise<number>;
  /** Lets go of the process. */
  readonly stop: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param mouse whether the terminal is asked for the mouse while the monitor has it */
export function watchWaysOut(client: KernelClient, mouse = false): Lifetime {
  let finish: (status: number) => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const ended = new Promise<number>((resolve, reject) => {
    finish = resolve;
    failed = reject;
  });
  ended.catch(() => {}); // It is awaited in `until`, maybe later than it is rejected.
  let suspendTerminal: SuspendTerminal | undefined;
  const signalled = (signal: NodeJS.Signals) => finish(128 + constants.signals[signal]);
  const hungUp = () => finish(128 + constants.signals.SIGHUP);

  const setMouse = (on: boolean) => {
    if (mouse) process.stdout.write(on ? MOUSE_ON : MOUSE_OFF);
  };
  setMouse(true);
  for (const signal of SIGNALS) process.on(signal, signalled);
  process.on("uncaughtException", failed);
  process.stdout.on("error", hungUp);
  process.stdin.on("error", hungUp);
  process.stdin.on("end", hungUp);
  client.stopped.then(() => finish(0), failed);

  return {
    quit: () => finish(0),
    suspend: () => {
      setMouse(false);
      suspendTerminal?.(stopUntilContinued).then(() => setMouse(true), failed);
    },
    suspender: (given) => {
      suspendTerminal = given;
    },
    until: async (screen) => {
      try {
        return await Promise.race([ended, screen.waitUntilExit().then(() => 0)]);
      } finally {
        setMouse(false);
        screen.unmount();
        await screen.waitUntilExit().catch(() => {});
      }
    },
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, signalled);
      process.off("uncaughtException", failed);
      process.stdin.off("error", hungUp);
      process.stdin.off("end", hungUp);
      // Late writes to a terminal that is gone fail too, and nobody is left to be told.
    },
  };
}

/** Stops the whole job, as the terminal does for programs that leave Ctrl-Z to it. */
async function stopUntilContinued(): Promise<void> {
  process.kill(0, "SIGTSTP");
  // Passes while the process is stopped; also where nothing can stop it, such as without a shell.
  await delay(SUSPEND_GRACE);
}
