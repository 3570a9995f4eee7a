import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { macOf } from "../../../source/kernel/net/ethernet.js";
import { EthernetSwitch } from "../../../source/kernel/net/switch.js";
import { RECEIVE_QUEUE_FRAMES, TRANSMIT_QUEUE_FRAMES } from "../../../source/kernel/params.js";
import { ALL, EVERYBODY, frame, lan, Station } from "./station.js";

describe("the switch", () => {
  it("delivers a frame to the station it is for, and to no other", () => {
    const [ethernet, a, b, c] = lan(3);
    expect(a.send(macOf(2), 7)).toBe("queued");
    expect(ethernet.busy).toBe(true);
    expect(b.collect()).toEqual([]);
    expect(ethernet.drain(ALL)).toBe(1);
    expect(ethernet.busy).toBe(false);
    expect([a.collect(), b.collect(), c.collect()]).toEqual([[], [7], []]);
    expect([a.events, b.events, c.events]).toEqual([["transmit 7"], ["receive 7"], []]);
    expect([ethernet.framesSwitched, ethernet.bytesSwitched, ethernet.framesDropped]).toEqual([1, 15, 0]);
  });

  it("delivers broadcast and multicast to all others, as one shared frame", () => {
    const [ethernet, a, b, c] = lan(3);
    a.send(EVERYBODY, 1);
    a.send(Uint8Array.of(0x33, 0x33, 0, 0, 0, 1), 2);
    ethernet.drain(ALL);
    expect(b.port.receiveQueue.peek()).toBe(c.port.receiveQueue.peek());
    expect([a.collect(), b.collect(), c.collect()]).toEqual([[], [1, 2], [1, 2]]);
  });

  it("refuses a frame from another's address and charges the sender", () => {
    const [ethernet, a, b] = lan(2);
    expect(a.send(macOf(2), 1, macOf(2))).toBe("foreign source");
    expect(a.send(macOf(2), 1, EVERYBODY)).toBe("foreign source");
    expect(ethernet.busy).toBe(false);
    expect([a.events, b.events]).toEqual([["foreign source", "foreign source"], []]);
    expect(ethernet.framesDropped).toBe(2);
  });

  it("refuses frames too short and too long", () => {
    const [ethernet, a] = lan(1);
    const bytes = new Uint8Array(1515);
    bytes.set(frame(EVERYBODY, macOf(1), 0));
    expect(ethernet.transmit(a.port, bytes)).toBe("bad length");
    expect(ethernet.transmit(a.port, bytes.subarray(0, 13))).toBe("bad length");
    expect(ethernet.transmit(a.port, bytes.subarray(0, 1514))).toBe("queued");
    expect(ethernet.transmit(a.port, bytes.subarray(0, 14))).toBe("queued");
    expect(a.events).toEqual([]);
  });

  it("copies a frame that it takes, so that its sender may write over it, and none that it refuses", () => {
    const [ethernet, a, b] = lan(2);
    const copied = vi.spyOn(Uint8Array.prototype, "slice");
    try {
      const bytes = frame(macOf(2), macOf(1), 7);
      expect(ethernet.transmit(a.port, new Uint8Array(100_000))).toBe("bad length");
      expect(ethernet.transmit(a.port, frame(macOf(2), macOf(2), 7))).toBe("foreign source");
      expect(copied).not.toHaveBeenCalled();
      for (let count = 0; count < TRANSMIT_QUEUE_FRAMES; count++) ethernet.transmit(a.port, bytes);
      bytes.fill(0);
      expect(ethernet.transmit(a.port, frame(macOf(2), macOf(1), 7))).toBe("full");
      expect(copied).toHaveBeenCalledTimes(TRANSMIT_QUEUE_FRAMES);
      ethernet.drain(ALL);
      expect(b.collect()).toEqual(Array(TRANSMIT_QUEUE_FRAMES).fill(7));
    } finally {
      copied.mockRestore();
    }
  });

  it("drops a frame for nobody, charged to its sender, disturbing nobody", () => {
    const [ethernet, a, b] = lan(2);
    a.send(macOf(99), 1);
    a.send(macOf(1), 2);
    ethernet.drain(ALL);
    expect(a.events).toEqual(["transmit 1", "no such destination", "transmit 2", "no such destination"]);
    expect(b.events).toEqual([]);
  });

  it("drops what a full receive queue cannot take, charged to the receiver", () => {
    const [ethernet, a, b, c] = lan(3);
    for (let count = 0; count < RECEIVE_QUEUE_FRAMES + 5; count++) {
      a.send(macOf(2), count);
      ethernet.drain(ALL);
    }
    expect(b.events.filter((event) => event === "receive queue full")).toHaveLength(5);
    expect(a.events.filter((event) => event.startsWith("transmit"))).toHaveLength(RECEIVE_QUEUE_FRAMES + 5);
    expect(c.events).toEqual([]);
    expect(b.collect()).toEqual(Array.from({ length: RECEIVE_QUEUE_FRAMES }, (_, index) => index));
  });

  it("lets another VM's frames into a queue that one VM floods, at the cost of the flooder's newest", () => {
    const [ethernet, flooder, target, quiet] = lan(3);
    for (let count = 0; count < RECEIVE_QUEUE_FRAMES; count++) {
      flooder.send(macOf(2), count);
      ethernet.drain(ALL);
    }
    quiet.send(macOf(2), 200);
    flooder.send(macOf(2), 201);
    ethernet.drain(ALL);
    expect(target.events.filter((event) => event === "receive queue full")).toHaveLength(2);
    expect([...flooder.events, ...quiet.events]).not.toContain("receive queue full");
    const payloads = Array.from({ length: RECEIVE_QUEUE_FRAMES - 1 }, (_, index) => index);
    expect(target.collect()).toEqual([...payloads, 200]);
  });

  it("makes a sender wait when its queue is full, and says once when there is room", () => {
    const [ethernet, a, b] = lan(2);
    for (let count = 0; count < TRANSMIT_QUEUE_FRAMES; count++) expect(a.send(macOf(2), count)).toBe("queued");
    expect(a.send(macOf(2), 200)).toBe("full");
    expect(a.send(macOf(2), 201)).toBe("full");
    ethernet.drain(ALL);
    expect(a.events.filter((event) => event === "room")).toHaveLength(1);
    expect(b.collect()).toHaveLength(TRANSMIT_QUEUE_FRAMES);
    expect(a.send(macOf(2), 202)).toBe("queued");
    ethernet.drain(ALL);
    expect(a.events.filter((event) => event === "room")).toHaveLength(1);
    expect(a.events).not.toContain("receive queue full");
  });

  it("serves senders in turn, one frame each, so a flooder delays others by a frame", () => {
    const [ethernet, flooder, quiet, target] = lan(3);
    for (let count = 0; count < TRANSMIT_QUEUE_FRAMES; count++) flooder.send(macOf(3), 1);
    quiet.send(macOf(3), 2);
    quiet.send(macOf(3), 2);
    expect(ethernet.drain(4)).toBe(4);
    expect(target.collect()).toEqual([1, 2, 1, 2]);
    expect(ethernet.drain(ALL)).toBe(TRANSMIT_QUEUE_FRAMES - 2);
  });

  it("keeps to its limit and goes on where it stopped", () => {
    const [ethernet, a, b] = lan(2);
    for (let count = 0; count < 10; count++) a.send(macOf(2), count);
    expect([ethernet.drain(3), ethernet.drain(0), ethernet.drain(4), ethernet.drain(100)]).toEqual([3, 0, 4, 3]);
    expect(b.collect()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("counts a broadcast by its receivers, so that a storm cannot take the CPU", () => {
    const [ethernet, ...stations] = lan(100);
    for (let count = 0; count < 50; count++) stations[0].send(EVERYBODY, count);
    expect(ethernet.drain(256)).toBe(3);
  });

  it("delivers what an unplugged station had sent, and tells it nothing", () => {
    const [ethernet, a, b] = lan(2);
    for (let count = 0; count <= TRANSMIT_QUEUE_FRAMES; count++) a.send(macOf(2), count);
    b.send(macOf(1), 100);
    ethernet.detach(a.port);
    ethernet.detach(a.port);
    ethernet.drain(ALL);
    expect(b.collect()).toHaveLength(TRANSMIT_QUEUE_FRAMES);
    expect(b.events).toContain("no such destination");
    expect([a.events, a.collect(), ethernet.size]).toEqual([[], [], 1]);
    expect(() => a.send(macOf(2), 1)).toThrow(/attached/);
  });

  it("knows whom a station sent to last, until it is unplugged", () => {
    const [ethernet, a, b, c] = lan(3);
    a.send(macOf(2), 1);
    a.send(EVERYBODY, 2);
    ethernet.drain(ALL);
    expect([a.port.partner, b.port.partner]).toEqual([b.port, undefined]);
    a.send(macOf(3), 3);
    ethernet.drain(ALL);
    expect(a.port.partner).toBe(c.port);
    a.send(macOf(2), 4);
    ethernet.detach(a.port);
    ethernet.drain(ALL);
    expect(a.port.partner).toBeUndefined();
  });

  it("refuses two stations of one address", () => {
    const [ethernet] = lan(1);
    expect(() => new Station(ethernet, 1)).toThrow(/same address/);
  });

  it("shows the tap every frame it moves, in order", () => {
    const seen: [number, unknown][] = [];
    const ethernet = new EthernetSwitch("lan", (bytes, sender) => seen.push([bytes[14], sender]));
    const [a, b] = [new Station(ethernet, 1), new Station(ethernet, 2)];
    a.send(macOf(2), 1);
    b.send(macOf(50), 2);
    a.send(macOf(2), 3, macOf(9));
    ethernet.drain(ALL);
    expect(seen).toEqual([
      [1, a.port],
      [2, b.port],
    ]);
  });

  it("lets a promiscuous station hear what is for others, once", () => {
    const [ethernet, a, b] = lan(2);
    const monitor = new Station(ethernet, 9, { promiscuous: true });
    a.send(macOf(2), 1);
    b.send(EVERYBODY, 2);
    a.send(macOf(9), 3);
    monitor.send(macOf(1), 4);
    expect(monitor.send(macOf(1), 5, macOf(2))).toBe("foreign source");
    ethernet.drain(ALL);
    expect(monitor.collect().sort()).toEqual([1, 2, 3]);
    expect(a.collect().sort()).toEqual([2, 4]);
  });
});

describe("a bridge", () => {
  const stranger = Uint8Array.of(0x00, 0x16, 0x3e, 1, 2, 3);

  it("brings in frames of strangers, whose addresses the switch learns", () => {
    const ethernet = new EthernetSwitch("lan");
    const [a, left, right] = [
      new Station(ethernet, 1),
      new Station(ethernet, 2, { bridge: true }),
      new Station(ethernet, 3, { bridge: true }),
    ];
    a.send(stranger, 1);
    ethernet.drain(ALL);
    expect([left.collect(), right.collect()]).toEqual([[1], [1]]);
    expect(left.send(macOf(1), 2, stranger)).toBe("queued");
    ethernet.drain(ALL);
    a.send(stranger, 3);
    ethernet.drain(ALL);
    expect([a.collect(), left.collect(), right.collect()]).toEqual([[2], [3], []]);
    ethernet.detach(left.port);
    a.send(stranger, 4);
    ethernet.drain(ALL);
    expect(right.collect()).toEqual([4]);
  });

  it("cannot take over a station's address", () => {
    const ethernet = new EthernetSwitch("lan");
    const [a, b, bridge] = [
      new Station(ethernet, 1),
      new Station(ethernet, 2),
      new Station(ethernet, 3, { bridge: true }),
    ];
    bridge.send(EVERYBODY, 1, macOf(2));
    ethernet.drain(ALL);
    a.send(macOf(2), 5);
    ethernet.drain(ALL);
    expect([b.collect(), bridge.collect()]).toEqual([[1, 5], []]);
  });

  it("does not get its own unknown frames back", () => {
    const ethernet = new EthernetSwitch("lan");
    const bridge = new Station(ethernet, 3, { bridge: true });
    bridge.send(stranger, 1, stranger);
    bridge.send(macOf(77), 2, stranger);
    ethernet.drain(ALL);
    expect(bridge.collect()).toEqual([]);
    expect(bridge.events.filter((event) => event === "no such destination")).toHaveLength(2);
  });
});

describe("accounting", () => {
  it("adds up: every frame taken is received, lost with a reason, or still queued", () => {
    const action = fc.record({ from: fc.nat(4), to: fc.nat(6), drain: fc.nat(12), collect: fc.boolean() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const [ethernet, ...stations] = lan(5);
        let taken = 0;
        for (const { from, to, drain, collect } of actions) {
          if (stations[from].send(to === 6 ? macOf(99) : macOf(to + 1), 0) === "queued") taken++;
          ethernet.drain(drain > 6 ? drain : 0);
          if (collect) stations[to % 5].collect();
        }
        const events = stations.flatMap((station) => station.events);
        const received = events.filter((event) => event.startsWith("receive ")).length;
        const lost = events.filter((event) => event.startsWith("no such") || event === "receive queue full").length;
        const queued = stations.reduce((sum, station) => sum + station.port.transmitQueue.length, 0);
        expect(received + lost + queued).toBe(taken);
        expect(ethernet.busy).toBe(queued > 0);
        expect(ethernet.framesDropped).toBe(lost);
      }),
    );
  });
});
