/** More of what features.test.ts goes through: a VM's pages beside its machine and memory, and what the fleet's keys change. */

import { everybody, onlyGuest, type Stage } from "./feature-scenes.js";
import { KEY, TABLE } from "./monitor-session.js";

/** What the first page of a VM has and the fleet's panel has not. */
const MACHINE = [/EFLAGS/, /─ interrupts ─/];

async function virtualRegisters(stage: Stage): Promise<void> {
  const { monitor } = stage;
  await onlyGuest(stage);
  await monitor.press("7", ...MACHINE);
  await monitor.press(
    KEY.tab,
    /─ virtual registers, page 0 ─/,
    /system time +[\d.]+ m?s /,
    /wall clock +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d /,
    /cpu speed +\d\S+\/s /,
    /memory size +128K /,
    /interrupts +enabled /,
    /handler +(none|[0-9a-f]{8}) /,
    /VM number +2 /,
    /name +guest /,
    /MAC address +02:44:4e(:[0-9a-f]{2}){3} /,
    /Ethernet +lan /,
    /timeout +none set /,
    /pending +0000000 /,
    /disk 0 +256K +64 blocks +read and write +notes /,
    /─ arguments: 2 ─/,
    /│ quack "two words" /,
  );
  await monitor.press("c", "─ Console of guest");
  await monitor.press(`tick${KEY.enter}`, "│ tick ");
  await monitor.detach();
  await monitor.see(/delivered +0000010 +keyboard /);
  await monitor.press(KEY.shiftTab, ...MACHINE);
  await monitor.press("1", TABLE);
  await everybody(stage);
}

async function vmHistory(stage: Stage): Promise<void> {
  const { monitor } = stage;
  await onlyGuest(stage);
  await monitor.press("7", ...MACHINE);
  // All of it is in core, all the time.
  await monitor.press(KEY.shiftTab, /the last 60 s: \d+ moments/, /│ CPU % /, /│ in core .*[⠁-⣿].* 128K │/);
  await monitor.press("}", /the last 120 s: \d+ moments/);
  await monitor.press("{", /the last 60 s: \d+ moments/);
  await monitor.press(KEY.tab, ...MACHINE);
  await monitor.press("1", TABLE);
  await everybody(stage);
}

async function panels({ monitor }: Stage): Promise<void> {
  const [dialog, vm] = ["─ Panels", "─ VM ─"];
  await monitor.see(vm);
  monitor.terminal.press(KEY.tab);
  await monitor.miss(vm);
  await monitor.see("─ History ─");
  await monitor.press(KEY.shiftTab, vm);
  await monitor.press("v", dialog, "[x] vm ");
  await monitor.press(" ", "[ ] vm ");
  monitor.terminal.press(KEY.escape);
  await monitor.miss(dialog, vm);
  await monitor.press("v", dialog);
  // The one that comes last stands first: so they are in their order again.
  for (const [keys, panel] of [
    ["jj", "swap"],
    ["k", "interrupts"],
    ["jj", "network"],
    ["j", "history"],
    ["kkkk", "vm"],
  ])
    await monitor.press(`${keys} `, `[x] ${panel} `);
  monitor.terminal.press(KEY.escape);
  await monitor.miss(dialog);
  await monitor.see(vm);
}

async function sortedByNeighbours({ monitor, vms }: Stage): Promise<void> {
  const first = (name: string) => new RegExp(`${TABLE.source}[^\\n]*\\n│ +\\d+ ${name} `);
  monitor.terminal.press("g");
  await monitor.see(first("supervisor"));
  await monitor.press(">g", /NAME ?▴/, first(vms > 2 ? "clock" : "guest"));
  await monitor.press("<g", /▴ID/, first("supervisor"));
}

async function refreshing({ monitor }: Stage): Promise<void> {
  await monitor.see(/ every 250 ms +up /);
  await monitor.press("+", / every 500 ms +up /);
  await monitor.press("-", / every 250 ms +up /);
  await monitor.press("-", / every 100 ms +up /);
  await monitor.press("+", / every 250 ms +up /);
}

async function policy({ monitor }: Stage): Promise<void> {
  await monitor.press("4", /│ policy round-robin +quantum /);
  await monitor.press("o", /│ policy lottery +quantum /, /quantum \d.* +policy lottery/);
  await monitor.press("o", /│ policy round-robin +quantum /, /quantum \d.* +policy round-robin/);
  await monitor.press("1", TABLE);
}

async function timeLine({ monitor }: Stage): Promise<void> {
  await monitor.press("4", /who had the CPU, the last 200 ms; a cell is \d/);
  await monitor.press("}", /who had the CPU, the last 500 ms; a cell is \d/);
  await monitor.press("{", /who had the CPU, the last 200 ms; a cell is \d/);
  await monitor.press("{", /who had the CPU, the last 100 ms; a cell is \d/);
  await monitor.press("}", /who had the CPU, the last 200 ms; a cell is \d/);
  await monitor.press("1", TABLE);
}

export const VIEW_SCENES: readonly (readonly [what: string, go: (stage: Stage) => Promise<void>])[] = [
  ["a VM's virtual registers, disks and arguments are a page", virtualRegisters],
  ["a VM's counters are a page of graphs, of more time or less", vmHistory],
  ["panels take turns, go and come", panels],
  ["VMs are sorted by the column to the right and to the left", sortedByNeighbours],
  ["the screen is refreshed less often and more often", refreshing],
  ["the scheduling policy is changed by a key", policy],
  ["the scheduler's time line shows more time and less", timeLine],
];
