/** What goes wrong is one clear line, an exit status, and nobody else's harm. */

import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { IMAGE_FOLDER } from "../../source/host/places.js";
import { MAGIC, VirtualRegister } from "../../source/kernel/abi.js";
import { freePort } from "./free-port.js";
import { DENALI, Home } from "./program.js";
import { threadsOf } from "./threads.js";

const home = new Home();
afterAll(() => home.remove());

describe("a mistake", () => {
  const image = readFileSync(join(IMAGE_FOLDER, "hello.elf"));
  const truncated = home.file("truncated.elf", image.subarray(0, 1000));
  const notElf = home.file("notes.elf", "some text\n");
  const unknownKey = home.file("unknown.yaml", "vms:\n  - image: ticker\n    colour: red\n");
  const unknownImage = home.file("image.yaml", "vms:\n  - image: ticker\n  - image: tikker\n");
  const smallVm = home.file("small.yaml", "vms: [{ image: ticker, memory: 512 }]\n");
  const plainFile = home.file("plain", "");

  test.each([
    ["a truncated ELF file", ["exec", truncated], 1, /^denali: truncated is truncated: .*; build or copy it again\n$/],
    ["a file that is no ELF file", ["exec", notElf], 1, /^denali: notes is not an ELF file; .*\n$/],
    [
      "an interval that is none",
      ["run", "--interval", "0.4ns"],
      2,
      /^denali: --interval is '0.4ns'; give a duration such as 5s or 250ms\n$/,
    ],
    [
      "keys one by one where all are read first",
      ["exec", "echo", "--raw", "--virtual-time"],
      2,
      /^denali: --raw and --virtual-time exclude each other: .*\n$/,
    ],
    [
      "an image that is not there",
      ["exec", "nonsense"],
      1,
      /^denali: there is no image 'nonsense'; the store has .*ticker.*\n$/,
    ],
    [
      "an unknown key in a fleet file",
      ["run", unknownKey],
      1,
      /^denali: .*unknown\.yaml:3: unknown key colour in vms\[0\]; .*\n$/,
    ],
    [
      "an unknown image in a fleet file",
      ["run", unknownImage],
      1,
      /^denali: .*image\.yaml:3: vms\[1\]: there is no image 'tikker'; .*\n$/,
    ],
    [
      "a VM with too little memory in a fleet file",
      ["run", smallVm],
      1,
      /^denali: .*small\.yaml:1: vms\[0\]: ticker cannot run in 512 bytes of memory; .*\n$/,
    ],
    [
      "a fleet file that is not there",
      ["run", "nowhere.yaml"],
      1,
      /^denali: cannot read the fleet file nowhere\.yaml: there is no such file or folder\n$/,
    ],
    [
      "a state folder that cannot be made",
      ["exec", "hello", "--state", join(plainFile, "state")],
      1,
      /^denali: cannot make folder .*: a part of the path is a file, not a folder; .*\n$/,
    ],
    [
      "a state folder where none can be",
      ["exec", "hello", "--state", "/proc/denali"],
      1,
      /^denali: cannot make folder \/proc\/denali.*\n$/,
    ],
    ["a quantum out of range", ["run", "--quantum", "1ns"], 2, /^denali: a quantum of .* is out of range; .*\n$/],
    [
      "a way of delivering interrupts that is not there",
      ["run", "--interrupts", "often"],
      2,
      /^denali: there is no interrupt mode 'often'; use batched or immediate\n$/,
    ],
    ["a policy that is not there", ["run", "--policy", "whim"], 2, /^denali: .*whim.*\n$/],
    [
      "memory beyond any VM's",
      ["exec", "hello", "--memory", "99TiB"],
      2,
      /^denali: --memory is '99TiB', which is too large; give at most 1GiB\n$/,
    ],
    [
      "a column that there is not",
      ["-b", "--sort", "-cup"],
      2,
      /^denali: no column "-cup"; the columns are id, name, .*\n$/,
    ],
    [
      "a filter that is none",
      ["run", "--filter", "cpu>x"],
      2,
      /^denali: "x" is not a figure to compare cpu with; .*\n$/,
    ],
    ["a seed that is none", ["run", "--seed", "x"], 2, /^denali: --seed is 'x'; give a whole number of at least 0\n$/],
    ["several CPUs in virtual time", ["run", "--virtual-time", "--cpus", "2"], 2, /^denali: in virtual time .*\n$/],
    ["a port that is none", ["run", "--publish", "0:web:80"], 2, /^denali: --publish: 0 is no port; .*\n$/],
    [
      "a port that is published twice",
      ["run", "--publish", "8080:a:80", "--publish", "8080:b:80"],
      2,
      /^denali: port 8080\/tcp is published twice; .*\n$/,
    ],
    ["a port of figures that is none", ["run", "--metrics", "x"], 2, /^denali: --metrics: x is no port; .*\n$/],
    [
      "a disk without end",
      ["exec", "disk", "--disk", "d:999999999"],
      2,
      /^denali: disk "d" cannot have 999999999 .*\n$/,
    ],
    ["a disk's name that is none", ["exec", "disk", "--disk", "a/b"], 2, /^denali: "a\/b" cannot be the name .*\n$/],
    ["a number of measurements that is none", ["bench", "idle", "--runs", "0"], 2, /^denali: --runs is '0'; .*\n$/],
    [
      "a duration without unit",
      ["run", "--for", "5"],
      2,
      /^denali: --for is '5'; give a duration such as 5s or 250ms\n$/,
    ],
    [
      "an option that is not there",
      ["run", "--fore", "5s"],
      2,
      /^denali: there is no option --fore; did you mean --for\?\n$/,
    ],
    ["a file of no name", ["run", "--record="], 2, /^denali: --record wants a value; give --record FILE\n$/],
    ["an option whose opposite is typed", ["run", "--no-state"], 2, /^denali: there is no option --no-state; .*\n$/],
    ["an option behind a first word of nothing", ["", "--bogus"], 2, /^denali: there is no option --bogus; .*\n$/],
    ["a fleet of no name", ["", "-b", "--for", "1s"], 2, /^denali: an argument is empty; usage: .*\n$/],
    [
      "a port for figures that is published",
      ["run", "--metrics", "9000", "--publish", "9000:web:80"],
      2,
      /^denali: port 9000 is wanted for --metrics and published as well; .*\n$/,
    ],
    ["a command that is not there", ["rnu"], 2, /^denali: there is no command 'rnu'; .*\n$/],
    [
      "too little memory for the supervisor",
      ["run", "--memory-budget", "64KiB", "--for", "1s"],
      1,
      /^denali: supervisor needs .*; raise the budget\n$/,
    ],
    [
      "the monitor without a terminal, where a value looks like another option",
      ["--filter", "-bla"],
      1,
      /^denali: the monitor needs a terminal; use 'denali run' .*\n$/,
    ],
    ["the monitor without a terminal", [], 1, /^denali: the monitor needs a terminal; use 'denali run' .*\n$/],
  ])("%s", async (_, args, status, line) => {
    const ended = await home.denali(args);
    expect(ended.stderr).toMatch(line);
    expect(ended.stdout).toBe("");
    expect(ended.status).toBe(status);
  });
});

test("a disk that would outgrow the file-size limit is refused in one line, and the process lives", async () => {
  const { stdout, stderr } = await home.bash("ulimit -f 64; $denali exec disk --disk big:64; echo status $?");
  expect(stderr).toMatch(/^denali: cannot make disk .*big\.disk: .*ulimit -f.*\n$/);
  expect(stdout).toBe("status 1\n");
});

test("a fleet of which one VM is refused leaves no disk of the others behind", async () => {
  const vms = ["- { image: disk, disks: [{ name: early, blocks: 64 }] }", "- { image: tikker }"];
  const fleet = home.file("half.yaml", `vms:\n  ${vms.join("\n  ")}\n`);
  const { status, stderr } = await home.denali(["run", fleet, "--for", "1s"]);
  expect(stderr).toMatch(/^denali: .*half\.yaml:3: vms\[1\]: there is no image 'tikker'; .*\n$/);
  expect(status).toBe(1);
  expect(existsSync(join(home.folder, "denali", "disks", "early.disk"))).toBe(false);
});

test("a folder for what nobody keeps that cannot be made is one line", async () => {
  // Where a folder may be made, later versions of Node make it for their own cache.
  const place = `${home.file("plain", "")}/below`;
  for (const command of ["exec hello --virtual-time", "bench boot"]) {
    const { stdout, stderr } = await home.bash(`TMPDIR='${place}' $denali ${command}; echo status $?`);
    expect(stderr).toBe(
      `denali: cannot make a folder in ${place}: a part of its path is not a folder; set TMPDIR to another\n`,
    );
    expect(stdout).toBe("status 1\n");
  }
});

test("a full disk behind standard error ends nothing: the work goes on to its end, and so does its status", async () => {
  const fleet = home.file("warned.yaml", "vms:\n  - { image: ticker }\n");
  const run = `$denali run '${fleet}' --for 1s --publish ${await freePort()}:nosuch:80 2> /dev/full; echo status $?`;
  expect((await home.bash(run)).stdout).toMatch(/\bticker\b[\s\S]*\nstatus 0\n$/);
  const crash = await home.bash("$denali exec hostile-divide > /dev/null 2> /dev/full; echo status $?");
  expect(crash.stdout).toBe("status 139\n");
});

test("a full disk behind standard output is one line", async () => {
  // Of its own, since the built-in one says where others have its port.
  const fleet = home.file("ticker.yaml", "vms:\n  - { image: ticker }\n");
  const { stdout, stderr } = await home.bash(`$denali run '${fleet}' --for 1s --json > /dev/full; echo status $?`);
  expect(stderr).toBe("denali: cannot write the output: no space left on the device\n");
  expect(stdout).toBe("status 1\n");
});

/**
 * Changes a byte, which is 0, in every stored copy of that VM's register page, by which it is known: the first words say so. The process stands
 * still meanwhile: where it freed a slot and gave it to another VM between the look and the write, that one would be hurt.
 */
function damage(pid: number, swapFile: string, vmId: number): void {
  const file = openSync(swapFile, "r+");
  process.kill(pid, "SIGSTOP");
  try {
    // Where it takes longer than that, the next attempt is for it.
    if (!waitUntil(() => standsStill(pid), 5_000)) return;
    const bytes = Buffer.alloc(16 * 256 * 1024); // All memory of the fleet: the file is longer, but holds no more.
    readSync(file, bytes, 0, bytes.length, 4096);
    for (let page = 0; page < bytes.length; page += 4096) {
      const isRegisterPage = bytes.readUInt32LE(page + VirtualRegister.MAGIC) === MAGIC;
      if (!isRegisterPage || bytes.readUInt32LE(page + VirtualRegister.VM_ID) !== vmId) continue;
      writeSync(file, Buffer.of(0xff), 0, 1, 4096 + page + 4095);
    }
  } finally {
    closeSync(file);
    process.kill(pid, "SIGCONT");
  }
}

/** Waits, letting nothing else in this thread go on, until a condition holds. @returns false where it does not in time */
function waitUntil(condition: () => boolean, milliseconds: number): boolean {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + milliseconds; !condition(); Atomics.wait(nothing, 0, 0, 1)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/** Whether no thread of the process runs, nor is within a call that the kernel has still to finish (proc(5), stat). */
function standsStill(pid: number): boolean {
  return threadsOf(pid).every(({ state }) => /[TZX]/.test(state));
}

test("a damaged swap region crashes its VM alone", async () => {
  const count = 16;
  const victim = 9;
  const fleet = home.file(
    "swapping.yaml",
    `memory-budget: 5MiB\nvms:\n  - { image: memory, count: ${count}, memory: 256KiB, arguments: [64, 50] }\n`,
  );
  const state = join(home.folder, "swapping");
  let timer: NodeJS.Timeout | undefined;
  let seen = false;
  const args = [DENALI, "run", fleet, "--for", "300s", "--interval", "1s", "--json", "--state", state];
  const { stdout, status } = await home.run(process.execPath, args, "", {
    started: (pid) => {
      timer = setInterval(() => {
        if (!existsSync(`/proc/${pid}/status`)) return; // It has ended, and its output is still on its way.
        const name = existsSync(state) ? readdirSync(state).find((entry) => /^swap-\d+-\d+$/.test(entry)) : undefined;
        if (name) damage(pid, join(state, name), victim);
      }, 100);
    },
    // It has met the damage, and the others have gone on: that is all.
    printed: (pid, output) => {
      const { vms } = lastReport(output);
      const goneOn = vms.filter((vm) => /verified \d+\n/.test(vm.console)).length;
      if (seen || goneOn < count - 1 || !vms.some((vm) => vm.id === victim && vm.state === "crashed")) return;
      seen = true;
      clearInterval(timer);
      process.kill(pid, "SIGINT");
    },
  });
  clearInterval(timer);
  expect(status).toBe(130);
  const { vms } = lastReport(stdout);
  const hurt = vms.find((vm) => vm.id === victim);
  expect(hurt).toMatchObject({ state: "crashed", fault: { cause: "machine check" } });
  for (const vm of vms.filter((vm) => vm.id !== victim)) {
    expect(vm.fault).toBeNull();
    if (vm.image === "memory") expect(vm.console).toMatch(/verified \d+\n/);
  }
}, 120_000);

interface Report {
  readonly vms: readonly { id: number; image: string; state: string; fault: unknown; console: string }[];
}

/** The last whole line of reports in JSON; one without VMs where there is none yet. */
function lastReport(output: string): Report {
  const line = output
    .slice(0, output.lastIndexOf("\n") + 1)
    .trimEnd()
    .split("\n")
    .at(-1);
  return line ? JSON.parse(line) : { vms: [] };
}
