/** How connections to the supervisor end: whoever has been answered is let go in order, whoever broke off or does not read is not. */

import { expect, it } from "vitest";
import { runFor } from "../kernel/boot.js";
import { ControlClient, controlled, HTTP, head, TELNET, TOKEN } from "./control-client.js";

const inOrder = { ended: true, broken: false };

it("a client that says it has no more to say has all its answers", () => {
  const kernel = controlled();
  const shell = new ControlClient(kernel, TELNET).send(`${TOKEN}\nlist\nquantum\n`).end();
  const web = new ControlClient(kernel, HTTP).send(head("GET", "/vms") + head("GET", "/machine")).end();
  runFor(kernel, 0.2);
  expect(shell.text).toMatch(/supervisor +supervisor[\s\S]*quantum 5\.000 ms/);
  expect(web.text).toMatch(/"vms":\[\{"id":1,[\s\S]*\r\n0\r\n\r\nHTTP[\s\S]*"policy"/);
  expect([shell, web]).toMatchObject([inOrder, inOrder]);
});

it("a client that ends in the middle of a request has broken off", () => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP).send(head("POST", "/vms", "Content-Length: 20\r\n")).end();
  runFor(kernel, 0.2);
  expect(client).toMatchObject({ text: "", ended: true, broken: true });
});

it("a client that asks nothing more, or is silent at its shell, is let go in order", () => {
  const kernel = controlled();
  const web = new ControlClient(kernel, HTTP).send(head("GET", "/machine"));
  const shell = new ControlClient(kernel, TELNET).send(`${TOKEN}\n`);
  runFor(kernel, 9);
  expect([web, shell].map(({ ended }) => ended)).toEqual([false, false]);
  runFor(kernel, 2);
  expect(web).toMatchObject(inOrder);
  runFor(kernel, 885);
  expect(shell.ended).toBe(false);
  runFor(kernel, 5);
  expect(shell).toMatchObject(inOrder);
});

it("a client that reads a long list slowly gets all of it, and one that reads nothing is cut off", {
  timeout: 60_000,
}, () => {
  const kernel = controlled();
  kernel.spawn({ image: "ticker", count: 600, arguments: ["100000"], memory: 131_072 });
  const clients = [0, 1].map(() => new ControlClient(kernel, HTTP));
  for (const client of clients) {
    client.room = 1;
    client.send(`GET /vms HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  }
  const [slow, stalled] = clients;
  for (let round = 0; round < 12; round++) {
    runFor(kernel, 15);
    slow.read(1);
  }
  runFor(kernel, 3);
  expect(slow).toMatchObject(inOrder);
  expect(JSON.parse(slow.text.slice(slow.text.indexOf("\r\n\r\n"))).vms).toHaveLength(601);
  expect(stalled).toMatchObject({ ended: true, broken: true });
});
