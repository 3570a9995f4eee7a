/**
 * What features.test.ts goes through at every size with every number of VMs, beside what it has itself: each scene begins at the
 * table of all VMs and leaves everything as it was.
 */

import { expect } from "vitest";
import { parseExposition } from "../host/exposition.js";
import { KEY, type MonitorSession, TABLE } from "./monitor-session.js";

export interface Stage {
  readonly monitor: MonitorSession;
  /** VMs there are, the supervisor and one that is called `guest` among them. */
  readonly vms: number;
  /** Port of the metrics. */
  readonly metrics: number;
}

/** A notch of the mouse's wheel, in the middle of the screen. */
const WHEEL_DOWN = "\x1b[<65;40;12M";
const WHEEL_UP = "\x1b[<64;40;12M";

export async function onlyGuest({ monitor, vms }: Stage): Promise<void> {
  await monitor.filter("guest", `1 of ${vms} VMs`, / guest .*idle/);
}

export const everybody = ({ monitor, vms }: Stage) => monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));

async function heatMap({ monitor }: Stage): Promise<void> {
  await monitor.press("2g", /► ?running/, /▸ supervisor +VM 1 /);
  await monitor.press(KEY.right, /▸ guest +VM 2 /);
  await monitor.press("m", /CPU% +share of the CPU: 0 0■ 1■/);
  await monitor.press("m", /RDY% +share of time waiting/);
  await monitor.press("MM", /► ?running/);
  await monitor.press("1g", TABLE);
}

async function memory(stage: Stage): Promise<void> {
  const { monitor } = stage;
  await onlyGuest(stage);
  await monitor.press("7", /EFLAGS/, /─ interrupts ─/);
  await monitor.press(`${KEY.tab}${KEY.tab}`, /[0-9a-f]{8} {2}([0-9a-f]{2} ?){8}/);
  // Its own name stands among its virtual registers.
  await monitor.press(`/${KEY.clearField}guest${KEY.enter}`, /found at 0x[0-9a-f]+/);
  await monitor.see(/67 75 65 73 74 .*guest·/);
  await monitor.press(`/${KEY.clearField}0x2000${KEY.enter}`, /│ 00002000 {2}/);
  await monitor.press(`${KEY.tab}${KEY.tab}`, /EFLAGS/);
  await monitor.press("1", TABLE);
  await everybody(stage);
}

const SETTINGS = [
  ["quantum", "5 ms", "10 ms"],
  ["policy", "round-robin", "lottery"],
  ["interrupts", "batched", "immediate"],
  ["idle", "yield", "spin"],
  ["memory budget", "2.00G", "3.00G"],
] as const;

/** Seen one by one: what was undone before the next refresh changed nothing that a graph could show. */
async function settings({ monitor }: Stage): Promise<void> {
  await monitor.press("8", /in all +now/);
  for (const [place, [name, from, to]] of SETTINGS.entries()) {
    for (const [key, before, after] of [
      [KEY.right, from, to],
      [KEY.left, to, from],
    ]) {
      await monitor.press(`t${"j".repeat(place)}`, "Tune the machine", `◂ ${before}`);
      await monitor.press(key, `◂ ${after}`);
      monitor.terminal.press(KEY.escape);
      await monitor.miss("Tune the machine");
      // The last mark that is listed: those of another size stand above it.
      const graph = await monitor.see(new RegExp(`${name} ${before} → ${after} +│\\n╰`));
      expect(
        graph
          .split("\n")
          .find((line) => line.startsWith("│ CPU "))
          ?.slice(12, -2),
      ).toContain("│");
    }
  }
  await monitor.press("1", TABLE);
}

/** Whom they are for, what became of it, and when: told by the dialog and by the graphs. */
async function tickets(stage: Stage): Promise<void> {
  const { monitor, vms } = stage;
  const give = async (number: number, change: string) => {
    monitor.terminal.press(`${number}${KEY.enter}`);
    await monitor.miss("Lottery tickets of");
    // The last mark that is listed: those of another size stand above it.
    await monitor.see(new RegExp(`tickets of guest ${change} +│\\n╰`));
  };
  await onlyGuest(stage);
  await monitor.press("8", /in all +now/);
  await monitor.press("L", /Lottery tickets of guest +VM 2 /, "now 100 ", "The policy, round-robin, ignores them");
  await give(250, "100 → 250");
  await monitor.press("L", "now 250 ");
  await give(100, "250 → 100");
  await monitor.press("1", TABLE);
  await everybody(stage);
  await monitor.press("A", `${vms} tagged`);
  for (const [from, to] of [
    [100, 300],
    [300, 100],
  ]) {
    await monitor.press("L", `Lottery tickets of ${vms} VMs`, `now ${from} `);
    monitor.terminal.press(`${to}${KEY.enter}`);
    await monitor.miss("Lottery tickets of");
    await monitor.press("L", `now ${to} `);
    monitor.terminal.press(KEY.escape);
    await monitor.miss("Lottery tickets of");
  }
  monitor.terminal.press(KEY.escape);
  await monitor.miss(" tagged");
}

async function columns({ monitor }: Stage): Promise<void> {
  await monitor.press("C", "─ Columns: automatic", /│ \[x\] ID /);
  monitor.terminal.press(KEY.right);
  await monitor.miss("─ Columns: automatic");
  monitor.terminal.press(KEY.escape);
  await monitor.miss("─ Columns");
  await monitor.see(/│ NAME +\S?ID /);
  await monitor.press("C", "─ Columns");
  await monitor.press("a", "─ Columns: automatic");
  monitor.terminal.press(KEY.escape);
  await monitor.miss("─ Columns");
  await monitor.see(TABLE);
}

async function consoles(stage: Stage): Promise<void> {
  const { monitor } = stage;
  await onlyGuest(stage);
  await monitor.press("c", "─ Console of guest");
  for (let line = 0; line < 60; line += 10) {
    const typed = Array.from({ length: 10 }, (_, index) => `deep ${line + index}`);
    await monitor.press(`${typed.join(KEY.enter)}${KEY.enter}`, `│ deep ${line + 9} `);
  }
  // The guest has begun the next line, too: what it says later would be one line more below.
  await monitor.see(/│ deep 59 +│\n│ +│\n╰/);
  await monitor.press(KEY.pageUp, "10 lines below", "│ deep 40 ");
  monitor.terminal.press(KEY.pageDown);
  await monitor.miss("lines below");
  await monitor.detach();
  await everybody(stage);
}

async function outputOfTheDead(stage: Stage): Promise<void> {
  const { monitor, vms } = stage;
  await monitor.press("n", "─ Spawn ─", "▸ arena");
  await monitor.press(KEY.down.repeat(6), "▸ hello");
  await monitor.press(KEY.enter, `${vms + 1} VMs`);
  await monitor.filter("hello", `1 of ${vms + 1} VMs`, / hello .*exited 0/);
  await monitor.press("c", "─ Console of hello", /│ [Hh]ello.*VM/);
  await monitor.detach();
  await monitor.press("x", `0 of ${vms} VMs`);
  await everybody(stage);
  // The dialog remembers what was chosen.
  await monitor.press("n", "▸ hello");
  await monitor.press(KEY.up.repeat(6), "▸ arena");
  monitor.terminal.press(KEY.escape);
  await monitor.miss("─ Spawn ─");
  monitor.terminal.press("g");
}

async function wheel({ monitor }: Stage): Promise<void> {
  await monitor.press("?", "─ Keys and columns ─", / 1-\d+ of /);
  await monitor.press(WHEEL_DOWN, / 4-\d+ of /);
  await monitor.press(WHEEL_UP, / 1-\d+ of /);
  monitor.terminal.press(KEY.escape);
  await monitor.miss("─ Keys and columns ─");
}

async function metrics({ monitor, vms, metrics: port }: Stage): Promise<void> {
  await monitor.see(`${vms} VMs`);
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const samples = parseExposition(await response.text());
  const states = samples.filter(({ name }) => name === "denali_vms");
  expect(states.reduce((sum, { value }) => sum + value, 0)).toBe(vms);
  expect(samples.filter(({ name }) => name === "denali_vm_memory_bytes")).toHaveLength(vms);
  expect(samples.find(({ name }) => name === "denali_quantum_seconds")?.value).toBeCloseTo(0.005, 9);
}

export const SCENES: readonly (readonly [what: string, go: (stage: Stage) => Promise<void>])[] = [
  ["the heat map is coloured by any figure, and the cursor goes from cell to cell", heatMap],
  ["a VM's memory is searched, and gone to by address", memory],
  ["every setting is changed live, and the graphs say when", settings],
  ["VMs are given lottery tickets, one and all, and the graphs say when", tickets],
  ["columns are put in another order", columns],
  ["a console is scrolled back", consoles],
  ["what a VM printed is kept when it has ended", outputOfTheDead],
  ["the mouse's wheel scrolls", wheel],
  ["Prometheus reads the same numbers", metrics],
];
