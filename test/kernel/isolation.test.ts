import { describe, expect, it } from "vitest";
import { boot, consoleOf, runFor } from "./boot.js";

type Attempt = readonly [image: string, args: readonly string[], cause: string];

/** Every way out that a hostile guest tries, and how it must end. */
const ATTEMPTS: readonly Attempt[] = [
  ["hostile-memory", [], "memory fault"],
  ["hostile-memory", ["read"], "memory fault"],
  ["hostile-memory", ["edge"], "memory fault"],
  ["hostile-illegal", [], "illegal instruction"],
  ["hostile-illegal", ["x87"], "illegal instruction"],
  ["hostile-privileged", [], "illegal instruction"],
  ["hostile-privileged", ["cli"], "illegal instruction"],
  ["hostile-control", [], "bad virtual instruction"],
  ["hostile-stack", [], "memory fault"],
  ["hostile-jump", [], "memory fault"],
  ["hostile-divide", [], "divide error"],
  ...["put", "get", "send", "receive", "read", "write", "wrap", "long"].map(
    (attempt): Attempt => ["hostile-buffer", [attempt], "memory fault"],
  ),
  ...["stack", "handler", "text", "return"].map((attempt): Attempt => ["hostile-interrupt", [attempt], "memory fault"]),
];

describe("isolation", () => {
  it.each(ATTEMPTS)("%s %j crashes alone, with the cause", (image, args, cause) => {
    const kernel = boot();
    const [neighbour] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    const [id] = kernel.spawn({ image, arguments: args });
    runFor(kernel, 2.01);
    const { state, fault, eip, disassembly } = kernel.inspect(id);
    expect(state).toBe("crashed");
    expect(fault?.cause).toBe(cause);
    expect(fault?.eip).toBe(eip);
    if (fault?.instruction) expect(disassembly.some((line) => line.address === eip)).toBe(true);
    expect(consoleOf(kernel, neighbour)).toContain("tick 20\n");
    expect(consoleOf(kernel, neighbour)).not.toContain("missed");
  });

  it.each(["hostile-registers", "hostile-selfmodify", "hostile-mac"])(
    "%s ends by itself with nothing achieved, and a ticker beside it misses nothing",
    (image) => {
      const kernel = boot();
      const [neighbour] = kernel.spawn({ image: "ticker", arguments: ["100"] });
      const [id] = kernel.spawn({ image });
      runFor(kernel, 2.01);
      expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
      expect(consoleOf(kernel, neighbour)).toBe(Array.from({ length: 20 }, (_, tick) => `tick ${tick + 1}\n`).join(""));
    },
  );

  it.each([
    ["hostile-spin", []],
    ["hostile-flood", []],
    ["hostile-packets", ["all", "4"]],
    ["primes", []],
  ])("%s %j cannot starve a ticker beside it", (image, args) => {
    const kernel = boot({ quantum: { nanoseconds: 5e6 } });
    const hostile = kernel.spawn({ image, count: 3, arguments: args });
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["20"] });
    runFor(kernel, 0.62);
    const ticks = consoleOf(kernel, ticker);
    expect(ticks).toContain("tick 30\n");
    expect(ticks).not.toContain("missed");
    for (const id of hostile) expect(["running", "ready", "idle"]).toContain(kernel.inspect(id).state);
  });

  it("refuses frames in another's name and charges them to the sender", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "hostile-mac" });
    const [other] = kernel.spawn({ image: "pong" });
    runFor(kernel, 1);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
    expect(consoleOf(kernel, id)).toContain("refused");
    expect(kernel.panel.vm.drops[kernel.inspect(id).row]).toBeGreaterThan(0);
    expect(kernel.panel.vm.rxPackets[kernel.inspect(other).row]).toBe(0);
  });

  it("changes no instruction when text is written over", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "hostile-selfmodify" });
    runFor(kernel, 1);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
  });

  it("shows a VM nothing of the VM whose memory it got", () => {
    const kernel = boot({ memoryBudget: 2 * 1024 * 1024 });
    kernel.spawn({ image: "memory", count: 8, arguments: ["64", "10"] });
    runFor(kernel, 3);
    for (const id of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect(consoleOf(kernel, id)).toMatch(/verified \d+/);
      expect(consoleOf(kernel, id)).not.toContain("corrupted");
    }
  });
});
