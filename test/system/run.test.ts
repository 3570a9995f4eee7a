/** `denali run`: a fleet without a screen. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileLock } from "../../source/kernel/devices/file-lock.js";
import { DENALI, Home } from "./program.js";
import { unlessGone } from "./threads.js";

const home = new Home();
afterAll(() => home.remove());

interface Line {
  time: number;
  kernel: Record<string, unknown>;
  vms: Record<string, number | string | null>[];
}

const parse = (stdout: string): Line[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const MINIMUM_FIELDS = [
  "id",
  "name",
  "image",
  "state",
  "cpuPercent",
  "readyPercent",
  "instructions",
  "interruptsPosted",
  "interruptsDelivered",
  "interruptsPending",
  "resident",
  "swapIns",
  "swapOuts",
  "rxPackets",
  "txPackets",
  "rxBytes",
  "txBytes",
  "drops",
  "uptime",
  "console",
  "fault",
  "status",
];

test("two runs of the built-in fleet in virtual time are byte-identical", async () => {
  const once = () => home.denali(["run", "--virtual-time", "--seed", "1", "--for", "5s", "--json"]);
  const [first, second] = await Promise.all([once(), once()]);
  expect(first.status).toBe(0);
  expect(first.stderr).toBe("");
  expect(first.stdout).toBe(second.stdout);
  const lines = parse(first.stdout);
  expect(lines.map((line) => line.time)).toEqual([1, 2, 3, 4, 5]);
  for (const line of lines) {
    for (const vm of line.vms) expect(Object.keys(vm)).toEqual(expect.arrayContaining(MINIMUM_FIELDS));
    // What is measured and not simulated would differ.
    for (const vm of line.vms) expect(vm).not.toHaveProperty("translationMilliseconds");
  }
  const byName = new Map(lines.at(-1)?.vms.map((vm) => [vm.name, vm]));
  expect(byName.get("ticker")?.console).toContain("tick 18\n");
  expect(byName.get("ping")?.console).toContain("reply from 02:44:4e:00:00:02 seq=20");
  expect(byName.get("disk")?.console).toContain("blocks written, read back and verified");
  expect(byName.get("hostile-divide")?.fault).toMatchObject({ cause: "divide error" });
  for (const image of ["supervisor", "pong", "primes", "burst", "memory", "echo", "web"])
    expect(byName.has(image)).toBe(true);
});

test("a line comes every interval, and a last one at the end: in virtual time to the nanosecond, in real time not before", async () => {
  const lasting = ["run", "--for", "2500ms", "--interval", "1s", "--json"];
  const virtual = await home.denali([...lasting, "--virtual-time"]);
  expect(parse(virtual.stdout).map((line) => line.time)).toEqual([1, 2, 2.5]);
  const { stdout, status } = await home.denali(lasting);
  expect(status).toBe(0);
  const times = parse(stdout).map((line) => line.time);
  // As late as a busy machine makes them, one for each interval at most, and none before its time.
  const begun = times.slice(0, -1).map(Math.floor);
  expect([[1, 2], [1], [2]]).toContainEqual(begun);
  expect(times.at(-1)).toBeGreaterThanOrEqual(2.5);
  expect(parse(stdout)[0].kernel).toHaveProperty("kernelPercent");
  expect(parse(stdout)[0].vms[0]).toHaveProperty("translationMilliseconds", 0);
});

test("a fleet whose VMs have all ended ends the run", async () => {
  const fleet = home.file("ending.yaml", "vms:\n  - { image: exit, arguments: [3] }\n  - image: hello\n");
  const { stdout, status } = await home.denali(["run", fleet, "--json"]);
  expect(status).toBe(0);
  const last = parse(stdout).at(-1) as Line;
  expect(last.vms.filter((vm) => vm.state === "terminated").map((vm) => vm.status)).toEqual([3, 0]);
});

test("without --json the figures are lines and a table for people", async () => {
  const { stdout } = await home.denali(["run", "--virtual-time", "--for", "2s"]);
  const [heading, first, second] = stdout.split("\n");
  expect(heading).toMatch(/^ +TIME +VMS +IDLE/);
  expect(first).toMatch(/^ +1\.0s +15 /);
  expect(second).toMatch(/^ +2\.0s +15 /);
  expect(stdout).toMatch(/\n +1 {2}supervisor +idle /);
  expect(stdout).toMatch(/\n15 {2}hostile-divide +crashed .*divide error\n$/);
});

test("--csv gives one line a VM under a heading", async () => {
  const { stdout } = await home.denali(["run", "--virtual-time", "--for", "2s", "--csv"]);
  const [heading, ...rows] = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  expect(heading.slice(0, 4)).toEqual(["time", "id", "name", "image"]);
  expect(rows).toHaveLength(2 * 15);
  for (const row of rows) expect(row).toHaveLength(heading.length);
});

test("--csv has its heading where a filter lets no VM pass, too", async () => {
  const fleet = home.file("csv.yaml", "vms: [{ image: ticker }]\n");
  const csv = async (...args: string[]) =>
    (await home.denali(["run", fleet, "--virtual-time", "--for", "2s", "--csv", ...args])).stdout;
  const [heading] = (await csv()).split("\n");
  expect(heading).toMatch(/^time,id,name,.*,fault$/);
  expect(await csv("--filter", "nosuchvm")).toBe(`${heading}\n`);
});

test("a signal ends a run with its figures and the signal's status", async () => {
  const { status, stdout } = await home.interrupted(["run", "--json"], "SIGINT");
  expect(status).toBe(130);
  expect(parse(stdout).at(-1)?.vms).toHaveLength(15);
});

test("a signal ends a run whose reader has stopped reading, with everything closed", { timeout: 60_000 }, async () => {
  // Its first report is more than a pipe holds, so that it has to wait for its reader from the first byte on.
  const fleet = home.file("unread.yaml", "vms: [{ image: ticker, count: 200 }]\n");
  const state = `${home.folder}/unread`;
  const { stdout, stderr } = await home.bash(
    `mkfifo '${home.folder}/pipe'; $denali run '${fleet}' --json -d 10ms --state '${state}' > '${home.folder}/pipe' & run=$!
    exec 3< '${home.folder}/pipe'; head -c 1 <&3; kill -TERM $run; wait $run; echo " status $?"`,
  );
  expect([stdout, stderr]).toEqual(["{ status 143\n", ""]);
  expect(readdirSync(state).filter((name) => name.startsWith("swap"))).toEqual([]);
});

test("a reader that goes away ends a run quietly", async () => {
  const { stdout, stderr } = await home.bash("$denali run --virtual-time --json | head -n 1 | wc -l");
  expect(stdout.trim()).toBe("1");
  expect(stderr).toBe("");
});

/** Bytes of memory that a process has had at most; 0 of one that has ended, whose output may still be on its way. */
function peakMemory(pid: number): number {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

test("1,000 tickers in memory for 250: all tick, none loses an interrupt, and the process stays small", async () => {
  const mebibyte = 1024 * 1024;
  const budget = 36; // 250 VMs of 128 KiB, and the supervisor.
  const fleet = home.file(
    "tickers.yaml",
    `memory-budget: ${budget}MiB\nvms:\n  - { image: ticker, count: 1000, arguments: [2000] }\n  - { image: ping, arguments: [5000] }\n`,
  );
  const { stdout, status, stderr, peak } = await watched([fleet, "--for", "12s"]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const lines = parse(stdout);
  const last = lines.at(-1) as Line;
  const tickers = last.vms.filter((vm) => vm.image === "ticker");
  expect(tickers).toHaveLength(1000);
  // A host that is slow with its disk has them miss more.
  for (const vm of tickers) expect(vm.console).toMatch(/(tick|missed) \d+\n/);
  // The ping looks for a pong by broadcast: an interrupt for every VM, wherever its memory is.
  for (const vm of tickers) expect(vm.interruptsPosted).toBeGreaterThan(0);
  const swapIns = lines.map((line) => line.kernel.swapIns as number);
  expect(swapIns.at(-1)).toBeGreaterThan(1000);
  expect(swapIns.at(-1)).toBeGreaterThan(swapIns[0]);
  for (const line of lines) {
    expect(line.kernel.memoryResident as number).toBeLessThanOrEqual(budget * mebibyte);
    for (const vm of line.vms) {
      expect(vm.interruptsPosted).toBe((vm.interruptsDelivered as number) + (vm.interruptsPending as number));
    }
  }
  // How much Node takes by itself differs by 50 MiB from one version to the next.
  const alone = await watched([home.file("ticker.yaml", "vms:\n  - { image: ticker }\n"), "--for", "2s"]);
  expect(alone.peak).toBeGreaterThan(0);
  expect(peak - alone.peak).toBeLessThan((budget + 120) * mebibyte);
});

/** Runs a fleet; the most memory that the process had is told with the rest. */
async function watched(args: readonly string[]) {
  let peak = 0;
  let timer: NodeJS.Timeout | undefined;
  const started = (pid: number) => {
    timer = setInterval(() => {
      peak = Math.max(peak, peakMemory(pid));
    }, 200);
  };
  const ended = await home.run(process.execPath, [DENALI, "run", ...args, "--json"], "", { started });
  clearInterval(timer);
  return { ...ended, peak };
}

test("denali -b -d -n prints as many reports as asked for, in each form the same names and numbers", async () => {
  const fleet = home.file("batch.yaml", "vms:\n  - image: pong\n  - { image: ping, arguments: [100] }\n");
  const batch = (...args: string[]) => home.denali(["-b", "-d", "0.5", "-n", "3", "--virtual-time", ...args, fleet]);
  const [json, csv] = await Promise.all([batch("--json"), batch("--csv")]);
  expect([json.status, csv.status]).toEqual([0, 0]);
  const reports = parse(json.stdout);
  expect(reports.map(({ time }) => time)).toEqual([0.5, 1, 1.5]);
  const [heading, ...records] = csv.stdout.trim().split("\n");
  const names = heading.split(",");
  expect(records).toHaveLength(9);
  for (const [index, vm] of reports.flatMap(({ vms }) => vms).entries()) {
    const fields = records[index].split(",");
    for (const [place, name] of names.entries()) {
      if (name === "time" || name === "fault") continue;
      expect(fields[place], name).toBe(String(vm[name] ?? ""));
    }
  }
});

test("denali -b tells of the VMs that a filter lets pass, in the order asked for, as the screen has them", async () => {
  const fleet = home.file(
    "some.yaml",
    "vms: [{ image: ticker, name: clock, count: 10 }, { image: primes, count: 2 }, { image: hello, name: a-clock }]\n",
  );
  const names = async (...args: string[]) => {
    const { stdout, stderr } = await home.denali(["-b", "-n", "1", "--virtual-time", "--json", ...args, fleet]);
    expect(stderr).toBe("");
    return parse(stdout)[0].vms.map((vm) => vm.name);
  };
  const clocks = ["clock", ...Array.from({ length: 9 }, (_, index) => `clock-${index + 2}`)];
  expect(await names("--filter", "clock !image:hello")).toEqual(clocks);
  expect(await names("--filter", "image:ticker", "--sort", "-name")).toEqual(clocks.toReversed());
  expect(await names("--sort=name", "--filter=clock")).toEqual(["a-clock", ...clocks]);
  const byCpu = await names("--sort", "cpu");
  expect(byCpu.slice(0, 2).sort()).toEqual(["primes", "primes-2"]);
  // Who have the same figure stand in the order of their numbers, whichever way round.
  expect((await names("--sort", "-cpu")).slice(-2).sort()).toEqual(["primes", "primes-2"]);
});

test("-b stands before other letters, as in top -bn1", async () => {
  const fleet = home.file("top.yaml", "vms:\n  - image: pong\n");
  const { status, stdout } = await home.denali(["-bn1", "--virtual-time", "--json", fleet]);
  expect(status).toBe(0);
  expect(parse(stdout).map(({ time }) => time)).toEqual([1]);
});

test("a run whose reports take longer than the time between them still ends on a signal", async () => {
  const { status, stdout } = await home.interrupted(["run", "--json", "--interval", "1us"], "SIGTERM");
  expect(status).toBe(143);
  expect(parse(stdout).at(-1)?.kernel.instructions).toBeGreaterThan(0);
});

test("the built-in fleet starts while another one has its disk, and says so", async () => {
  const state = join(home.folder, "twice");
  mkdirSync(join(state, "disks"), { recursive: true });
  const lock = FileLock.acquire(join(state, "disks", "notes.disk"));
  const run = ["run", "--virtual-time", "--for", "2s", "--json", "--state", state];
  const { status, stdout, stderr } = await home.denali(run);
  lock.release();
  expect(stderr).toMatch(/^denali: disk starts without its disk notes: .* is in use by process \d+; .*\n$/);
  expect(status).toBe(0);
  const { vms } = parse(stdout).at(-1) as Line;
  expect(vms.find(({ name }) => name === "disk")?.console).toContain("this VM has no virtual disk");
});

test("a run that is refused leaves no capture behind", async () => {
  const fleet = home.file("refused.yaml", "vms:\n  - { image: pong, memory: 4096 }\n");
  const path = `${home.folder}/refused.pcapng`;
  const existing = home.file("existing.rec", "");
  for (const refused of [[fleet], ["--record", existing]]) {
    const { status, stderr } = await home.denali(["run", ...refused, "--virtual-time", "--for", "1s", "--pcap", path]);
    expect([status, stderr.split("\n").length]).toEqual([1, 2]);
    expect(existsSync(path)).toBe(false);
  }
});

test("where the host stops a capture, that is said before the next report, and once", async () => {
  const fleet = home.file("talk.yaml", "vms:\n  - { image: pong }\n  - { image: ping, arguments: [1] }\n");
  const run = `$denali run ${fleet} --virtual-time --for 20s --interval 10s --csv --pcap ${home.folder}/stopped.pcapng`;
  const { stdout } = await home.bash(`ulimit -f 1000; ${run} 2>&1; echo status $?`);
  const lines = stdout.trim().split("\n");
  const stopped = /^denali: capturing to .*stopped.pcapng stopped: the file would exceed the file-size limit$/;
  expect(lines[0]).toMatch(stopped);
  expect(lines.slice(1).filter((line) => line.startsWith("denali: "))).toEqual([]);
  expect(lines.at(-1)).toBe("status 1");
  expect(lines.filter((line) => line.startsWith("10,"))).toHaveLength(3);
});

test("a run can be recorded, and is not recorded over another", async () => {
  const path = `${home.folder}/run.rec`;
  const record = () => home.denali(["run", "--virtual-time", "--for", "2s", "--json", "--record", path]);
  expect((await record()).status).toBe(0);
  expect(readFileSync(path).subarray(0, 8).toString()).toBe("DENALREC");
  const again = await record();
  expect(again.status).toBe(1);
  expect(again.stderr).toBe(`denali: cannot record to ${path}: it exists already\n`);
});
