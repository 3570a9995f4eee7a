/** What the monitor starts with: options of the command line, a person's settings and locale; and which of its threads go first. */

import { getPriority } from "node:os";
import { afterEach, expect, test } from "vitest";
import { KEY, MonitorSession, type Start, TABLE } from "./monitor-session.js";
import { threadsOf } from "./threads.js";

const FLEET = `vms:
  - { image: primes, name: busy }
  - { image: echo, name: quiet }
  - { image: ticker, name: clock, count: 3, arguments: [500] }
`;
const OPTIONS = { timeout: 120_000 };
const SIZE = { columns: 100, rows: 30 };
/** Where a person's settings are, from their folder. */
const SETTINGS = "config/denali/settings.json";
/** What asks a terminal to tell of the mouse's buttons (xterm's control sequences, mouse tracking). */
const MOUSE_ON = "\x1b[?1000h";

let monitor: MonitorSession | undefined;
afterEach(() => monitor?.close());

function open(more: Partial<Start> = {}): MonitorSession {
  monitor = MonitorSession.open({ ...SIZE, fleet: FLEET, ...more });
  return monitor;
}

test("the view, filter, order and interval that the command line gives are what is shown first", OPTIONS, async () => {
  const args = ["--view", "heat", "--filter", "clock", "--sort", "-name", "--interval", "2s"];
  const session = open({ args });
  await session.see("3 of 6 VMs", "every 2 s", /clock-3 +VM 6 /);
  expect(session.terminal.screen()).not.toMatch(TABLE);
  await session.press("1", TABLE, "filter clock", /clock-3[\s\S]*clock-2[\s\S]*clock /);
  // Down from the last name.
  await session.press(KEY.escape, "DENALI  6 VMs", /supervisor[\s\S]*quiet[\s\S]*clock-3[\s\S]*busy/);
});

test.each([
  ["LC_ALL goes before LANG", { LC_ALL: "C", LANG: "en_US.UTF-8" }],
  ["LC_CTYPE goes before LANG", { LC_CTYPE: "de_DE.ISO-8859-1", LANG: "C.UTF-8" }],
])(
  "in a locale that is not UTF-8 it draws with ASCII alone, and asks for no mouse that is not wanted: %s",
  OPTIONS,
  async (_, env) => {
    const session = open({ settings: { mouse: false }, env });
    await session.see(/^\| .ID NAME/m, / busy .*> running/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for nothing but ASCII
    expect(session.terminal.output).toMatch(/^[\x00-\x7f]*$/);
    expect(session.terminal.output).not.toContain(MOUSE_ON);
    await session.press("5", "swap file: ");
    await session.quit();
    // What it remembers by itself leaves it there.
    expect(JSON.parse(session.text(SETTINGS))).toEqual({ mouse: false, view: "swap" });
  },
);

test(
  "what the command line says is for one run, out of a recording too; what keys change is remembered",
  OPTIONS,
  async () => {
    const args = ["--view", "heat", "--sort", "-name", "--interval", "2s"];
    const settings = { view: "network", theme: "light" };
    const first = open({ args: [...args, "--record", "day.rec"], settings });
    await first.see("every 2 s", /▸ \S+ +VM /);
    await first.quit();
    expect(JSON.parse(first.text(SETTINGS))).toEqual(settings);

    const again = (...given: string[]) => {
      monitor = MonitorSession.run(first.home, given, SIZE);
      return monitor;
    };
    const replay = again("replay", "day.rec", ...args);
    await replay.see(/REPLAY/, /▸ \S+ +VM /);
    await replay.quit();
    expect(JSON.parse(first.text(SETTINGS))).toEqual(settings);

    const second = again("fleet.yaml", ...args);
    await second.see("every 2 s", /▸ \S+ +VM /);
    await second.press("5", "swap file: ");
    await second.press("+", "every 5 s");
    await second.quit();
    expect(JSON.parse(first.text(SETTINGS))).toEqual({ ...settings, view: "swap", interval: 5000 });

    await again("fleet.yaml").see("every 5 s", "swap file: ");
  },
);

test.skipIf(process.platform !== "linux")(
  "on two CPUs the screen's thread goes before the guests', and those before V8's; the terminal is asked for the mouse",
  OPTIONS,
  async () => {
    const session = open({ fleet: FLEET.replace("busy }", "busy, count: 2 }"), args: ["--cpus", "2"] });
    await session.see(/^│ .ID NAME/m, / busy-2 /);
    expect(session.terminal.output).toContain(MOUSE_ON);
    const { pid } = session.terminal.pty;
    // Guests compute all the time, on the kernel's thread and on the other CPU's; on a slow host the translator's has a second, too.
    const computing = () => {
      const others = threadsOf(pid).filter(({ number, seconds }) => number !== pid && seconds > 1);
      return others.sort((left, right) => right.seconds - left.seconds).slice(0, 2);
    };
    await session.terminal.until(() => computing().length === 2, 60_000);
    const threads = threadsOf(pid);
    expect(threads.find(({ number }) => number === pid)?.niceness).toBe(getPriority());
    // Who is nicer already, since the whole program was started so, stays so.
    const nicer = Math.max(5, getPriority());
    expect(computing().map(({ niceness }) => niceness)).toEqual([nicer, nicer]);
    // V8 has four threads of its own, unless told otherwise.
    const behind = Math.min(getPriority() + 10, 19);
    expect(threads.filter(({ niceness }) => niceness === behind).length).toBeGreaterThanOrEqual(4);
  },
);
