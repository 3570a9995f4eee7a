/** Connections through the supervisor whose VM is killed: nobody at either end waits for it, and what it had said arrives. */

import { describe, expect, it } from "vitest";
import { type Kernel, type UplinkChannel, UplinkKind } from "../../source/kernel/index.js";
import { boot, figure, runFor } from "../kernel/boot.js";
import { OutsideClient } from "./outside.js";

const SUPERVISOR = 1;
/** Seconds: the supervisor waits for one, in case frames of the VM are still in its queue. */
const NOTICED = 2;

const bootSupervised = () => boot({ supervisor: true, engine: "interpreter" });

function serve(kernel: Kernel): number {
  const [web] = kernel.spawn({ image: "httpd", name: "web" });
  runFor(kernel, 0.5);
  return web;
}

/** Datagrams from one sender outside; whether the supervisor has given its channel back. */
function sendTo(kernel: Kernel, name: string): { channel: UplinkChannel; isOver: () => boolean } {
  let over = false;
  const channel = kernel.uplink.open({ kind: UplinkKind.DATAGRAMS, name, port: 9000 }) as UplinkChannel;
  channel.peer = {
    send: () => true,
    finish: () => {},
    close: () => {
      over = true;
    },
    room: () => {},
  };
  return { channel, isOver: () => over };
}

describe("a VM that is killed", { timeout: 120_000 }, () => {
  it("leaves no client waiting: its connection breaks, idle or in the middle of an answer", () => {
    const kernel = bootSupervised();
    const web = serve(kernel);
    const idle = new OutsideClient(kernel, "web", 80);
    idle.send(Buffer.from("GET / HTTP/1.1\r\nHost:"));
    const busy = new OutsideClient(kernel, "web", 80).get("/bytes/60000000");
    runFor(kernel, 0.2);
    expect(busy.received).toBeGreaterThan(0);
    kernel.kill(web);
    runFor(kernel, NOTICED);
    expect([idle.ended, busy.ended]).toEqual(["broken", "broken"]);
    expect(kernel.uplink.size).toBe(0);
  });

  it("leaves the connections of others alone", () => {
    const kernel = bootSupervised();
    serve(kernel);
    const [other] = kernel.spawn({ image: "echo" });
    const client = new OutsideClient(kernel, "web", 80);
    runFor(kernel, 0.5);
    kernel.kill(other);
    runFor(kernel, NOTICED);
    client.get("/bytes/1000");
    runFor(kernel, 0.5);
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(client.ended).toBeUndefined();
  });

  it("has its last answer read whole, by a client that takes its time", () => {
    const kernel = bootSupervised();
    const web = serve(kernel);
    const slow = new OutsideClient(kernel, "web", 80);
    slow.reading = false;
    slow.send(Buffer.from("GET /bytes/4000 HTTP/1.1\r\nConnection: close\r\n\r\n"));
    runFor(kernel, 1);
    kernel.kill(web);
    runFor(kernel, NOTICED);
    expect([slow.received < 4000, slow.ended]).toEqual([true, undefined]);
    slow.reading = true;
    slow.channel.writable();
    runFor(kernel, 0.5);
    expect(slow.received).toBeGreaterThan(4000);
    expect(slow.ended).toBe("closed");
    expect(kernel.uplink.size).toBe(0);
  });

  it("is not waited for by a client that never reads what it had said", () => {
    const kernel = bootSupervised();
    const web = serve(kernel);
    const stalled = new OutsideClient(kernel, "web", 80);
    stalled.reading = false;
    stalled.send(Buffer.from("GET /bytes/4000 HTTP/1.1\r\nConnection: close\r\n\r\n"));
    runFor(kernel, 1);
    kernel.kill(web);
    runFor(kernel, 55);
    expect(stalled.ended).toBeUndefined();
    runFor(kernel, 10);
    expect(stalled.ended).toBe("broken");
    expect(kernel.uplink.size).toBe(0);
  });

  it("loses the senders of its datagrams, so that they reach the next VM with its name", () => {
    const kernel = bootSupervised();
    const [first] = kernel.spawn({ image: "echo", name: "game" });
    runFor(kernel, 0.1);
    const sender = sendTo(kernel, "game");
    sender.channel.push(Buffer.from("hello"));
    runFor(kernel, 0.1);
    expect(figure(kernel, first, "rxPackets")).toBe(1);
    kernel.kill(first);
    runFor(kernel, NOTICED);
    expect(sender.isOver()).toBe(true);
    kernel.reap(first);
    const [second] = kernel.spawn({ image: "echo", name: "game" });
    sendTo(kernel, "game").channel.push(Buffer.from("again"));
    runFor(kernel, 0.1);
    expect(figure(kernel, second, "rxPackets")).toBe(1);
  });

  it("gives back its connections to the outside", () => {
    const kernel = bootSupervised();
    let open = 0;
    kernel.uplink.allow({
      destinations: [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }],
      connect: (_, channel) => {
        open++;
        channel.opened();
        channel.peer = { send: () => true, finish: () => {}, close: () => open--, room: () => {} };
      },
    });
    const [client] = kernel.spawn({ image: "load", arguments: ["connections=4", `10.0.0.${SUPERVISOR}`] });
    runFor(kernel, 1);
    expect(open).toBe(4);
    kernel.kill(client);
    runFor(kernel, NOTICED);
    expect(open).toBe(0);
  });
});
