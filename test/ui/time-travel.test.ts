/** Going back in time: to moments that are kept, with every view, and back to the present. */

import { afterEach, describe, expect, it } from "vitest";
import { FakeClient } from "./fake-client.js";
import { ESCAPE } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

describe.each(SIZES)("at $columns x $rows", (size) => {
  it("goes back in time with every view, and returns to the present", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    for (let second = 0; second < 10; second++) await screen.advance(1);
    client.state(3, "paused");
    for (let second = 0; second < 3; second++) await screen.advance(1);
    expect(screen.line(" primes-2 ")).toContain("‖ paused");
    await screen.press("bbbbbb");
    expect(screen.lines()[0]).toContain("PAST");
    expect(screen.lines()[0]).toMatch(/0:00:1\d/);
    expect(screen.line(" primes-2 ")).toContain("● ready");
    for (const key of ["2", "3", "4", "5", "6", "7", "8"]) {
      await screen.press(key);
      expectWholeFrame(screen, size);
    }
    expect(screen.text()).toMatch(/0:00:\d\d, [\d.]+ s ago/);
    await screen.press("1");
    const held = screen.lines().slice(3);
    await screen.advance(1);
    expect(screen.lines().slice(3)).toEqual(held);
    await screen.press("fff");
    expect(screen.line(" primes-2 ")).toMatch(/ready|paused/);
    await screen.press("fffffffff");
    expect(screen.lines()[0]).not.toContain("PAST");
    expect(screen.line(" primes-2 ")).toContain("‖ paused");
  });

  it("graphs show as much time as is asked for", async () => {
    await open(FakeClient.fleet(), size);
    await screen.press("8");
    expect(screen.text()).toContain("60 s in all");
    await screen.press("}}}");
    expect(screen.text()).toContain("900 s in all");
    await screen.press("{{{{{{");
    expect(screen.text()).toContain("15 s in all");
    // A machine that is younger than that has no moment at the left end of its graphs; an older one does.
    expect(screen.line("15 s in all")).not.toContain("0:00:0");
    for (let second = 0; second < 20; second++) await screen.advance(1);
    expect(screen.line("15 s in all")).toMatch(/0:00:1\d {2}15 s in all/);
  });
});

describe("the time line", () => {
  it("is left when Z is pressed, and by Esc", async () => {
    await open(FakeClient.fleet());
    for (let second = 0; second < 5; second++) await screen.advance(1);
    await screen.press("bb", "Z");
    expect(screen.lines()[0]).not.toContain("PAST");
    await screen.press("bb", ESCAPE);
    expect(screen.lines()[0]).not.toContain("PAST");
    expect(screen.text()).toContain("INSTR/s");
  });

  it("has figures at its oldest moment, too", async () => {
    await open(FakeClient.fleet());
    for (let second = 0; second < 10; second++) await screen.advance(1);
    await screen.press("BBBB");
    expect(screen.lines()[0]).toContain("PAST");
    expect(screen.lines()[1]).not.toContain("0.0 %");
    expect(screen.line(" primes ")).toMatch(/primes +● ready +[1-9]/);
  });

  it("has nothing to go back to right after the start, and says so", async () => {
    const client = FakeClient.fleet();
    client.advance(10);
    screen = await Screen.open(client);
    await screen.advance(1);
    await screen.press("b");
    expect(screen.lines()[0]).not.toContain("PAST");
    expect(screen.lines().at(-1)).toContain("nothing is kept of the past yet");
  });

  it("goes on recording while the display is frozen", async () => {
    await open(FakeClient.fleet());
    await screen.press("Z");
    for (let second = 0; second < 20; second++) await screen.advance(1);
    await screen.press("Z", "bbbbb");
    expect(screen.lines()[0]).toMatch(/PAST.*0:00:2\d/);
  });
});
