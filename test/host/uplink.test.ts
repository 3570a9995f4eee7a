/** Published ports and destinations that guests may reach, by real sockets, with channels that the kernel would give, or with a kernel. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { LocalClient } from "../../source/host/local-client.js";
import { HostUplink } from "../../source/host/uplink.js";
import { type OutboundHost, parsePublish } from "../../source/host/uplink-plan.js";
import { UplinkFlag, UplinkKind } from "../../source/kernel/abi.js";
import type { Kernel } from "../../source/kernel/index.js";
import { UplinkChannel, type UplinkGuest } from "../../source/kernel/supervisor/uplink-channel.js";
import type { UplinkDevice } from "../../source/kernel/supervisor/uplink-device.js";
import { IMAGES, temporaryFolder } from "../kernel/boot.js";
import { freePort } from "../system/free-port.js";

const LOOPBACK = "127.0.0.1";

/** Milliseconds, on a machine that does other things too. */
const PATIENCE = 10_000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Outbound = NonNullable<Parameters<UplinkDevice["allow"]>[0]>;

/** A channel that the supervisor asked for, and who waits for what happens on it. */
class Connection {
  readonly channel: UplinkChannel;
  readonly #told: ((flag: number) => void)[] = [];

  /** @param guest the VM that asked the supervisor for it */
  constructor({ destinations, connect }: Outbound, index: number, guest?: UplinkGuest) {
    const tellAll = (_: UplinkChannel, flag: number) => {
      for (const tell of this.#told) tell(flag);
    };
    this.channel = new UplinkChannel(1, destinations[index], tellAll, guest);
    connect(index, this.channel);
  }

  /** Resolves when it is told; rejects when the channel is closed instead. */
  told(wanted: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#told.push((flag) => {
        if (flag === wanted) resolve();
        else if (flag === UplinkFlag.CLOSED) reject(new Error("the channel was closed"));
      }),
    );
  }
}

/** The host's side of the uplink, over a kernel that keeps what its supervisor may reach. */
async function allow(...outbound: OutboundHost[]): Promise<{ host: HostUplink; allowed: Outbound }> {
  let allowed: Outbound | undefined;
  const uplink = {
    allow: (rules: Outbound | undefined) => {
      allowed = rules;
    },
  };
  const host = await HostUplink.open({ uplink } as unknown as Kernel, { publish: [], outbound });
  cleanUps.push(() => host.close());
  return { host, allowed: allowed as unknown as Outbound };
}

it.each(["tcp", "udp"])(
  "says once that a published %s port refuses clients, however many it does",
  async (transport) => {
    const complaints: string[] = [];
    let refused = 0;
    const open = () => {
      refused++;
    };
    const uplink = { allow: () => {}, open, ethernetApart: () => undefined, size: 1 };
    const kernel = { uplink, complain: (text: string) => complaints.push(text) };
    const hostPort = await freePort();
    const publish = [parsePublish(`${hostPort}:web:80/${transport}`, "it")];
    const host = await HostUplink.open(kernel as unknown as Kernel, { publish, outbound: [] });
    cleanUps.push(() => host.close());
    for (let count = 1; count <= 3; count++) {
      if (transport === "tcp") {
        const client = connect(hostPort, LOOPBACK);
        client.on("error", () => {}); // It is reset.
        cleanUps.push(() => client.destroy());
      } else {
        const client = createSocket("udp4");
        cleanUps.push(() => client.close());
        client.send("hello", hostPort, LOOPBACK);
      }
      await expect.poll(() => refused, { timeout: PATIENCE }).toBe(count);
    }
    expect(complaints).toEqual([
      `port ${hostPort} refuses clients: 0 are connected, as many as it may have now; it takes others when some have ended`,
    ]);
  },
);

it("counts connections to each destination, and the bytes of both ways", async () => {
  const server = createServer((socket) => socket.end("goodbye"));
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  cleanUps.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { host, allowed } = await allow(
    { host: "never.example", port: 80, transport: "tcp" },
    { host: LOOPBACK, port, transport: "tcp" },
  );
  const arrived = once(server, "connection");
  const connection = new Connection(allowed, 1);
  expect(connection.channel.target.kind).toBe(UplinkKind.STREAM);
  const answer = connection.told(UplinkFlag.READABLE);
  const [[socket]] = await Promise.all([arrived, connection.told(UplinkFlag.OPENED)]);
  const heard = once(socket, "data");
  connection.channel.send(Buffer.from("hello"));
  await Promise.all([heard, answer]);
  const nobody = { host: "never.example", open: 0, total: 0, received: 0, sent: 0 };
  expect(host.status().outbound).toMatchObject([nobody, { port, open: 1, total: 1, received: 7, sent: 5 }]);

  const gone = once(socket, "close");
  connection.channel.finish();
  await gone;
  connection.channel.release();
  const counted = expect.poll(() => host.status().outbound[1], { timeout: PATIENCE });
  await counted.toMatchObject({ open: 0, total: 1, received: 7, sent: 5 });
  // An earlier supervisor does not say for whom it is.
  expect(host.status().flows).toEqual([]);
});

it("counts datagrams to a destination and its answers, until the guest's port is given back", async () => {
  const server = createSocket("udp4");
  server.on("message", (bytes, from) => server.send(`${bytes}, too`, from.port, from.address));
  server.bind(0, LOOPBACK);
  await once(server, "listening");
  cleanUps.push(() => server.close());
  const { port } = server.address();
  const { host, allowed } = await allow({ host: LOOPBACK, port, transport: "udp" });
  const connection = new Connection(allowed, 0, { id: 3, name: "clock" });
  const answered = connection.told(UplinkFlag.READABLE);
  connection.channel.send(Buffer.from("hello"));
  await answered;
  expect(host.status().outbound).toMatchObject([{ port, open: 1, total: 1, received: 10, sent: 5 }]);
  const flow = { vm: "clock", outside: `${LOOPBACK}:${port}`, outward: true, transport: "udp", received: 10, sent: 5 };
  expect(host.status().flows).toMatchObject([{ ...flow, open: true }]);
  connection.channel.release();
  expect(host.status().outbound).toMatchObject([{ open: 0, total: 1, received: 10, sent: 5 }]);
  expect(host.status().flows).toMatchObject([{ ...flow, open: false }]);
});

it("breaks the channel to a destination whose name has no address", async () => {
  // No label of a name may be that long (RFC 1035): no name server is asked.
  const { host, allowed } = await allow({ host: `${"nobody".repeat(11)}.invalid`, port: 123, transport: "udp" });
  const connection = new Connection(allowed, 0);
  const broken = connection.told(UplinkFlag.CLOSED);
  connection.channel.send(Buffer.from("hello"));
  await broken;
  expect(host.status().outbound).toMatchObject([{ open: 0, total: 1 }]);
});

it("ends connections that the supervisor leaves behind, and refuses new ones", async () => {
  const client = new LocalClient({ stateFolder: temporaryFolder(), imageFolders: [IMAGES] });
  cleanUps.push(() => client.close());
  const hostPort = await freePort();
  await client.openUplink({ publish: [{ hostPort, vm: "web", vmPort: 80, transport: "tcp" }], outbound: [] });
  const dial = () => {
    const socket = connect(hostPort, LOOPBACK).resume();
    socket.on("error", () => {}); // How it ends is the host's choice.
    return new Promise((resolve) => socket.on("close", resolve));
  };
  const open = async () => (await client.uplinkStatus()).ports[0].open;
  await client.pause(1); // It would end a connection to a VM that does not exist before anybody has seen it open.
  const ended = dial();
  await expect.poll(open, { timeout: PATIENCE }).toBe(1);
  await client.kill(1);
  await ended;
  await expect.poll(open, { timeout: PATIENCE }).toBe(0);
  await dial();
});

it("refuses clients of a VM on an Ethernet that the supervisor is not on at once, and says why once a port", async () => {
  const client = new LocalClient({ stateFolder: temporaryFolder(), imageFolders: [IMAGES] });
  cleanUps.push(() => client.close());
  await client.spawn({ image: "httpd", name: "web", network: "inner" });
  const [stream, datagrams] = [await freePort(), await freePort()];
  const publish = [parsePublish(`${stream}:web:80`, "it"), parsePublish(`${datagrams}:web:80/udp`, "it")];
  await client.openUplink({ publish, outbound: [] });
  const dial = async () => {
    const socket = connect(stream, LOOPBACK);
    cleanUps.push(() => socket.destroy());
    const [error] = await once(socket, "error", { signal: AbortSignal.timeout(PATIENCE) });
    return (error as NodeJS.ErrnoException).code;
  };
  expect([await dial(), await dial()]).toEqual(["ECONNRESET", "ECONNRESET"]);
  const sender = createSocket("udp4");
  cleanUps.push(() => sender.close());
  for (const text of ["hello", "again"]) sender.send(text, datagrams, LOOPBACK);
  const notices = async () => (await client.notices(0)).map(({ text }) => text);
  const why =
    "refuses clients: 'web' is on the Ethernet 'inner', and the supervisor on 'lan' alone; leave out that VM's network";
  await expect.poll(notices, { timeout: PATIENCE }).toEqual([`port ${stream} ${why}`, `port ${datagrams} ${why}`]);
  expect((await client.uplinkStatus()).ports).toMatchObject([{ open: 0 }, { open: 0 }]);
});
