/** Clients of the supervisor that send without an end, as fast as they are read: they are ended, and others are served meanwhile. */

import { describe, expect, it } from "vitest";
import { runFor } from "../kernel/boot.js";
import { ControlClient, controlled, HTTP, head, request, TELNET, TOKEN } from "./control-client.js";

describe("who sends without an end, and no token", () => {
  it.each([
    ["empty lines to HTTP", HTTP, "\r\n", "HTTP/1.1 400 "],
    ["zeros to the shell", TELNET, "\0", "that is no token"],
    ["one line to the shell", TELNET, "x", "that is no token"],
  ])("%s is told and ended, and keeps nobody waiting", (_, port, text, told) => {
    const kernel = controlled();
    const other = new ControlClient(kernel, HTTP);
    runFor(kernel, 0.1);
    const client = new ControlClient(kernel, port).flood(text);
    runFor(kernel, 0.1);
    other.send(head("GET", "/machine"));
    expect(other.until((answered) => answered.includes("quantumMilliseconds"))).toBeLessThan(0.2);
    client.untilEnded();
    expect(client.text).toContain(told);
  });
});

it("who has the token and asks without an end keeps nobody waiting either", () => {
  const kernel = controlled();
  new ControlClient(kernel, TELNET).send(`${TOKEN}\r\n`).flood("\0");
  runFor(kernel, 0.1);
  expect(request(kernel, "GET", "/machine").status).toBe(200);
});

it("a few empty lines before a request are skipped", () => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP).send(`${"\r\n".repeat(8)}${head("GET", "/")}`);
  client.until((text) => text.startsWith("HTTP/1.1 200 "));
  client.send(`${"\r\n".repeat(9)}${head("GET", "/")}`);
  client.untilEnded();
  expect(client.text).toMatch(/HTTP\/1\.1 400 [\s\S]*"there are empty lines and no request"/);
});
