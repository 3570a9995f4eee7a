/** A plain terminal and a person's own keys, in a real pseudo-terminal; and a recording of it, watched afterwards. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KEY, MonitorSession, type Size, TABLE } from "./monitor-session.js";

const FLEET =
  "vms:\n  - { image: echo, name: guest }\n  - { image: ticker, name: clock, count: 48, arguments: [500] }\n";
const SMALL: Size = { columns: 80, rows: 24 };

let monitor: MonitorSession;
let replay: MonitorSession | undefined;
beforeAll(() => {
  monitor = MonitorSession.open({
    ...SMALL,
    fleet: FLEET,
    args: ["--ascii", "--record", "day.rec"],
    env: { NO_COLOR: "1" },
    settings: { keys: { table: { kill: ["X"] } } },
  });
});
afterAll(async () => {
  replay?.terminal.close();
  await monitor.close();
});

test("without colours and Unicode everything is still there", async () => {
  await monitor.see("50 VMs", " guest ");
  for (const [key, ...wanted] of [
    ["2", /> ?running \* ?ready o ?idle/],
    ["3", /delivery batched .*mean batch/, /timer +\d/],
    ["4", /policy round-robin +quantum \d/, /run queue: \d/],
    ["5", /in core .* of /, /swap file: /],
    ["6", /switched \S+ packets\/s/, /lan +\S+ ports/],
    ["7", /EFLAGS [0-9a-f]{8}/, /- console -/],
    [KEY.tab, /- virtual registers, page 0 -/, /pending +[01]{7} /, /MAC address +02(:[0-9a-f]{2}){5}/],
    ["8", /\| instr\/s/, /in all +now/],
    ["1", /ID.?NAME/],
  ] as [string, ...RegExp[]][]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for nothing but ASCII
    expect(await monitor.press(key, ...wanted)).toMatch(/^[\x00-\x7e]*$/);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
  expect(monitor.terminal.output).not.toMatch(/\u001b\[(?:3[0-8]|4[0-8]|9\d|10\d)[;m]/);
});

test("a key that was given another meaning has it, in the help too", async () => {
  await monitor.filter("guest", "1 of 50 VMs");
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
    await basic.press("2", /► ?running ● ?ready ○ ?idle/);
    await basic.press("m", /CPU% +share of the CPU/);
    await basic.press("4", /run queue: \d/);
    await basic.press("6", /lan +\S+ ports/);
    await basic.press("8", /in all +now/);
    await basic.press("1", TABLE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
    expect(basic.terminal.output).toMatch(/\u001b\[9[0-7]m/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it looks for
    expect(basic.terminal.output).not.toMatch(/\u001b\[(38|48);/);
    await basic.quit();
  } finally {
    await basic.close();
  }
});

/** Opens the supervisor's console, from the table of all VMs, and leaves it. */
async function readWelcome(session: MonitorSession): Promise<void> {
  await session.filter("superv", "1 of 50 VMs");
  await session.press("c", "Denali supervisor, VM 1");
  await session.detach();
}

test("what was recorded is replayed: the VMs, a setting's change, moments of the past, registers and consoles; memory it says it has not", async () => {
  await monitor.press("]", "quantum 10 ms");
  await monitor.press("8", "quantum 5 ms > 10 ms");
  await monitor.press("1", /ID.?NAME/);
  monitor.terminal.press(KEY.escape); // Whatever filter there still is.
  await monitor.see("DENALI  50 VMs");
  await readWelcome(monitor);
  await monitor.see(/up 0:0\d:(0[3-9]|[1-5])/); // Long enough for moments of it to be told apart.
  await monitor.quit();
  expect(existsSync(join(monitor.home.folder, "day.rec"))).toBe(true);
  replay = MonitorSession.run(monitor.home, ["replay", "day.rec", "--ascii"], SMALL);
  await replay.see("REPLAY", "50 VMs");
  await replay.see(/REPLAY +0:0\d:(0[1-9]|[1-5]\d) of/);
  await replay.press("Z", "REPLAY STOPPED");
  replay.terminal.press("F");
  await replay.see(/REPLAY.* 0:0\d:(0[3-9]|[1-5]\d) of/);
  await replay.press("B", /REPLAY STOPPED +0:00:0[0-2] of/);
  await replay.press("F", /REPLAY.* 0:0\d:(0[3-9]|[1-5]\d) of/);
  await replay.press("7", /- interrupts -/, /EAX [0-9a-f]{8}/, /EIP [0-9a-f]{8}/);
  await replay.press(`${KEY.tab}${KEY.tab}`, "a recording holds nothing of the memory of VMs");
  await replay.press("1", /ID.?NAME/);
  await readWelcome(replay);
  await replay.quit();
});
