/** Guests that go out to a server of the host's own: who of them is who, and what each sent and got. */

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { LocalClient } from "../../source/host/local-client.js";
import { IMAGES, temporaryFolder } from "../kernel/boot.js";

const LOOPBACK = "127.0.0.1";

/** Milliseconds, on a machine that does other things too. */
const PATIENCE = 20_000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${"x".repeat(1000)}`;

/** Answers the first request of each connection and lets the second wait, so that all stands still by and by. */
class Server {
  /** Second requests that wait, and the bytes of a request, by the path asked for. */
  readonly waiting = new Map<string, number>();
  readonly lengths = new Map<string, number>();
  #onWaiting = () => {};

  async listen(): Promise<number> {
    const server = createServer((socket) => this.#serve(socket)).listen(0, LOOPBACK);
    cleanUps.push(() => server.close());
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** Resolves when so many requests wait. */
  wait(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onWaiting = () => {
        const waiting = [...this.waiting.values()].reduce((sum, each) => sum + each, 0);
        if (waiting >= count) resolve();
      };
      this.#onWaiting();
    });
  }

  #serve(socket: Socket): void {
    cleanUps.push(() => socket.destroy());
    socket.on("error", () => {}); // Its guest is killed.
    let [text, requests] = ["", 0];
    socket.on("data", (bytes) => {
      text += bytes;
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const path = text.split(" ", 2)[1];
        this.lengths.set(path, end + 4);
        text = text.slice(end + 4);
        if (++requests === 1) socket.write(ANSWER);
        else this.waiting.set(path, (this.waiting.get(path) ?? 0) + 1);
        this.#onWaiting();
      }
    });
  }
}

it("shows two guests at one destination each by its name, with what it sent and got, and when one is gone", {
  timeout: 60_000,
}, async () => {
  const server = new Server();
  const port = await server.listen();
  const client = new LocalClient({ stateFolder: temporaryFolder(), imageFolders: [IMAGES] });
  cleanUps.push(() => client.close());
  await client.openUplink({ publish: [], outbound: [{ host: LOOPBACK, port, transport: "tcp" }] });
  // The supervisor is VM 1.
  const ask = (name: string, connections: number) =>
    client.spawn({
      image: "load",
      name,
      arguments: ["keep=1", `connections=${connections}`, `port=${port}`, `path=/${name}`, "10.0.0.1"],
    });
  const [left] = await ask("left", 1);
  await ask("right", 2);
  // A guest that sends the second request has the whole answer to the first.
  await server.wait(3);
  const flows = async () =>
    ((await client.uplinkStatus()).flows ?? []).toSorted((one, other) => (one.vm < other.vm ? -1 : 1));
  const length = (path: string) => server.lengths.get(path) ?? Number.NaN;
  const destination = { outside: `${LOOPBACK}:${port}`, transport: "tcp", outward: true, open: true };
  expect(await flows()).toMatchObject([
    { ...destination, vm: "left", received: ANSWER.length, sent: 2 * length("/left") },
    { ...destination, vm: "right", received: 2 * ANSWER.length, sent: 4 * length("/right") },
  ]);
  expect((await client.uplinkStatus()).outbound).toMatchObject([{ open: 3, total: 3, received: 3 * ANSWER.length }]);

  await client.kill(left);
  await expect.poll(flows, { timeout: PATIENCE }).toMatchObject([
    { vm: "left", open: false },
    { vm: "right", open: true },
  ]);
});
