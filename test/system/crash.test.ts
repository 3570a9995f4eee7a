/** A defect under the screen of the program as it is built: the terminal is as it was before anything is told. */

import { afterEach, expect, test } from "vitest";
import type { TerminalSession } from "../../scripts/terminal-session.mjs";
import { Home } from "./program.js";
import { conclude, expectTerminalAsBefore, LIVE, openInShell } from "./shell-session.js";

let home: Home;
let session: TerminalSession | undefined;
afterEach(async () => {
  session?.close();
  await session?.ended;
  home.remove();
});

/** A module that every thread of the program loads: it throws in the one that the file `broken` names, once that is there. */
const FRAGILE = `const { existsSync, readFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");
const file = __dirname + "/broken";
setInterval(() => {
  const thread = isMainThread ? "screen" : /kernel-worker/.test(process.argv[1]) ? "kernel" : "other";
  if (existsSync(file) && readFileSync(file, "utf8") === thread) throw new Error("the " + thread + "'s thread broke");
}, 10).unref();
`;

test.each(["screen", "kernel"])(
  "what nobody caught in the %s's thread is told once the terminal is as it was, with status 1",
  async (thread) => {
    home = new Home();
    const fragile = home.file("fragile.cjs", FRAGILE);
    session = openInShell(home, { columns: 80, rows: 24, env: { NODE_OPTIONS: `--require ${fragile}` } });
    await session.until((text) => LIVE.test(text));
    home.file("broken", thread);
    await conclude(session);
    const told = expectTerminalAsBefore(session.output);
    expect(told).toContain("denali: this is a defect of denali; please report it\r\n");
    expect(told).toContain(`Error: the ${thread}'s thread broke\r\n`);
    expect(told).toMatch(/status 1\r$/m);
  },
);
