/** Whom a command is for: those that are tagged, the one under the cursor, the one whose view is open; as they are now. */

import { afterEach, describe, expect, it } from "vitest";
import { FakeClient } from "./fake-client.js";
import { DOWN, END, ENTER, ESCAPE, UP } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions } from "./screen.js";

const WIDE = { columns: 120, rows: 40 };

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

const message = () => screen.lines().at(-1);

/** Opens the page of the third VM, which is killed and forgotten meanwhile. */
async function openForgotten(client: FakeClient): Promise<void> {
  await open(client, WIDE);
  await screen.press(DOWN, DOWN, ENTER);
  await client.kill(3);
  await client.reap(3);
  await screen.advance(0.25);
}

describe("pausing", () => {
  it("resumes what is paused among VMs that have ended", async () => {
    const client = FakeClient.fleet();
    client.state(2, "paused");
    client.state(3, "terminated");
    await open(client);
    await screen.press(DOWN, " ", " ", "p");
    expect(client.calls).toEqual(["resume 2"]);
  });

  it("goes by what is so now, while the display is frozen", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "Z", "p", "p");
    expect(client.calls).toEqual(["pause 2", "resume 2"]);
  });

  it("says how many it was done to where some refuse", async () => {
    const client = FakeClient.fleet();
    const pause = client.pause.bind(client);
    client.pause = (id) => {
      if (id === 1) client.refusals.set("pause", "the supervisor cannot be paused");
      else client.refusals.clear();
      return pause(id);
    };
    await open(client);
    await screen.press("A", "p");
    expect(message()).toContain("✗ paused 7 of 8 VMs; the supervisor cannot be paused");
  });

  it("says so where nobody is left to be paused", async () => {
    const client = FakeClient.fleet();
    client.state(2, "crashed");
    await open(client);
    await screen.press(DOWN, "p");
    expect(client.calls).toEqual([]);
    expect(message()).toContain("it has ended already; x forgets it");
  });
});

describe("killing", () => {
  it("asks about a VM as it is now, where a moment before it was started is shown", async () => {
    const client = FakeClient.fleet();
    await open(client);
    for (let second = 0; second < 3; second++) await screen.advance(1);
    client.add("ticker");
    await screen.advance(1);
    await screen.press(END, " ", "bbb", "K");
    expect(screen.line("Kill ticker-2?")).toContain("VM 9, ticker, ready");
  });

  it("asks about a VM as it is now, while the display is frozen", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "Z");
    client.state(2, "paused");
    await screen.advance(0.25);
    await screen.press("K");
    expect(screen.line("Kill primes?")).toContain("VM 2, primes, paused");
  });
});

describe("forgetting", () => {
  /** Two that have ended, and their records. */
  const withEnded = () => {
    const client = FakeClient.fleet();
    client.state(5, "crashed");
    client.state(6, "terminated");
    return client;
  };

  it("is for the VM under the cursor where that has ended", async () => {
    const client = withEnded();
    await open(client);
    await screen.press(END, UP, UP, UP, "x");
    expect(client.calls).toEqual(["reap 5"]);
    expect(message()).toContain("forgot pong (5)");
  });

  it("asks before it is for all that have ended, by name", async () => {
    const client = withEnded();
    await open(client);
    await screen.press("x");
    expect(screen.text()).toContain("Forget all 2 VMs that have ended?");
    expect(screen.line("  pong  VM 5")).toBeDefined();
    expect(screen.line("  ticker  VM 6")).toBeDefined();
    expectWholeFrame(screen, { columns: 80, rows: 24 });
    await screen.press("n", "x", ESCAPE);
    expect(client.calls).toEqual([]);
    await screen.press("x", "y");
    expect(client.calls).toEqual(["reap 5", "reap 6"]);
    expect(message()).toContain("forgot 2 VMs");
  });

  it("forgets nobody where none of the tagged has ended, and says what to do", async () => {
    const client = withEnded();
    await open(client);
    await screen.press(DOWN, " ", " ", "x");
    expect(client.calls).toEqual([]);
    expect(message()).toContain("none that is tagged has ended; K kills them, Esc drops the tags");
    expect(screen.text()).not.toContain("Forget");
  });

  it("takes those of the tagged that have ended", async () => {
    const client = withEnded();
    await open(client);
    await screen.press("A", "x");
    expect(client.calls).toEqual(["reap 5", "reap 6"]);
  });

  it("says so where nobody has ended", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("x");
    expect(client.calls).toEqual([]);
    expect(message()).toContain("no VM has ended; K kills one");
  });
});

describe("the view of one VM", () => {
  it("stays with the VM that it was opened for, whatever the filter does, and so do commands", async () => {
    const client = FakeClient.fleet();
    await open(client, WIDE);
    await screen.press("/", "state:ready primes", ENTER, ENTER);
    expect(screen.line("7VM")).toContain("primes ● ready");
    await screen.press("p");
    await screen.advance(0.25);
    expect(screen.line("7VM")).toContain("primes ‖ paused");
    await screen.press("p");
    expect(client.calls).toEqual(["pause 2", "resume 2"]);
    await screen.press("/", " nobody", ENTER);
    expect(screen.line("7VM")).toContain("primes ");
    expectWholeFrame(screen, WIDE);
  });

  it("says that its VM was forgotten, and is left, or goes on to the next, by the keys", async () => {
    const client = FakeClient.fleet();
    await openForgotten(client);
    expect(screen.text()).toContain("VM 3 was forgotten. Esc goes back");
    const before = client.calls.length;
    await screen.press("p");
    expect(client.calls).toHaveLength(before);
    expect(message()).toContain("VM 3 was forgotten");
    await screen.press(DOWN);
    expect(screen.line("7VM")).toContain("ping ● ready");
    await screen.press(ESCAPE);
    expect(screen.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
  });

  it("says so where the console of a VM that was forgotten is asked for", async () => {
    const client = FakeClient.fleet();
    await openForgotten(client);
    await screen.press("c");
    expect(message()).toContain("VM 3 was forgotten");
    expect(screen.monitor.state.mode).toBe("table");
  });

  it("does not call forgotten what was not yet there", async () => {
    const client = FakeClient.fleet();
    await open(client, WIDE);
    for (let second = 0; second < 3; second++) await screen.advance(1);
    client.add("ticker");
    await screen.advance(1);
    await screen.press(END, ENTER, "bbb");
    expect(screen.text()).toContain("VM 9 is not there at this moment.");
  });
});
