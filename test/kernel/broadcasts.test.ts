/** Who pays for broadcasts among many VMs, in virtual time: the VM that sends them, with its turns, and nobody else. */

import { describe, expect, it } from "vitest";
import { type Kernel, VM_COLUMNS } from "../../source/kernel/index.js";
import { FULL_QUEUE_WORK, VIRTUAL_DELIVERY_TIME } from "../../source/kernel/params.js";
import { boot, figure, MILLISECOND, runFor, runUntil, SECOND } from "./boot.js";
import { expectInvariants } from "./invariants.js";
import { spin, tinyGuest } from "./tiny-guest.js";

const LISTENERS = 200;

/** VMs on the Ethernet that never run: what they do with a frame is theirs to pay. */
function listeners(kernel: Kernel, count = LISTENERS): number[] {
  const ids = kernel.spawn({ image: "ticker", arguments: ["1000000"], count });
  for (const id of ids) kernel.pause(id);
  return ids;
}

/** Nanoseconds that it took to put frames into their queues, or to find that they were full. */
function carryingTo(kernel: Kernel, ids: readonly number[]): number {
  const work = ids.map((id) => figure(kernel, id, "rxPackets") + FULL_QUEUE_WORK * figure(kernel, id, "drops"));
  return work.reduce((sum, each) => sum + each) * VIRTUAL_DELIVERY_TIME;
}

describe.each(["round-robin", "lottery"])("under %s scheduling", (policy) => {
  it("who broadcasts to many VMs has no more of the CPU than who computes, what the switch does for it included", () => {
    const kernel = boot({ policy, quantum: { nanoseconds: MILLISECOND }, seed: 1 });
    const ids = listeners(kernel);
    const [flooder] = kernel.spawn({ image: "hostile-flood" });
    const [alone] = kernel.spawn({ image: "hostile-flood", network: "nobody else" });
    const [computing] = kernel.spawn({ image: tinyGuest(spin) });
    runFor(kernel, 2);
    const used = [flooder, alone, computing].map((id) => figure(kernel, id, "cpuTime"));
    for (const time of used) expect(time / (2 * SECOND)).toBeCloseTo(1 / 3, 1);
    const carrying = carryingTo(kernel, ids);
    expect(carrying).toBeGreaterThan(0.3 * used[0]);
    expect(carrying).toBeLessThan(used[0]);
    expect(figure(kernel, flooder, "instructions")).toBeLessThan(0.75 * figure(kernel, alone, "instructions"));
    expectInvariants(kernel);
  });

  it("most of the time is left to VMs that want the CPU, however many broadcast", () => {
    const kernel = boot({ policy, quantum: { nanoseconds: MILLISECOND }, seed: 1 });
    const ids = listeners(kernel);
    kernel.spawn({ image: "hostile-flood", count: 10 });
    kernel.spawn({ image: tinyGuest(spin) });
    runFor(kernel, 1);
    expect(carryingTo(kernel, ids)).toBeGreaterThan(0.1 * SECOND);
    expect(carryingTo(kernel, ids)).toBeLessThan(0.25 * SECOND);
    expectInvariants(kernel);
  });

  it("who broadcasts to many VMs pays with turns of a number of instructions, too", () => {
    const kernel = boot({ policy, quantum: { instructions: 20_000 }, seed: 1 });
    listeners(kernel);
    const [flooder] = kernel.spawn({ image: "hostile-flood" });
    const [alone] = kernel.spawn({ image: "hostile-flood", network: "nobody else" });
    runFor(kernel, 1);
    expect(figure(kernel, flooder, "instructions")).toBeLessThan(0.75 * figure(kernel, alone, "instructions"));
    expectInvariants(kernel);
  });
});

it("has no VM wait for the CPU until all others have a broadcast", () => {
  const kernel = boot();
  listeners(kernel, 2000);
  kernel.spawn({ image: "hostile-flood" });
  kernel.spawn({ image: tinyGuest(spin), count: 3 });
  runFor(kernel, 0.5);
  const turns = kernel.panel.trace.since(0, kernel.panel.get("slices"));
  const waits = turns.slice(1).map((turn, index) => turn.start - turns[index].end);
  expect(turns.length).toBeGreaterThan(50);
  // One broadcast takes 2 ms, or 10 where queues are full.
  expect(Math.max(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThan(MILLISECOND);
});

it("charges nobody for what a VM had sent that has ended, and delivers it all", () => {
  const kernel = boot();
  const ids = listeners(kernel, 1000);
  const [flooder] = kernel.spawn({ image: "hostile-flood" });
  runUntil(kernel, () => kernel.panel.get("packetsSwitched") > 0, 1, 0.00001);
  const { row } = kernel.inspect(flooder);
  kernel.kill(flooder);
  kernel.reap(flooder);
  const [successor] = kernel.spawn({ image: "ticker", arguments: ["1000000"] });
  expect(kernel.inspect(successor).row).toBe(row);
  runFor(kernel, 1);
  expect(kernel.panel.get("packetsSwitched")).toBeGreaterThan(32);
  for (const id of ids) expect(figure(kernel, id, "rxPackets")).toBe(kernel.panel.get("packetsSwitched"));
  expect(figure(kernel, successor, "cpuTime")).toBeLessThan(MILLISECOND);
  expectInvariants(kernel);
});

it("lets a VM that sends a broadcast now and then go on before those that compute", () => {
  const kernel = boot();
  listeners(kernel);
  kernel.spawn({ image: tinyGuest(spin), count: 10 });
  // It finds no pong, so that it looks for one by broadcast every time.
  const [ping] = kernel.spawn({ image: "ping", arguments: ["20"] });
  runFor(kernel, 2);
  expect(figure(kernel, ping, "txPackets")).toBeGreaterThan(90);
  // A turn of somebody else's, now and then one that it gives up itself, and not a round each time.
  expect(figure(kernel, ping, "readyTime") / figure(kernel, ping, "slices")).toBeLessThan(8 * MILLISECOND);
});

it("has those that compute interrupted at once for what can be carried, and not for what has to wait", () => {
  const slicesBeside = (image: string | undefined) => {
    const kernel = boot({ interrupts: "immediate" });
    listeners(kernel, 2000);
    if (image !== undefined) kernel.spawn({ image });
    const [computing] = kernel.spawn({ image: tinyGuest(spin), count: 3 });
    runFor(kernel, 1);
    return figure(kernel, computing, "slices");
  };
  const alone = slicesBeside(undefined);
  expect(alone).toBeGreaterThan(50);
  expect(slicesBeside("ping")).toBeLessThan(3 * alone);
  expect(slicesBeside("hostile-flood")).toBeLessThan(8 * alone);
});

it("repeats a run exactly, however often the host looks while broadcasts are under way", () => {
  const everything = (looks: number) => {
    const kernel = boot({ engine: "interpreter" });
    listeners(kernel);
    kernel.spawn({ image: "ticker", arguments: ["7"], count: 3 });
    kernel.spawn({ image: "hostile-flood", count: 2 });
    kernel.spawn({ image: tinyGuest(spin), count: 3 });
    for (let look = 1; look <= looks; look++) kernel.runUntil((0.3 * SECOND * look) / looks);
    const rows = kernel.panel.get("rows");
    return VM_COLUMNS.map((column) => [column, Array.from(kernel.panel.vm[column].subarray(0, rows))]);
  };
  const once = everything(1);
  expect(everything(1)).toEqual(once);
  expect(everything(3000)).toEqual(once);
});
