/** A published UDP port: who is answered, and what is counted, by real sockets and with a channel that the kernel would give. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { DatagramPort } from "../../source/host/datagram-port.js";
import { OutsideFlows } from "../../source/host/outside-flows.js";
import { PortCounter } from "../../source/host/uplink-figures.js";
import { parsePublish } from "../../source/host/uplink-plan.js";
import { UplinkKind } from "../../source/kernel/abi.js";
import { UplinkChannel, type UplinkTarget } from "../../source/kernel/supervisor/uplink-channel.js";
import type { UplinkDevice } from "../../source/kernel/supervisor/uplink-device.js";
import { freePort } from "../system/free-port.js";

const LOOPBACK = "127.0.0.1";

const sockets: Socket[] = [];
let published: DatagramPort | undefined;
afterEach(() => {
  published?.close();
  for (const socket of sockets.splice(0)) socket.close();
});

/** The kernel's side: channels, and who waits for the next thing that comes on one. */
class Uplink {
  readonly channels: UplinkChannel[] = [];
  #told: (() => void) | undefined;

  open(target: UplinkTarget): UplinkChannel {
    const channel = new UplinkChannel(this.channels.length, target, () => this.#told?.());
    this.channels.push(channel);
    return channel;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#told = resolve;
    });
  }
}

it("gives no place to who sends nothing", async () => {
  const port = await freePort();
  const counter = new PortCounter(parsePublish(`${port}:game:9000/udp`, "it"));
  const uplink = new Uplink();
  const flows = new OutsideFlows();
  published = await DatagramPort.open(uplink as unknown as UplinkDevice, LOOPBACK, counter, flows, () => {});
  const clients = [createSocket("udp4"), createSocket("udp4")];
  sockets.push(...clients);
  const sent = (client: Socket, text: string) => new Promise((resolve) => client.send(text, port, LOOPBACK, resolve));
  await sent(clients[0], "");
  const told = uplink.next();
  await sent(clients[1], "hello");
  await told;
  expect(counter.figures()).toMatchObject({ open: 1, total: 1, received: 5 });
  expect(flows.figures()).toMatchObject([{ outside: `${LOOPBACK}:${clients[1].address().port}` }]);
});

it("counts the datagrams of each sender and the answers to it, as bytes of their contents", async () => {
  const port = await freePort();
  const counter = new PortCounter(parsePublish(`${port}:game:9000/udp`, "it"));
  const uplink = new Uplink();
  const flows = new OutsideFlows();
  published = await DatagramPort.open(uplink as unknown as UplinkDevice, LOOPBACK, counter, flows, () => {});
  const send = async (client: Socket, text: string) => {
    const told = uplink.next();
    client.send(text, port, LOOPBACK);
    await told;
  };
  const clients = [createSocket("udp4"), createSocket("udp4")];
  sockets.push(...clients);
  await send(clients[0], "ping");
  await send(clients[0], "again");
  await send(clients[1], "hello");
  expect(uplink.channels.map(({ target }) => target)).toEqual(
    Array(2).fill({ kind: UplinkKind.DATAGRAMS, name: "game", port: 9000 }),
  );
  expect(counter.figures()).toMatchObject({ hostPort: port, open: 2, total: 2, received: 14, sent: 0 });

  const answered = once(clients[1], "message");
  uplink.channels[1].send(Buffer.from("good day"));
  const [bytes, from] = await answered;
  expect([String(bytes), from.port]).toEqual(["good day", port]);
  expect(counter.figures()).toMatchObject({ open: 2, total: 2, received: 14, sent: 8 });

  uplink.channels[0].release();
  expect(counter.figures()).toMatchObject({ open: 1, total: 2 });
  const [first, second] = clients.map((client) => `${LOOPBACK}:${client.address().port}`);
  expect(flows.figures()).toMatchObject([
    { outside: first, vm: "game", vmPort: 9000, transport: "udp", open: false, received: 9, sent: 0 },
    { outside: second, vm: "game", vmPort: 9000, transport: "udp", open: true, received: 5, sent: 8 },
  ]);
});
