/**
 * The monitor as a person meets it, in a real pseudo-terminal: start to first frame, key to screen while every VM
 * computes, and what the screen costs at its usual 4 Hz.
 *
 *     npm run bench -- monitor [--keys 200] [--starts 10] [--seconds 10] [--vms 40,10000]
 *         [--settle 20] [--windows 3]
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/setup.mjs";
import { TerminalSession } from "../scripts/terminal-session.mjs";
import { quantiles } from "./support/quantiles.mjs";

const COLUMNS = 120;
const ROWS = 40;
const DENALI = join(ROOT, "bin", "denali.js");

/** Linux counts CPU time in hundredths of a second (sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

const COMPUTING = "vms:\n  - { image: primes, count: 20 }\n";
const idling = (vms) => `memory-budget: 2GiB\nvms:\n  - { image: ticker, count: ${vms - 1}, memory: 128KiB }\n`;

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      keys: { type: "string", default: "200" },
      starts: { type: "string", default: "10" },
      seconds: { type: "string", default: "10" },
      vms: { type: "string", default: "40,10000" },
      settle: { type: "string", default: "20" },
      windows: { type: "string", default: "3" },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "denali-bench-"));
  try {
    const results = [...(await starts(folder, Number(values.starts))), ...(await keys(folder, Number(values.keys)))];
    const [seconds, settle, windows] = [values.seconds, values.settle, values.windows].map(Number);
    for (const vms of values.vms.split(",").map(Number)) {
      results.push(...(await cost(folder, vms, { seconds, settle, windows })));
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(folder, fleet) {
  const args = [DENALI];
  if (fleet !== undefined) {
    writeFileSync(join(folder, "fleet.yaml"), fleet);
    args.push(join(folder, "fleet.yaml"));
  }
  return TerminalSession.open(process.execPath, args, {
    columns: COLUMNS,
    rows: ROWS,
    env: { XDG_STATE_HOME: folder },
  });
}

async function close(session) {
  session.press("q");
  await session.ended;
  session.close();
}

/** Resolves, with the time, once a screen drawn is as wanted: it looks whenever the program has written. */
function drawn(session, wanted) {
  return new Promise((resolve) => {
    const look = session.pty.onData(() =>
      session.terminal.write("", () => {
        if (!wanted(session.lines())) return;
        look.dispose();
        resolve(performance.now());
      }),
    );
  });
}

/** From the start of the process to a screen with the supervisor in its table; beside it, what Node itself takes. */
async function starts(folder, count) {
  const times = [];
  const bare = [];
  for (let start = 0; start < count; start++) {
    const bareStart = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    bare.push(performance.now() - bareStart);
    const started = performance.now();
    const session = open(folder);
    times.push((await drawn(session, (lines) => lines.some((line) => / supervisor /.test(line)))) - started);
    await close(session);
  }
  const [node] = quantiles("start and end of Node itself", bare, "ms");
  return [node, ...quantiles("start to first frame, built-in fleet", times, "ms", { late: { must: 600, aim: 300 } })];
}

/** From a key that moves the selection to the screen that shows it moved; keys come at no fixed phase of the refresh. */
async function keys(folder, count) {
  const session = open(folder, COMPUTING);
  await session.until((screen) => screen.includes("21 VMs"));
  const times = [];
  const selected = (lines) => /─ VM ─.* (\d+) \S+ \S+ ─/.exec(lines.find((line) => line.includes("─ VM ─")) ?? "")?.[1];
  for (let key = 0; key < count; key++) {
    await delay(40 + Math.random() * 260);
    const before = selected(session.lines());
    const moved = drawn(session, (lines) => selected(lines) !== before && selected(lines) !== undefined);
    const pressed = performance.now();
    session.press(key % 2 === 0 ? "j" : "k");
    times.push((await moved) - pressed);
  }
  await close(session);
  return quantiles("key to screen, 20 VMs computing", times, "ms", { late: { must: 50, aim: 25 } });
}

/**
 * CPU time of everything but the kernel's thread, which is the one that uses most while its guests are busy. V8's own threads are
 * counted, whichever thread they work for. After a start they optimise the kernel and the screen for some ten seconds, which
 * is not what an open screen costs: it is waited for.
 */
async function cost(folder, vms, { seconds, settle, windows }) {
  const session = open(folder, `${idling(vms)}  - image: primes\n`);
  await session.until(
    (screen) => screen.includes(`${(vms + 1).toLocaleString("en-US")} VMs`) || screen.includes(`${vms + 1} VMs`),
    180_000,
  );
  await delay(settle * 1000);
  const values = [];
  for (let window = 0; window < windows; window++) values.push(await costNow(session.pty.pid, seconds));
  await close(session);
  values.sort((a, b) => a - b);
  const what = `screen's cost at 4 Hz, ${vms} VMs`;
  return [
    {
      what: `${what}, median of ${windows}`,
      value: values[Math.floor(windows / 2)],
      unit: "% of a core",
      must: 12,
      aim: 6,
    },
    { what: `${what}, least`, value: values[0], unit: "% of a core" },
    { what: `${what}, most`, value: values.at(-1), unit: "% of a core", must: 12 },
  ];
}

/** Percent of a core, over some seconds. */
async function costNow(pid, seconds) {
  const before = threadTimes(pid);
  const started = performance.now();
  await delay(seconds * 1000);
  const elapsed = (performance.now() - started) / 1000;
  const used = threadTimes(pid).map(({ id, ticks }) => ticks - (before.find((thread) => thread.id === id)?.ticks ?? 0));
  const screen = used.reduce((sum, ticks) => sum + ticks, 0) - Math.max(...used);
  return (100 * screen) / TICKS_PER_SECOND / elapsed;
}

function threadTimes(pid) {
  return readdirSync(`/proc/${pid}/task`).map((id) => {
    const fields = readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return { id, ticks: Number(fields[11]) + Number(fields[12]) };
  });
}
