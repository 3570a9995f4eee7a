/**
 * The monitor left open: for as long as is asked it refreshes ten times a second in a pseudo-terminal over guests that tick,
 * talk and swap, while somebody goes through its views and dialogs, spawns VMs, kills them and has them forgotten. Sampled is the resident
 * memory of the whole process, guests included, which an operator who never quits must not see grow.
 *
 *     npm run bench -- monitor-soak [--minutes 60] [--warm 5] [--columns 120] [--rows 40] [--log FILE]
 *
 * Compared are medians over the minute that ends with the warm-up and over the last minute. `--log` gets a line of JSON every
 * ten seconds, so that a run that is cut short has still shown something.
 */

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/setup.mjs";
import { TerminalSession } from "../scripts/terminal-session.mjs";

/** No guest that computes: it would show nothing more of the monitor, and take a core for an hour. */
const FLEET = `memory-budget: 16MiB
vms:
  - image: pong
  - { image: ping, arguments: [200] }
  - { image: ticker, count: 40, arguments: [250] }
  - image: burst
  - image: echo
  - { image: disk, disks: [{ name: notes, blocks: 64 }] }
  - image: hostile-divide
`;

/** Milliseconds between two keys, and between two samples. */
const KEY_INTERVAL = 500;
const SAMPLE_INTERVAL = 10_000;

const ESCAPE = "\x1b";
const DETACH = "\x1d";

/** One walk through the monitor; each entry is typed at once. It ends where it began. */
const WALK = [
  ..."12345678",
  "1",
  ..."jjjkG",
  "g",
  "\r",
  "\t",
  "\t",
  "\t",
  ESCAPE,
  "/",
  "tick",
  "\r",
  "A",
  ESCAPE,
  ESCAPE,
  ..."s",
  "jj\r",
  ..."<>rr",
  "C",
  "jj  ",
  ESCAPE,
  "v",
  "j  ",
  ESCAPE,
  "t",
  "j",
  ESCAPE,
  "8}}{{",
  "bbbbB",
  "fF",
  ESCAPE,
  "2mmMM",
  "1Z",
  "Z",
  "TTTT",
  "?",
  " ",
  ESCAPE,
  "[]",
  "/echo",
  "\r",
  "c",
  "hello\r",
  DETACH,
  ESCAPE,
  "n",
  "2\r",
  "/arena",
  "\r",
  "A",
  "K",
  "y",
  "x",
  ESCAPE,
  ESCAPE,
  "g",
  "x",
];

export async function measure(given) {
  const { values } = parseArgs({
    args: given,
    options: {
      minutes: { type: "string", default: "60" },
      warm: { type: "string", default: "5" },
      columns: { type: "string", default: "120" },
      rows: { type: "string", default: "40" },
      log: { type: "string" },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "denali-soak-"));
  writeFileSync(join(folder, "fleet.yaml"), FLEET);
  const session = TerminalSession.open(
    process.execPath,
    [join(ROOT, "bin", "denali.js"), join(folder, "fleet.yaml"), "--interval", "0.1"],
    {
      columns: Number(values.columns),
      rows: Number(values.rows),
      env: { XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
    },
  );
  try {
    await session.until((screen) => screen.includes("supervisor"), 60_000);
    return await soak(session, Number(values.minutes) * 60_000, Number(values.warm) * 60_000, values.log);
  } finally {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(session, length, warm, log) {
  const started = performance.now();
  const samples = [];
  let keys = 0;
  while (performance.now() - started < length) {
    const typed = WALK[keys++ % WALK.length];
    session.press(typed);
    // What the program wrote is kept by the session for tests; nobody looks at it here.
    session.output = "";
    await delay(KEY_INTERVAL);
    if (performance.now() - started < samples.length * SAMPLE_INTERVAL) continue;
    const sample = {
      seconds: Math.round((performance.now() - started) / 1000),
      keys,
      vms: vmsOn(session.screen()),
      ...memory(session.pty.pid),
    };
    samples.push(sample);
    if (log !== undefined) appendFileSync(log, `${JSON.stringify(sample)}\n`);
  }
  // It must still be a monitor that answers.
  for (const key of [ESCAPE, ESCAPE, "1", "g"]) {
    session.press(key);
    await delay(KEY_INTERVAL);
  }
  const screen = await session.until((text) => text.includes("DENALI") && text.includes("supervisor"), 20_000);
  return figures(samples, warm, keys, vmsOn(screen));
}

const vmsOn = (screen) => Number(/(\d+) VMs/.exec(screen)?.[1]);

/** Megabytes. @see proc(5) */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { resident: field("VmRSS"), peak: field("VmHWM") };
}

function figures(samples, warm, keys, vms) {
  const median = (until) => {
    const values = samples
      .filter(({ seconds }) => seconds * 1000 <= until && seconds * 1000 > until - 60_000)
      .map(({ resident }) => resident)
      .sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)];
  };
  const end = samples.at(-1).seconds * 1000;
  const [early, late] = [median(Math.min(warm, end)), median(end)];
  return [
    { what: "refreshed at 10 Hz for", value: end / 60_000, unit: "minutes" },
    { what: "keys and lines typed", value: keys, unit: "" },
    { what: "VMs at the end", value: vms, unit: "" },
    { what: `resident memory after ${Math.min(warm, end) / 60_000} minutes`, value: early, unit: "MB" },
    { what: "resident memory at the end", value: late, unit: "MB" },
    { what: "peak", value: samples.at(-1).peak, unit: "MB" },
    { what: "grown by", value: (100 * (late - early)) / early, unit: "%", must: 10 },
  ];
}
