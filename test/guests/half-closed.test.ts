/** Clients outside of the machine that end their side and read on: what is left arrives, and nobody else is touched. */

import { expect, it } from "vitest";
import { boot, MIB, runFor } from "../kernel/boot.js";
import { OutsideClient } from "./outside.js";

it("gets the rest of its answer however late it reads, and others keep their connections", () => {
  const kernel = boot({ supervisor: true });
  kernel.spawn({ image: "httpd", name: "web", memory: 4 * MIB });
  runFor(kernel, 0.1);
  const late = new OutsideClient(kernel, "web", 80);
  late.reading = false;
  late.send(Buffer.from("GET /bytes/20000 HTTP/1.1\r\nConnection: close\r\n\r\n"));
  late.channel.end();
  // Longer than the supervisor's TCP remembers a connection that both sides have ended.
  runFor(kernel, 3);
  const others = Array.from({ length: 4 }, () => new OutsideClient(kernel, "web", 80).get("/bytes/100"));
  runFor(kernel, 0.2);
  expect(late.received).toBeLessThan(20_000);
  late.reading = true;
  late.channel.writable();
  runFor(kernel, 0.5);
  expect(late.received).toBeGreaterThan(20_000);
  expect(late.ended).toBe("closed");
  const before = others.map(({ received }) => received);
  for (const other of others) other.get("/bytes/100");
  runFor(kernel, 0.5);
  expect(others.map(({ ended }) => ended)).toEqual(others.map(() => undefined));
  expect(others.map(({ received }) => received)).toEqual(before.map((received) => received * 2));
});
