/** How long a tag stays, and what it costs. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeClient } from "./fake-client.js";
import { DOWN, END, ENTER } from "./keys.js";
import { Screen } from "./screen.js";

/** Empties the filter that is typed. */
const CLEAR = "\u0015";

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient): Promise<void> {
  screen = await Screen.running(client);
}

describe("a tag", () => {
  it("goes with its VM when that is forgotten", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, DOWN, " ");
    expect(screen.line("1Fleet")).toContain("1 tagged");
    await client.kill(3);
    await client.reap(3);
    await screen.advance(0.25);
    expect(screen.line("1Fleet")).not.toContain("tagged");
    // What follows is for the one under the cursor again.
    await screen.press("p", "K");
    expect(client.calls.at(-1)).toBe("pause 4");
    expect(screen.line("Kill ping?")).toContain("VM 4");
  });

  it("goes where it was put on a VM that only a frozen display still shows", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "Z");
    await client.kill(2);
    await client.reap(2);
    await screen.advance(0.25);
    await screen.press(" ");
    await screen.advance(0.25);
    expect(screen.line("1Fleet")).not.toContain("tagged");
  });

  it("stays where the display shows a moment before its VM was started", async () => {
    const client = FakeClient.fleet();
    await open(client);
    for (let second = 0; second < 3; second++) await screen.advance(1);
    const late = client.add("ticker");
    await screen.advance(1);
    await screen.press(END, " ", "bbb");
    expect(screen.text()).not.toContain("ticker-2");
    expect(screen.line("1Fleet")).toContain("1 tagged");
    await screen.press("p");
    expect(client.calls).toEqual([`pause ${late}`]);
  });
});

describe("A", () => {
  const tags = () => /(\d+) tagged/.exec(screen.line("1Fleet"))?.[1];

  it("tags all that pass the filter, beside what is tagged already, and then untags these alone", async () => {
    const client = FakeClient.fleet();
    await open(client);
    // Of ping and pong one is tagged by hand, and so is one that does not pass.
    await screen.press("/", "ng", ENTER, "g", " ", "/", CLEAR, ENTER, END, " ");
    expect(tags()).toBe("2");
    await screen.press("/", "ng", ENTER, "A");
    expect(tags()).toBe("3");
    await screen.press("p");
    expect([...client.calls].sort()).toEqual(["pause 4", "pause 5", "pause 8"]);
    await screen.press("A");
    expect(tags()).toBe("1");
    await screen.press("p");
    expect(client.calls.at(-1)).toBe("resume 8");
  });

  it("tags and untags all there are, without a filter", async () => {
    await open(FakeClient.fleet());
    await screen.press(DOWN, " ", "A");
    expect(tags()).toBe("8");
    await screen.press("A");
    expect(tags()).toBeUndefined();
  });

  it("untags in the past, too, where VMs are shown that were forgotten since", async () => {
    const client = FakeClient.fleet();
    await open(client);
    for (let second = 0; second < 3; second++) await screen.advance(1);
    await client.kill(3);
    await client.reap(3);
    await screen.advance(1);
    await screen.press("bbb");
    expect(screen.text()).toContain("primes-2");
    await screen.press("A");
    expect(tags()).toBe("7");
    await screen.press("A");
    expect(tags()).toBeUndefined();
  });

  it("changes nothing where nobody passes the filter, and says so", async () => {
    await open(FakeClient.fleet());
    await screen.press(DOWN, " ", "/", "nobody", ENTER, "A");
    expect(tags()).toBe("1");
    expect(screen.lines().at(-1)).toContain("no VM passes the filter");
  });
});

describe("ten thousand tags", () => {
  it("make a refresh read no more names than none do", async () => {
    const client = FakeClient.crowd(10_000);
    await open(client);
    const named = vi.spyOn(client.panel, "name");
    await screen.advance(0.25);
    const untagged = named.mock.calls.length;
    await screen.press("A");
    named.mockClear();
    await screen.advance(0.25);
    expect(screen.line("1Fleet")).toContain("10000 tagged");
    expect(named.mock.calls.length).toBe(untagged);
  });
});
