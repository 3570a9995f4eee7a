/** Clients of the supervisor's own interface, in virtual time: what a person's curl or telnet would send, and what comes back. */

import { type Kernel, type UplinkChannel, UplinkKind } from "../../source/kernel/index.js";
import { boot, runFor } from "../kernel/boot.js";

export const TOKEN = "0123456789abcdef0123456789abcdef";
export const [HTTP, TELNET] = [80, 23];

const STEP = 0.01;

/** A machine whose supervisor is up and takes the token. */
export function controlled(): Kernel {
  const kernel = boot({ supervisor: true });
  kernel.uplink.protect(TOKEN);
  runFor(kernel, 0.1);
  return kernel;
}

export class ControlClient {
  /** All that came. */
  text = "";
  ended = false;
  /** The supervisor gave the connection up in the middle. */
  broken = false;
  /** Bytes taken before the rest has to wait. */
  room = Number.POSITIVE_INFINITY;
  /** What it sends whenever there is room for more. */
  #always: Buffer | undefined;
  readonly #channel: UplinkChannel;

  constructor(
    private readonly kernel: Kernel,
    port: number,
  ) {
    // The supervisor itself has no name.
    const channel = kernel.uplink.open({ kind: UplinkKind.STREAM, name: "", port });
    if (!channel) throw new Error("there is no supervisor, or no room for another connection");
    this.#channel = channel;
    channel.peer = {
      send: (bytes) => {
        this.text += Buffer.from(bytes).toString("utf8");
        this.room -= bytes.length;
        return this.room > 0;
      },
      finish: () => channel.end(),
      close: (broken) => {
        this.ended = true;
        this.broken = broken;
      },
      room: () => {
        if (this.#always) channel.push(this.#always);
      },
    };
  }

  /** Sends without an end, as fast as it is read. */
  flood(text: string): this {
    this.#always = Buffer.from(text.repeat(65_536 / text.length));
    this.#channel.push(this.#always);
    return this;
  }

  send(bytes: string | Uint8Array): this {
    this.#channel.push(Buffer.from(bytes));
    return this;
  }

  /** Says that nothing more will come, and reads on. */
  end(): this {
    this.#channel.end();
    return this;
  }

  /** Takes so many bytes more. */
  read(bytes: number): void {
    this.room = bytes;
    this.#channel.writable();
  }

  /** Is gone without a word. */
  vanish(): void {
    this.#channel.broken();
  }

  /** Runs the machine until it holds. @returns seconds of virtual time that it took @throws where it takes longer than so many */
  until(holds: (text: string) => boolean, seconds = 5): number {
    const begun = this.kernel.now;
    const passed = () => (this.kernel.now - begun) / 1e9;
    while (!holds(this.text)) {
      if (passed() > seconds) throw new Error(`not within ${seconds} s; it said: ${this.text.slice(-300)}`);
      runFor(this.kernel, STEP);
    }
    return passed();
  }

  /** Runs until the supervisor has given the connection back. */
  untilEnded(seconds = 5): number {
    return this.until(() => this.ended, seconds);
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request's head with the token. @param more header lines, each ended */
export const head = (method: string, path: string, more = ""): string =>
  `${method} ${path} HTTP/1.1\r\nHost: denali\r\nAuthorization: Bearer ${TOKEN}\r\n${more}\r\n`;

/** A request on a connection of its own, answered whole. */
export function request(kernel: Kernel, method: string, path: string, body = ""): Answer {
  const more = `Connection: close\r\n${body ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : ""}`;
  const client = new ControlClient(kernel, HTTP).send(head(method, path, more) + body);
  client.untilEnded();
  return answer(client.text);
}

/** An answer taken apart: its body is JSON, whole or in chunks (RFC 9112, section 7.1). */
export function answer(text: string): Answer {
  const [, status, fields, sent] = /^HTTP\/1\.1 (\d+) [^\r]+\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
  const body = /^Transfer-Encoding: chunked$/m.test(fields ?? "") ? joinChunks(sent) : sent;
  return { status: Number(status), body: JSON.parse(body ?? "null") };
}

function joinChunks(sent: string): string {
  let bytes = Buffer.from(sent);
  let body = "";
  for (;;) {
    const line = bytes.indexOf("\r\n");
    const size = Number.parseInt(bytes.toString("latin1", 0, line), 16);
    if (!(size > 0)) return body;
    body += bytes.toString("utf8", line + 2, line + 2 + size);
    bytes = bytes.subarray(line + 2 + size + 2);
  }
}

/** What a shell over telnet prints of these lines, the token having been shown. */
export function telnet(kernel: Kernel, ...lines: string[]): string {
  const client = new ControlClient(kernel, TELNET);
  client.send([TOKEN, ...lines, "quit"].map((line) => `${line}\r\n`).join(""));
  client.untilEnded();
  return client.text;
}
