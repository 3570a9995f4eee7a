/** Clients outside of the machine, in virtual time: the host's end of a channel, which may read slowly, stall or vanish. */

import { type Kernel, type UplinkChannel, UplinkKind } from "../../source/kernel/index.js";

export class OutsideClient {
  /** Bytes that arrived, the answers' heads included. */
  received = 0;
  /** How the supervisor gave the connection back; undefined while it has not. */
  ended: "closed" | "broken" | undefined;
  /** Whether bytes that arrive are taken: those beyond the first piece wait in the machine otherwise. */
  reading = true;
  readonly channel: UplinkChannel;
  #text = "";

  /** Connects to a VM's port. @throws where the supervisor takes no more connections */
  constructor(kernel: Kernel, name: string, port: number) {
    const channel = kernel.uplink.open({ kind: UplinkKind.STREAM, name, port });
    if (!channel) throw new Error("there is no supervisor, or no room for another connection");
    this.channel = channel;
    channel.peer = {
      send: (bytes) => {
        this.received += bytes.length;
        if (this.#text.length < 1024) this.#text += Buffer.from(bytes).toString("latin1");
        return this.reading;
      },
      // As most clients do: the other side has ended, so this one has nothing more to say.
      finish: () => channel.end(),
      close: (broken) => {
        this.ended = broken ? "broken" : "closed";
      },
      room: () => {},
    };
  }

  /** The beginning of what arrived. */
  get text(): string {
    return this.#text;
  }

  /** Asks a web server for a document. */
  get(path: string): this {
    this.send(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: guest\r\n\r\n`));
    return this;
  }

  send(bytes: Uint8Array): void {
    this.channel.push(bytes);
  }

  /** Is gone without a word, as a host that lost its network. */
  vanish(): void {
    this.channel.broken();
  }
}
