import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macBytes, macNumberOf } from "../../../source/kernel/net/ethernet.js";
import { FlowTable } from "../../../source/kernel/net/flow-table.js";
import { MAXIMUM_FLOWS } from "../../../source/kernel/params.js";

function frame(source: number, destination: number, length = 60): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(macBytes(destination), 0);
  bytes.set(macBytes(source), 6);
  return bytes;
}

describe("FlowTable", () => {
  it("tells the directions and addresses apart that differ in any byte", () => {
    const table = new FlowTable();
    const [one, other, far] = [0x02444e000001, 0x02444e000002, 0xaa444e000001];
    table.count(frame(one, other, 100));
    table.count(frame(one, other, 50));
    table.count(frame(other, one, 70));
    table.count(frame(far, other, 80));
    expect(table.largest(9)).toEqual([
      { source: one, destination: other, frames: 2, bytes: 150 },
      { source: far, destination: other, frames: 1, bytes: 80 },
      { source: other, destination: one, frames: 1, bytes: 70 },
    ]);
    expect(table.largest(1)).toHaveLength(1);
  });

  it("forgets the flow seen first when it is full, however often that is seen", () => {
    const table = new FlowTable(3);
    for (const destination of [1, 2, 3, 1, 1, 4]) table.count(frame(9, destination));
    expect(table.size).toBe(3);
    expect(table.largest(9).map(({ destination }) => destination)).toEqual([2, 3, 4]);
    table.count(frame(9, 1));
    expect(table.largest(9).map(({ destination }) => destination)).toEqual([3, 4, 1]);
  });

  it("counts as a map in the order of first appearance does", () => {
    const address = fc.integer({ min: 0, max: 7 }).map((number) => number * 0x10000000001);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(address, address, fc.integer({ min: 14, max: 90 }))),
        fc.integer({ min: 1, max: 40 }),
        (frames, limit) => {
          const table = new FlowTable(limit);
          const model = new Map<string, { source: number; destination: number; frames: number; bytes: number }>();
          for (const [source, destination, length] of frames) {
            table.count(frame(source, destination, length));
            const key = `${source} ${destination}`;
            if (!model.has(key) && model.size === limit) model.delete(model.keys().next().value as string);
            const flow = model.get(key) ?? { source, destination, frames: 0, bytes: 0 };
            model.set(key, { ...flow, frames: flow.frames + 1, bytes: flow.bytes + length });
          }
          expect(table.largest(64)).toEqual([...model.values()].sort((left, right) => right.bytes - left.bytes));
        },
      ),
    );
  });

  it.each([
    ["that count up from a VM's", (index: number) => macNumberOf(1) + index],
    ["that differ in the first two bytes only", (index: number) => index * 2 ** 32 + 7],
    ["that differ in the third and fourth byte only", (index: number) => index * 2 ** 16 + 7],
    ["that differ in the first three bytes only", (index: number) => index * 2 ** 24 + 7],
  ])("finds a flow with a short search among all to addresses %s", (_which, destination) => {
    const tables = Array.from({ length: 3 }, () => new FlowTable());
    for (const table of tables)
      for (let index = 0; index < 40_000; index++) table.count(frame(macNumberOf(1), destination(index)));
    expect(tables.map(({ size }) => size)).toEqual(tables.map(() => MAXIMUM_FLOWS));
    // Each has chosen its own places by chance: seldom does one search for long, and with one place for all they would for ever.
    expect(Math.min(...tables.map(({ longestSearch }) => longestSearch))).toBeLessThan(64);
  });

  it("holds many flows, and finds each again", () => {
    const table = new FlowTable();
    for (let round = 0; round < 2; round++) for (let vm = 1; vm <= 20_000; vm++) table.count(frame(vm, vm ^ 1));
    expect(table.size).toBe(20_000);
    expect(table.largest(64).every(({ frames }) => frames === 2)).toBe(true);
  });
});
