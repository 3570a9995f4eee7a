/** Judged by the host: what was collected is what a WeakRef no longer leads to. */

import { afterEach, expect, it, vi } from "vitest";
import { collectNowAndThen } from "../../source/host/garbage.js";
import { GARBAGE_INTERVAL } from "../../source/host/params.js";

afterEach(() => {
  vi.useRealTimers();
});

/** Something that nobody has but for the WeakRef, which keeps it until the job that made it is over. */
async function garbage(): Promise<WeakRef<object>> {
  const made = new WeakRef({});
  await new Promise(setImmediate);
  return made;
}

it("collects what nobody has any more, again and again, until it is ended", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const end = collectNowAndThen();
  for (let round = 0; round < 2; round++) {
    const made = await garbage();
    vi.advanceTimersByTime(GARBAGE_INTERVAL);
    expect(made.deref()).toBeUndefined();
  }
  end();
  const made = await garbage();
  vi.advanceTimersByTime(GARBAGE_INTERVAL);
  expect(made.deref()).toBeDefined();
});
