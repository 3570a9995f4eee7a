/**
 * Takes the pictures in docs/images/: runs the program in a pseudo-terminal, presses keys, and draws what is on the screen.
 *
 *     npm run screenshots            all of them
 *     npm run screenshots -- crash   those whose name contains "crash"
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuilt } from "./build.mjs";
import { ensurePackages, ROOT } from "./setup.mjs";

const DOWN = "\u001b[B";
const END = "\u001b[F";
const ENTER = "\r";
const ESCAPE = "\u001b";

/** Starts a thousand guests that tick once a second. */
const CROWD = [seconds(6), "n", image("ticker"), "1000", ENTER, seconds(12)];

/** Pictures by name: the terminal's size, arguments of the program, and what is done before the picture, one step a time. */
const PICTURES = {
  "monitor-80x24": { size: [80, 24], steps: [seconds(8), DOWN, DOWN] },
  "monitor-120x40": { size: [120, 40], steps: [seconds(30), DOWN, DOWN] },
  "monitor-200x50": {
    size: [200, 50],
    arguments: ["--memory-budget", "8MiB"],
    steps: [seconds(8), "n", image("ticker"), "100", ENTER, seconds(25), DOWN, DOWN],
  },
  "spawn-80x24": { size: [80, 24], steps: [seconds(3), "n", image("ticker"), "100"] },
  "crash-120x40": { size: [120, 40], steps: [seconds(8), END] },
  "console-80x24": { size: [80, 24], steps: [seconds(4), DOWN, DOWN, "c", seconds(3)] },
  "help-120x40": { size: [120, 40], steps: [seconds(2), "?"] },
  "heat-120x40": { ...crowd(), steps: [...CROWD, "2", seconds(2)] },
  "scheduler-120x40": { ...crowd(), steps: [...CROWD, "4", seconds(2)] },
  "swap-120x40": { ...crowd(), steps: [...CROWD, "5", seconds(6)] },
  "history-120x40": {
    size: [120, 40],
    steps: [
      seconds(15),
      "t",
      "\u001b[C",
      DOWN,
      DOWN,
      "\u001b[C",
      seconds(8),
      DOWN,
      "\u001b[C",
      seconds(10),
      ESCAPE,
      "8",
    ],
  },
  "interrupts-120x40": { size: [120, 40], steps: [seconds(12), "3", seconds(8)] },
  "network-120x40": { size: [120, 40], steps: [seconds(12), "6", seconds(8)] },
  "vm-120x40": { size: [120, 40], steps: [seconds(12), DOWN, DOWN, "7", seconds(3)] },
  "registers-80x24": { size: [80, 24], steps: [seconds(4), DOWN, DOWN, "7", "\t", seconds(1)] },
  "memory-80x24": { size: [80, 24], steps: [seconds(4), DOWN, DOWN, "7", "\t", "\t", seconds(1)] },
  "tour-80x24": { size: [80, 24], arguments: ["tour"], steps: [seconds(4)] },
};

/** A memory budget that holds a part of what {@link CROWD} starts. */
function crowd() {
  return { size: [120, 40], arguments: ["--memory-budget", "48MiB"] };
}

/** Milliseconds between two keys: a frame. */
const KEY_PAUSE = 150;

/** Lets the guests work for a while. */
function seconds(count) {
  return () => delay(count * 1000);
}

/** Chooses an image in the spawn dialog. */
function image(name) {
  return async (session) => {
    await session.until((screen) => screen.includes("How many"));
    while (!session.lines().some((line) => line.includes(`▸ ${name} `))) {
      session.press(DOWN);
      await delay(KEY_PAUSE);
    }
  };
}

async function take(name, { size, arguments: given = [], steps }, { TerminalSession, picture }) {
  const [columns, rows] = size;
  const state = mkdtempSync(join(tmpdir(), "denali-screenshots-"));
  const session = TerminalSession.open(process.execPath, [join(ROOT, "bin/denali.js"), ...given], {
    columns,
    rows,
    cwd: ROOT,
    env: { XDG_STATE_HOME: state },
  });
  try {
    await session.until((screen) => screen.includes("supervisor"));
    for (const step of steps) {
      if (typeof step === "string") session.press(step);
      else await step(session);
      await delay(KEY_PAUSE);
    }
    await delay(KEY_PAUSE * 3);
    await session.until((screen) => screen.includes("DENALI") && !screen.includes("asking the kernel"));
    writeFileSync(join(ROOT, "docs/images", `${name}.png`), picture(session.terminal));
    console.log(`docs/images/${name}.png`);
    session.press("\u001d");
    await delay(KEY_PAUSE);
    session.press("\u0003");
    await Promise.race([session.ended, delay(5_000)]);
  } finally {
    session.close();
    rmSync(state, { recursive: true, force: true });
  }
}

ensurePackages();
await ensureBuilt();
const tools = { ...(await import("./terminal-session.mjs")), ...(await import("./terminal-picture.mjs")) };
const wanted = process.argv[2] ?? "";
mkdirSync(join(ROOT, "docs/images"), { recursive: true });
for (const [name, scene] of Object.entries(PICTURES)) if (name.includes(wanted)) await take(name, scene, tools);
process.exit();
