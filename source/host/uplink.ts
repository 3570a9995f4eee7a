/**
 * The host's side of the uplink: the sockets. Published ports listen on the loopback interface; what arrives there goes to
 * the supervisor VM through the kernel's uplink device, and only what is allowed goes out. Who reads slowly slows down who
 * writes: a socket is paused while the supervisor has enough, and the supervisor waits while a socket has.
 */

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import {
  DEFAULT_NETWORK,
  type Kernel,
  type UplinkChannel,
  UplinkKind,
  type UplinkPeer,
  UserError,
} from "../kernel/index.js";
import { DatagramClient } from "./datagram-client.js";
import { DatagramPort } from "./datagram-port.js";
import { type ConnectionCounter, OutsideFlows } from "./outside-flows.js";
import { CLOSING_PATIENCE, SOCKET_BUFFER } from "./params.js";
import { hostReason } from "./reasons.js";
import { PortCounter, type UplinkStatus } from "./uplink-figures.js";
import { type OutboundHost, type PublishedPort, publishedPorts, type UplinkPlan } from "./uplink-plan.js";

export const LOOPBACK = "127.0.0.1";

/** Each side ends by itself, and what is sent is sent at once: its TCP has been waited for already. */
const STREAM = { allowHalfOpen: true, noDelay: true, highWaterMark: SOCKET_BUFFER } as const;

export class HostUplink {
  readonly #kernel: Kernel;
  readonly #servers: Server[] = [];
  readonly #datagramPorts: DatagramPort[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<DatagramClient>();
  readonly #counters: PortCounter[] = [];
  readonly #destinations: readonly PortCounter<OutboundHost>[];
  readonly #flows = new OutsideFlows();
  readonly #plan: UplinkPlan;

  /** Listens on all published ports. @throws UserError where one that was asked for cannot be had; none is listened on then */
  static async open(kernel: Kernel, plan: UplinkPlan): Promise<HostUplink> {
    const uplink = new HostUplink(kernel, plan);
    try {
      for (const port of publishedPorts(plan)) await uplink.#publish(port);
    } catch (error) {
      await uplink.close();
      throw error;
    }
    for (const remark of plan.remarks ?? []) kernel.complain(remark);
    uplink.#allow();
    if (plan.control) kernel.uplink.protect(plan.control.token);
    return uplink;
  }

  private constructor(kernel: Kernel, plan: UplinkPlan) {
    this.#kernel = kernel;
    this.#plan = plan;
    this.#destinations = plan.outbound.map((destination) => new PortCounter(destination));
  }

  /** What was carried until now. */
  status(): UplinkStatus {
    const { control } = this.#plan;
    const ports = this.#counters.map((counter) => counter.figures());
    const outbound = this.#destinations.map((counter) => counter.figures());
    return { ports, outbound, flows: this.#flows.figures(), ...(control && { control }) };
  }

  /** Stops listening and ends all connections. */
  async close(): Promise<void> {
    this.#kernel.uplink.allow(undefined);
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
    for (const port of this.#datagramPorts) port.close();
    for (const client of [...this.#clients]) client.close();
  }

  async #publish(port: PublishedPort): Promise<void> {
    const { hostPort, vm, vmPort } = port;
    try {
      await this.#listen(new PortCounter(port));
    } catch (error) {
      const reason = hostReason(error);
      if (!port.ifFree) throw new UserError(`cannot publish port ${hostPort}: ${reason}; choose another`);
      this.#kernel.complain(
        `port ${hostPort} does not lead to ${vm}: ${reason}; --publish PORT:${vm}:${vmPort} gives it another`,
      );
    }
  }

  /** @throws what the host says when the port cannot be had */
  async #listen(counter: PortCounter): Promise<void> {
    const { hostPort, vm, vmPort, transport } = counter.port;
    if (transport === "udp") {
      const onRefused = () => this.#refused(counter);
      this.#datagramPorts.push(await DatagramPort.open(this.#kernel.uplink, LOOPBACK, counter, this.#flows, onRefused));
    } else {
      const server = createServer({ ...STREAM, pauseOnConnect: true }, (socket) => {
        const target = { kind: UplinkKind.STREAM, name: vm, port: vmPort };
        const flow = this.#flows.begin(counter, `${socket.remoteAddress}:${socket.remotePort}`);
        const channel = this.#kernel.uplink.open(target);
        if (channel) this.#join(socket, channel, flow).resume();
        else {
          socket.resetAndDestroy();
          this.#refused(counter);
        }
      });
      server.listen(hostPort, LOOPBACK);
      await once(server, "listening");
      server.on("error", () => {}); // A connection that could not be accepted; the next may be.
      this.#servers.push(server);
    }
    this.#counters.push(counter);
  }

  /** Where there is no supervisor that is known, and nobody could be let in. */
  #refused(counter: PortCounter): void {
    const { hostPort, vm, open } = counter.figures();
    const ethernet = this.#kernel.uplink.ethernetApart(vm);
    if (ethernet !== undefined) {
      if (!counter.refused("apart")) return;
      const where = `is on the Ethernet '${ethernet}', and the supervisor on '${DEFAULT_NETWORK}' alone`;
      this.#kernel.complain(`port ${hostPort} refuses clients: '${vm}' ${where}; leave out that VM's network`);
      return;
    }
    if (this.#kernel.uplink.size === 0 || !counter.refused("full")) return;
    this.#kernel.complain(
      `port ${hostPort} refuses clients: ${open} are connected, as many as it may have now; it takes others when some have ended`,
    );
  }

  #allow(): void {
    const destinations = this.#plan.outbound.map(({ host, port, transport }) => ({
      kind: transport === "tcp" ? UplinkKind.STREAM : UplinkKind.DATAGRAMS,
      name: host,
      port,
    }));
    this.#kernel.uplink.allow({
      destinations,
      connect: (index, channel) => {
        const counter = this.#destinations[index];
        const { host, port, transport } = counter.port;
        const flow = channel.guest ? this.#flows.beginOutward(counter, channel.guest) : counter;
        if (transport === "udp") {
          const forget = (gone: DatagramClient) => this.#clients.delete(gone);
          channel.peer = this.#addDatagrams(new DatagramClient(counter.port, flow, channel, forget));
          return;
        }
        const socket = connect({ host, port, ...STREAM });
        socket.once("connect", () => channel.opened());
        this.#join(socket, channel, flow);
      },
    });
  }

  #addDatagrams(client: DatagramClient): DatagramClient {
    this.#clients.add(client);
    return client;
  }

  #join(socket: Socket, channel: UplinkChannel, counter: ConnectionCounter): Socket {
    this.#sockets.add(socket);
    counter.opened();
    channel.peer = new StreamPeer(socket, counter);
    socket.on("data", (bytes) => {
      counter.received(bytes);
      if (!channel.push(bytes)) socket.pause();
    });
    socket.on("end", () => channel.end());
    socket.on("drain", () => channel.writable());
    socket.on("error", () => {}); // What follows says it: the connection is gone.
    socket.on("close", (failed) => {
      this.#sockets.delete(socket);
      counter.closed();
      if (failed || !socket.readableEnded || !socket.writableFinished) channel.broken();
    });
    return socket;
  }
}

/**
 * Hands on what the supervisor sends: of a kernel's step the first piece, a segment, at once, so that a client has its answer while
 * the kernel works on, and the others in one call.
 */
class StreamPeer implements UplinkPeer {
  #gathers = false;

  constructor(
    private readonly socket: Socket,
    private readonly counter: ConnectionCounter,
  ) {}

  send(bytes: Uint8Array): boolean {
    this.counter.sent(bytes);
    const takesMore = this.socket.write(bytes);
    if (!this.#gathers) this.#gather();
    return takesMore;
  }

  /** Until the kernel's step is over, or whatever else calls. */
  #gather(): void {
    this.#gathers = true;
    this.socket.cork();
    queueMicrotask(() => {
      this.#gathers = false;
      this.socket.uncork();
    });
  }

  finish(): void {
    this.socket.end();
  }

  close(broken: boolean): void {
    if (broken) this.socket.resetAndDestroy();
    else this.#closeSoon();
  }

  /** What is left is sent first; to whoever takes nothing of it, not for ever. */
  #closeSoon(): void {
    let left = this.socket.writableLength;
    const timer = setInterval(() => {
      if (this.socket.writableLength === left) this.socket.resetAndDestroy();
      left = this.socket.writableLength;
    }, CLOSING_PATIENCE);
    timer.unref();
    this.socket.once("close", () => clearInterval(timer));
    this.socket.destroySoon();
  }

  room(): void {
    this.socket.resume();
  }
}
