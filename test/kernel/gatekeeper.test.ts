import { closeSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, MIB, runFor, runUntil, temporaryFolder } from "./boot.js";
import { expectInvariants } from "./invariants.js";
import { int, move, spin, tinyGuest } from "./tiny-guest.js";

/** Seconds. */
const MICROSECOND = 1e-6;

/** No interrupt is lost: what was posted was delivered or is pending. */
function expectNoInterruptLost(kernel: Kernel, ids: readonly number[]): void {
  for (const id of ids) {
    const posted = figure(kernel, id, "interruptsPosted");
    expect(figure(kernel, id, "interruptsDelivered") + figure(kernel, id, "interruptsPending")).toBe(posted);
  }
}

describe("the gatekeeper", () => {
  it("lets four times as many VMs tick as fit into memory, within the budget, losing no interrupt", () => {
    const kernel = boot({ memoryBudget: 10 * 131_072 });
    const ids = kernel.spawn({ image: "ticker", count: 40 });
    for (let second = 0; second < 6; second++) {
      runFor(kernel, 1);
      expect(kernel.panel.get("memoryResident")).toBeLessThanOrEqual(10 * 131_072);
    }
    for (const id of ids) {
      expect(consoleOf(kernel, id)).toContain("tick 5\n");
      expect(figure(kernel, id, "swapOuts")).toBeGreaterThan(0);
    }
    expectNoInterruptLost(kernel, ids);
  });

  it("gives VMs that never idle turns in memory", () => {
    const kernel = boot({ memoryBudget: 2 * MIB });
    const ids = kernel.spawn({ image: "primes", count: 6, memory: MIB });
    runFor(kernel, 1.5);
    for (const id of ids) expect(figure(kernel, id, "instructions")).toBeGreaterThan(1e6);
  });

  it.each(["round-robin", "lottery"])("puts out no computing VM before it has had a turn (%s)", (policy) => {
    const kernel = boot({ memoryBudget: 100 * 65_536, policy });
    const ids = kernel.spawn({ image: tinyGuest(spin), memory: 65_536, count: 200 });
    runFor(kernel, 4);
    for (const id of ids) {
      // The last admission's turn may be still to come.
      expect(figure(kernel, id, "slices")).toBeGreaterThanOrEqual(figure(kernel, id, "admissions") - 1);
      if (policy === "round-robin") expect(figure(kernel, id, "slices")).toBeGreaterThan(0);
    }
    expect(kernel.panel.get("swapOuts")).toBeGreaterThan(100);
    expectInvariants(kernel);
  });

  it("admits first come first served", () => {
    const kernel = boot({ memoryBudget: 2 * MIB });
    const ids = kernel.spawn({ image: "primes", count: 5, memory: MIB });
    runFor(kernel, 0.1);
    expect(ids.map((id) => figure(kernel, id, "admissions"))).toEqual([1, 1, 0, 0, 0]);
    expect(kernel.inspect(ids[4]).state).toBe("swapped");
    runFor(kernel, 0.3);
    expect(figure(kernel, ids[2], "admissions")).toBe(1);
    expect(figure(kernel, ids[4], "admissions")).toBe(0);
  });

  it("keeps the interrupts of a swapped-out VM and brings it back for them", () => {
    const kernel = boot({ memoryBudget: MIB });
    const [echo] = kernel.spawn({ image: "echo", memory: MIB });
    runFor(kernel, 0.1);
    kernel.spawn({ image: "primes", memory: MIB });
    runFor(kernel, 0.5);
    expect(kernel.inspect(echo).state).toBe("swapped");
    kernel.type(echo, Buffer.from("are you there\n"));
    expect(kernel.inspect(echo).vectors.find((vector) => vector.name === "keyboard")?.pending).toBe(1);
    runFor(kernel, 1);
    expect(consoleOf(kernel, echo)).toContain("are you there");
    expectNoInterruptLost(kernel, [echo]);
  });

  it("puts paused VMs out first and lowers residency when the budget is lowered", () => {
    const kernel = boot({ memoryBudget: 8 * MIB });
    const ids = kernel.spawn({ image: "primes", count: 8, memory: MIB });
    runFor(kernel, 0.5);
    kernel.pause(ids[3]);
    kernel.setMemoryBudget(7 * MIB);
    runFor(kernel, 0.1);
    expect(kernel.panel.get("memoryResident")).toBe(7 * MIB);
    expect(figure(kernel, ids[3], "resident")).toBe(0);
    expect(kernel.inspect(ids[3]).state).toBe("paused");
    kernel.resume(ids[3]);
    runFor(kernel, 2);
    expect(figure(kernel, ids[3], "swapIns")).toBeGreaterThan(0);
  });

  it("keeps to a lowered budget although nobody waits and everyone computes", () => {
    const kernel = boot({ memoryBudget: 4 * MIB });
    kernel.spawn({ image: "primes", count: 4, memory: MIB });
    runFor(kernel, 0.01);
    kernel.setMemoryBudget(2 * MIB);
    runFor(kernel, 0.5);
    expect(kernel.panel.get("memoryResident")).toBeLessThanOrEqual(2 * MIB);
  });

  it("refuses a budget in which a living VM could never be in core, and a VM that could not be beside the supervisor", () => {
    const kernel = boot({ memoryBudget: 16 * MIB, supervisor: true });
    expect(() => kernel.spawn({ image: "primes", memory: 16 * MIB })).toThrow(/budget leaves/);
    const [large] = kernel.spawn({ image: "primes", memory: 10 * MIB });
    expect(() => kernel.setMemoryBudget(10 * MIB)).toThrow(/does not hold primes; give at least/);
    expect(kernel.panel.get("memoryBudget")).toBe(16 * MIB);
    kernel.kill(large);
    kernel.setMemoryBudget(10 * MIB);
  });

  it("gives the row of a VM that was reaped on its way out to another, and leaves it alone", () => {
    const kernel = boot({ memoryBudget: MIB });
    const [first] = kernel.spawn({ image: "primes", memory: MIB });
    runFor(kernel, 0.01);
    kernel.pause(first);
    kernel.spawn({ image: "primes", memory: MIB });
    runUntil(kernel, () => kernel.panel.get("swapsUnderWay") > 0, 1, MICROSECOND);
    kernel.setMemoryBudget(3 * MIB);
    const { row } = kernel.inspect(first);
    kernel.kill(first);
    kernel.reap(first);
    const [next] = kernel.spawn({ image: "primes", memory: MIB });
    expect(kernel.inspect(next).row).toBe(row);
    kernel.runUntil(kernel.now + 1000);
    kernel.pause(next);
    runUntil(kernel, () => kernel.panel.get("swapsUnderWay") === 0, 1, MICROSECOND);
    expectInvariants(kernel);
  });

  it("holds more VMs than the host can give memories at once, whatever the budget", () => {
    const kernel = boot({ memoryBudget: 16 * 1024 * MIB });
    const forever = [move("eax", 0xffffffff), move("edx", 0xffffffff), int(VirtualInstruction.IDLE)];
    const ids = kernel.spawn({ image: tinyGuest(...forever), memory: 65_536, count: 13_500 });
    runFor(kernel, 0.2);
    expect(kernel.panel.get("gatekeeperQueue")).toBe(0);
    for (const id of [ids[0], ids[13_499]]) expect(figure(kernel, id, "instructions")).toBe(3);
  });

  it("shows of a VM on its way in that it is not in core, and of one in core what it really has", () => {
    const kernel = boot({ memoryBudget: 2 * MIB });
    const ids = kernel.spawn({ image: "primes", count: 4, memory: MIB });
    const seen = { whole: 0, onTheWay: 0 };
    const read = (id: number, address: number) => {
      try {
        return kernel.readMemory(id, address, 4);
      } catch (error) {
        expect((error as Error).message).toMatch(/not in core/);
        return undefined;
      }
    };
    const text = kernel.inspect(ids[0]).eip;
    runFor(kernel, 0.01);
    const truth = read(ids[0], text);
    const look = () => {
      if (kernel.panel.get("swapsUnderWay") === 0) return;
      for (const id of ids) {
        const bytes = read(id, text);
        if (bytes) expect(bytes).toEqual(truth);
        const { state, virtualRegisters } = kernel.inspect(id);
        expect(virtualRegisters?.memorySize).toBe(bytes && MIB);
        if (bytes) seen.whole++;
        else if (state === "swapping") seen.onTheWay++;
      }
    };
    const done = () => {
      look();
      return kernel.panel.get("swapIns") >= 3;
    };
    runUntil(kernel, done, 10, 50 * MICROSECOND);
    expect(seen.whole).toBeGreaterThan(0);
    expect(seen.onTheWay).toBeGreaterThan(0);
  });

  it("frees a VM's memory and its place in the swap file when it is killed while swapped out", () => {
    const kernel = boot({ memoryBudget: MIB });
    const ids = kernel.spawn({ image: "primes", count: 3, memory: MIB });
    runFor(kernel, 1);
    for (const id of ids) kernel.kill(id);
    runFor(kernel, 1);
    expect(kernel.panel.get("memoryResident")).toBe(0);
    expect(kernel.panel.get("gatekeeperQueue")).toBe(0);
    expect(kernel.panel.get("swapReserved")).toBe(0);
  });

  it("crashes a VM whose swap region was damaged, and only that one", () => {
    const stateFolder = temporaryFolder();
    const kernel = boot({ memoryBudget: MIB, stateFolder });
    const ids = kernel.spawn({ image: "memory", count: 4, memory: MIB, arguments: ["64", "100"] });
    runUntil(kernel, () => ids.filter((id) => figure(kernel, id, "swappedBytes") > 0).length >= 2, 10);
    damageFirstBlock(stateFolder);
    runFor(kernel, 5);
    const crashed = ids.filter((id) => kernel.inspect(id).state === "crashed");
    expect(crashed).toHaveLength(1);
    expect(kernel.inspect(crashed[0]).fault?.cause).toBe("machine check");
    for (const id of ids) expect(consoleOf(kernel, id)).not.toContain("corrupted");
    const healthy = ids.filter((id) => !crashed.includes(id));
    for (const id of healthy) expect(consoleOf(kernel, id)).toMatch(/verified [1-9]/);
    expect(kernel.notices(0).some((notice) => notice.text.includes("machine check"))).toBe(true);
  });
});

/** Flips bits of the first block stored behind the header: the register page, shared by none, of the VM that went out first. */
function damageFirstBlock(stateFolder: string): void {
  const name = readdirSync(stateFolder).find((each) => each.startsWith("swap") && !each.endsWith(".lock"));
  const file = openSync(join(stateFolder, name as string), "r+");
  const page = Buffer.alloc(4096);
  readSync(file, page, 0, page.length, page.length);
  page[1000] ^= 0xff;
  writeSync(file, page, 0, page.length, page.length);
  closeSync(file);
}
