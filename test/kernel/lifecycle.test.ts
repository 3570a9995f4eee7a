import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, IMAGES, MIB, runFor, temporaryFolder } from "./boot.js";
import { expectInvariants } from "./invariants.js";

describe("a VM's life", () => {
  it("prints what its program prints and ends with its status", () => {
    const kernel = boot();
    const [hello] = kernel.spawn({ image: "hello" });
    const [exit] = kernel.spawn({ image: "exit", arguments: ["7"] });
    runFor(kernel, 1);
    expect(consoleOf(kernel, hello)).toMatch(/hello/i);
    expect(kernel.inspect(hello)).toMatchObject({ state: "terminated", status: 0 });
    expect(kernel.inspect(exit)).toMatchObject({ state: "terminated", status: 7 });
  });

  it("gives a VM the time it asks to sleep, to the tick", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    runFor(kernel, 2.05);
    const ticks = consoleOf(kernel, id).trim().split("\n");
    expect(ticks.at(-1)).toBe("tick 20");
    expect(ticks).toHaveLength(20);
  });

  it("names VMs of one name apart and numbers them for good", () => {
    const kernel = boot();
    const ids = kernel.spawn({ image: "ticker", count: 3 });
    expect(ids.map((id) => kernel.inspect(id).name)).toEqual(["ticker", "ticker-2", "ticker-3"]);
    kernel.kill(ids[1]);
    kernel.reap(ids[1]);
    const [next] = kernel.spawn({ image: "ticker" });
    expect(kernel.inspect(next).name).toBe("ticker-2");
    expect(ids).not.toContain(next);
  });

  it("stops a paused VM and lets a resumed one go on", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    runFor(kernel, 0.55);
    kernel.pause(id);
    const before = consoleOf(kernel, id);
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).toBe(before);
    expect(kernel.inspect(id).state).toBe("paused");
    kernel.resume(id);
    runFor(kernel, 1);
    expect(consoleOf(kernel, id)).toMatch(/missed \d+\ntick 1[56]\n/);
  });

  it("kills a VM at once, keeps what it printed, and forgets it when it is reaped", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "primes" });
    runFor(kernel, 0.2);
    kernel.kill(id);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 137 });
    expect(kernel.panel.get("memoryResident")).toBe(0);
    kernel.reap(id);
    expect(() => kernel.inspect(id)).toThrow(UserError);
    expect(kernel.panel.get("vms:terminated")).toBe(0);
  });

  it("refuses what cannot be, whole, and changes nothing", () => {
    const kernel = boot({ memoryBudget: 8 * MIB });
    const [id] = kernel.spawn({ image: "hello" });
    runFor(kernel, 1);
    const refusals: [() => unknown, RegExp][] = [
      [() => kernel.spawn({ image: "nothing" }), /no image 'nothing'/],
      [() => kernel.spawn({ image: "/nowhere/x.elf" }), /cannot read image/],
      [() => kernel.spawn({ image: "hello", count: 0 }), /whole number/],
      [() => kernel.spawn({ image: "hello", count: 1e6 }), /no room/],
      [() => kernel.spawn({ image: "hello", memory: 64 * MIB }), /budget/],
      [() => kernel.spawn({ image: "hello", memory: 10 }), /cannot run in 10 bytes/],
      [() => kernel.spawn({ image: "hello", arguments: ["x".repeat(5000)] }), /arguments/],
      [() => kernel.spawn({ image: "hello", name: "n".repeat(99) }), /name/],
      [() => kernel.kill(id), /ended/],
      [() => kernel.pause(id), /ended/],
      [() => kernel.kill(999), /no VM 999/],
      [() => kernel.setQuantum({ nanoseconds: 1 }), /out of range/],
      [() => kernel.setQuantum({ instructions: 0 }), /from 1 on/],
      [() => kernel.setPolicy("random"), /policy/],
      [() => kernel.setMemoryBudget(-1), /budget/],
      [() => kernel.spawn({ image: "hello", memory: Number.NaN }), /cannot run in NaN bytes/],
      [() => kernel.spawn({ image: "hello", memory: 131_072.5 }), /cannot run in 131072.5 bytes/],
      [() => kernel.spawn({ image: "hello", count: 1.5 }), /whole number/],
      [() => kernel.spawn({ image: "hello", tickets: 0 }), /tickets/],
      [() => kernel.spawn({ image: "hello", name: "5" }), /^"5" cannot be a VM's name: .*number/],
      [() => kernel.spawn({ image: "hello", name: "bell\u0007" }), /name/],
      [() => kernel.spawn({ image: "hello", name: "half \ud800" }), /name/],
      [() => kernel.spawn({ image: "hello", name: "\u202eolleh" }), /name/],
      [() => kernel.spawn({ image: "hello", name: "  " }), /name/],
      [() => kernel.spawn({ image: "hello", network: "\u001b[2J" }), /network/],
      [() => kernel.setQuantum({ nanoseconds: Number.NaN }), /out of range/],
      [() => kernel.setQuantum({ instructions: Number.NaN }), /from 1 on/],
      [() => kernel.setQuantum({ instructions: 2.5 }), /from 1 on/],
      [() => kernel.setMemoryBudget(Number.NaN), /budget/],
      [() => kernel.setMemoryBudget(Number.POSITIVE_INFINITY), /budget/],
      [() => kernel.readConsole(id, Number.NaN), /position/],
      [() => kernel.readConsole(id, 0.5), /position/],
      [() => kernel.inspect(Number.NaN), /no VM NaN/],
    ];
    for (const [refused, message] of refusals) {
      expect(refused).toThrow(message);
      expect(refused).toThrow(UserError);
    }
    expect(kernel.panel.get("vms:terminated")).toBe(1);
    expect(kernel.panel.get("rows")).toBe(1);
  });

  it("takes back all of a request that fails half-way", () => {
    const kernel = boot();
    const [writer] = kernel.spawn({ image: "ticker", disks: [{ name: "taken", blocks: 8, readOnly: false }] });
    runFor(kernel, 0.001);
    const reserved = kernel.panel.get("swapReserved");
    const refused = {
      image: "ticker",
      disks: [
        { name: "fresh", blocks: 8, readOnly: false },
        { name: "taken", blocks: 8, readOnly: false },
      ],
    };
    expect(() => kernel.spawn(refused)).toThrow(/taken/);
    kernel.kill(kernel.spawn({ image: "ticker" })[0]);
    expect(kernel.panel.get("swapReserved")).toBe(reserved);
    kernel.kill(writer);
    const [next] = kernel.spawn(refused);
    expect(kernel.inspect(next)).toMatchObject({ row: 2, state: "swapped" });
    expectInvariants(kernel);
  });

  it("creates all of a fleet or none, and leaves no disk of one that is refused", () => {
    const stateFolder = temporaryFolder();
    const kernel = boot({ stateFolder });
    const ticker = { image: "ticker", count: 2 };
    const disks = (...names: string[]) => names.map((name) => ({ name, blocks: 8, readOnly: false }));
    kernel.kill(kernel.spawn({ image: "ticker", name: "first", disks: disks("kept") })[0]);
    const reserved = kernel.panel.get("swapReserved");
    const specs = [ticker, { image: "ticker", disks: disks("kept", "fresh") }, { image: "nothing" }];
    expect(() => kernel.spawnAll(specs, ["a:1", "a:2", "a:3"])).toThrow(/^a:3: there is no image 'nothing'/);
    expect(() => kernel.spawnAll(specs)).toThrow(/^there is no image 'nothing'/);
    expect(readdirSync(join(stateFolder, "disks"))).toEqual(["kept.disk"]);
    expect(kernel.panel.get("swapReserved")).toBe(reserved);
    const names = kernel.spawnAll(specs.slice(0, 2)).map((id) => kernel.inspect(id).name);
    expect(names).toEqual(["ticker", "ticker-2", "ticker-3"]);
    expect(readdirSync(join(stateFolder, "disks"))).toContain("fresh.disk");
    expectInvariants(kernel);
  });

  it("starts a VM without the disk that somebody else has, where the disk gives way, and says so", () => {
    const stateFolder = temporaryFolder();
    const [first, second] = [boot({ stateFolder }), boot({ stateFolder })];
    const notes = { name: "notes", blocks: 8, readOnly: false };
    const other = { ...notes, name: "other" };
    const giving = [{ ...notes, ifFree: true }];
    const disksOf = (kernel: typeof first, ids: number[]) => ids.map((id) => kernel.inspect(id).disks);
    first.spawn({ image: "disk", disks: [notes] });
    expect(() => second.spawn({ image: "disk", disks: [notes] })).toThrow(/notes\.disk is in use by this process/);
    expect(disksOf(second, second.spawn({ image: "disk", disks: [...giving, other] }))).toEqual([[other]]);
    expect(second.notices(0)).toMatchObject([
      { severity: "error", text: expect.stringMatching(/^disk starts without its disk notes: .* is in use by this /) },
    ]);
    // Of one that is taken back again nothing is said.
    expect(() => second.spawnAll([{ image: "disk", disks: giving }, { image: "nothing" }])).toThrow(
      /no image 'nothing'/,
    );
    expect(second.notices(0)).toHaveLength(1);
    // Of two VMs of one kernel the first has it.
    const alone = boot();
    const pair = alone.spawnAll([
      { image: "disk", disks: giving },
      { image: "disk", disks: giving },
    ]);
    expect(disksOf(alone, pair)).toEqual([giving, []]);
    expect(alone.notices(0)).toMatchObject([
      { text: expect.stringMatching(/^disk-2 starts without its disk notes: /) },
    ]);
  });

  it("starts a file with a long name under a name cut to fit", () => {
    const kernel = boot();
    const path = join(temporaryFolder(), "a-program-with-a-really-long-näme.elf");
    copyFileSync(join(IMAGES, "hello.elf"), path);
    const ids = kernel.spawn({ image: path, count: 2 });
    expect(ids.map((id) => kernel.inspect(id).name)).toEqual([
      "a-program-with-a-really-",
      "a-program-with-a-really--2",
    ]);
  });

  it("starts a file that is called by digits alone under a name that is no number", () => {
    const kernel = boot();
    const path = join(temporaryFolder(), "2048.elf");
    copyFileSync(join(IMAGES, "hello.elf"), path);
    const [id] = kernel.spawn({ image: path });
    expect(kernel.inspect(id).name).toBe("vm-2048");
  });

  it("keeps the freed names of a crowd in order", () => {
    const kernel = boot();
    const ids = kernel.spawn({ image: "ticker", count: 6 });
    for (const index of [4, 1, 2]) {
      kernel.kill(ids[index]);
      kernel.reap(ids[index]);
    }
    const names = kernel.spawn({ image: "ticker", count: 4 }).map((id) => kernel.inspect(id).name);
    expect(names).toEqual(["ticker-2", "ticker-3", "ticker-5", "ticker-7"]);
  });

  it("drops what a VM that ends has not received", () => {
    const kernel = boot();
    const [deaf] = kernel.spawn({ image: "ticker" });
    kernel.spawn({ image: "ping", arguments: ["1"] });
    runFor(kernel, 0.05);
    expect(figure(kernel, deaf, "rxQueued")).toBeGreaterThan(0);
    kernel.kill(deaf);
    expect(figure(kernel, deaf, "rxQueued")).toBe(0);
  });

  it("accounts all of a VM's time as running, ready or idle", () => {
    const kernel = boot();
    const ids = [
      ...kernel.spawn({ image: "primes", count: 2 }),
      ...kernel.spawn({ image: "ticker", arguments: ["10"] }),
    ];
    runFor(kernel, 1);
    for (const id of ids) {
      const row = kernel.inspect(id).row;
      const { cpuTime, readyTime, idleTime, createdAt, stateSince } = kernel.panel.vm;
      const accounted = cpuTime[row] + readyTime[row] + idleTime[row];
      expect(accounted).toBeCloseTo(stateSince[row] - createdAt[row], -1);
    }
    expect(figure(kernel, ids[0], "cpuTime")).toBeGreaterThan(0.45e9);
    expect(figure(kernel, ids[1], "readyTime")).toBeGreaterThan(0.45e9);
    expect(figure(kernel, ids[2], "idleTime")).toBeGreaterThan(0.9e9);
  });
});
