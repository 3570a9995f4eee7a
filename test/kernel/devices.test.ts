import { describe, expect, it } from "vitest";
import { boot, consoleOf, figure, runFor, temporaryFolder, typeLine } from "./boot.js";

const DISK = { name: "data", blocks: 16, readOnly: false };

describe("devices", () => {
  it("carries typed keys to a guest and its answer to the console", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "echo" });
    runFor(kernel, 0.1);
    typeLine(kernel, id, "good morning");
    runFor(kernel, 0.1);
    expect(consoleOf(kernel, id)).toContain("good morning");
    kernel.type(id, Uint8Array.of(4));
    runFor(kernel, 0.1);
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
  });

  it("carries frames between guests and counts them on both sides", () => {
    const kernel = boot();
    const [pong] = kernel.spawn({ image: "pong" });
    const [ping] = kernel.spawn({ image: "ping", arguments: ["10", "20"] });
    runFor(kernel, 1);
    expect(consoleOf(kernel, ping)).toMatch(/reply from .* seq=20 time=\d+ us/);
    expect(kernel.inspect(ping)).toMatchObject({ state: "terminated", status: 0 });
    expect(figure(kernel, ping, "txPackets")).toBe(figure(kernel, pong, "rxPackets"));
    expect(figure(kernel, pong, "txPackets")).toBe(figure(kernel, ping, "rxPackets"));
    expect(figure(kernel, ping, "rxBytes")).toBeGreaterThan(0);
  });

  it("keeps networks of different names apart", () => {
    const kernel = boot();
    kernel.spawn({ image: "pong", network: "one" });
    const [ping] = kernel.spawn({ image: "ping", network: "two", arguments: ["10", "5"] });
    runFor(kernel, 1);
    expect(kernel.inspect(ping)).toMatchObject({ state: "terminated", status: 1 });
  });

  it("keeps a disk's contents over VMs and kernels", async () => {
    const stateFolder = temporaryFolder();
    for (const bootNumber of [1, 2, 3]) {
      const kernel = boot({ stateFolder });
      const [id] = kernel.spawn({ image: "disk", disks: [DISK] });
      runFor(kernel, 2);
      expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 0 });
      expect(consoleOf(kernel, id)).toContain(`boot ${bootNumber}`);
      await kernel.shutdown();
    }
  });

  it("shares a disk among readers and refuses a second user beside a writer", () => {
    const kernel = boot();
    kernel.spawn({ image: "ticker", disks: [DISK] });
    expect(() => kernel.spawn({ image: "ticker", disks: [DISK] })).toThrow(/data/);
    expect(() => kernel.spawn({ image: "ticker", disks: [{ ...DISK, readOnly: true }] })).toThrow(/data/);
    expect(() => kernel.spawn({ image: "ticker", count: 2, disks: [{ ...DISK, name: "two" }] })).toThrow(/read-only/);
  });

  it("delivers interrupts to a handler, in batches", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "interrupts" });
    runFor(kernel, 5);
    const { vectors } = kernel.inspect(id);
    expect(vectors[0].name).toBe("timer");
    expect(vectors[0].posted).toBeGreaterThan(0);
    expect(vectors[0].delivered + vectors[0].pending).toBe(vectors[0].posted);
    expect(["idle", "ready", "running", "terminated"]).toContain(kernel.inspect(id).state);
  });
});
