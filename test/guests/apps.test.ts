import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VmSpec } from "../../source/kernel/index.js";
import { boot, consoleOf, MILLISECOND, runFor, SECOND, temporaryFolder, typeLine } from "../kernel/boot.js";

type BootedKernel = ReturnType<typeof boot>;

/** Runs until a condition holds, for so many seconds of virtual time at most: what computes takes its time here, too. */
function runUntil(kernel: BootedKernel, holds: () => boolean, seconds: number): void {
  const end = kernel.now + seconds * SECOND;
  while (!holds() && kernel.now < end) runFor(kernel, 0.02);
}

/** Runs a VM to its end, but no longer than a time, and answers what it printed and how it is. */
function run(spec: VmSpec, seconds = 2, kernel: BootedKernel = boot()) {
  const [id] = kernel.spawn(spec);
  runUntil(kernel, () => ["terminated", "crashed"].includes(kernel.inspect(id).state), seconds);
  const { state, status } = kernel.inspect(id);
  return { state, status, console: consoleOf(kernel, id) };
}

const disk = (blocks: number, readOnly = false) => ({ name: "data", blocks, readOnly });

describe("hello and exit", () => {
  it("greets with the VM's name, number, architecture and memory, and shows its arguments", () => {
    const { console } = run({ image: "hello", name: "greeter", memory: 512 * 1024, arguments: ["one", "two words"] });
    expect(console).toMatch(
      /^Hello from greeter, VM 1: Denali virtual architecture 1, 512 KB of memory, ([0-9a-f]{2}:){5}/,
    );
    expect(console).toContain("argument 1: one\nargument 2: two words\n");
  });

  it.each([
    [[], 0],
    [["7"], 7],
    [["255"], 255],
  ])("exit %j ends with status %i", (args, status) => {
    expect(run({ image: "exit", arguments: args })).toMatchObject({ state: "terminated", status });
  });

  it.each(["x", "-1", "7x", "", "4294967296"])("refuses %j as a number, with status 2", (argument) => {
    const ended = run({ image: "exit", arguments: [argument] });
    expect(ended).toMatchObject({ state: "terminated", status: 2, console: `exit: wants a number, not ${argument}\n` });
  });
});

describe("primes", () => {
  it("finds the primes there are", () => {
    const { state, console } = run({ image: "primes", arguments: ["500"] }, 0.1);
    expect(state).not.toBe("crashed");
    expect(console).toMatch(
      /^500 primes up to 3571\n1000 primes up to 7919\n1500 primes up to 12553\n2000 primes up to 17389\n/,
    );
  });
});

describe("ticker", () => {
  it("keeps to its deadlines: lateness does not add up", () => {
    const kernel = boot({ quantum: { nanoseconds: 0.7 * MILLISECOND } });
    kernel.spawn({ image: "primes", count: 3 });
    const { console } = run({ image: "ticker", arguments: ["5", "60"] }, 1, kernel);
    const lines = console.trim().split("\n");
    expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => `tick ${index + 1}`));
    expect(kernel.now).toBeLessThan(330 * MILLISECOND);
  });

  it("says how many ticks it missed", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "ticker", arguments: ["100", "12"] });
    runFor(kernel, 0.35);
    kernel.pause(id);
    runFor(kernel, 0.5);
    kernel.resume(id);
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).toBe("tick 1\ntick 2\ntick 3\nmissed 4\ntick 8\ntick 9\ntick 10\ntick 11\ntick 12\n");
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
  });
});

describe("burst", () => {
  it("reports how late it is woken in a crowd, and next to nothing when alone", () => {
    const microsecondsLate = (crowd: number) => {
      const kernel = boot();
      if (crowd > 0) kernel.spawn({ image: "primes", count: crowd });
      const [id] = kernel.spawn({ image: "burst", arguments: ["1", "2"] });
      runUntil(kernel, () => consoleOf(kernel, id) !== "", 2);
      return Number(/^50 bursts: woken (\d+) us late/.exec(consoleOf(kernel, id))?.[1]);
    };
    expect(microsecondsLate(0)).toBeLessThan(50);
    expect(microsecondsLate(2)).toBeGreaterThan(500);
  });
});

describe("ping and pong", () => {
  it("finds a pong that comes later, and prints a time for every request", () => {
    const kernel = boot();
    const [ping] = kernel.spawn({ image: "ping", arguments: ["100"] });
    runFor(kernel, 0.25);
    expect(consoleOf(kernel, ping)).toBe("no pong on this Ethernet yet\n");
    const [pong] = kernel.spawn({ image: "pong" });
    runFor(kernel, 1);
    const { macAddress } = kernel.inspect(pong);
    expect(consoleOf(kernel, ping)).toContain(`pong is at ${macAddress}\nreply from ${macAddress} seq=4 time=`);
    expect(consoleOf(kernel, pong)).toContain(`found by ${kernel.inspect(ping).macAddress}`);
    const times = [...consoleOf(kernel, ping).matchAll(/time=(\d+) us/g)].map((match) => Number(match[1]));
    expect(times.length).toBeGreaterThanOrEqual(8);
    for (const time of times) expect(time).toBeLessThan(1000);
  });

  it("notices that its pong is gone, and looks for another", () => {
    const kernel = boot();
    const [first] = kernel.spawn({ image: "pong" });
    const [ping] = kernel.spawn({ image: "ping", arguments: ["20"] });
    runFor(kernel, 0.2);
    kernel.kill(first);
    runFor(kernel, 0.2);
    expect(consoleOf(kernel, ping)).toContain("no reply to seq=");
    const [second] = kernel.spawn({ image: "pong" });
    runFor(kernel, 0.3);
    expect(consoleOf(kernel, ping)).toContain(`pong is at ${kernel.inspect(second).macAddress}`);
  });
});

describe("echo", () => {
  it("takes back erased characters and ends on ^D", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "echo" });
    runFor(kernel, 0.1);
    kernel.type(id, Buffer.from("good\x7f\x7fäx\x7f\x7f\r"));
    kernel.type(id, Buffer.from("by\x03e\x04"));
    runFor(kernel, 0.1);
    const erased = "\b \b";
    expect(consoleOf(kernel, id)).toBe(`good${erased}${erased}äx${erased}${erased}\nby^C\ne`);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
  });
});

describe("disk", () => {
  it("says when there is no disk", () => {
    const ended = run({ image: "disk" });
    expect(ended).toMatchObject({ status: 2 });
    expect(ended.console).toMatch(/no virtual disk/);
  });

  it("verifies at each boot what the one before wrote, and leaves a read-only disk alone", () => {
    const kernel = boot();
    const boots = [disk(40), disk(40), disk(40, true)].map((each) => run({ image: "disk", disks: [each] }, 2, kernel));
    expect(boots.map((each) => each.console)).toEqual([
      "boot 1: 39 blocks written, read back and verified\n",
      "found 39 blocks of boot 1 intact\nboot 2: 39 blocks written, read back and verified\n",
      "found 39 blocks of boot 2 intact\nthe disk is read-only: nothing written\n",
    ]);
    expect(boots.map((each) => each.status)).toEqual([0, 0, 0]);
  });

  it("notices a byte that was changed behind its back", () => {
    const stateFolder = temporaryFolder();
    const kernel = boot({ stateFolder });
    run({ image: "disk", disks: [disk(8)] }, 2, kernel);
    const file = readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).find((path) => /data/.test(path));
    const path = join(stateFolder, file as string);
    const bytes = readFileSync(path);
    bytes[bytes.length - 100] ^= 1;
    writeFileSync(path, bytes);
    expect(run({ image: "disk", disks: [disk(8)] }, 2, kernel)).toMatchObject({
      console: "disk: block 7 differs from what was written, at byte 3996\n",
      status: 1,
    });
  });
});

describe("memory", () => {
  it("survives being swapped out and in, word for word", () => {
    const kernel = boot({ memoryBudget: 3 * 1024 * 1024 });
    const ids = kernel.spawn({ image: "memory", count: 6, arguments: ["128", "20"] });
    runUntil(kernel, () => ids.every((id) => consoleOf(kernel, id).includes("verified 3\n")), 5);
    expect(kernel.panel.get("swapIns")).toBeGreaterThan(10);
    for (const id of ids) {
      expect(consoleOf(kernel, id)).toContain("verified 3\n");
      expect(consoleOf(kernel, id)).not.toContain("corrupted");
    }
  });

  it("refuses more than there is", () => {
    expect(run({ image: "memory", arguments: ["5000"] })).toMatchObject({ state: "terminated", status: 2 });
  });
});

describe("interrupts", () => {
  it("finds every rule of delivery kept, alone and in a crowd", () => {
    const alone = run({ image: "interrupts" }, 5);
    expect(alone.console).not.toContain("FAILED");
    expect(alone).toMatchObject({ state: "terminated", status: 0 });
    const kernel = boot();
    kernel.spawn({ image: "primes", count: 2 });
    const crowded = run({ image: "interrupts" }, 3, kernel);
    expect(crowded.console).not.toContain("FAILED");
    expect(crowded).toMatchObject({ state: "terminated", status: 0 });
  });
});

describe("supervisor", () => {
  const SUPERVISOR = 1;

  function ask(kernel: BootedKernel, line: string): string {
    const before = Buffer.byteLength(consoleOf(kernel, SUPERVISOR));
    typeLine(kernel, SUPERVISOR, line);
    runFor(kernel, 0.2);
    return Buffer.from(kernel.readConsole(SUPERVISOR, before).bytes).toString();
  }

  function bootSupervisor(): BootedKernel {
    const kernel = boot({ supervisor: true });
    runFor(kernel, 0.1);
    return kernel;
  }

  it("lists its commands", () => {
    const answer = ask(bootSupervisor(), "help");
    for (const command of ["list", "images", "create", "pause", "resume", "kill", "quantum", "policy", "status"])
      expect(answer).toMatch(new RegExp(`^${command}\\b`, "m"));
  });

  it("creates several VMs with a name and arguments", () => {
    const kernel = bootSupervisor();
    expect(ask(kernel, "create -n 3 ticker clock 50 1000")).toContain("created 3 VMs");
    expect(kernel.inspect(2)).toMatchObject({ name: "clock", arguments: ["50", "1000"] });
    expect(kernel.inspect(4)).toMatchObject({ name: "clock-3" });
    expect(ask(kernel, "list")).toMatch(/^ +4 clock-3 +ticker +idle +128KB/m);
    expect(ask(kernel, "kill clock-3 clock 99")).toMatch(
      /killed VM 4 \(clock-3\)\nkilled VM 2 \(clock\)\nthere is no VM `99`/,
    );
  });

  it("says that a VM has ended, once, and keeps the line that was being typed", () => {
    const kernel = bootSupervisor();
    ask(kernel, "create exit done 3");
    ask(kernel, "create hostile-divide");
    const printed = consoleOf(kernel, SUPERVISOR);
    expect(printed.match(/VM 2 \(done\) terminated/g)).toHaveLength(1);
    expect(printed.match(/VM 3 \(hostile-divide\) crashed/g)).toHaveLength(1);
    const [ticker] = kernel.spawn({ image: "ticker" });
    runFor(kernel, 0.1);
    kernel.type(SUPERVISOR, Buffer.from("stat"));
    runFor(kernel, 0.1);
    kernel.kill(ticker);
    runFor(kernel, 0.1);
    expect(consoleOf(kernel, SUPERVISOR)).toMatch(/denali> stat\nVM 4 \(ticker\) terminated\ndenali> stat$/);
    expect(ask(kernel, "us")).toContain("of 1024 MB in core");
  });

  it("shows and sets quantum and policy", () => {
    const kernel = bootSupervisor();
    expect(ask(kernel, "quantum")).toContain("quantum 5.000 ms");
    expect(ask(kernel, "quantum 0.25")).toContain("quantum 0.250 ms");
    expect(kernel.panel.get("quantum")).toBe(250_000);
    expect(ask(kernel, "policy lottery")).toContain("policy lottery");
    expect(ask(kernel, "status")).toContain("policy lottery");
  });

  it.each([
    ["create", "usage: create"],
    ["create nothing", "there is no image `nothing`"],
    ["create -n 0 ticker", "usage: create [-n COUNT]"],
    [`create ticker ${"n".repeat(40)}`, "too long"],
    [`create ticker clock ${"1 ".repeat(80)}`, "usage: create"],
    [`create ticker clock ${"9".repeat(150)}`, "too long"],
    ["pause nobody", "there is no VM `nobody`"],
    ["resume supervisor", "could not resume supervisor: not allowed"],
    ["kill nobody", "there is no VM `nobody`"],
    ["kill 1", "could not kill supervisor: not allowed"],
    ["quantum 1000000", "could not set the quantum"],
    ["quantum 0", "could not set the quantum"],
    ["quantum abc", "`abc` is not a number of milliseconds"],
    ["policy magic", "could not set the policy magic"],
    ["help nothing", "there is no command `nothing`"],
    ["reboot", "there is no command `reboot`"],
    ["x ".repeat(120), "there is no command `x`"],
  ])("answers %j in words and changes nothing", (line, answer) => {
    const kernel = bootSupervisor();
    expect(ask(kernel, line)).toContain(answer);
    expect(kernel.panel.get("rows")).toBe(1);
    expect(kernel.inspect(SUPERVISOR).state).toBe("idle");
  });
});
