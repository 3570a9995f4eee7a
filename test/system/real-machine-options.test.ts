/** Options that only a machine in real time has: how it swaps, judged by what Linux tells of the process, and on how many CPUs guests run. */

import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, it } from "vitest";
import { Home } from "./program.js";
import { threadsOf, unlessGone } from "./threads.js";
import { type Report, WatchedFleet } from "./watched-fleet.js";

const home = new Home();
let fleet: WatchedFleet | undefined;
afterEach(() => fleet?.stop());
afterAll(() => home.remove());

const onLinux = process.platform === "linux";
const OPTIONS = { timeout: 120_000 };

/** Whether files where the state folder is can be used past the page cache; some file systems know no other way. */
function canGoPastCache(): boolean {
  try {
    closeSync(openSync(home.file("direct", ""), constants.O_RDWR | constants.O_DIRECT));
    return true;
  } catch {
    return false;
  }
}

/** Flags that a process has its swap file open with (proc(5), fdinfo); undefined where it has none. */
function swapFileFlags(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  const target = (name: string) => unlessGone(() => readlinkSync(join(folder, name))) ?? "";
  const descriptor = readdirSync(folder).find((name) => /\/swap-\d+-\d+( |$)/.test(target(name)));
  if (descriptor === undefined) return undefined;
  return Number.parseInt(
    /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "",
    8,
  );
}

/** VMs that want twice the memory there is. */
const SWAPPING = [
  "memory-budget: 6MiB",
  "swap-iops: 5",
  "swap-cache: none",
  "vms:",
  "  - { image: memory, count: 8, memory: 512KiB, arguments: [256, 50] }",
];
const swapIns = ({ kernel }: Report) => Number(kernel.swapIns ?? 0);
const time = ({ kernel }: Report) => Number(kernel.time ?? 0);

it.runIf(onLinux && canGoPastCache())(
  "swaps as slowly as the fleet file wants, past the page cache",
  OPTIONS,
  async () => {
    fleet = WatchedFleet.start(home, SWAPPING);
    const report = await fleet.until("VMs were swapped in", (last) => swapIns(last) >= 5 && last);
    // Each is a transfer at least.
    expect(time(report)).toBeGreaterThanOrEqual(swapIns(report) / 5);
    expect((swapFileFlags(fleet.pid) ?? 0) & constants.O_DIRECT).toBe(constants.O_DIRECT);
  },
);

it.runIf(onLinux)("swaps as the command line wants instead: faster, and through the cache", OPTIONS, async () => {
  fleet = WatchedFleet.start(home, SWAPPING, ["--swap-iops", "100000", "--swap-cache", "writeback"]);
  await fleet.until("it swapped faster", (last) => swapIns(last) > 20 + 5 * time(last));
  expect((swapFileFlags(fleet.pid) ?? constants.O_DIRECT) & constants.O_DIRECT).toBe(0);
});

it.runIf(onLinux)("computes two guests on two threads with --cpus 2", OPTIONS, async () => {
  fleet = WatchedFleet.start(home, ["vms: [{ image: primes, count: 2 }]"], ["--cpus", "2"]);
  const { pid } = fleet;
  // Nothing but guests has a second thread compute so long.
  await fleet.until("two threads computed", () => threadsOf(pid).filter(({ seconds }) => seconds > 1).length >= 2);
  for (const name of ["primes", "primes-2"]) expect(fleet.vm(name)?.console).toMatch(/^\d+000 primes up to \d+$/m);
});
