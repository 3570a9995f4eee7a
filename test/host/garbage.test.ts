/** Judged by the host: what was collected is what a WeakRef no longer leads to. */

import { afterEach, expect, it, vi } from "vitest";
import { collectNowAndThen } from "../../source/host/garbage.js";
import { GARBAGE_INTERVAL, GARBAGE_PATIENCE } from "../../source/host/params.js";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Milliseconds that the clock says a collection takes. */
function start(took = 1) {
  let now = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += took;
    return now;
  });
  return collectNowAndThen();
}

/** Something that nobody has but for the WeakRef, which keeps it until the job that made it is over. */
async function garbage(): Promise<WeakRef<object>> {
  const made = new WeakRef({});
  await new Promise(setImmediate);
  return made;
}

it("collects what nobody has any more and says nothing, again and again, until it is ended", async () => {
  const warned = vi.spyOn(process, "emitWarning");
  const end = start();
  for (let round = 0; round < 2; round++) {
    const made = await garbage();
    vi.advanceTimersByTime(GARBAGE_INTERVAL);
    expect(made.deref()).toBeUndefined();
  }
  expect(warned).not.toHaveBeenCalled();
  end();
  const made = await garbage();
  vi.advanceTimersByTime(GARBAGE_INTERVAL);
  expect(made.deref()).toBeDefined();
});

it("is the more seldom, the longer it takes", async () => {
  const took = (2 * GARBAGE_INTERVAL) / GARBAGE_PATIENCE;
  const end = start(took);
  vi.advanceTimersByTime(GARBAGE_INTERVAL);
  const made = await garbage();
  vi.advanceTimersByTime(GARBAGE_INTERVAL);
  expect(made.deref()).toBeDefined();
  await new Promise(setImmediate); // What was looked at stays for as long as the job.
  vi.advanceTimersByTime(GARBAGE_INTERVAL);
  expect(made.deref()).toBeUndefined();
  end();
});
