/** Much from outside at once: what the supervisor does when there is more than can wait, and when clients read nothing. */

import { expect, it } from "vitest";
import { type Kernel, UplinkKind } from "../../source/kernel/index.js";
import { boot, figure, MIB, runFor } from "../kernel/boot.js";
import { OutsideClient } from "./outside.js";

const SUPERVISOR = 1;
const STEP = 0.005;

/** A machine with web servers, which have memory for many clients. */
function withServers(count = 1): Kernel {
  const kernel = boot({ supervisor: true });
  for (let index = 0; index < count; index++) kernel.spawn({ image: "httpd", name: `web${index}`, memory: 32 * MIB });
  runFor(kernel, 0.1);
  return kernel;
}

/** Milliseconds of virtual time until it holds; no longer than so many seconds. */
function until(kernel: Kernel, seconds: number, holds: () => boolean): number {
  const begun = kernel.now;
  while (!holds() && kernel.now - begun < seconds * 1e9) runFor(kernel, STEP);
  return (kernel.now - begun) / 1e6;
}

const isWhole = (client: OutsideClient) => client.received > 100_000;

/** Milliseconds that a document takes which somebody else asks another server for. */
function fetchFrom(kernel: Kernel, server: string): number {
  const reader = new OutsideClient(kernel, server, 80).get("/bytes/100000");
  const took = until(kernel, 5, () => isWhole(reader) || reader.ended !== undefined);
  expect(reader.text).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(isWhole(reader)).toBe(true);
  return took;
}

it("carries several large documents at once without losing a frame, and so without waiting for TCP's timer", () => {
  const kernel = withServers();
  const readers = Array.from({ length: 4 }, () => new OutsideClient(kernel, "web0", 80).get("/bytes/100000"));
  const took = until(kernel, 5, () => readers.every(isWhole));
  expect(readers.map(({ received }) => received)).toEqual(readers.map(() => 100_115));
  expect(kernel.panel.get("packetsDropped")).toBe(0);
  expect(took).toBeLessThan(400);
});

it("carries on for others while a hundred clients ask for much and read nothing, and then rests", {
  timeout: 120_000,
}, () => {
  const kernel = withServers(2);
  // Neither reads: the server, since it waits to answer, so that all windows are closed, both ways.
  const requests = Buffer.from("GET /bytes/100000 HTTP/1.1\r\n\r\n".repeat(3_000));
  const stalled = Array.from({ length: 100 }, () => new OutsideClient(kernel, "web0", 80));
  for (const client of stalled) {
    client.reading = false;
    client.send(requests);
  }
  runFor(kernel, 4);
  expect(fetchFrom(kernel, "web1")).toBeLessThan(500);
  const before = figure(kernel, SUPERVISOR, "instructions");
  runFor(kernel, 4);
  // Each side asks now and then whether the other's window is open: not more than a few times a second.
  expect(figure(kernel, SUPERVISOR, "instructions") - before).toBeLessThan(10e6);
  expect(stalled.every((client) => client.received > 0 && client.ended === undefined)).toBe(true);
});

it("refuses clients rather than come to a standstill when there is no memory for more", { timeout: 120_000 }, () => {
  const kernel = withServers(6);
  const stalled = Array.from({ length: 600 }, (_, index) => {
    const client = new OutsideClient(kernel, `web${index % 5}`, 80);
    client.reading = false;
    client.get("/bytes/100000");
    runFor(kernel, 0.003);
    return client;
  });
  expect(stalled.filter((client) => client.received > 0).length).toBeGreaterThan(200);
  expect(stalled.filter((client) => client.ended === "broken").length).toBeGreaterThan(0);
  // Nor does the host open sockets for guests that ask for a way out.
  let asked = 0;
  const destinations = [{ kind: UplinkKind.STREAM, name: "example.org", port: 80 }];
  kernel.uplink.allow({ destinations, connect: () => asked++ });
  const [load] = kernel.spawn({ image: "load", arguments: ["connections=4", `10.0.0.${SUPERVISOR}`] });
  runFor(kernel, 1);
  expect(figure(kernel, load, "txPackets")).toBeGreaterThan(0);
  expect(asked).toBe(0);
  for (const client of stalled) client.vanish();
  runFor(kernel, 1);
  expect(fetchFrom(kernel, "web5")).toBeLessThan(500);
});
