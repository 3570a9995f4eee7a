/** The guests' way out of the machine, and datagrams' way in: programs in VMs talk to servers of this test, by the supervisor alone. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, eventually } from "./fleet-process.js";
import { freePort } from "./free-port.js";
import { Home } from "./program.js";
import { WatchedFleet } from "./watched-fleet.js";

/**
 * Where arena's bots send to. On Linux all of 127.0.0.0/8 is this host, and nobody else is at this address, not even another
 * run of these tests.
 */
const ARENA_PORT = 27910;
const REFEREE =
  process.platform === "linux"
    ? `127.91.${(process.pid >> 8) & 0xff}.${1 + ((process.pid & 0xff) % 254)}`
    : "127.0.0.1";
/** A name that nobody has (RFC 2606): the host is taught it. */
const NAME = "vault.example";

const home = new Home();
const cleanUps: (() => unknown)[] = [() => home.remove()];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that takes Redis' MIGRATE: it agrees to every command, and keeps what it was sent. */
class Vault {
  readonly server: Server;
  received = "";
  connections = 0;

  constructor() {
    this.server = createServer((socket) => {
      this.connections++;
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        const text = bytes.toString("latin1");
        this.received += text;
        // A command begins with the number of its words (RESP).
        for (const _ of text.matchAll(/\*\d+\r\n\$\d+\r\n[A-Z]+\r\n/g)) socket.write("+OK\r\n");
      });
    });
    cleanUps.push(() => this.server.close());
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }
}

const [vault, byAddress, secret] = [new Vault(), new Vault(), new Vault()];
const referee = createSocket("udp4");
/** Ports of the host from which inputs of players came to the referee. */
const players = new Set<number>();
let fleet: WatchedFleet;
let ports: { vault: number; byAddress: number; secret: number; store: number; game: number };

/** Answers each input with a state of the game in which nobody is but the player. */
function judge(bytes: Buffer, from: { port: number; address: string }): void {
  players.add(from.port);
  const state = Buffer.alloc(20);
  state.write("ST", 0);
  state.writeUInt8(1, 2);
  state.writeUInt8(1, 3);
  state.writeUInt32LE(bytes.readUInt32LE(4), 4);
  bytes.copy(state, 8, 4, 8);
  state.writeUInt8(1, 18);
  referee.send(state, from.port, from.address);
}

beforeAll(async () => {
  referee.on("message", judge).bind(ARENA_PORT, REFEREE);
  await once(referee, "listening");
  cleanUps.push(() => referee.close());
  ports = {
    vault: await vault.listen(),
    byAddress: await byAddress.listen(),
    secret: await secret.listen(),
    store: await freePort(),
    game: await freePort(),
  };
  const teach = home.file(
    "names.cjs",
    `const dns = require("node:dns"), { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(name === "${NAME}" ? "127.0.0.1" : name, ...rest);\n`,
  );
  fleet = WatchedFleet.start(
    home,
    [
      `publish: ["${ports.store}:store:6379", "${ports.game}:game:${ARENA_PORT}/udp"]`,
      `allow-outbound: ["${NAME}:${ports.vault}", "${REFEREE}:${ARENA_PORT}/udp"]`,
      "vms:",
      "  - { image: redis, name: store }",
      "  - { image: arena, name: game }",
      // The supervisor is VM 1.
      '  - { image: arena, name: bots, arguments: [bots, "10.0.0.1", "3"] }',
    ],
    ["--allow-outbound", `127.0.0.1:${ports.byAddress}`],
    { NODE_OPTIONS: `--require ${teach}` },
  );
  cleanUps.push(() => fleet.stop());
  await eventually(fleet.process, () => ask(ports.store, "PING"));
}, 120_000);

const store = (line: string) => ask(ports.store, line);

/** Has the guest give a value away to whoever answers there. */
async function migrate(host: string, port: number): Promise<string | undefined> {
  expect(await store("SET box treasure-from-inside")).toBe("+OK\r\n");
  return store(`MIGRATE ${host} ${port} box 0 20000`);
}

it("a guest reaches a destination that is allowed, by its name", async () => {
  expect(await migrate(NAME, ports.vault)).toBe("+OK\r\n");
  // Capitals make no other name of it (RFC 1035, section 2.3.3).
  expect(await migrate("Vault.EXAMPLE", ports.vault)).toBe("+OK\r\n");
  expect(vault.connections).toBe(2);
  expect(vault.received).toMatch(/RESTORE[\s\S]*treasure-from-inside/);
  expect(await store("EXISTS box")).toBe(":0\r\n");
});

it("a guest reaches one that the command line allows beside the fleet's, at the supervisor", async () => {
  expect(await migrate("10.0.0.1", ports.byAddress)).toBe("+OK\r\n");
  expect(byAddress.received).toContain("treasure-from-inside");
});

it("what is not allowed is reached by no name and no address", async () => {
  for (const host of ["10.0.0.1", NAME, "127.0.0.1", "localhost", "nobody.example"])
    expect([host, await migrate(host, ports.secret)]).toEqual([host, expect.stringMatching(/^-IOERR /)]);
  expect(await store("STRLEN box")).toBe(":20\r\n");
  expect(secret.connections).toBe(0);
});

it("datagrams of three guests' sockets go out and are answered each by itself", async () => {
  // A player sends twenty inputs a second, and tells once a second what came back.
  await fleet.until("bots were answered", () => /^[1-9]\d* states, /m.test(fleet.vm("bots")?.console ?? ""));
  expect(players.size).toBe(3);
});

/** A player of the game in the VM, from outside. */
class Player {
  readonly #socket: Socket = createSocket("udp4");
  #sequence = 0;

  constructor() {
    cleanUps.push(() => this.#socket.close());
  }

  /** Sends an input again and again, as datagrams get lost, until a state comes that is made with it and is as wanted. */
  play(right: number, down: number, isWanted: (state: Buffer) => boolean): Promise<Buffer> {
    const input = Buffer.alloc(8);
    input.write("IN", 0);
    input.writeInt8(right, 2);
    input.writeInt8(down, 3);
    input.writeUInt32LE(++this.#sequence, 4);
    const send = () => this.#socket.send(input, ports.game, "127.0.0.1");
    send();
    const timer = setInterval(send, 100);
    return new Promise((resolve) => {
      this.#socket.on("message", (state) => {
        if (state.readUInt32LE(8) !== this.#sequence || !isWanted(state)) return;
        clearInterval(timer);
        this.#socket.removeAllListeners("message");
        resolve(state);
      });
    });
  }
}

/** Where a state says that its receiver is, left to right. */
function column(state: Buffer): number {
  const places = Array.from({ length: state.readUInt8(3) }, (_, index) => 12 + index * 8);
  const own = places.find((at) => state.readUInt8(at + 6) === state.readUInt8(2));
  return state.readUInt16LE(own ?? Number.NaN);
}

it("players from outside join the game in a VM by a published port, see each other, and move", async () => {
  const [first, second] = [new Player(), new Player()];
  const [alone, beside] = await Promise.all([
    first.play(0, 0, (state) => state.readUInt8(3) === 2),
    second.play(0, 0, (state) => state.readUInt8(3) === 2),
  ]);
  expect(alone.toString("latin1", 0, 2)).toBe("ST");
  expect(alone.readUInt8(2)).not.toBe(beside.readUInt8(2));
  await first.play(-1, 0, (state) => column(state) === 0);
  await first.play(1, 0, (state) => column(state) > 40);
  expect(fleet.vm("game")?.console).toMatch(/player \d+ has joined\nplayer \d+ has joined\n/);
});
