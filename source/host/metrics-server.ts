/** Serves the figures to a Prometheus on this machine: `http://127.0.0.1:PORT/metrics`. Nobody else can reach it. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../kernel/index.js";
import type { KernelClient } from "./client.js";
import { exposition } from "./metrics.js";
import { hostReason } from "./reasons.js";
import { WaitingTimes } from "./waiting-times.js";

const HOST = "127.0.0.1";

export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param port 0 for one that is free. @throws UserError when the port cannot be had */
  static async open(client: KernelClient, port: number): Promise<MetricsServer> {
    const waiting = new WaitingTimes();
    const server = createServer((request, response) => void answer(client, waiting, request, response));
    server.unref();
    server.listen(port, HOST);
    try {
      await once(server, "listening");
    } catch (error) {
      throw new UserError(`cannot serve metrics on port ${port}: ${hostReason(error)}; choose another`);
    }
    server.on("error", () => {}); // A connection that broke is the other side's.
    return new MetricsServer(server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function answer(
  client: KernelClient,
  waiting: WaitingTimes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split("?")[0];
  if (request.method !== "GET" || path !== "/metrics") {
    response.writeHead(path === "/metrics" ? 405 : 404, { "content-type": "text/plain" });
    response.end("the figures are at /metrics\n");
    return;
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  for (const piece of exposition(client.panel, client.policies, waiting)) {
    if (response.destroyed) return;
    if (!response.write(piece)) await once(response, "drain", { signal: gone.signal }).catch(() => {});
    // The screen is drawn in between.
    await setImmediate();
  }
  response.end();
}
