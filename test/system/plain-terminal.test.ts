/** A plain terminal and a person's own keys, in a real pseudo-terminal; and a recording of it, watched afterwards. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { KEY, MonitorSession, type Size } from "./monitor-session.js";

const FLEET =
  "vms:\n  - { image: echo, name: guest }\n  - { image: ticker, name: clock, count: 48, arguments: [500] }\n";
const SMALL: Size = { columns: 80, rows: 24 };

const monitor = MonitorSession.open({
  ...SMALL,
  fleet: FLEET,
  args: ["--ascii", "--record", "day.rec"],
  env: { NO_COLOR: "1" },
  settings: { keys: { table: { kill: ["X"] } } },
});
let replay: MonitorSession | undefined;
afterAll(() => {
  replay?.terminal.close();
  monitor.close();
});

test("without colours and Unicode everything is still there", async () => {
  await monitor.see("50 VMs", " guest ");
  for (const key of ["2", "3", "4", "5", "6", "7", "8", "1"]) {
    await monitor.press(key, "? help");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for nothing but ASCII
    expect(monitor.terminal.screen()).toMatch(/^[\x00-\x7e]*$/);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
  expect(monitor.terminal.output).not.toMatch(/\u001b\[(?:3[0-8]|4[0-8]|9\d|10\d)[;m]/);
});

test("a key that was given another meaning has it, in the help too", async () => {
  await monitor.press("/guest", "1 of 50 VMs");
  await monitor.press(KEY.enter, "? help");
  await monitor.press("?", /X +kill, after asking/);
  monitor.terminal.press(KEY.escape);
  await monitor.see("? help");
  await monitor.press("X", "Kill guest?");
  await monitor.press("y", /guest .*exited 137/);
});

test("a terminal of sixteen colours is given none but those", async () => {
  const basic = MonitorSession.open({ columns: 120, rows: 40, fleet: FLEET, env: { TERM: "xterm", COLORTERM: "" } });
  try {
    await basic.see("50 VMs", " guest ");
    for (const key of ["2", "m", "4", "6", "8", "1"]) await basic.press(key, "? help");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
    expect(basic.terminal.output).toMatch(/\u001b\[9[0-7]m/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
    expect(basic.terminal.output).not.toMatch(/\u001b\[(38|48);/);
    await basic.quit();
  } finally {
    basic.close();
  }
});

/** Opens the supervisor's console, and leaves it. */
async function readWelcome(session: MonitorSession): Promise<void> {
  await session.press("1", "? help");
  await session.press(KEY.escape, "DENALI  50 VMs");
  await session.press("/superv", "1 of 50 VMs");
  await session.press(KEY.enter, "? help");
  await session.press("c", "Denali supervisor, VM 1");
  await session.press(KEY.detach, "? help");
}

test("what was recorded is replayed: the VMs, a setting's change, moments of the past, registers and consoles; memory it says it has not", async () => {
  await monitor.press("]", "quantum 10 ms");
  await monitor.press("8", "quantum 5 ms > 10 ms");
  await readWelcome(monitor);
  await monitor.quit();
  expect(existsSync(join(monitor.home.folder, "day.rec"))).toBe(true);
  replay = MonitorSession.run(monitor.home, ["replay", "day.rec", "--ascii"], SMALL);
  await replay.see("REPLAY", "50 VMs");
  await replay.press("B", /0:00:0\d/);
  await replay.press("7", /EAX [0-9a-f]{8}/, /EIP [0-9a-f]{8}/);
  await replay.press(KEY.tab, "a recording holds nothing of the memory of VMs");
  await readWelcome(replay);
  await replay.quit();
});
