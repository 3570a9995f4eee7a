import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DiskStore } from "../../source/kernel/devices/disk-store.js";
import { Kernel, UserError } from "../../source/kernel/index.js";
import { boot, consoleOf, figure, IMAGES, runFor, temporaryFolder, typeLine } from "./boot.js";

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

  it("says when the machine stops that a disk could not be closed, also where the swap file was removed", async () => {
    const stateFolder = temporaryFolder();
    const kernel = Kernel.boot({ clock: "virtual", supervisor: false, stateFolder, imageFolders: [IMAGES] });
    const swapFiles = () => readdirSync(stateFolder).filter((name) => name.startsWith("swap"));
    expect(swapFiles()).not.toEqual([]);
    for (const name of swapFiles().filter((name) => !name.endsWith(".lock"))) rmSync(join(stateFolder, name));
    const close = vi.spyOn(DiskStore.prototype, "close").mockRejectedValue(new UserError("cannot close data.disk"));
    try {
      await expect(kernel.shutdown()).rejects.toThrow(/cannot close data\.disk/);
    } finally {
      close.mockRestore();
    }
    expect(swapFiles()).toEqual([]);
  });

  it("shares a disk among readers and refuses a second user beside a writer", () => {
    const kernel = boot();
    kernel.spawn({ image: "ticker", disks: [DISK] });
    expect(() => kernel.spawn({ image: "ticker", disks: [DISK] })).toThrow(/data/);
    expect(() => kernel.spawn({ image: "ticker", disks: [{ ...DISK, readOnly: true }] })).toThrow(/data/);
    expect(() => kernel.spawn({ image: "ticker", count: 2, disks: [{ ...DISK, name: "two" }] })).toThrow(/read-only/);
  });

  it("delivers all interrupts that are pending at once", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "echo" });
    runFor(kernel, 0.1);
    const batches = figure(kernel, id, "interruptBatches");
    const delivered = figure(kernel, id, "interruptsDelivered");
    kernel.pause(id);
    for (const key of ["a", "b", "c"]) kernel.type(id, Buffer.from(key));
    kernel.resume(id);
    runFor(kernel, 0.1);
    expect(figure(kernel, id, "interruptsDelivered") - delivered).toBe(3);
    expect(figure(kernel, id, "interruptBatches") - batches).toBe(1);
  });
});
