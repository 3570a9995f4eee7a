/**
 * Datagrams that a guest sends to an allowed destination, and the answers: one socket for each guest's port, bound to that
 * destination, so that nobody else's datagrams come in by it. It is closed after some silence both ways.
 */

import { createSocket, type Socket } from "node:dgram";
import type { UplinkChannel, UplinkPeer } from "../kernel/index.js";
import type { ConnectionCounter } from "./outside-flows.js";
import { DATAGRAM_SILENCE, DATAGRAMS_BEFORE_CONNECT } from "./params.js";
import type { OutboundHost } from "./uplink-plan.js";

export class DatagramClient implements UplinkPeer {
  readonly #socket: Socket = createSocket("udp4");
  readonly #counter: ConnectionCounter;
  readonly #channel: UplinkChannel;
  readonly #silence: NodeJS.Timeout;
  readonly #onClose: (client: DatagramClient) => void;
  /** What was sent before the destination's name had an address; undefined from then on. */
  #early: Uint8Array[] | undefined = [];
  #closed = false;

  /** @param onClose told once, when the socket is gone */
  constructor(
    destination: OutboundHost,
    counter: ConnectionCounter,
    channel: UplinkChannel,
    onClose: (client: DatagramClient) => void,
  ) {
    this.#counter = counter;
    counter.opened();
    this.#channel = channel;
    this.#onClose = onClose;
    this.#silence = setTimeout(() => this.#end(), DATAGRAM_SILENCE);
    this.#silence.unref();
    this.#socket.on("message", (bytes) => this.#receive(bytes));
    this.#socket.on("error", () => this.#end()); // The name has no address, or there is no way to it.
    // Without a callback: that would be told of a failure in place of the listener.
    this.#socket.once("connect", () => this.#connected());
    this.#socket.connect(destination.port, destination.host);
  }

  send(bytes: Uint8Array): boolean {
    this.#silence.refresh();
    if (this.#early === undefined) {
      this.#counter.sent(bytes);
      this.#socket.send(bytes, () => {}); // One that cannot be sent is lost, as datagrams are.
    } else if (this.#early.length < DATAGRAMS_BEFORE_CONNECT) this.#early.push(bytes);
    return true;
  }

  finish(): void {}

  room(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#socket.close();
    this.#counter.closed();
    this.#onClose(this);
  }

  #connected(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const bytes of early) this.send(bytes);
  }

  #receive(bytes: Uint8Array): void {
    this.#silence.refresh();
    this.#counter.received(bytes);
    this.#channel.push(bytes);
  }

  /** Ends it from the host's side. */
  #end(): void {
    this.close();
    this.#channel.broken();
  }
}
