/** The screen on a recording: what it refuses, and what it says of that which was not recorded. */

import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../source/kernel/index.js";
import { FakeClient } from "./fake-client.js";
import { DOWN } from "./keys.js";
import { Screen, type ScreenOptions } from "./screen.js";

const refusal = "this is a recording: nothing in it can be changed";
const playback = { from: 0, to: 20, position: 10, playing: true, refusal, play: () => {}, seek: () => {} };

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

describe("a recording", () => {
  it.each(["p", "K", "x", "n", "L"])(
    "says that nothing in it can be changed, whatever state a VM is in: %s",
    async (key) => {
      const client = Object.assign(FakeClient.fleet(), { playback });
      client.state(2, "crashed");
      await open(client);
      await screen.press(DOWN, key);
      expect(screen.lines().at(-1)).toContain(refusal);
      expect(client.calls).toEqual([]);
    },
  );

  /** One that has answers from a moment on. */
  function recording(): FakeClient & { known: boolean } {
    const client = Object.assign(FakeClient.crowd(200), { playback, known: false });
    const answer = client.inspectMachine.bind(client);
    client.inspectMachine = async (cells) => {
      if (!client.known) throw new UserError("the recording holds figures only up to here");
      return answer(cells);
    };
    return client;
  }

  it.each([
    ["4", "of this moment, their names are not recorded"],
    ["5", "of this moment, the swap file is not recorded"],
    ["6", "of this moment, flows are not recorded"],
  ])("says in view %s what it does not hold, also where it goes back to before it", async (key, missing) => {
    const client = recording();
    await open(client, { columns: 120, rows: 40 });
    await screen.press(key);
    await screen.advance(0.25);
    expect(screen.text()).toContain(missing);
    client.known = true;
    await screen.advance(1);
    await screen.advance(0.25);
    expect(screen.text()).not.toContain("of this moment");
    client.known = false;
    await screen.advance(-1);
    await screen.advance(0.25);
    expect(screen.text()).toContain(missing);
    expect(screen.text()).not.toContain("asking the kernel");
  });
});
