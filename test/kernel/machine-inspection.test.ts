import { describe, expect, it } from "vitest";
import { SliceEnd } from "../../source/kernel/index.js";
import { FlowTable } from "../../source/kernel/net/flow-table.js";
import { boot, consoleOf, figure, MIB, MILLISECOND, runFor, SECOND } from "./boot.js";

describe("the trace", () => {
  it("says who had the CPU when: slices of a quantum, one behind the other, adding up to what was charged", () => {
    const kernel = boot({ quantum: { nanoseconds: 5 * MILLISECOND } });
    const [first, second] = kernel.spawn({ image: "primes", count: 2 });
    runFor(kernel, 0.2);
    const slices = kernel.panel.trace.since(0, kernel.panel.get("slices"));
    expect(slices.slice(0, 4).map(({ vm }) => vm)).toEqual([first, second, first, second]);
    for (const [index, { start, end, why }] of slices.entries()) {
      expect(why).toBe(SliceEnd.QUANTUM);
      expect(end - start).toBeGreaterThanOrEqual(5 * MILLISECOND);
      if (index > 0) expect(start).toBeGreaterThanOrEqual(slices[index - 1].end);
    }
    const total = slices.filter(({ vm }) => vm === first).reduce((sum, { start, end }) => sum + end - start, 0);
    expect(Math.abs(total - figure(kernel, first, "cpuTime"))).toBeLessThanOrEqual(6 * MILLISECOND);
  });

  it("answers the latest slices of a time, and keeps a bounded number", () => {
    const kernel = boot({ quantum: { nanoseconds: 10_000 } });
    kernel.spawn({ image: "primes", count: 2 });
    runFor(kernel, 0.5);
    const written = kernel.panel.get("slices");
    expect(written).toBeGreaterThan(kernel.panel.trace.length);
    const recent = kernel.panel.trace.since(0.49 * SECOND, written);
    expect(recent[0].end).toBeGreaterThanOrEqual(0.49 * SECOND);
    expect(recent.length).toBeGreaterThan(100);
    expect(kernel.panel.trace.since(0, written)).toHaveLength(kernel.panel.trace.length - 1);
  });
});

describe("an inspection of the machine", () => {
  it("names who waits, in order: for the CPU and for memory", () => {
    const kernel = boot({ memoryBudget: 3 * MIB });
    const ids = kernel.spawn({ image: "primes", count: 5, memory: MIB });
    runFor(kernel, 0.05);
    const { runQueue, gatekeeperQueue } = kernel.inspectMachine(10);
    expect(gatekeeperQueue).toEqual(ids.slice(3));
    // The one that has the CPU stands in no queue; the others take turns.
    const running = ids.filter((id) => kernel.inspect(id).state === "running");
    expect([...runQueue, ...running].sort()).toEqual(ids.slice(0, 3));
  });

  it("draws the swap file: what is reserved, and what holds data", () => {
    const kernel = boot({ memoryBudget: 2 * MIB });
    kernel.spawn({ image: "primes", count: 4, memory: MIB });
    runFor(kernel, 2);
    const { swapMap } = kernel.inspectMachine(16);
    expect(swapMap.regions).toBe(4);
    expect(swapMap.bytes).toBeGreaterThan(4 * MIB);
    expect(swapMap.reserved.every((share) => share > 0.95)).toBe(true);
    expect(swapMap.stored.some((share) => share > 0)).toBe(true);
    for (const [cell, share] of swapMap.stored.entries()) expect(share).toBeLessThanOrEqual(swapMap.reserved[cell]);
  });

  it("counts who sends to whom, by VM", () => {
    const kernel = boot();
    const [pong] = kernel.spawn({ image: "pong" });
    const [ping] = kernel.spawn({ image: "ping", arguments: ["20"] });
    runFor(kernel, 1);
    const { flows, networks } = kernel.inspectMachine(1);
    expect(flows.find(({ from, to }) => from === ping && to === pong)?.frames).toBeGreaterThan(10);
    expect(flows.find(({ from, to }) => from === pong && to === ping)?.frames).toBeGreaterThan(10);
    expect(flows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(kernel.panel.get("bytesSwitched"));
    expect(networks).toEqual([expect.objectContaining({ name: "lan", ports: 2, drops: 0 })]);
  });
});

describe("the flow table", () => {
  it("forgets the flow seen first when it is full", () => {
    const table = new FlowTable(2);
    const frame = (last: number) => Uint8Array.of(2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, last, 8, 0);
    for (const source of [1, 2, 3, 3]) table.count(frame(source));
    expect(table.size).toBe(2);
    expect(table.largest(9).map(({ source, frames }) => [source % 256, frames])).toEqual([
      [3, 2],
      [2, 1],
    ]);
  });
});

describe("a look into a VM", () => {
  it("reads and searches its memory while it is in core, and refuses when it is not", () => {
    const kernel = boot();
    const [hello] = kernel.spawn({ image: "ticker" });
    runFor(kernel, 0.1);
    expect([...kernel.readMemory(hello, 0x100, 4)]).toEqual([0x44, 0x4e, 0x4c, 0x49]);
    const place = kernel.searchMemory(hello, Buffer.from("DNLI"), 0);
    expect(place).toBe(0x100);
    expect(kernel.searchMemory(hello, Buffer.from("nowhere to be found"), 0)).toBeUndefined();
    expect(kernel.readMemory(hello, 128 * 1024 - 4, 64)).toHaveLength(4);
    expect(() => kernel.readMemory(hello, -1, 4)).toThrow("cannot be read");
    kernel.kill(hello);
    expect(() => kernel.readMemory(hello, 0, 4)).toThrow("gone from core");
  });

  it("shows the virtual registers, and the code at any address", () => {
    const kernel = boot();
    const [ticker] = kernel.spawn({ image: "ticker", arguments: ["100"] });
    runFor(kernel, 0.35);
    const { virtualRegisters, eip } = kernel.inspect(ticker);
    expect(virtualRegisters).toMatchObject({ memorySize: 131_072, cpuSpeed: 20_000, argumentCount: 1 });
    expect(virtualRegisters!.systemTime).toBeGreaterThan(0.25 * SECOND);
    expect(virtualRegisters!.systemTime).toBeLessThanOrEqual(0.35 * SECOND);
    const code = kernel.disassemble(ticker, eip, 2, 3);
    expect(code.find(({ address }) => address === eip)).toBeDefined();
    expect(code).toHaveLength(6);
    expect(consoleOf(kernel, ticker)).toContain("tick 3");
  });
});
