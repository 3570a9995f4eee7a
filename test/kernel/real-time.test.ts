/** The kernel on the host's clock, stepped by the test without sleeping. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, MIB, MILLISECOND, SECOND } from "./boot.js";
import { PacedHost } from "./support/paced-host.js";
import { int, jumpBack, move, tinyGuest } from "./tiny-guest.js";

/** Steps until a condition holds; the event loop turns in between, as transfers need. */
async function stepUntil(kernel: Kernel, condition: () => boolean): Promise<void> {
  for (const end = kernel.now + 60 * SECOND; !condition() && kernel.now < end; ) {
    kernel.step();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(condition()).toBe(true);
}

afterEach(() => void vi.restoreAllMocks());

describe("in real time", () => {
  it("charges nobody CPU time for what the host does between two steps", () => {
    let milliseconds = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      milliseconds += 0.01;
      return milliseconds;
    });
    const kernel = boot({ clock: "real", quantum: { nanoseconds: 1 * SECOND } });
    kernel.spawn({ image: "primes" });
    kernel.step();
    const { panel } = kernel;
    const before = { cpu: panel.vm.cpuTime[0], ready: panel.vm.readyTime[0], kernel: panel.get("kernelTime") };
    milliseconds += 50;
    kernel.step();
    expect(panel.get("contextSwitches")).toBe(1);
    expect(panel.vm.cpuTime[0] - before.cpu).toBeLessThan(10 * MILLISECOND);
    expect(panel.get("busyTime")).toBe(panel.vm.cpuTime[0]);
    expect(panel.vm.readyTime[0] - before.ready).toBeGreaterThanOrEqual(50 * MILLISECOND);
    expect(panel.get("kernelTime") - before.kernel).toBeGreaterThanOrEqual(50 * MILLISECOND);
  });

  it("calls no waiting the kernel's work", () => {
    let milliseconds = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      milliseconds += 0.01;
      return milliseconds;
    });
    const kernel = boot({ clock: "real" });
    kernel.spawn({ image: "echo" });
    let steps = 0;
    while (kernel.step() === 0) expect(++steps).toBeLessThan(10_000);
    milliseconds += 50;
    kernel.step();
    expect(kernel.panel.get("kernelTime")).toBeLessThan(20 * MILLISECOND);
  });

  it.each([1, 3])("tells a VM how fast it computes, where %i share the CPU", (count) => {
    const host = new PacedHost(80_000);
    const [id] = host.kernel.spawn({ image: "primes", count });
    const speed = () => host.kernel.inspect(id).virtualRegisters?.cpuSpeed;
    host.runFor(50);
    expect(speed()).toBeGreaterThan(79_000);
    expect(speed()).toBeLessThan(81_000);
    host.speed = 8_000;
    host.runFor(200 * count);
    expect(speed()).toBeGreaterThan(7_900);
    expect(speed()).toBeLessThan(8_100);
  });

  it("does not take the host for slow that once did something else for a while", () => {
    const host = new PacedHost(80_000);
    const [id] = host.kernel.spawn({ image: "primes" });
    host.runFor(20);
    host.speed = 100;
    host.runFor(5);
    host.speed = 80_000;
    host.runFor(0.1);
    expect(host.kernel.inspect(id).virtualRegisters?.cpuSpeed).toBeGreaterThan(70_000);
  });

  it("gives the host its turn however many instructions a quantum has", () => {
    const kernel = boot({ clock: "real", quantum: { instructions: 1e15 } });
    const [id] = kernel.spawn({ image: "hostile-spin" });
    for (let count = 0; count < 5; count++) expect(kernel.step()).toBe(0);
    kernel.kill(id);
    expect(kernel.step()).toBe(Number.POSITIVE_INFINITY);
  });

  it("shows the CPU time of a quantum that lasts, and does not call it the kernel's", () => {
    const kernel = boot({ clock: "real", quantum: { instructions: 1e15 } });
    kernel.spawn({ image: "primes" });
    const { panel } = kernel;
    /** What of the kernel's time there is for each of the VM's, within so long. */
    const shareOfKernel = () => {
      const [before, cpuBefore] = [panel.get("kernelTime"), panel.vm.cpuTime[0]];
      for (const end = kernel.now + 50 * MILLISECOND; kernel.now < end; ) kernel.step();
      return (panel.get("kernelTime") - before) / (panel.vm.cpuTime[0] - cpuBefore);
    };
    // The least of several: a host that does something else meanwhile makes the kernel's time longer.
    expect(Math.min(...Array.from({ length: 10 }, shareOfKernel))).toBeLessThan(0.3);
    expect(panel.vm.cpuTime[0]).toBeGreaterThan(50 * MILLISECOND);
    expect(panel.get("contextSwitches")).toBe(1);
  });

  it("gives a ticker its turns beside guests that print, and send, all of a large memory over and over", async () => {
    const size = 64 * MIB;
    const [printing, sending] = [VirtualInstruction.CONSOLE_PUT, VirtualInstruction.PACKET_SEND].map((number) => {
      const once = [...move("eax", 0), ...move("ecx", size), ...int(number)];
      return tinyGuest(once, jumpBack(once.length));
    });
    const kernel = boot({ clock: "real", quantum: { nanoseconds: 5 * MILLISECOND } });
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["1"] });
    const hostile = [printing, sending].flatMap((image) => kernel.spawn({ image, memory: size }));
    const { panel } = kernel;
    await stepUntil(kernel, () => hostile.every((id) => figure(kernel, id, "slices") > 20));
    const turns = Array.from({ length: panel.get("slices") }, (_, number) => panel.trace.read(number).vm);
    for (const id of hostile) {
      const own = turns.flatMap((vm, number) => (vm === id ? [number] : []));
      for (const [index, number] of own.slice(1).entries()) expect(turns.slice(own[index], number)).toContain(ticker);
    }
    expect(figure(kernel, hostile[0], "consoleBytes")).toBeGreaterThan(20 * size);
    expect(figure(kernel, hostile[1], "txPackets")).toBe(0);
  });

  it.each([{ swapCache: "writeback" }, { swapCache: "none" }, { swapIops: 500 }])(
    "swaps to the host's files (%o) and loses nothing",
    async (how) => {
      const kernel = boot({ clock: "real", memoryBudget: 3 * 131_072, ...how });
      const ids = kernel.spawn({ image: "ticker", count: 12, arguments: ["5"] });
      await stepUntil(kernel, () => ids.every((id) => consoleOf(kernel, id).split("tick").length > 3));
      expect(kernel.panel.get("memoryResident")).toBeLessThanOrEqual(3 * 131_072);
      expect(kernel.panel.get("swapIns")).toBeGreaterThan(0);
      for (const id of ids) kernel.kill(id);
      await stepUntil(kernel, () => kernel.panel.get("swapsUnderWay") === 0);
      expect(kernel.panel.get("swapReserved")).toBe(0);
      expect(kernel.panel.get("memoryResident")).toBe(0);
    },
  );
});

describe("stepped in virtual time", () => {
  it("goes on while the only VM's quantum is under way, and rests when nobody is left", () => {
    const kernel = boot({ quantum: { nanoseconds: SECOND } });
    const [id] = kernel.spawn({ image: "hostile-spin" });
    for (let count = 0; count < 10; count++) expect(kernel.step()).toBe(0);
    kernel.kill(id);
    expect(kernel.step()).toBe(Number.POSITIVE_INFINITY);
  });
});
