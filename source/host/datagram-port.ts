/**
 * A published UDP port: each sender gets a channel of its own, on which the answers to it come back. A sender that is silent
 * for a while is forgotten.
 */

import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Kernel, type UplinkChannel, UplinkKind } from "../kernel/index.js";
import type { ConnectionCounter, OutsideFlows } from "./outside-flows.js";
import { DATAGRAM_SENDERS, DATAGRAM_SILENCE } from "./params.js";
import type { PortCounter } from "./uplink-figures.js";

interface Sender {
  readonly channel: UplinkChannel;
  readonly flow: ConnectionCounter;
  heard: number;
}

export class DatagramPort {
  readonly #uplink: Kernel["uplink"];
  readonly #counter: PortCounter;
  readonly #flows: OutsideFlows;
  readonly #socket: Socket;
  readonly #onRefused: () => void;
  readonly #senders = new Map<string, Sender>();
  readonly #timer: NodeJS.Timeout;

  /** @param onRefused told of each datagram of somebody for whom there is no room @throws what the host says when the port cannot be had */
  static async open(
    uplink: Kernel["uplink"],
    address: string,
    counter: PortCounter,
    flows: OutsideFlows,
    onRefused: () => void,
  ): Promise<DatagramPort> {
    const socket = createSocket("udp4");
    socket.bind(counter.port.hostPort, address);
    try {
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    return new DatagramPort(uplink, counter, flows, socket, onRefused);
  }

  private constructor(
    uplink: Kernel["uplink"],
    counter: PortCounter,
    flows: OutsideFlows,
    socket: Socket,
    onRefused: () => void,
  ) {
    this.#uplink = uplink;
    this.#counter = counter;
    this.#flows = flows;
    this.#socket = socket;
    this.#onRefused = onRefused;
    socket.on("message", (bytes, from) => this.#receive(bytes, from));
    socket.on("error", () => {}); // An answer that could not be sent is lost, as datagrams are.
    this.#timer = setInterval(() => this.#forgetSilent(), DATAGRAM_SILENCE / 4);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    // The uplink device carries none that is empty: its sender would have a place here for nothing.
    if (bytes.length === 0) return;
    const key = `${from.address}:${from.port}`;
    const sender = this.#senders.get(key) ?? this.#add(key, from);
    if (!sender) return;
    sender.heard = performance.now();
    sender.flow.received(bytes);
    sender.channel.push(bytes);
  }

  #add(key: string, from: RemoteInfo): Sender | undefined {
    const { vm, vmPort } = this.#counter.port;
    const target = { kind: UplinkKind.DATAGRAMS, name: vm, port: vmPort };
    const channel = this.#senders.size < DATAGRAM_SENDERS ? this.#uplink.open(target) : undefined;
    if (!channel) {
      this.#onRefused();
      return undefined;
    }
    const flow = this.#flows.begin(this.#counter, key);
    channel.peer = {
      send: (bytes) => {
        flow.sent(bytes);
        this.#socket.send(bytes, from.port, from.address, () => {});
        return true;
      },
      finish: () => {},
      close: () => this.#drop(key),
      room: () => {},
    };
    const sender = { channel, flow, heard: 0 };
    this.#senders.set(key, sender);
    flow.opened();
    return sender;
  }

  #drop(key: string): void {
    this.#senders.get(key)?.flow.closed();
    this.#senders.delete(key);
  }

  #forgetSilent(): void {
    const before = performance.now() - DATAGRAM_SILENCE;
    for (const [key, { channel, heard }] of this.#senders) {
      if (heard >= before) continue;
      this.#drop(key);
      channel.broken();
    }
  }
}
