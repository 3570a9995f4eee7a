/** How connections to the supervisor end: whoever has been answered is let go in order, whoever broke off or does not read is not. */

import { expect, it } from "vitest";
import { runFor } from "../kernel/boot.js";
import { answer, ControlClient, controlled, HTTP, head, TELNET, TOKEN } from "./control-client.js";

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

it.each([
  ["its head", "GET / HTTP/1.1\r\nHost: cut"],
  ["its body", `${head("POST", "/vms", "Content-Length: 20\r\n")}{"image"`],
  ["its image", `${head("PUT", "/images/cut", "Content-Length: 1000\r\n")}\x7fELF`],
])("a client that ends in the middle of %s is told so", (_, sent) => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP).send(sent).end();
  runFor(kernel, 0.2);
  const error = "the request is cut off: its end did not come";
  expect(answer(client.text)).toEqual({ status: 400, body: { error } });
  expect(client).toMatchObject(inOrder);
});

it.each([
  ["a line's end", "\n", 200],
  ["an empty line and half of one", "\r\n\r", 200],
  ["a request that is cut off", "GET / HTTP/1.1\r\nHos", 400],
])("a client that reads slowly has the whole answer in front of %s", (_, more, lastStatus) => {
  const kernel = controlled();
  kernel.spawn({ image: "ticker", count: 600, arguments: ["100000"], memory: 131_072 });
  const client = new ControlClient(kernel, HTTP).send(head("GET", "/vms") + more).end();
  client.room = 1;
  runFor(kernel, 1);
  client.read(Number.POSITIVE_INFINITY);
  runFor(kernel, 1);
  expect(client.text).toMatch(/\r\n0\r\n\r\n/);
  expect(client.text.match(/HTTP\/1\.1 \d+/g)?.at(-1)).toBe(`HTTP/1.1 ${lastStatus}`);
  expect(client).toMatchObject(inOrder);
});

it("a head that does not come is answered for itself, not as the HEAD before it was", () => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP).send(head("HEAD", "/machine"));
  client.until((text) => text.endsWith("\r\n\r\n"));
  const { length } = client.text;
  client.send("GET / HT").untilEnded(12);
  const error = "the request did not come in time";
  expect(answer(client.text.slice(length))).toEqual({ status: 408, body: { error } });
});

it("a shell whose answer is not read for a minute is cut off, one that is read has its quarter of an hour", () => {
  const kernel = controlled();
  const shells = [0, 1].map(() => new ControlClient(kernel, TELNET));
  for (const shell of shells) {
    shell.room = 1;
    shell.send(`${TOKEN}\nlist\nlist\n`);
  }
  const [stalled, slow] = shells;
  runFor(kernel, 55);
  expect(shells.map(({ ended }) => ended)).toEqual([false, false]);
  slow.read(Number.POSITIVE_INFINITY);
  runFor(kernel, 10);
  expect(stalled).toMatchObject({ ended: true, broken: true });
  runFor(kernel, 880);
  expect(slow.ended).toBe(false);
  runFor(kernel, 20);
  expect(slow).toMatchObject(inOrder);
});

it("a client that was slow to read an answer has 10 s for its next request, from when it has read it", () => {
  const kernel = controlled();
  const client = new ControlClient(kernel, HTTP);
  client.room = 1;
  client.send(head("GET", "/machine").repeat(2));
  runFor(kernel, 30);
  expect(client.ended).toBe(false);
  client.read(Number.POSITIVE_INFINITY);
  expect(client.untilEnded(15)).toBeCloseTo(10, 0);
  expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(client).toMatchObject(inOrder);
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
