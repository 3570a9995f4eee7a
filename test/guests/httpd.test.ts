/** The web server and clients that mean it ill, are slow, or say more than it wants to hear. */

import { describe, expect, it } from "vitest";
import type { Kernel } from "../../source/kernel/index.js";
import { boot, consoleOf, MIB, runFor, runUntil } from "../kernel/boot.js";
import { OutsideClient } from "./outside.js";

/** A machine with one web server, which has this memory. */
function serving(memory = MIB, name = "web"): Kernel {
  const kernel = boot({ supervisor: true });
  kernel.spawn({ image: "httpd", name, memory });
  runFor(kernel, 0.1);
  return kernel;
}

/** Sends bytes on a connection of its own and waits for its end. @returns what came */
function tell(kernel: Kernel, bytes: string, name = "web"): OutsideClient {
  const client = new OutsideClient(kernel, name, 80);
  client.send(Buffer.from(bytes));
  runUntil(kernel, () => client.ended !== undefined, 20);
  return client;
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: web\r\n\r\n`;
const lastRequest = (path: string) => `GET ${path} HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n`;
const bodyOf = (client: OutsideClient) => client.text.slice(client.text.indexOf("\r\n\r\n") + 4);
const statusOf = (kernel: Kernel, name = "web") => JSON.parse(bodyOf(tell(kernel, lastRequest("/status.json"), name)));

/** What is left of its memory when connections that have ended are forgotten. */
function memoryFree(kernel: Kernel): number {
  runFor(kernel, 2);
  return statusOf(kernel).memoryFree;
}

describe("paths", { timeout: 120_000 }, () => {
  it("takes no memory for each way to spell one", () => {
    const kernel = serving();
    expect(tell(kernel, lastRequest("/index.html")).text).toMatch(/^HTTP\/1\.1 200 OK/);
    const before = memoryFree(kernel);
    for (let depth = 1; depth <= 96; depth += 8) {
      const depths = Array.from({ length: 8 }, (_, index) => depth + index);
      const paths = depths.flatMap((n) => [`${"/".repeat(n)}/index.html`, `${"/.".repeat(n)}/style.css`, "/."]);
      tell(kernel, paths.map(request).join("") + lastRequest("/"));
    }
    expect(memoryFree(kernel)).toBeGreaterThan(before - 32 * 1024);
    expect(tell(kernel, lastRequest("/")).text).toContain("Served from a virtual machine");
  });

  it("has no page at a directory, nor outside of its folder", () => {
    const kernel = serving();
    for (const path of ["/.", "/..", "//", "/../etc/hosts", "/./index.html", "/index.html/", "index.html", "?"])
      expect(tell(kernel, lastRequest(path)).text, path).toMatch(/^HTTP\/1\.1 404 Not Found/);
  });
});

describe("clients that are slow", { timeout: 120_000 }, () => {
  it("are forgotten, and the server rests, when they vanish in the middle of an answer", () => {
    const kernel = serving();
    const client = new OutsideClient(kernel, "web", 80).get("/bytes/67108864");
    runUntil(kernel, () => client.received > 100_000, 5);
    client.vanish();
    runFor(kernel, 2);
    expect(statusOf(kernel).open).toBe(1);
    expect(kernel.inspect(2).state).toBe("idle");
  });

  it("give way to others when they read nothing of what they asked for", () => {
    const kernel = serving(32 * MIB);
    const settings = ["connections=256", "path=/bytes/67108864", "10.0.0.2"];
    const [stalled] = kernel.spawn({ image: "load", memory: 32 * MIB, arguments: settings });
    runFor(kernel, 1);
    kernel.pause(stalled);
    const client = new OutsideClient(kernel, "web", 80).get("/");
    runUntil(kernel, () => client.text.includes("Served from a virtual machine"), 60);
  });

  it("give way to others when they send a request byte by byte", () => {
    const kernel = serving(32 * MIB);
    const crawling = Array.from({ length: 300 }, () => {
      runFor(kernel, 0.003);
      return new OutsideClient(kernel, "web", 80);
    });
    const client = new OutsideClient(kernel, "web", 80).get("/");
    const head = Buffer.from(request("/"));
    for (let at = 0; at < head.length - 1 && client.received === 0; at++) {
      for (const each of crawling) {
        if (each.ended === undefined) each.send(head.subarray(at, at + 1));
        runFor(kernel, 0.003);
      }
    }
    expect(client.text).toContain("Served from a virtual machine");
  });
});

describe("requests with a body", { timeout: 120_000 }, () => {
  it("hear that it is not wanted, however much is under way", () => {
    const kernel = serving();
    const client = new OutsideClient(kernel, "web", 80);
    client.send(Buffer.from("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 60000\r\n\r\n"));
    client.send(Buffer.alloc(60_000, "x"));
    runUntil(kernel, () => client.ended !== undefined, 10);
    expect(client.text).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/);
    expect(bodyOf(client)).toBe("this server cannot do that\n");
    expect(client.ended).toBe("closed");
  });

  it.each(["Content-Length: 49", "Transfer-Encoding: chunked"])("are answered once: %s", (field) => {
    const kernel = serving();
    const hidden = request("/status");
    const client = tell(kernel, `GET /style.css HTTP/1.1\r\nHost: web\r\n${field}\r\n\r\n${hidden}`);
    expect(client.text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1);
    expect(client.text).toMatch(/Content-Type: text\/css\r\n[\s\S]*\r\nConnection: close\r\n/);
    expect(client.ended).toBe("closed");
    expect(statusOf(kernel).requests).toBe(2);
  });

  it("keep the connection when they say that it is empty", () => {
    const kernel = serving();
    const empty = "GET /bytes/1 HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n";
    expect(tell(kernel, empty + lastRequest("/bytes/2")).text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it("keep nobody's place who never ends", () => {
    const kernel = serving();
    const client = new OutsideClient(kernel, "web", 80);
    client.channel.peer = { send: () => true, finish: () => {}, close: () => {}, room: () => {} };
    client.send(Buffer.from("POST / HTTP/1.1\r\n\r\n"));
    runFor(kernel, 1);
    expect(statusOf(kernel).open).toBe(2);
    runFor(kernel, 7);
    expect(statusOf(kernel).open).toBe(1);
  });
});

describe("a crowd", { timeout: 120_000 }, () => {
  it("is served out of the memory that connections leave", () => {
    const kernel = serving();
    const load = {
      image: "load",
      memory: 8 * MIB,
      arguments: ["interval=99", "seconds=4", "10.0.0.2", "connections=200"],
    };
    const [id] = kernel.spawn(load);
    runUntil(kernel, () => kernel.inspect(id).state === "terminated", 10);
    const [, done] = /total: (\d+) requests, 0 failed/.exec(consoleOf(kernel, id)) ?? [];
    expect(Number(done), consoleOf(kernel, id)).toBeGreaterThan(200);
  });
});

describe("the status page", { timeout: 120_000 }, () => {
  it("is JSON, and HTML, whatever the VM is called", () => {
    const name = 'a"b\\<i>&c';
    const kernel = serving(MIB, name);
    expect(statusOf(kernel, name).name).toBe(name);
    const page = bodyOf(tell(kernel, lastRequest("/status"), name));
    expect(page).toContain('<h1>a"b\\&lt;i&gt;&amp;c</h1>');
  });
});

it.each(["80x", "x", "", "0", "65536", "-1", "4294967376"])("refuses %j as a port", (port) => {
  const kernel = boot();
  const [id] = kernel.spawn({ image: "httpd", arguments: [port] });
  runFor(kernel, 0.5);
  expect(consoleOf(kernel, id)).toBe(`httpd: wants a port from 1 to 65535, not ${port}\n`);
  expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 2 });
});
