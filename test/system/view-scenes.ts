/** More of what features.test.ts goes through: a VM's pages beside its machine and memory. */

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

export const VIEW_SCENES: readonly (readonly [what: string, go: (stage: Stage) => Promise<void>])[] = [
  ["a VM's virtual registers, disks and arguments are a page", virtualRegisters],
];
