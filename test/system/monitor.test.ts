/** The first minute of a newcomer, in a real terminal: the program as it is built, its keys, and every way out. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { TerminalSession } from "../../scripts/terminal-session.mjs";
import { DENALI, Home } from "./program.js";
import {
  conclude,
  ENTER_SCREEN,
  expectTerminalAsBefore,
  LIVE,
  MOUSE_OFF,
  MOUSE_ON,
  openInShell,
} from "./shell-session.js";

const home = new Home();
let session: TerminalSession | undefined;
afterEach(() => session?.close());
afterAll(() => home.remove());

function open(columns: number, rows: number, args = ""): TerminalSession {
  session = openInShell(home, { columns, rows, args });
  return session;
}

test("a newcomer sees VMs run, spawns, pauses and kills some, and leaves", async () => {
  const monitor = open(100, 30);
  const screen = await monitor.until((text) => LIVE.test(text) && text.includes("crashed"));
  for (const guest of ["ping", "pong", "web", "primes", "ticker", "memory", "echo"]) expect(screen).toContain(guest);
  expect(screen).toContain("15 VMs");

  monitor.press("n");
  await monitor.until((text) => text.includes("Spawn") && text.includes("hostile-buffer"));
  monitor.press("3\r");
  await monitor.until((text) => text.includes("18 VMs"));

  monitor.press("G");
  await monitor.until((text) => /─ VM ─+.* arena-3 18 /.test(text));
  monitor.press("p");
  await monitor.until((text) => /arena-3 +. paused/.test(text));
  monitor.press("p");
  await monitor.until((text) => /arena-3 +. (running|ready|idle)/.test(text));

  monitor.press("K");
  await monitor.until((text) => /[Kk]ill.*arena-3/.test(text));
  monitor.press("y");
  await monitor.until((text) => /arena-3 +. exited 137/.test(text));

  monitor.press("q");
  await conclude(monitor);
  expect(monitor.output).toContain("status 0");
  expectTerminalAsBefore(monitor.output);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
])("%s leaves the terminal as it was, with status %d", async (signal, status) => {
  const monitor = open(80, 24);
  await monitor.until((text) => LIVE.test(text));
  const shell = /shell (\d+)/.exec(monitor.output)?.[1];
  const child = Number(readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8"));
  process.kill(child, signal);
  await conclude(monitor);
  expect(monitor.output).toContain(`status ${status}`);
  expectTerminalAsBefore(monitor.output);
});

test("Ctrl-Z goes back to the shell and fg to the monitor; when the terminal goes away it ends", async () => {
  session = TerminalSession.open("bash", ["--norc", "-i"], {
    columns: 120,
    rows: 40,
    env: { XDG_STATE_HOME: home.folder, XDG_CACHE_HOME: home.folder, PS1: "shell> " },
  });
  session.press(`'${process.execPath}' '${DENALI}'\r`);
  await session.until((text) => LIVE.test(text));
  session.press("\x1a");
  await session.until((text) => text.includes("Stopped") && !text.includes("DENALI"));
  // The line discipline is the shell's: what is typed is echoed.
  session.press("echo $((6*7)) of %1: $(jobs -p %1)\r");
  const pid = Number(/^42 of %1: (\d+)/m.exec(await session.until((text) => /^42 of %1: \d+/m.test(text)))?.[1]);
  session.press("fg\r");
  await session.until((text) => LIVE.test(text) && text.includes("1Fleet"));
  (session.pty as unknown as { destroy(): void }).destroy();
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 60_000 }).toBe(false);
});

test("it fits a screen of 80x24, and a fleet file can be named", async () => {
  const fleet = join(home.folder, "fleet.yaml");
  writeFileSync(fleet, "vms:\n  - { image: ticker, name: clock, count: 3 }\n");
  const monitor = open(80, 24, `'${fleet}'`);
  const screen = await monitor.until((text) => text.includes("clock-3"));
  expect(screen).toContain("4 VMs");
  monitor.press("q");
  await conclude(monitor);
  expect(monitor.output).toContain("status 0");
});

test("a fleet that cannot be booted is one line, and no screen is opened", async () => {
  const fleet = join(home.folder, "bad.yaml");
  writeFileSync(fleet, "vms:\n  - image: tikker\n");
  const monitor = open(200, 24, `'${fleet}'`);
  await conclude(monitor);
  expect(monitor.output).toContain(`denali: ${fleet}:2: vms[0]: there is no image 'tikker'; `);
  expect(monitor.output).toContain("status 1");
  expect(monitor.output).not.toContain(ENTER_SCREEN);
});

test("a recording is watched with the same keys: back, forward, stop, other views; nothing in it can be changed", async () => {
  const path = join(home.folder, "fleet.rec");
  const fleet = home.file("tickers.yaml", "vms:\n  - { image: ticker, count: 3 }\n");
  const made = await home.denali(["run", "--virtual-time", "--for", "40s", "--json", "--record", path, fleet]);
  expect(made.status).toBe(0);
  const replay = open(80, 24, `replay '${path}'`);
  await replay.until((screen) => /REPLAY .* of 0:00:(39|40)/.test(screen) && screen.includes("ticker-3"));
  replay.press("Z");
  await replay.until((screen) => screen.includes("REPLAY STOPPED"));
  replay.press("F");
  await replay.until((screen) => /REPLAY STOPPED {3}0:00:(3\d|40)/.test(screen));
  replay.press("B");
  await replay.until((screen) => /REPLAY STOPPED {3}0:00:(0|1)\d/.test(screen));
  replay.press("4");
  await replay.until((screen) => screen.includes("policy round-robin"));
  replay.press("1K");
  await replay.until((screen) => screen.includes("this is a recording: nothing in it can be changed"));
  replay.press("q");
  await replay.until((screen) => screen.includes("status 0"));
  await conclude(replay);
  expectTerminalAsBefore(replay.output);
});

test("the mouse is asked for, used, and given back; the view is remembered for the next time", async () => {
  const config = join(home.folder, "remembered");
  const start = () => {
    const script = `XDG_CONFIG_HOME='${config}' '${process.execPath}' '${DENALI}'; echo "status $?"`;
    session = TerminalSession.open("bash", ["-c", script], {
      columns: 120,
      rows: 40,
      env: { XDG_STATE_HOME: home.folder, XDG_CACHE_HOME: home.folder },
    });
    return session;
  };
  const first = start();
  await first.until((screen) => LIVE.test(screen));
  expect(first.output).toContain(MOUSE_ON);
  const title = first.lines()[3];
  first.press(`\x1b[<0;${title.indexOf("5Swap") + 2};4M`);
  await first.until((screen) => screen.includes("swap file:"));
  first.press("q");
  await first.until((screen) => screen.includes("status 0"));
  expect(first.output.lastIndexOf(MOUSE_OFF)).toBeGreaterThan(first.output.lastIndexOf(MOUSE_ON));
  expect(JSON.parse(readFileSync(join(config, "denali", "settings.json"), "utf8"))).toMatchObject({ view: "swap" });
  first.close();
  const second = start();
  await second.until((screen) => screen.includes("swap file:"));
  second.press("q");
  await second.until((screen) => screen.includes("status 0"));
  second.close();
  writeFileSync(join(config, "denali", "settings.json"), '{ "theme": "pink" }');
  const third = start();
  await third.until((screen) => screen.includes("status 1"));
  expect(third.screen().replaceAll("\n", "")).toContain('"theme" is not dark, light, contrast, plain; mend the file');
});

test("the tour drives the real machine through all its scenes, and leaves it as it was", async () => {
  const tour = open(120, 40, "tour");
  const see = (...wanted: RegExp[]) => tour.until((screen) => wanted.every((part) => part.test(screen)), 30_000);
  await see(/Tour 1 of 5: Isolation/);
  await tour.until((screen) => (screen.match(/hostile-(memory|privileged|jump) +✗ crashed/g) ?? []).length === 3);
  tour.press("u");
  await see(/Tour 2 of 5: Idle with timeout/, /idle yield → spin/);
  tour.press("u");
  await see(/Tour 3 of 5: Batched interrupts/, /delivery batched/);
  tour.resize(80, 24);
  await see(/Tour 3 of 5: Batched interrupts/, /delivery immediate/);
  tour.press("u");
  await see(/Tour 4 of 5: Swapping/, /swapped +[1-9]\S* of /);
  tour.press("u");
  await see(/Tour 5 of 5: The quantum/, /quantum 1 ms/);
  tour.press("u");
  await see(/the tour is over/);
  await see(/quantum 5 ms/, /of 1\.00G/, /DENALI {2}15 VMs/);
  tour.resize(120, 40);
  tour.press("8");
  await see(/quantum 50 ms → 1 ms/);
  await see(/idle spin → yield|quantum 1 ms → 5 ms/);
  tour.press("q");
  await tour.until((screen) => screen.includes("status 0"));
  await conclude(tour);
  expectTerminalAsBefore(tour.output);
}, 120_000);

test.each([2, 5000])(
  "a recording of %d VMs is watched at every size",
  async (vms) => {
    const path = join(home.folder, `${vms}.rec`);
    const fleet = home.file(
      `${vms}.yaml`,
      `memory-budget: 2GiB\nvms:\n  - { image: ticker, name: clock, count: ${vms - 1}, memory: 128KiB, arguments: [20000] }\n`,
    );
    const made = await home.denali(["run", "--virtual-time", "--for", "12s", "--json", "--record", path, fleet]);
    expect(made.status).toBe(0);
    const replay = open(80, 24, `replay '${path}'`);
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
    ]) {
      replay.resize(columns, rows);
      replay.press("F");
      await replay.until((screen) => /REPLAY.* 0:00:1[12] of/.test(screen));
      replay.press("1g");
      await replay.until((screen) => screen.includes(`${vms} VMs`) && / clock +○ idle/.test(screen));
      replay.press("2");
      await replay.until((screen) => /► ?running ● ?ready ○ ?idle/.test(screen));
      replay.press("B");
      await replay.until((screen) => /REPLAY.* 0:00:0\d of/.test(screen));
      replay.press("8");
      await replay.until((screen) => /in all +now|in all +0:00/.test(screen));
    }
    replay.press("q");
    await replay.until((screen) => screen.includes("status 0"));
  },
  120_000,
);
