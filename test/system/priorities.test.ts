/** What the host is told of the program's threads. */

import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { afterAll, expect, test } from "vitest";
import { eventually, runFleet } from "./fleet-process.js";
import { Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

/** Niceness of each thread of a process (proc(5): the nineteenth field of stat; the name before may have spaces in it). */
function niceness(pid: number): Map<number, number> {
  const threads = readdirSync(`/proc/${pid}/task`);
  const stat = (thread: string) => readFileSync(`/proc/${pid}/task/${thread}/stat`, "latin1");
  const fields = (thread: string) =>
    stat(thread)
      .slice(stat(thread).lastIndexOf(")") + 2)
      .split(" ");
  return new Map(threads.map((thread) => [Number(thread), Number(fields(thread)[16])]));
}

test.skipIf(process.platform !== "linux")(
  "has V8's threads stand behind the one that guests wait for",
  {
    timeout: 90_000,
  },
  async () => {
    const child = runFleet(home, "priorities", ["vms:", "  - image: ticker"]);
    const pid = child.pid as number;
    const found = await eventually(child, async () => {
      const threads = niceness(pid);
      // V8 has four, unless told otherwise.
      return [...threads.values()].filter((nice) => nice > getPriority()).length >= 4 ? threads : undefined;
    });
    expect(found.get(pid)).toBe(getPriority());
  },
);
