/** Frames for many on a switch with many stations: carried in parts, by nobody lost and by nobody met twice. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { macNumber, macOf, sourceOf, vmOfMac } from "../../../source/kernel/net/ethernet.js";
import { ALL, EVERYBODY, lan, Station } from "./station.js";

describe("a broadcast", () => {
  it("is put to no more stations at a time than the limit says, and goes on where it stopped", () => {
    const [ethernet, sender, ...others] = lan(100);
    sender.send(EVERYBODY, 7);
    const reached = () => others.filter(({ port }) => port.receiveQueue.length > 0).length;
    let before = 0;
    for (let calls = 0; ethernet.busy; calls++) {
      expect(calls).toBeLessThan(20);
      ethernet.drain(10);
      expect(reached() - before).toBeLessThanOrEqual(10);
      before = reached();
    }
    for (const other of others) expect(other.collect()).toEqual([7]);
    expect(ethernet.framesSwitched).toBe(1);
  });

  it("leaves others their turns between its parts, however many there are to reach", () => {
    const [ethernet, flooder, quiet, target] = lan(1000);
    for (let count = 0; count < 10; count++) flooder.send(EVERYBODY, 0);
    for (const payload of [1, 2, 3]) quiet.send(macOf(3), payload);
    ethernet.drain(256);
    expect(target.collect().filter((payload) => payload !== 0)).toEqual([1, 2, 3]);
  });

  it("is charged to whoever sent it, by those it was put to", () => {
    const [ethernet, flooder, quiet, ...others] = lan(1000);
    for (let count = 0; count < 3; count++) flooder.send(EVERYBODY, 0);
    quiet.send(macOf(3), 1);
    ethernet.drain(500);
    expect(flooder.carried).toBeGreaterThan(490);
    expect(flooder.carried).toBeLessThanOrEqual(500);
    ethernet.drain(ALL);
    expect([flooder, quiet, ...others].map(({ carried }) => carried)).toEqual([3000, 0, ...others.map(() => 0)]);
  });

  it("reaches those who are plugged in when it is their turn, also when its sender has gone", () => {
    const [ethernet, ...stations] = lan(200);
    const [sender] = stations;
    sender.send(EVERYBODY, 7);
    sender.send(EVERYBODY, 8);
    ethernet.drain(100);
    const gone = stations[150];
    ethernet.detach(gone.port);
    ethernet.detach(sender.port);
    const late = new Station(ethernet, 201);
    ethernet.drain(ALL);
    for (const station of [...stations, late]) {
      expect(station.collect()).toEqual(station === sender || station === gone ? [] : [7, 8]);
    }
    expect(sender.carried).toBe(399);
  });

  it("comes behind what its sender sent before, and before what it sent afterwards, whatever others send", () => {
    const [ethernet, sender, other, receiver] = lan(3);
    sender.send(macOf(3), 1);
    sender.send(EVERYBODY, 2);
    sender.send(macOf(3), 3);
    other.send(EVERYBODY, 100);
    while (ethernet.busy) ethernet.drain(1);
    expect(receiver.collect().filter((payload) => payload < 100)).toEqual([1, 2, 3]);
  });
});

const choice = fc.nat(1000);
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("broadcast" as const), by: choice }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("send" as const), by: choice, to: choice }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("drain" as const), limit: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unplug" as const), by: choice }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("plug in" as const) }) },
);

describe("frames for one and for all", () => {
  it("reach everybody they are for, once, in their sender's order, whoever comes and goes meanwhile", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(action, { maxLength: 100 }), (count, actions) => {
        const [ethernet, ...present] = lan(count);
        const all = [...present];
        /** By station: `sender payload` of what it must have received if it is there to the end. */
        const expected = new Map(all.map((station) => [station, new Set<string>()]));
        for (const [payload, what] of actions.entries()) {
          if (what.kind === "drain") ethernet.drain(what.limit);
          else if (what.kind === "plug in") {
            const station = new Station(ethernet, all.length + 1);
            expected.set(station, new Set());
            all.push(station);
            present.push(station);
          } else if (present.length > 0) {
            const by = present[what.by % present.length];
            if (what.kind === "unplug") {
              ethernet.detach(by.port);
              present.splice(present.indexOf(by), 1);
              continue;
            }
            const to = what.kind === "send" ? [present[what.to % present.length]] : present;
            const address = what.kind === "send" ? macOf(to[0].id) : EVERYBODY;
            if (by.send(address, payload) !== "queued") continue;
            for (const station of to) if (station !== by) expected.get(station)?.add(`${by.id} ${payload}`);
          }
        }
        ethernet.drain(ALL);
        expect(ethernet.busy).toBe(false);
        for (const station of all) {
          const frames = station.collectFrames();
          const received = frames.map((frame) => `${vmOfMac(sourceOf(frame))} ${frame[14]}`);
          if (present.includes(station))
            expect(received).toEqual(expect.arrayContaining([...(expected.get(station) ?? [])]));
          for (const source of all) {
            const payloads = frames
              .filter((frame) => sourceOf(frame) === macNumber(macOf(source.id)))
              .map((frame) => frame[14]);
            expect(payloads).toEqual([...new Set(payloads)].sort((one, other) => one - other));
          }
        }
      }),
    );
  });
});
