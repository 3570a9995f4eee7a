/** The key that writes traffic to a file, over the real machine: what the file holds is for another program to say. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { dissect, hasTshark } from "../host/tshark.js";
import { MonitorSession, TABLE } from "./monitor-session.js";

/** Two that talk a hundred times a second, and on another Ethernet two more. */
const FLEET = `vms:
  - { image: pong, name: wall }
  - { image: ping, name: player, arguments: [10] }
  - { image: pong, name: far, network: attic }
  - { image: ping, name: away, network: attic, arguments: [10] }
`;

/** Bytes: some hundred of their frames. */
const AMPLE = 10_000;

const WAITING = { timeout: 120_000, interval: 20 };

let monitor: MonitorSession | undefined;
afterEach(() => monitor?.close());

function bytesOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** Whether a capture's last block is a statistics block, which is written when it ends (pcapng, section 4.6): type first, length last. */
function hasEnded(path: string): boolean {
  const bytes = bytesOf(path);
  return bytes.readUInt32LE(bytes.length - bytes.readUInt32LE(bytes.length - 4)) === 5;
}

/** @param whose as the screen says it. @returns the interface and sender of each frame, as tshark reads them */
async function capture(session: MonitorSession, whose: string): Promise<{ interface: string; source: string }[]> {
  const screen = await session.press("P6", ` CAPTURE  ${whose} traffic in `, /denali-\d{8}-\d{6}\.pcapng/);
  const path = join(session.home.folder, (/denali-\d{8}-\d{6}\.pcapng/.exec(screen) as RegExpExecArray)[0]);
  await expect.poll(() => bytesOf(path).length, WAITING).toBeGreaterThan(AMPLE);
  session.terminal.press("P");
  await session.miss("CAPTURE");
  await expect.poll(() => hasEnded(path), WAITING).toBe(true);
  const frames = dissect(path);
  expect(frames.length).toBeGreaterThan(50);
  return frames;
}

const distinct = (values: readonly string[]) => [...new Set(values)].sort();

test.skipIf(!hasTshark)("of one VM: tshark reads its frames, both ways", { timeout: 180_000 }, async () => {
  monitor = MonitorSession.open({ columns: 120, rows: 40, fleet: FLEET });
  await monitor.see(TABLE, "5 VMs", / player +. /);
  await monitor.filter("player", "1 of 5 VMs");
  const frames = await capture(monitor, "player's");
  expect(distinct(frames.map((frame) => frame.interface))).toEqual(["player"]);
  expect(distinct(frames.map(({ source }) => source))).toHaveLength(2);
});

test.skipIf(!hasTshark)("in the network view, of everybody: tshark reads them", { timeout: 180_000 }, async () => {
  monitor = MonitorSession.open({ columns: 120, rows: 40, fleet: FLEET });
  await monitor.see(TABLE, "5 VMs", / player +. /);
  await monitor.press("6", /lan +\S+ ports/);
  const frames = await capture(monitor, "everybody's");
  expect(distinct(frames.map((frame) => frame.interface))).toEqual(["attic", "lan"]);
});
