/** What the HTTP interface makes of requests that are rare, and of what guests print. */

import { expect, it } from "vitest";
import { runFor } from "../kernel/boot.js";
import { ControlClient, controlled, HTTP, head, request, telnet } from "./control-client.js";

it("answers HEAD as GET, without the body, and goes on with the connection", () => {
  const kernel = controlled();
  const paths = ["/machine", "/vms", "/nothing", "/vms/supervisor/pause"];
  const heads = paths.map((path) => head("HEAD", path)).join("");
  const client = new ControlClient(kernel, HTTP).send(heads + head("GET", "/machine")).end();
  client.untilEnded();
  const [machine, vms, nothing, pause, whole, body] = client.text.split("\r\n\r\n");
  const statuses = [machine, vms, nothing, pause, whole].map((text) => text.split("\r\n")[0]);
  expect(statuses.map((line) => line.slice(0, 12))).toEqual(
    [200, 200, 404, 405, 200].map((code) => `HTTP/1.1 ${code}`),
  );
  expect(vms).toContain("\r\nTransfer-Encoding: chunked");
  expect(JSON.parse(body)).toHaveProperty("policy");
  const other = new ControlClient(kernel, HTTP).send(head("DELETE", "/machine")).end();
  other.untilEnded();
  expect(other.text).toContain("\r\nAllow: GET, HEAD, PATCH\r\n");
});

it("takes what RFC 9112 has servers take: empty lines, absolute targets, lists of connection options", () => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP);
  client.send(`\r\n${head("GET", "http://machine.example:9000/machine")}${head("GET", "HTTP://x")}`);
  client.send(head("GET", "/images", "Connection: TE, close\r\n") + head("GET", "/never"));
  client.untilEnded();
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"policy"[\s\S]*\n\{"machine":[\s\S]*\n\{"images":\[[^\n]*\n$/);
  expect(client.text.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(3);
  const empty = new ControlClient(kernel, HTTP).send("GET  HTTP/1.1\r\nHost: x\r\n\r\n");
  empty.untilEnded();
  expect(empty.text).toMatch(/^HTTP\/1\.1 400 /);
});

it("takes for JSON what is JSON", () => {
  const kernel = controlled();
  const set = (quantum: string) => request(kernel, "PATCH", "/machine", `{"quantumMilliseconds": ${quantum}}`).status;
  expect(["2.5", "0.5", "10"].map(set)).toEqual([200, 200, 200]);
  expect(["2.", "007", "00", "-1"].map(set)).toEqual([400, 400, 400, 422]);
});

it("reads a console from positions beyond 4 GiB", () => {
  const kernel = controlled();
  kernel.spawn({ image: "hello" });
  runFor(kernel, 0.1);
  const from = (position: string) => request(kernel, "GET", `/vms/hello/console?from=${position}`);
  const { next } = from("0").body;
  expect(from("5000000000")).toMatchObject({ status: 200, body: { text: "", next } });
  for (const position of ["", "1x", "-1", "12345678901234567890"]) expect(from(position).status).toBe(400);
});

it("keeps a character back whose rest is to come, and no longer than it can come", () => {
  const kernel = controlled();
  const program = "io.stdout:setvbuf('no')io.write('\\226\\156')while(os.clock()<1)do;end;io.write('\\147\\226')";
  kernel.spawn({ image: "lua", arguments: ["-e", program] });
  runFor(kernel, 0.5);
  const all = () => request(kernel, "GET", "/vms/lua/console?from=0").body;
  expect(all()).toEqual({ from: 0, next: 0, text: "", ended: false });
  runFor(kernel, 2);
  expect(all()).toEqual({ from: 0, next: 4, text: "✓\ufffd", ended: true });
});

it("hands on nothing of what a guest printed that a terminal would obey, and all of what is text", () => {
  const kernel = controlled();
  const [id] = kernel.spawn({ image: "echo" });
  runFor(kernel, 0.1);
  // CSI and OSC of two bytes, text turned around, a line's end that is none, a tag.
  const said = ["a\u009b2Jb", "\u009d0;title\u009c", "\u202etxet", "\u2028", "\u{e0041}", "grün ✓ 🎲"];
  kernel.type(id, Buffer.from(said.map((line) => `${line}\n`).join("")));
  runFor(kernel, 0.2);
  const shell = telnet(kernel, "console echo");
  expect(shell).toContain("a??2Jb\r\n??0;title??\r\n???txet\r\n???\r\n????\r\ngrün ✓ 🎲\r\n");
  const web = new ControlClient(kernel, HTTP).send(head("GET", "/vms/echo/console", "Connection: close\r\n"));
  web.untilEnded();
  expect(web.text.replace(/[\r\n]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const { text } = request(kernel, "GET", "/vms/echo/console").body;
  for (const line of said) expect(text).toContain(line);
});
