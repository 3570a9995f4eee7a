/** What the host is told of the program's threads. */

import { getPriority } from "node:os";
import { afterAll, expect, test } from "vitest";
import { eventually, runFleet } from "./fleet-process.js";
import { Home } from "./program.js";
import { threadsOf } from "./threads.js";

const home = new Home();
afterAll(() => home.remove());

test.skipIf(process.platform !== "linux")("has V8's threads stand behind the one that guests wait for", async () => {
  const child = runFleet(home, "priorities", ["vms:", "  - image: ticker"]);
  const pid = child.pid as number;
  const found = await eventually(child, async () => {
    const threads = threadsOf(pid);
    // V8 has four, unless told otherwise.
    return threads.filter(({ niceness }) => niceness > getPriority()).length >= 4 ? threads : undefined;
  });
  expect(found.find(({ number }) => number === pid)?.niceness).toBe(getPriority());
});
