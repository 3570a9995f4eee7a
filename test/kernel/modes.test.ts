import { describe, expect, it } from "vitest";
import { VirtualInstruction } from "../../source/kernel/abi.js";
import { type Kernel, SliceEnd } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, MILLISECOND, runFor, SECOND, typeLine } from "./boot.js";
import { expectInvariants } from "./invariants.js";
import { int, jumpBack, move, tinyGuest } from "./tiny-guest.js";

describe("idle mode", () => {
  it("spin: an idle VM uses up the CPU that it would have left to others; yield gives it back", () => {
    const kernel = boot({ quantum: { nanoseconds: 5 * MILLISECOND } });
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    runFor(kernel, 1);
    expect(figure(kernel, ticker, "cpuTime")).toBeLessThan(0.02 * SECOND);
    kernel.setIdleMode("spin");
    const before = figure(kernel, ticker, "cpuTime");
    runFor(kernel, 1);
    expect(figure(kernel, ticker, "cpuTime") - before).toBeGreaterThan(0.85 * SECOND);
    kernel.setIdleMode("yield");
    runFor(kernel, 0.2);
    const after = figure(kernel, ticker, "cpuTime");
    runFor(kernel, 1);
    expect(figure(kernel, ticker, "cpuTime") - after).toBeLessThan(0.02 * SECOND);
  });

  it("spin: timeouts end as they would, and no tick is missed", () => {
    const kernel = boot({ idle: "spin" });
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    runFor(kernel, 1.05);
    expect(consoleOf(kernel, ticker)).toContain("tick 10\n");
    expect(consoleOf(kernel, ticker)).not.toContain("missed");
    expectInvariants(kernel);
  });

  it("spin: an interrupt ends a wait for ever", () => {
    const kernel = boot({ idle: "spin" });
    const [echo] = kernel.spawn({ image: "echo" });
    runFor(kernel, 0.1);
    typeLine(kernel, echo, "are you there");
    runFor(kernel, 0.1);
    expect(consoleOf(kernel, echo)).toContain("are you there");
    expect(figure(kernel, echo, "interruptsPending")).toBe(0);
  });

  it("halves what a computing VM gets when the other spins instead of idling", () => {
    const computed = (idle: string): number => {
      const kernel = boot({ idle });
      const [primes] = kernel.spawn({ image: "primes" });
      kernel.spawn({ image: "ticker", arguments: ["100"] });
      runFor(kernel, 1);
      return figure(kernel, primes, "instructions");
    };
    const ratio = computed("spin") / computed("yield");
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.65);
  });
});

describe("interrupt mode", () => {
  const busy = (interrupts: string) => {
    const kernel = boot({ interrupts, quantum: { nanoseconds: 10 * MILLISECOND } });
    kernel.spawn({ image: "primes", count: 3 });
    kernel.spawn({ image: "pong" });
    kernel.spawn({ image: "ping", arguments: ["100"] });
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["27"] });
    runFor(kernel, 2);
    return { kernel, ticker };
  };

  /** Nanoseconds by which a VM that ticks every 27 ms started later than it should have, at most. */
  const lateness = (kernel: Kernel, ticker: number): number => {
    const slices = kernel.panel.trace.since(0, kernel.panel.get("slices")).filter(({ vm }) => vm === ticker);
    const [first, ...ticks] = slices.map(({ start }) => start);
    return Math.max(...ticks.map((start) => (start - first) % (27 * MILLISECOND)));
  };

  it("batched: who is due waits for the end of another's quantum; immediate: it takes the CPU at once", () => {
    const batched = busy("batched");
    expect(lateness(batched.kernel, batched.ticker)).toBeGreaterThan(5 * MILLISECOND);
    const immediate = busy("immediate");
    expect(lateness(immediate.kernel, immediate.ticker)).toBeLessThan(1 * MILLISECOND);
    const switches = ({ kernel }: { kernel: Kernel }) => kernel.panel.get("contextSwitches");
    expect(switches(immediate)).toBeGreaterThan(switches(batched));
    const slices = immediate.kernel.panel.trace.since(0, immediate.kernel.panel.get("slices"));
    expect(slices.some(({ why }) => why === SliceEnd.INTERRUPT)).toBe(true);
  });

  it.each([
    ["batched", 0, 1],
    ["immediate", 2, 0],
  ])("%s: a timer and a key that are pending together are delivered so", (interrupts, single, double) => {
    const kernel = boot({ interrupts });
    const idleForEver = [...move("eax", 0xffffffff), ...move("edx", 0xffffffff), ...int(VirtualInstruction.IDLE)];
    const timerNow = [...move("eax", 1), ...move("edx", 0), ...int(VirtualInstruction.SET_TIMER)];
    const [vm] = kernel.spawn({ image: tinyGuest(timerNow, idleForEver, idleForEver, idleForEver) });
    kernel.type(vm, Buffer.from("x"));
    runFor(kernel, 0.1);
    expect([kernel.panel.get("batch:1"), kernel.panel.get("batch:2")]).toEqual([single, double]);
    expect(figure(kernel, vm, "interruptsPending")).toBe(0);
  });

  it.each(["batched", "immediate"])("%s: posted is delivered and pending, by vector as in all", (interrupts) => {
    const { kernel } = busy(interrupts);
    const { panel } = kernel;
    const sum = (kind: "posted" | "delivered") =>
      (["timer", "keyboard", "nic receive", "nic transmit", "disk", "control"] as const).reduce(
        (total, vector) => total + panel.get(`${kind}:${vector}`),
        0,
      );
    expect(sum("posted")).toBe(panel.get("interruptsPosted"));
    expect(sum("delivered")).toBe(panel.get("interruptsDelivered"));
    const batches = ([1, 2, 3, 5, 9, 17] as const).reduce((total, size) => total + panel.get(`batch:${size}`), 0);
    expect(batches).toBe(panel.get("interruptBatches"));
    expectInvariants(kernel);
  });

  it("immediate: VMs that are interrupted all the time take turns, whichever is interrupted last", () => {
    const kernel = boot({ interrupts: "immediate" });
    const idleForEver = [...move("eax", 0xffffffff), ...move("edx", 0xffffffff), ...int(VirtualInstruction.IDLE)];
    // 20,000 instructions are a millisecond of virtual time.
    const countdown = [...move("ecx", 10_000), 0x49, 0x75, 0xfd];
    const loop = [...idleForEver, ...countdown];
    const ids = kernel.spawn({ image: tinyGuest(loop, jumpBack(loop.length)), count: 3 });
    for (let count = 0; count < 300; count++) {
      for (const id of ids) kernel.type(id, Buffer.from("x"));
      runFor(kernel, 0.001);
    }
    for (const id of ids) {
      expect(figure(kernel, id, "cpuTime")).toBeGreaterThan(0.09 * SECOND);
      expect(figure(kernel, id, "cpuTime")).toBeLessThan(0.11 * SECOND);
    }
  });

  it("refuses a mode that there is not, and changes nothing", () => {
    const kernel = boot();
    expect(() => kernel.setInterruptMode("never")).toThrow(
      "there is no interrupt mode 'never'; use batched or immediate",
    );
    expect(() => kernel.setIdleMode("sleep")).toThrow("there is no idle mode 'sleep'; use yield or spin");
    expect(() => boot({ idle: "sleep" })).toThrow("there is no idle mode");
    expect(kernel.panel.get("interruptMode")).toBe(0);
  });
});
