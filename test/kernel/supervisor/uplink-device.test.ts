/** The uplink device as the supervisor and the host see it, without either. */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  AbiError,
  UplinkEvent,
  UplinkFlag,
  UplinkHandle,
  UplinkKind,
  UplinkOperation,
  VirtualInstruction,
} from "../../../source/kernel/abi.js";
import { CONTROL_CHANNELS, MAXIMUM_UPLINK_CHANNELS, UPLINK_BUFFER } from "../../../source/kernel/params.js";
import type { UplinkChannel, UplinkPeer, UplinkTarget } from "../../../source/kernel/supervisor/uplink-channel.js";
import { UplinkDevice } from "../../../source/kernel/supervisor/uplink-device.js";
import { boot, runFor } from "../boot.js";
import { int, move, spin, tinyGuest } from "../tiny-guest.js";

const WEB: UplinkTarget = { kind: UplinkKind.STREAM, name: "web", port: 80 };
/** The supervisor itself. */
const CONTROL: UplinkTarget = { kind: UplinkKind.STREAM, name: "", port: 80 };
const GAME: UplinkTarget = { kind: UplinkKind.DATAGRAMS, name: "arena", port: 9000 };
/** A vector that is no virtual instruction's. */
const UNKNOWN_INSTRUCTION = 0xff;
const NOTHING = new Uint8Array(0);

class Peer implements UplinkPeer {
  readonly log: string[] = [];
  takesMore = true;
  send(bytes: Uint8Array): boolean {
    this.log.push(`send ${Buffer.from(bytes)}`);
    return this.takesMore;
  }
  finish = () => this.log.push("finish");
  close = (broken: boolean) => this.log.push(broken ? "break" : "close");
  room = () => this.log.push("room");
}

/** The one VM that there is besides the supervisor. */
const GUEST = { id: 7, name: "web" };

/** A device where every VM can be reached. */
const deviceThat = (post: () => boolean) =>
  new UplinkDevice({
    post,
    ethernetApart: () => undefined,
    nameOf: (id) => (id === GUEST.id ? GUEST.name : undefined),
  });

function setUp(target = WEB) {
  let posts = 0;
  const device = deviceThat(() => ++posts > 0);
  const peer = new Peer();
  const channel = device.open(target) as UplinkChannel;
  channel.peer = peer;
  const perform = (operation: number, buffer: Uint8Array = NOTHING, handle = channel.handle) =>
    device.perform(operation, handle, buffer);
  return { device, peer, channel, perform, posts: () => posts };
}

/** Makes the file's folder a store with that one image. */
function storeOf(name: string, path: string): string {
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  const folder = dirname(path);
  writeFileSync(join(folder, "index.json"), JSON.stringify([{ name, file: basename(path), sha256, description: "" }]));
  return folder;
}

/** What NEXT tells, undefined for nothing. */
function next(device: UplinkDevice) {
  const record = Buffer.alloc(UplinkEvent.SIZE);
  if (device.perform(UplinkOperation.NEXT, UplinkHandle.DEVICE, record) === 0) return undefined;
  return {
    handle: record.readUInt32LE(UplinkEvent.HANDLE),
    flags: record.readUInt32LE(UplinkEvent.FLAGS),
    kind: record.readUInt32LE(UplinkEvent.KIND),
    port: record.readUInt32LE(UplinkEvent.PORT),
    name: record.toString("utf8", UplinkEvent.NAME).replaceAll("\0", ""),
  };
}

function receive(perform: (operation: number, buffer: Uint8Array) => number, capacity: number): string | number {
  const buffer = new Uint8Array(capacity);
  const length = perform(UplinkOperation.RECEIVE, buffer);
  return length > 0 ? Buffer.from(buffer.subarray(0, length)).toString() : length;
}

describe("a connection from outside", () => {
  it("is told once, with what it is for and all that happened to it", () => {
    const { device, channel, posts } = setUp();
    channel.push(Buffer.from("GET /"));
    expect(posts()).toBeGreaterThan(0);
    expect(next(device)).toEqual({
      handle: channel.handle,
      flags: UplinkFlag.OPENED | UplinkFlag.READABLE,
      kind: UplinkKind.STREAM,
      port: 80,
      name: "web",
    });
    expect(next(device)).toBeUndefined();
  });

  it("gives its bytes in order, says when there are none now, and when it has ended", () => {
    const { channel, perform } = setUp();
    expect(receive(perform, 4)).toBe(AbiError.AGAIN);
    channel.push(Buffer.from("abcdef"));
    channel.push(Buffer.from("gh"));
    expect([receive(perform, 4), receive(perform, 4), receive(perform, 4)]).toEqual(["abcd", "ef", "gh"]);
    expect(receive(perform, 4)).toBe(AbiError.AGAIN);
    channel.end();
    expect(receive(perform, 4)).toBe(0);
  });

  it("says that there is no room, not that all is over, where there is something and no room for it", () => {
    const { channel, perform } = setUp();
    channel.push(Buffer.from("abc"));
    expect(receive(perform, 0)).toBe(AbiError.INVALID);
    expect(receive(perform, 4)).toBe("abc");
    channel.end();
    expect(receive(perform, 0)).toBe(0);
  });

  it("stops the host while the supervisor has enough, and lets it go on", () => {
    const { channel, peer, perform } = setUp();
    expect(channel.push(new Uint8Array(UPLINK_BUFFER - 1))).toBe(true);
    expect(channel.push(new Uint8Array(1))).toBe(false);
    receive(perform, UPLINK_BUFFER / 4);
    expect(peer.log).toEqual([]);
    receive(perform, UPLINK_BUFFER / 2);
    expect(peer.log).toEqual(["room"]);
  });

  it("stops the supervisor while the host has enough, and tells it when not", () => {
    const { device, channel, peer, perform } = setUp();
    next(device);
    peer.takesMore = false;
    expect(perform(UplinkOperation.SEND, Buffer.from("one"))).toBe(3);
    expect(perform(UplinkOperation.SEND, Buffer.from("two"))).toBe(AbiError.AGAIN);
    expect(next(device)).toBeUndefined();
    channel.writable();
    expect(next(device)?.flags).toBe(UplinkFlag.WRITABLE);
    expect(perform(UplinkOperation.SEND, Buffer.from("two"))).toBe(3);
    expect(peer.log).toEqual(["send one", "send two"]);
  });

  it("is closed in order when it was finished, and broken when not", () => {
    const finished = setUp();
    expect(finished.perform(UplinkOperation.FINISH)).toBe(0);
    expect(finished.perform(UplinkOperation.SEND, Buffer.from("late"))).toBe(AbiError.INVALID);
    expect(finished.perform(UplinkOperation.CLOSE)).toBe(0);
    expect(finished.peer.log).toEqual(["finish", "close"]);
    const given = setUp();
    given.perform(UplinkOperation.CLOSE);
    expect(given.peer.log).toEqual(["break"]);
    expect(given.perform(UplinkOperation.RECEIVE)).toBe(AbiError.NOT_FOUND);
    expect(next(given.device)).toBeUndefined();
  });

  it("that breaks says so, and only closing is left", () => {
    const { device, channel, peer, perform } = setUp();
    next(device);
    channel.broken();
    expect(next(device)?.flags).toBe(UplinkFlag.CLOSED);
    expect(perform(UplinkOperation.SEND, Buffer.from("x"))).toBe(AbiError.INPUT_OUTPUT);
    expect(receive(perform, 4)).toBe(AbiError.INPUT_OUTPUT);
    expect(perform(UplinkOperation.CLOSE)).toBe(0);
    expect(peer.log).toEqual([]);
  });

  it("of datagrams keeps them whole, and loses those that find no room", () => {
    const { channel, perform } = setUp(GAME);
    channel.push(Buffer.from("first"));
    channel.push(Buffer.from("second"));
    expect(receive(perform, 3)).toBe(AbiError.TOO_BIG);
    expect([receive(perform, 64), receive(perform, 64)]).toEqual(["first", "second"]);
    let pushed = 0;
    while (channel.push(new Uint8Array(9000))) expect(++pushed).toBeLessThan(UPLINK_BUFFER);
    expect(channel.push(Buffer.from("lost"))).toBe(false);
  });
});

describe("the uplink device", () => {
  /** Opens connections until one is refused. @returns their handles */
  const fill = (device: UplinkDevice, target: UplinkTarget) => {
    const handles: number[] = [];
    for (let channel = device.open(target); channel; channel = device.open(target)) handles.push(channel.handle);
    return handles;
  };

  it("bounds how many connections there are, and never uses a handle twice", () => {
    const { device, channel } = setUp(CONTROL);
    device.perform(UplinkOperation.CLOSE, channel.handle, NOTHING);
    const handles = fill(device, CONTROL);
    expect(new Set([channel.handle, ...handles]).size).toBe(MAXIMUM_UPLINK_CHANNELS + 1);
    expect([device.open(CONTROL), device.open(WEB)]).toEqual([undefined, undefined]);
    device.perform(UplinkOperation.CLOSE, handles[0], NOTHING);
    expect(device.open(CONTROL)).toBeDefined();
  });

  it("leaves connections to other ports, to guests and to the operator, however many one port's clients open", () => {
    const { device } = setUp();
    const web = fill(device, WEB);
    expect(web.length).toBeGreaterThan(MAXIMUM_UPLINK_CHANNELS / 2);
    expect(fill(device, GAME).length).toBeGreaterThan(100);
    device.allow({ destinations: [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }], connect: () => {} });
    const connect = () => device.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, new Uint8Array(4));
    let outward = 0;
    while (connect() > 0) outward++;
    expect(outward).toBeGreaterThan(30);
    expect(connect()).toBe(AbiError.NO_SPACE);
    expect(fill(device, CONTROL).length).toBeGreaterThanOrEqual(CONTROL_CHANNELS);
    for (const handle of web) device.perform(UplinkOperation.CLOSE, handle, NOTHING);
    expect(device.open(WEB)).toBeDefined();
  });

  it("counts a published port's apart from those to a destination whose name and port are those of its VM", () => {
    const { device } = setUp();
    device.allow({ destinations: [WEB], connect: () => {} });
    const connect = () => device.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, new Uint8Array(4));
    const inward = fill(device, WEB);
    const outward = connect();
    expect(outward).toBeGreaterThan(0);
    // Each gives back what it took.
    for (const handle of [...inward, outward]) device.perform(UplinkOperation.CLOSE, handle, NOTHING);
    expect(fill(device, WEB)).toHaveLength(inward.length);
  });

  it("opens nothing where there is no supervisor", () => {
    const device = deviceThat(() => false);
    expect(device.open(WEB)).toBeUndefined();
    expect(device.size).toBe(0);
  });

  it("opens nothing to a VM on an Ethernet that the supervisor is not on, for as long as that lives", () => {
    const kernel = boot({ supervisor: true, engine: "interpreter" });
    const [apart] = kernel.spawn({ image: "ticker", name: "web", network: "inner" });
    kernel.spawn({ image: "ticker", name: "near" });
    expect([kernel.uplink.ethernetApart("web"), kernel.uplink.open(WEB), kernel.uplink.size]).toEqual([
      "inner",
      undefined,
      0,
    ]);
    expect(kernel.uplink.open({ ...WEB, name: "near" })).toBeDefined();
    // The supervisor looks for it, and says that it is not there.
    kernel.kill(apart);
    expect(kernel.uplink.open(WEB)).toBeDefined();
  });

  it.each(["is killed", "crashes"])("ends connections of both ways when the supervisor %s", (how) => {
    const folder = storeOf("supervisor", tinyGuest(how === "crashes" ? int(UNKNOWN_INSTRUCTION) : spin));
    const kernel = boot({ supervisor: true, imageFolders: [folder] });
    const inward = new Peer();
    const outward = new Peer();
    (kernel.uplink.open(WEB) as UplinkChannel).peer = inward;
    kernel.uplink.allow({
      destinations: [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }],
      connect: (_, channel) => {
        channel.peer = outward;
      },
    });
    kernel.uplink.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, new Uint8Array(4));
    if (how === "is killed") kernel.kill(1);
    else runFor(kernel, 0.1);
    expect(kernel.inspect(1).state).toBe(how === "is killed" ? "terminated" : "crashed");
    expect([inward.log, outward.log]).toEqual([["break"], ["break"]]);
    expect(kernel.uplink.size).toBe(0);
    expect(kernel.uplink.open(WEB)).toBeUndefined();
  });

  it("connects to what is allowed and to nothing else", () => {
    const { device } = setUp();
    const connect = (index: number) =>
      device.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, new Uint8Array(Uint32Array.of(index).buffer));
    expect(connect(0)).toBe(AbiError.NOT_FOUND);
    const asked: [number, number][] = [];
    const destinations = [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }];
    device.allow({ destinations, connect: (index, { handle }) => asked.push([index, handle]) });
    expect(connect(1)).toBe(AbiError.NOT_FOUND);
    const handle = connect(0);
    expect(asked).toEqual([[0, handle]]);
  });

  it("connects for a VM whose number the supervisor gives behind the destination's, and takes nothing else for a request", () => {
    const { device } = setUp();
    const asked: UplinkChannel[] = [];
    const destinations = [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }];
    device.allow({ destinations, connect: (_, channel) => asked.push(channel) });
    const connect = (request: ArrayBufferView) =>
      device.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, Buffer.from(request.buffer));
    const before = device.size;
    const nobody = [Uint32Array.of(0, 0), Uint32Array.of(0, GUEST.id + 1), Uint32Array.of(0, 0xffffffff)];
    for (const request of [new Uint8Array(0), new Uint8Array(7), Uint32Array.of(0, GUEST.id, 0), ...nobody])
      expect(connect(request), `${request}`).toBe(AbiError.INVALID);
    expect(connect(Uint32Array.of(1, GUEST.id))).toBe(AbiError.NOT_FOUND);
    expect([asked.length, device.size]).toEqual([0, before]);
    const handles = [connect(Uint32Array.of(0, GUEST.id)), connect(Uint32Array.of(0))];
    expect(asked.map(({ handle }) => handle)).toEqual(handles);
    expect(asked.map(({ guest }) => guest)).toEqual([GUEST, undefined]);
  });

  it("knows by its number a VM that has been forgotten, and none that there never was", () => {
    const kernel = boot({ supervisor: true });
    const [id] = kernel.spawn({ image: "ticker", name: "clock" });
    const asked: UplinkChannel[] = [];
    const destinations = [{ kind: UplinkKind.DATAGRAMS, name: "example.org", port: 514 }];
    kernel.uplink.allow({ destinations, connect: (_, channel) => asked.push(channel) });
    const connectFor = (vm: number) =>
      kernel.uplink.perform(UplinkOperation.CONNECT, UplinkHandle.DEVICE, Buffer.from(Uint32Array.of(0, vm).buffer));
    connectFor(id);
    kernel.kill(id);
    kernel.reap(id);
    connectFor(id);
    expect(connectFor(id + 1)).toBe(AbiError.INVALID);
    expect(asked.map(({ guest }) => guest?.name)).toEqual(["clock", `VM ${id}`]);
  });

  it("refuses operations that a handle has no power for", () => {
    const { perform } = setUp();
    expect(perform(UplinkOperation.CONNECT)).toBe(AbiError.DENIED);
    expect(perform(UplinkOperation.SEND, NOTHING, UplinkHandle.DEVICE)).toBe(AbiError.DENIED);
    expect(perform(UplinkOperation.SEND, NOTHING, 99_999)).toBe(AbiError.NOT_FOUND);
    expect(perform(UplinkOperation.NEXT, new Uint8Array(4), UplinkHandle.DEVICE)).toBe(AbiError.TOO_BIG);
  });

  it("ends any VM but the supervisor with a fault", () => {
    const kernel = boot({ supervisor: true });
    const image = tinyGuest(
      move("eax", 0),
      move("ebx", 1),
      move("ecx", 0),
      move("edx", 0),
      int(VirtualInstruction.UPLINK),
    );
    const [id] = kernel.spawn({ image });
    runFor(kernel, 0.1);
    expect(kernel.inspect(id)).toMatchObject({
      state: "crashed",
      fault: { cause: "bad virtual instruction", detail: expect.stringContaining("supervisor") },
    });
    expect(kernel.inspect(1).state).toBe("idle");
  });
});
